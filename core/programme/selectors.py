"""Reads the programme and turns time limits into moments by the working calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db.models import QuerySet
from django.utils import timezone

from core.programme.calendar import add_working_days
from core.programme.models import Programme, ThemePeriod, WorkDay

END_OF_WORK = time(17)

PeriodState = Literal["past", "current", "coming"]


@dataclass(frozen=True)
class DatedPeriod:
    """A period of a theme and where it lies from a day: past, current or coming."""

    period: ThemePeriod
    state: PeriodState


def current_programme() -> Programme | None:
    """The programme that this installation runs: the one loaded first, or None."""
    return Programme.objects.select_related("unit").order_by("pk").first()


def periods_of(theme_ids: Iterable[int], *, on: date) -> dict[int, list[DatedPeriod]]:
    """Theme → its periods in order of time, for each of these themes, with one query for all."""
    found: dict[int, list[DatedPeriod]] = {theme_id: [] for theme_id in theme_ids}
    for period in ThemePeriod.objects.filter(theme__in=list(found)).order_by("since"):
        state: PeriodState = "past" if period.until < on else "coming" if period.since > on else "current"
        found[period.theme_id].append(DatedPeriod(period, state))
    return found


def service_days_from(day: date) -> QuerySet[ThemePeriod]:
    """The periods whose collective service day is this day or later, the next first, each with its theme."""
    return ThemePeriod.objects.filter(service_day__gte=day).select_related("theme").order_by("service_day", "pk")


def exceptions_from(day: date) -> dict[date, bool]:
    """Days of the working calendar from `day` on: date → whether it is a working day."""
    return dict(WorkDay.objects.filter(date__gte=day).values_list("date", "is_working"))


def due_at(start: datetime, *, days: int, calendar: Literal["working", "calendar"] = "working") -> datetime:
    """17:00 in Shanghai on the last of `days` working or calendar days, the first being the day after `start`."""
    day = timezone.localdate(start)
    last = day + timedelta(days=days) if calendar == "calendar" else add_working_days(day, days, exceptions_from(day))
    return datetime.combine(last, END_OF_WORK, tzinfo=timezone.get_default_timezone())


def provisional_years(years: Iterable[int]) -> list[int]:
    """Which of these years cannot be relied on yet: seeded without the official notice, or not seeded at all."""
    wanted = sorted(set(years))
    rows = WorkDay.objects.filter(date__year__in=wanted, is_edited=False).values_list("date__year", "is_provisional")
    settled = {year for year, is_provisional in rows if not is_provisional}
    unsettled = {year for year, is_provisional in rows if is_provisional}
    return [year for year in wanted if year not in settled or year in unsettled]
