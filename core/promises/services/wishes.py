"""Moves a wish from the board to its fulfilment; each move is audited and written to the ledger.

Whether the actor may take the step is decided by the flow; these services hold what is true for every flow.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.actors import SYSTEM, Actor
from core.audit.services import record
from core.events import raise_event
from core.exceptions import Conflict, Invalid, NotAllowed, NotFound, WrongState
from core.leaks import leaks_in
from core.ledger.kinds import ledger_kind
from core.ledger.models import LedgerEntry
from core.ledger.services import post, reverse
from core.people.models import OrgUnit
from core.people.selectors import Claimant, may_act_for
from core.promises.models import Claim, Wish
from core.saving import Refusals, save

REGISTERED = ledger_kind("wish.registered")
CLAIMED = ledger_kind("wish.claimed")
RELEASED = ledger_kind("wish.released")
FULFILLED = ledger_kind("wish.fulfilled")
WITHDRAWN = ledger_kind("wish.withdrawn")
CLAIMANT_FIELDS = {"person": "member_id", "team": "team_id", "organisation": "organisation_id"}
TAKEN = _("Somebody else was a moment faster: this wish has been claimed. Thank you – others are still waiting.")
CAME_TRUE = _("This wish has come true already, so its case cannot go back behind its publication.")
CLAIM_REFUSALS: Refusals = {"claim_one_held_per_wish": TAKEN}


@transaction.atomic
def post_wish(
    *,
    actor: Actor,
    case_id: int,
    public_text: str,
    category: str,
    unit: OrgUnit,
    claimant_kinds: Sequence[str],
    needed_by: date | None = None,
    registered_at: datetime,
    step_id: str = "",
    now: datetime,
) -> Wish:
    """Put a wish on the public board; a second call for the same case brings it the newly approved wording.

    A wish that was taken down to be corrected is on the board again.

    `registered_at`: when the resident registered it; his waiting is counted from there. Raises: `NotAllowed`,
    `Invalid` (code `leak`) when the public wording holds personal data, or does not fit on the board.
    """
    _require_part(actor, case_id)
    _refuse_leaks(public_text)
    _refuse_misfits(public_text, category)
    existing = Wish.objects.select_for_update().filter(case_id=case_id).first()
    if existing is not None:
        told = {"public_text": public_text, "category": category, "needed_by": needed_by}
        if existing.state == Wish.State.WITHDRAWN and not _registrations(existing, reversed_by__isnull=True).exists():
            _move(existing, Wish.State.OPEN)
            _write(existing, actor, "put_back", REGISTERED, now, None, step_id)
        return _reworded(existing, actor, told, now)
    wish = Wish(
        case_id=case_id,
        public_text=public_text,
        category=category,
        unit=unit,
        claimant_kinds=list(claimant_kinds),
        needed_by=needed_by,
        registered_at=registered_at,
        published_at=now,
    )
    save(wish, refusals={})
    _write(wish, actor, "published", REGISTERED, now, None, step_id)
    return wish


@transaction.atomic
def claim_wish(*, actor: Actor, case_id: int, claimant: Claimant, step_id: str = "", now: datetime) -> Claim:
    """Take an open wish on for a claimant; the same claimant twice is one claim.

    Raises: `NotFound`, `Conflict` (code `already_claimed`) when another holds it, `WrongState` when it is over,
    `NotAllowed` when the actor may not act for the claimant or the wish is not for its kind.
    """
    wish = _locked(case_id)
    if actor.user is None or not may_act_for(actor.user, claimant, on=timezone.localdate(now)):
        raise NotAllowed
    held = _held(wish)
    if held is not None:
        if getattr(held, CLAIMANT_FIELDS[claimant.kind]) == claimant.pk:
            return held
        raise Conflict(TAKEN, code="already_claimed")
    if wish.state != Wish.State.OPEN:
        raise WrongState
    if claimant.kind not in wish.claimant_kinds:
        raise NotAllowed(_("This wish cannot be claimed in this way."))
    claim = Claim(wish=wish, claimed_by=actor.user, claimed_at=now)
    setattr(claim, CLAIMANT_FIELDS[claimant.kind], claimant.pk)
    save(claim, refusals=CLAIM_REFUSALS)
    _move(wish, Wish.State.CLAIMED)
    _write(wish, actor, "claimed", CLAIMED, now, claim, step_id)
    return claim


@transaction.atomic
def release_wish(*, actor: Actor, case_id: int, reason: str, step_id: str = "", now: datetime) -> Wish:
    """Give a claimed wish back to the board; it keeps its age. Raises: `NotFound`, `NotAllowed`, `WrongState`."""
    _require_part(actor, case_id)
    wish = _locked(case_id)
    claim = _held(wish)
    if claim is None:
        raise WrongState
    _end(claim, Claim.State.RELEASED, reason, now)
    _move(wish, Wish.State.OPEN)
    _write(wish, actor, "released", RELEASED, now, claim, step_id)
    return wish


@transaction.atomic
def fulfil_wish(*, actor: Actor, case_id: int, step_id: str = "", now: datetime) -> Wish:
    """Settle a claimed wish as fulfilled; twice is once. Raises: `NotFound`, `NotAllowed`, `WrongState`."""
    _require_part(actor, case_id)
    wish = _locked(case_id)
    if wish.state == Wish.State.FULFILLED:
        return wish
    claim = _held(wish)
    if claim is None:
        raise WrongState
    _end(claim, Claim.State.FULFILLED, "", now)
    wish.fulfilled_at = now
    _move(wish, Wish.State.FULFILLED, "fulfilled_at")
    _write(wish, actor, "fulfilled", FULFILLED, now, claim, step_id)
    raise_event("wish.fulfilled", occurrence=wish.pk, values={"unit": wish.unit.slug}, now=now)
    return wish


@transaction.atomic
def withdraw_wish(*, actor: Actor, case_id: int, step_id: str = "", now: datetime) -> Wish:
    """Take a wish that is not fulfilled off the board; a held claim ends. Twice is once.

    Raises: `NotFound`, `NotAllowed`, `WrongState` when it is fulfilled.
    """
    _require_part(actor, case_id)
    wish = _locked(case_id)
    if wish.state == Wish.State.WITHDRAWN:
        return wish
    if wish.state == Wish.State.FULFILLED:
        raise WrongState
    claim = _held(wish)
    if claim is not None:
        _end(claim, Claim.State.RELEASED, "", now)
    _move(wish, Wish.State.WITHDRAWN)
    _write(wish, actor, "withdrawn", WITHDRAWN, now, None, step_id)
    return wish


@transaction.atomic
def take_down_wish(*, actor: Actor, case_id: int, now: datetime) -> Wish:
    """Take a wish off the board because its case went back behind it; `post_wish` puts it there again. Twice is once.

    Its line in the ledger is reversed, not deleted. Raises: `NotFound`, `NotAllowed`, `WrongState` if it came true.
    """
    _require_part(actor, case_id)
    wish = _locked(case_id)
    if wish.state == Wish.State.WITHDRAWN:
        return wish
    if wish.state == Wish.State.FULFILLED:
        raise WrongState(CAME_TRUE)
    claim = _held(wish)
    if claim is not None:
        _end(claim, Claim.State.RELEASED, "", now)
    _move(wish, Wish.State.WITHDRAWN)
    for line in _registrations(wish, reversed_by__isnull=True):
        # Whoever sends a case back need not be allowed to reverse lines by hand.
        reverse(entry=line, actor=SYSTEM, reason=_now("The wish was taken off the board to be corrected."), now=now)
    record(actor=actor, verb="wish.taken_down", obj=wish, now=now, case_id=case_id)
    return wish


def claimant_of(claim: Claim) -> Claimant:
    """The claimant of a claim, with its name."""
    if claim.organisation is not None:
        return Claimant("organisation", claim.organisation.pk, claim.organisation.name)
    if claim.team is not None:
        return Claimant("team", claim.team.pk, claim.team.name)
    if claim.member is None:
        raise AssertionError("claim_by_exactly_one guarantees a claimant")
    return Claimant("person", claim.member.pk, claim.member.name)


def _require_part(actor: Actor, case_id: int) -> None:
    """Refuse visitors and guests of other cases."""
    if actor.kind == "visitor" or (actor.kind == "guest" and actor.guest_case != case_id):
        raise NotAllowed


def _refuse_leaks(text: str) -> None:
    if leaks_in(text):
        sentence = _(
            "The public wording holds a phone number, an address or other personal data. Please take it out: "
            "everybody can read the board."
        )
        raise Invalid(sentence, code="leak", errors={"public_text": [str(sentence)]})


def _refuse_misfits(text: str, category: str) -> None:
    errors = {}
    limit = Wish._meta.get_field("public_text").max_length or 0
    if len(text) > limit:
        sentence = _("The public wording has %(length)d characters; the board has room for %(limit)d.")
        errors["public_text"] = [str(sentence) % {"length": len(text), "limit": limit}]
    if category not in Wish.Category.values:
        sentence = _("The board has no such category of wishes. Please choose another, or tell your administrator.")
        errors["category"] = [str(sentence)]
    if errors:
        raise Invalid(errors=errors)


def _locked(case_id: int) -> Wish:
    wish = Wish.objects.select_for_update().filter(case_id=case_id).first()
    if wish is None:
        raise NotFound
    return wish


def _registrations(wish: Wish, **which: Any) -> QuerySet[LedgerEntry]:
    """The lines by which the wish came onto the board."""
    return LedgerEntry.objects.filter(case_id=wish.case_id, kind=REGISTERED, reverses__isnull=True, **which)


def _subject(wish: Wish, claim: Claim | None, kind: str) -> str:
    """What a line is about: the wish, a round of claiming, or what follows a registration that was reversed."""
    if claim is not None and kind != FULFILLED:
        return f"claim:{claim.pk}"
    before = _registrations(wish).count() if kind == REGISTERED else 0
    return f"wish:{wish.pk}:{before + 1}" if before else f"wish:{wish.pk}"


def _held(wish: Wish) -> Claim | None:
    return wish.claims.filter(state=Claim.State.HELD).first()


def _end(claim: Claim, state: Claim.State, reason: str, now: datetime) -> None:
    claim.state, claim.reason, claim.ended_at = state, reason[:200], now
    claim.save(update_fields=["state", "reason", "ended_at"])


def _reworded(wish: Wish, actor: Actor, told: dict[str, Any], now: datetime) -> Wish:
    """The wish as it was approved after a correction; the same again changes nothing."""
    if wish.state == Wish.State.OPEN and any(getattr(wish, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(wish, name, value)
        save(wish, refusals={})
        record(actor=actor, verb="wish.reworded", obj=wish, now=now, case_id=wish.case_id, data={})
    return wish


def _move(wish: Wish, state: Wish.State, *also: str) -> None:
    wish.state = state
    wish.save(update_fields=["state", *also])


def _write(wish: Wish, actor: Actor, verb: str, kind: str, now: datetime, claim: Claim | None, step_id: str) -> None:
    """Audit the move, and post it to the ledger once per wish, or once per round of claiming."""
    post(
        source=f"case:{wish.case_id}",
        kind=kind,
        subject=_subject(wish, claim, kind),
        unit=wish.unit,
        unit_of_measure="item",
        happened_on=timezone.localdate(now),
        now=now,
        claimant=claimant_of(claim) if claim is not None else None,
        case_id=wish.case_id,
        step_id=step_id,
    )
    record(
        actor=actor,
        verb=f"wish.{verb}",
        obj=wish,
        now=now,
        case_id=wish.case_id,
        data={"claim": claim.pk} if claim is not None else {},
    )
