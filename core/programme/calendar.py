"""Arithmetic of working days: pure functions over the days that differ from the plain week.

`exceptions`: date → whether it is a working day (public holidays False, make-up days True).
"""

from collections.abc import Mapping
from datetime import date, timedelta

SATURDAY = 5
DAY = timedelta(days=1)


def is_working(day: date, exceptions: Mapping[date, bool]) -> bool:
    """Whether people work on this day."""
    return exceptions.get(day, day.weekday() < SATURDAY)


def add_working_days(day: date, n: int, exceptions: Mapping[date, bool]) -> date:
    """The n-th working day after `day`, which itself is not counted; for 0 the day itself or the next working day."""
    if n < 0:
        raise ValueError("n must not be negative")
    while n == 0 and not is_working(day, exceptions):
        day += DAY
    while n > 0:
        day += DAY
        n -= is_working(day, exceptions)
    return day


def working_days_between(start: date, end: date, exceptions: Mapping[date, bool]) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 when `end` is not later."""
    days = (start + DAY * offset for offset in range(1, (end - start).days + 1))
    return sum(is_working(day, exceptions) for day in days)
