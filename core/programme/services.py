"""Seeds and edits the working calendar, and keeps the periods of themes."""

from collections.abc import Iterable
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import holidays
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from holidays.countries.china import ChinaStaticHolidays

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid, NotFound
from core.programme.models import Theme, ThemePeriod, WorkDay
from core.rights import require
from core.saving import change, save

MAKE_UP_DAY = "调休上班"
OFFICIAL = "国务院办公厅节假日安排通知"
BY_RULE = "法定节假日规则推算"
BACKWARDS = _("The last day lies before the first.")
OUTSIDE = _("The collective service day must lie inside the period.")
TAKEN = _("This theme has a period with this code already.")
OVERLAP = _("Another period of this theme covers some of these days: %(other)s.")
PERIOD_REFUSALS = {"period_slug_per_theme": TAKEN}


@transaction.atomic
def seed_working_days(*, years: Iterable[int], actor: Actor, now: datetime) -> int:
    """Write public holidays and make-up days of these years; returns how many days they have.

    A year for which the `holidays` package knows no official notice gets the holidays of the law alone, marked
    provisional; seeding again after an update of the package settles it. Days set by hand stay. Raises: `NotAllowed`.
    """
    require(actor, "core.add_workday")
    wanted = sorted(set(years))
    rows = [row for year in wanted for row in _days_of(year)]
    seeded = WorkDay.objects.filter(date__year__in=wanted, is_edited=False)
    seeded.exclude(date__in=[row.date for row in rows]).delete()
    by_hand = set(WorkDay.objects.filter(date__year__in=wanted, is_edited=True).values_list("date", flat=True))
    WorkDay.objects.bulk_create(
        [row for row in rows if row.date not in by_hand],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["is_working", "name", "source", "is_provisional"],
    )
    record(actor=actor, verb="calendar.seeded", obj=("core.workday", "*"), now=now, data={"years": wanted})
    return len(rows)


@transaction.atomic
def set_working_day(*, day: date, is_working: bool, name: str = "", actor: Actor, now: datetime) -> WorkDay:
    """Say by hand whether people work on a day; seeding leaves it alone from then on. Raises: `NotAllowed`."""
    require(actor, "core.change_workday")
    row = WorkDay.objects.filter(pk=day).first() or WorkDay(date=day)
    row.is_working, row.name, row.source = is_working, name, ""
    row.is_edited, row.is_provisional = True, False
    save(row, refusals={})
    record(actor=actor, verb="calendar.day_set", obj=row, now=now, data={"is_working": is_working})
    return row


@transaction.atomic
def forget_working_day(*, day: date, actor: Actor, now: datetime) -> None:
    """Take a day set by hand out of the calendar: the plain week counts again. Raises: `NotAllowed`, `NotFound`."""
    require(actor, "core.delete_workday")
    deleted, _per_model = WorkDay.objects.filter(pk=day).delete()
    if not deleted:
        raise NotFound(_("This day is not in the calendar."))
    record(actor=actor, verb="calendar.day_forgotten", obj=("core.workday", day.isoformat()), now=now)


@transaction.atomic
def add_period(*, theme: Theme, slug: str, actor: Actor, now: datetime, **values: Any) -> ThemePeriod:
    """Give a theme a period. `values`: the other fields of `ThemePeriod`.

    Raises: `NotAllowed`; `Invalid` with errors per field; `Conflict` for a code used twice.
    """
    require(actor, "core.add_themeperiod")
    period = ThemePeriod(theme=theme, slug=slug, **values)
    _check_days(period)
    save(period, refusals=PERIOD_REFUSALS)
    record(actor=actor, verb="period.created", obj=period, now=now)
    return period


@transaction.atomic
def change_period(*, period: ThemePeriod, changes: dict[str, Any], actor: Actor, now: datetime) -> ThemePeriod:
    """Change fields of a period. Raises: as `add_period`."""
    require(actor, "core.change_themeperiod")
    _check_days(ThemePeriod(pk=period.pk, theme=period.theme, **{**_days(period), **_days_in(changes)}))
    fields = change(period, changes, refusals=PERIOD_REFUSALS)
    record(actor=actor, verb="period.changed", obj=period, now=now, data={"fields": fields})
    return period


DAYS = ("since", "until", "service_day")


def _days(period: ThemePeriod) -> dict[str, Any]:
    return {name: getattr(period, name) for name in DAYS}


def _days_in(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name in DAYS}


def _check_days(period: ThemePeriod) -> None:
    """Raises: `Invalid` when the days are in no order, or belong to another period of the theme already."""
    if period.until < period.since:
        raise Invalid(errors={"until": [str(BACKWARDS)]}, code="backwards")
    if period.service_day is not None and not period.since <= period.service_day <= period.until:
        raise Invalid(errors={"service_day": [str(OUTSIDE)]}, code="outside")
    Theme.objects.select_for_update().filter(pk=period.theme_id).first()  # two writers must see each other
    others = ThemePeriod.objects.filter(theme=period.theme_id, since__lte=period.until, until__gte=period.since)
    other = others.exclude(pk=period.pk).order_by("since").first()
    if other is not None:
        raise Invalid(errors={"since": [str(OVERLAP % {"other": other})]}, code="overlap")


def is_official(year: int) -> bool:
    """Whether the `holidays` package knows the official notice of the year, make-up days included."""
    return year in ChinaStaticHolidays.special_public_holidays


def _days_of(year: int) -> list[WorkDay]:
    """The year's holidays and make-up days, unsaved."""
    china = holidays.country_holidays("CN", years=[year, year + 1], language="zh_CN")
    official = is_official(year)
    days = {day: (False, name) for day, name in china.items() if day.year == year}
    days |= {day: (True, MAKE_UP_DAY) for day in china.weekend_workdays if day.year == year}
    return [
        WorkDay(
            date=day,
            is_working=is_working,
            name=name[:60],
            source=f"{OFFICIAL if official else BY_RULE}（holidays {version('holidays')}）",
            is_provisional=not official,
        )
        for day, (is_working, name) in sorted(days.items())
    ]
