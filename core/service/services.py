"""Posts verified service and takes it back; what every record must have gone through is refused here as well.

Who recorded, verified and approved is found out by the effect from the finished tasks (workflows/service.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.durations import duration_text
from core.events import raise_event
from core.exceptions import Invalid, NotAllowed, NotFound, WrongState
from core.leaks import leaks_in
from core.ledger.kinds import ledger_kind
from core.ledger.models import LedgerEntry
from core.ledger.services import post, reverse
from core.notices.selectors import has_passed_notice
from core.people.models import Member, OrgUnit, Team, User
from core.people.selectors import Claimant
from core.rights import require
from core.saving import save
from core.service.models import MOST_MINUTES_A_DAY, ServiceOutcome, ServiceRecord
from core.text import masked_name

MINUTES = ledger_kind("service.minutes")
COUNT = ledger_kind("service.count")
BENEFICIARIES = ledger_kind("beneficiary.count")
OUTCOME = ledger_kind("outcome.qty")
OLDEST_DAYS = 90  # later, neither witnesses nor photos can be asked any more
MOST_OUTCOMES = 2
MOST_BENEFICIARIES = 10_000
NO_NOTICE = _("Service counts only after a public notice to which nobody objected with good reason.")
NOT_THREE = _(
    "Service counts only when three persons stand behind it: who recorded it, who verified it and who approved it. "
    "Whoever served neither verifies nor approves it."
)
FUTURE = _("This day has not come yet. Please record the service afterwards.")
TOO_OLD = _("This was more than %(days)s days ago. It can no longer be checked, so it cannot be recorded any more.")
TOO_MUCH = _("With this the day would hold more than %(most)s of service; %(left)s are left.")
NO_CONTENT = _("Please write in one or two sentences what was done.")
CONTENT_LEAKS = _(
    "The text holds a phone number, an address or other personal data. Please take it out: everybody can read it."
)


@dataclass(frozen=True)
class Served:
    """What is claimed to have been done. `outcomes`: (quantity, unit of measure)."""

    member: Member
    unit: OrgUnit
    day: date
    minutes: int
    content: str
    evidence: str
    team: Team | None = None
    beneficiaries: int = 0
    outcomes: Sequence[tuple[Decimal, str]] = ()


@dataclass(frozen=True)
class Behind:
    """Who stands behind it."""

    recorded_by: User
    verified_by: User
    approved_by: User


@transaction.atomic
def post_service(
    *, actor: Actor, case_id: int, served: Served, behind: Behind, step_id: str = "", now: datetime
) -> ServiceRecord:
    """Count a service that was verified, approved and publicly posted; a second call for the case changes nothing.

    Raises: `NotAllowed` for guests, and when not three persons stand behind it; `WrongState` (code `notice_missing`)
    before its public notice has passed; `Invalid` with errors per input, see `refuse_unfit`.
    """
    if actor.kind not in ("user", "system"):
        raise NotAllowed
    existing = ServiceRecord.objects.filter(case_id=case_id).first()
    if existing is not None:
        return existing
    if not has_passed_notice(case_id):
        raise WrongState(NO_NOTICE, code="notice_missing")
    _refuse_fewer(behind, served.member)
    Member.objects.select_for_update().get(pk=served.member.pk)  # two cases of one day must not both fit under the cap
    refuse_unfit(served, now=now)
    row = ServiceRecord(
        case_id=case_id,
        member=served.member,
        team=served.team,
        unit=served.unit,
        day=served.day,
        minutes=served.minutes,
        content=_without_name(served),
        evidence=served.evidence,
        beneficiaries=served.beneficiaries,
        recorded_by=behind.recorded_by,
        verified_by=behind.verified_by,
        approved_by=behind.approved_by,
        posted_at=now,
    )
    save(row, refusals={"service_three_persons": NOT_THREE})
    _post_lines(row, served.outcomes, step_id, now)
    record(actor=actor, verb="service.posted", obj=row, now=now, case_id=case_id, data={"member": row.member_id})
    values = {"member": row.member_id, "unit": row.unit.slug, "team": row.team_id, "minutes": row.minutes}
    raise_event("service.counted", occurrence=row.pk, values=values, now=now)
    return row


@transaction.atomic
def reverse_service(*, actor: Actor, record_id: int, reason: str, now: datetime) -> ServiceRecord:
    """Take a record back: every line that it wrote is reversed, its figures fall, all rows stay.

    Raises: `NotAllowed`, `NotFound`, `WrongState` when it is reversed already, `Invalid` when the reason is empty or
    holds personal data.
    """
    require(actor, "core.reverse_ledgerentry")
    row = ServiceRecord.objects.select_for_update().filter(pk=record_id).first()
    if row is None:
        raise NotFound
    if row.state != ServiceRecord.State.STANDING:
        raise WrongState(_("This record is reversed already."))
    reason = reason.strip()[:200]
    lines = LedgerEntry.objects.filter(source=f"case:{row.case_id}", kind__in=[MINUTES, COUNT, BENEFICIARIES, OUTCOME])
    for line in lines.filter(reverses__isnull=True, reversed_by__isnull=True).order_by("pk"):
        reverse(entry=line, actor=actor, reason=reason, now=now)
    row.state, row.reversed_at, row.reason = ServiceRecord.State.REVERSED, now, reason
    row.save(update_fields=["state", "reversed_at", "reason"])
    record(actor=actor, verb="service.reversed", obj=row, now=now, case_id=row.case_id)
    return row


def refuse_unfit(served: Served, *, now: datetime) -> None:
    """Refuse what no record may be; a flow asks this before its public notice, posting asks it again.

    Raises: `Invalid` with errors under `day`, `minutes`, `content`, `grade`, `beneficiaries`, `quantity1` ….
    """
    errors = {name: [str(sentence)] for name, sentence in _faults(served, now)}
    if errors:
        code = "leak" if str(CONTENT_LEAKS) in errors.get("content", []) else None
        raise Invalid(next(iter(errors.values()))[0], code=code, errors=errors)


def _faults(served: Served, now: datetime) -> list[tuple[str, object]]:
    """(input, sentence) of everything that is wrong."""
    today = timezone.localdate(now)
    found: list[tuple[str, object]] = []
    if served.day > today:
        found.append(("day", FUTURE))
    elif served.day < today - timedelta(days=OLDEST_DAYS):
        found.append(("day", TOO_OLD % {"days": OLDEST_DAYS}))
    left = MOST_MINUTES_A_DAY - _minutes_on(served.member, served.day)
    if served.minutes < 1:
        found.append(("minutes", _("Please enter at least one minute.")))
    elif served.minutes > left:
        words = {"most": duration_text(MOST_MINUTES_A_DAY), "left": duration_text(max(left, 0))}
        found.append(("minutes", TOO_MUCH % words))
    if not served.content.strip():
        found.append(("content", NO_CONTENT))
    elif leaks_in(served.content):
        found.append(("content", CONTENT_LEAKS))
    if served.evidence not in LedgerEntry.Grade.values:
        found.append(("grade", _("The evidence has one of the grades A, B, C and D.")))
    if not 0 <= served.beneficiaries <= MOST_BENEFICIARIES:
        found.append(("beneficiaries", _("Please enter a number from 0 to %(most)s.") % {"most": MOST_BENEFICIARIES}))
    return found + _faulty_outcomes(served.outcomes)


def _faulty_outcomes(outcomes: Sequence[tuple[Decimal, str]]) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for number, (quantity, measure) in enumerate(outcomes, start=1):
        if quantity <= 0 or quantity > 999_999:
            found.append((f"quantity{number}", _("The quantity must be more than 0 and less than 1,000,000.")))
        if not measure.strip() or len(measure) > 20 or leaks_in(measure):
            found.append((f"measure{number}", _("Please say in a few letters what is counted, e.g. 户 or 公斤.")))
    if len(outcomes) > MOST_OUTCOMES:
        found.append((f"quantity{MOST_OUTCOMES}", _("A record holds two outcomes at most.")))
    return found


def _minutes_on(member: Member, day: date) -> int:
    rows = ServiceRecord.objects.filter(member=member, day=day, state=ServiceRecord.State.STANDING)
    return rows.aggregate(total=Sum("minutes"))["total"] or 0


def _refuse_fewer(behind: Behind, member: Member) -> None:
    """Raises: `NotAllowed` (code `three_persons`) unless three persons stand behind it."""
    persons = {behind.recorded_by.pk, behind.verified_by.pk, behind.approved_by.pk}
    if len(persons) < 3 or member.user_id in (behind.verified_by.pk, behind.approved_by.pk):
        raise NotAllowed(NOT_THREE, code="three_persons")


def _without_name(served: Served) -> str:
    """The text without the member's own full name, which people write into it."""
    text, name = served.content.strip(), served.member.name
    return text.replace(name, masked_name(name)) if len(name) > 1 else text


def _post_lines(row: ServiceRecord, outcomes: Sequence[tuple[Decimal, str]], step_id: str, now: datetime) -> None:
    """Every counted quantity becomes its own line, with the evidence that it rests on."""
    subject = f"servicerecord:{row.pk}"
    lines: list[tuple[str, str, Decimal | int, str]] = [
        (MINUTES, subject, row.minutes, "minute"),
        (COUNT, subject, 1, "visit"),
    ]
    if row.beneficiaries:
        lines.append((BENEFICIARIES, subject, row.beneficiaries, "visit"))
    for position, (quantity, measure) in enumerate(outcomes, start=1):
        outcome = ServiceOutcome(record=row, position=position, quantity=quantity, unit_of_measure=measure.strip())
        save(outcome, refusals={})
        lines.append((OUTCOME, f"serviceoutcome:{outcome.pk}", quantity, outcome.unit_of_measure))
    for kind, about, amount, measure in lines:
        post(
            source=f"case:{row.case_id}",
            kind=kind,
            subject=about,
            unit=row.unit,
            unit_of_measure=measure,
            quantity=amount,
            happened_on=row.day,
            evidence=row.evidence,
            claimant=Claimant("person", row.member_id, ""),
            case_id=row.case_id,
            step_id=step_id,
            now=now,
        )
