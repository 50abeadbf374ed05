"""Puts pledges on the wall and takes them off; what a pledge must have gone through before is refused here as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.actors import SYSTEM, Actor
from core.audit.services import record
from core.exceptions import Invalid, NotAllowed, NotFound, WrongState
from core.leaks import leaks_in
from core.ledger.kinds import ledger_kind
from core.ledger.models import LedgerEntry
from core.ledger.services import post, reverse
from core.notices.selectors import has_passed_notice
from core.people.models import Member, OrgUnit
from core.people.selectors import Claimant
from core.programme.models import Theme
from core.promises.models import Pledge, PledgeItem
from core.saving import save

POSTED = ledger_kind("pledge.posted")
MOST_ITEMS = 3
NO_NOTICE = _("A pledge goes on the wall only after a public notice to which nobody objected with good reason.")


@dataclass(frozen=True)
class Promised:
    """One thing that somebody promises: so much of it, until then."""

    text: str
    quantity: Decimal
    unit_of_measure: str
    due: date | None = None


@transaction.atomic
def post_pledge(
    *,
    actor: Actor,
    case_id: int,
    member: Member,
    unit: OrgUnit,
    category: str,
    items: Sequence[Promised],
    theme: Theme | None = None,
    shows_name: bool,
    step_id: str = "",
    now: datetime,
) -> Pledge:
    """Put a pledge of one to three things on the wall; a second call for the same case changes nothing.

    `shows_name`: the member agreed to be named, masked. Raises: `NotAllowed`; `WrongState` (code `notice_missing`)
    before its public notice has passed; `Invalid` with errors under `item1` … when the wording holds personal data.
    """
    _require_part(actor, case_id)
    existing = Pledge.objects.filter(case_id=case_id).first()
    if existing is not None:
        return existing
    if not has_passed_notice(case_id):
        raise WrongState(NO_NOTICE, code="notice_missing")
    _refuse_bad_items(items)
    pledge = Pledge(
        case_id=case_id,
        member=member,
        unit=unit,
        category=category,
        theme=theme,
        shows_name=shows_name,
        posted_at=now,
    )
    save(pledge, refusals={})
    _add_items(pledge, items)
    post(
        source=f"case:{case_id}",
        kind=POSTED,
        subject=f"pledge:{pledge.pk}",
        unit=unit,
        unit_of_measure="item",
        happened_on=timezone.localdate(now),
        now=now,
        claimant=Claimant("person", member.pk, member.name),
        case_id=case_id,
        step_id=step_id,
    )
    record(actor=actor, verb="pledge.posted", obj=pledge, now=now, case_id=case_id, data={"items": len(items)})
    return pledge


def _add_items(pledge: Pledge, items: Sequence[Promised]) -> None:
    for position, item in enumerate(items, start=1):
        save(
            PledgeItem(
                pledge=pledge,
                position=position,
                text=_without_name(item.text.strip(), pledge),
                quantity=item.quantity,
                unit_of_measure=item.unit_of_measure.strip(),
                due=item.due,
            ),
            refusals={},
        )


@transaction.atomic
def withdraw_pledge(*, actor: Actor, case_id: int, now: datetime) -> Pledge:
    """Take a pledge off the wall; its line in the ledger is reversed, not deleted. Twice is once.

    Raises: `NotFound`, `NotAllowed`.
    """
    _require_part(actor, case_id)
    pledge = Pledge.objects.select_for_update().filter(case_id=case_id).first()
    if pledge is None:
        raise NotFound
    if pledge.state == Pledge.State.WITHDRAWN:
        return pledge
    pledge.state, pledge.withdrawn_at = Pledge.State.WITHDRAWN, now
    pledge.save(update_fields=["state", "withdrawn_at"])
    lines = LedgerEntry.objects.filter(kind=POSTED, subject=f"pledge:{pledge.pk}", reverses__isnull=True)
    for line in lines.filter(reversed_by__isnull=True):
        # Whoever may withdraw a pledge need not be allowed to reverse lines by hand.
        reverse(entry=line, actor=SYSTEM, reason=_now("The pledge was withdrawn."), now=now)
    record(actor=actor, verb="pledge.withdrawn", obj=pledge, now=now, case_id=case_id)
    return pledge


def _require_part(actor: Actor, case_id: int) -> None:
    """Refuse visitors and guests of other cases."""
    if actor.kind == "visitor" or (actor.kind == "guest" and actor.guest_case != case_id):
        raise NotAllowed


def _without_name(text: str, pledge: Pledge) -> str:
    """The wording without the member's own name, which people write into it."""
    return text.replace(pledge.member.name, pledge.public_name)


def _refuse_bad_items(items: Sequence[Promised]) -> None:
    if not 0 < len(items) <= MOST_ITEMS:
        raise Invalid(_("A pledge holds one to three things."), code="items")
    errors: dict[str, list[str]] = {}
    for number, item in enumerate(items, start=1):
        if leaks_in(f"{item.text} {item.unit_of_measure}"):
            sentence = _now(
                "This holds a phone number, an address or other personal data. Please take it out: everybody can read "
                "the wall."
            )
            errors[f"item{number}"] = [sentence]
        elif not item.text.strip() or item.quantity <= 0:
            errors[f"item{number}"] = [_now("A pledge says what will be done, and how much of it.")]
    if errors:
        raise Invalid(code="leak", errors=errors)
