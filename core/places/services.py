"""Keeps the venues, and records when one of them was lent."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import WrongState
from core.ledger import services as ledger
from core.ledger.kinds import ledger_kind
from core.ledger.models import LedgerEntry
from core.people.models import OrgUnit
from core.people.selectors import Claimant
from core.places.models import Venue
from core.rights import require
from core.saving import Refusals, change, save

SESSION = ledger_kind("venue.session")
REFUSALS: Refusals = {"slug": _("Another venue already has this code. Please choose a different one.")}


@transaction.atomic
def create_venue(
    *,
    actor: Actor,
    slug: str,
    name: str,
    unit: OrgUnit,
    tier: str = "",
    address: str = "",
    opening_hours: str = "",
    facilities: list[str] | None = None,
    now: datetime,
) -> Venue:
    """Add a venue of a unit. Raises: `NotAllowed`, `Conflict` when the code is taken."""
    require(actor, "core.add_venue")
    venue = Venue(slug=slug, name=name, unit=unit, tier=tier, address=address, opening_hours=opening_hours)
    venue.facilities = facilities or []
    save(venue, refusals=REFUSALS)
    record(actor=actor, verb="venue.created", obj=venue, now=now, data={"unit": unit.pk})
    return venue


@transaction.atomic
def change_venue(*, actor: Actor, venue: Venue, changes: dict[str, Any], now: datetime) -> Venue:
    """Change a venue. `changes`: field → new value. Raises: `NotAllowed`, `Conflict`."""
    require(actor, "core.change_venue")
    if changed := change(venue, changes, refusals=REFUSALS):
        record(actor=actor, verb="venue.changed", obj=venue, now=now, data={"fields": changed})
    return venue


@transaction.atomic
def record_loan(
    *, actor: Actor, unit: OrgUnit, day: date, case_id: int, step_id: str, claimant: Claimant | None, now: datetime
) -> LedgerEntry:
    """Note in the ledger, once per case, that the venue of a service centre was lent for a session on `day`.

    `claimant`: the organisation that used it. Called by the flow when both sides have done their part.
    Raises: `WrongState` when the centre has no venue any more.
    """
    venue = Venue.objects.filter(unit=unit, is_active=True).order_by("pk").first()
    if venue is None:
        raise WrongState(_("This centre has no venue to lend at the moment. Please ask your administrator."))
    entry = ledger.post(
        source=f"case:{case_id}",
        kind=SESSION,
        subject=f"venue:{venue.pk}",
        unit=unit,
        unit_of_measure="session",
        happened_on=day,
        claimant=claimant,
        case_id=case_id,
        step_id=step_id,
        now=now,
    )
    record(actor=actor, verb="venue.lent", obj=venue, case_id=case_id, now=now, data={"entry": entry.pk})
    return entry
