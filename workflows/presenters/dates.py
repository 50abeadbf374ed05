"""Deadlines and waiting times in words: how long is left, how late it is, how long somebody has waited in all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.programme.calendar import working_days_between
from core.programme.selectors import exceptions_from
from core.templatetags.dandelion import day, moment
from workflows import pauses
from workflows.models import Case

Level = Literal["late", "today", "soon", ""]
LOOKS_BACK = timedelta(days=400)  # a task that is later than that is late enough
SOON_DAYS = 7


@dataclass(frozen=True)
class Clock:
    """The moment of a request and the working calendar around it; made once per page."""

    now: datetime
    exceptions: Mapping[date, bool]

    @property
    def today(self) -> date:
        """The day in the programme's time zone."""
        return timezone.localdate(self.now)


def clock_at(now: datetime) -> Clock:
    """The clock of one page, with one query for the calendar."""
    return Clock(now, exceptions_from(timezone.localdate(now) - LOOKS_BACK))


@dataclass(frozen=True)
class Due:
    """A deadline as a list shows it. `level`: late, today, soon (within a week) or "" (later or none)."""

    text: str
    level: Level

    @property
    def icon(self) -> str:
        """Name of the icon beside it."""
        return "alert" if self.level == "late" else "clock"


def due_text(at: datetime | None, clock: Clock, *, with_moment: bool = False) -> Due:
    """The deadline `at` in words, e.g. 还剩 1 个工作日（9月17日 17:00） or 逾期 2 个工作日."""
    if at is None:
        return Due("", "")
    last = timezone.localdate(at)
    if at < clock.now:
        return Due(_late(last, clock), "late")
    if last == clock.today:
        return Due(_("Today %(time)s") % {"time": f"{timezone.localtime(at):%H:%M}"}, "today")
    left = max(working_days_between(clock.today, last, clock.exceptions), 1)
    text = ngettext("%(days)d working day left", "%(days)d working days left", left) % {"days": left}
    if with_moment:
        text = _("%(left)s (%(moment)s)") % {"left": text, "moment": moment(at)}
    return Due(text, "soon" if (last - clock.today).days <= SOON_DAYS else "")


def _late(last: date, clock: Clock) -> str:
    days = working_days_between(max(last, clock.today - LOOKS_BACK), clock.today, clock.exceptions)
    if days < 1:
        return _("Overdue since %(day)s") % {"day": _("today") if last == clock.today else day(last)}
    return ngettext("%(days)d working day overdue", "%(days)d working days overdue", days) % {"days": days}


def waited_days(since: datetime, until: datetime) -> int:
    """Whole days from the day of `since` to the day of `until`, never negative."""
    return max((timezone.localdate(until) - timezone.localdate(since)).days, 0)


def age_of(case: Case, now: datetime) -> int:
    """How many whole days a case is old, or took, without the time in which it was on hold."""
    until = case.finished or now
    return waited_days(case.created, until - pauses.length(case, until))


def waited_text(days: int) -> str:
    """How long somebody has waited in all, in words."""
    return (
        ngettext("Waiting for %(days)s day", "Waiting for %(days)s days", days) % {"days": days}
        if days
        else _("New today")
    )


def days_text(days: int) -> str:
    """A number of days with its unit."""
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
