"""What stands to a member's name: verified service, pledges, honours; and the service days that come next."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.durations import duration_text
from core.honours.selectors import honours_of
from core.programme.selectors import service_days_from
from core.promises.models import PledgeItem
from core.promises.selectors import pledges_on_wall
from core.service.selectors import standing_records_of, verified_minutes_of
from core.templatetags.dandelion import number
from core.text import localised

SHOWN = 6
SHOWN_DAYS = 3


@dataclass(frozen=True)
class PledgeRow:
    """One promised thing of mine. `is_late`: its day has passed."""

    text: str
    amount: str
    due: date | None
    is_late: bool


@dataclass(frozen=True)
class HonourRow:
    """One honour of mine."""

    name: str
    level: str
    unit: str
    at: datetime


@dataclass(frozen=True)
class ServiceRow:
    """One verified service of mine. `length`: hours and minutes in words."""

    day: date
    content: str
    unit: str
    length: str


@dataclass(frozen=True)
class DayRow:
    """A collective service day that comes, with what it is about."""

    day: date
    theme: str
    colour: str
    focus: str


@dataclass(frozen=True)
class Records:
    """What my page shows of it."""

    pledges: list[PledgeRow]
    honours: list[HonourRow]
    days: list[DayRow]
    hours: str = ""
    services: list[ServiceRow] = field(default_factory=list)


def records_of(member_id: int | None, today: date) -> Records:
    """The records of a member; a login without one has none, but the service days are everybody's."""
    days = [
        DayRow(period.service_day, localised(period.theme.name), period.theme.colour, localised(period.focus))
        for period in service_days_from(today)[:SHOWN_DAYS]
        if period.service_day is not None
    ]
    if member_id is None:
        return Records([], [], days)
    pledged = [item for pledge in pledges_on_wall(member_id=member_id)[:SHOWN] for item in pledge.items.all()]
    honours = [
        HonourRow(localised(row.scheme.name), row.scheme.level_name(row.level), row.scheme.unit.name, row.granted_at)
        for row in honours_of(member_id).select_related("scheme__unit")[:SHOWN]
    ]
    services = [
        ServiceRow(row.day, row.content, row.unit.name, duration_text(row.minutes))
        for row in standing_records_of(member_id)[:SHOWN]
    ]
    hours = duration_text(verified_minutes_of(member_id))
    return Records([_pledge_row(item, today) for item in pledged[:SHOWN]], honours, days, hours, services)


def _pledge_row(item: PledgeItem, today: date) -> PledgeRow:
    amount = _("%(quantity)s %(measure)s") % {"quantity": number(item.quantity), "measure": item.unit_of_measure}
    return PledgeRow(item.text, amount, item.due, item.due is not None and item.due < today)
