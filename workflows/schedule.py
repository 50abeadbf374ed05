"""When a flow that begins by the calendar is due: the newest period at a moment, by pure arithmetic over days."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from core.programme.calendar import add_working_days, is_working

DAY = timedelta(days=1)
FURTHEST = 40  # days back in which the newest working day is looked for
BEGINS_AT = "09:00"


def newest_period(
    start: Mapping[str, Any], now: datetime, zone: tzinfo, days: Mapping[date, bool]
) -> tuple[str, datetime] | None:
    """(period, moment) of the newest period whose moment has come, else None.

    The period names the day, week, month or date, so that each has one case however often this is asked. `days`: those
    that differ from the plain week.
    """
    at = time.fromisoformat(start.get("at", BEGINS_AT))
    for period, planned in _planned(start, now.astimezone(zone).date(), days):
        day = add_working_days(planned, 0, days) if start.get("calendar") == "working" else planned
        moment = datetime.combine(day, at, tzinfo=zone)
        if moment <= now:
            return period, moment
    return None


def _planned(start: Mapping[str, Any], today: date, days: Mapping[date, bool]) -> Iterator[tuple[str, date]]:
    """The periods and their planned days, the newest first."""
    every, on = start.get("every"), start.get("on", 1)
    if every is None:
        yield start["date"], date.fromisoformat(start["date"])
    elif every == "day":
        for back in range(FURTHEST):
            day = today - back * DAY
            if start.get("calendar") != "working" or is_working(day, days):
                yield day.isoformat(), day
    elif every == "week":
        monday = today - today.weekday() * DAY
        for back in range(3):
            day = monday - 7 * back * DAY + (on - 1) * DAY
            yield f"{day:%G-W%V}", day
    else:
        first = today.replace(day=1)
        for _back in range(3):
            yield f"{first:%Y-%m}", first.replace(day=min(on, monthrange(first.year, first.month)[1]))
            first = (first - DAY).replace(day=1)
