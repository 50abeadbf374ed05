"""Builds and reshapes the tree of organisation units."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Conflict, Invalid, WrongState
from core.people.models import Affiliation, Appointment, OrgUnit, UnitKind
from core.people.services.appointments import refresh_groups
from core.rights import require
from core.saving import Refusals, change, refuse_broken, save

REFUSALS: Refusals = {"slug": _("Another unit already has this code. Please choose a different one.")}
KIND_REFUSALS: Refusals = {"slug": _("Another kind of unit already has this code. Please choose a different one.")}


@transaction.atomic
def create_kind(
    *,
    actor: Actor,
    slug: str,
    name: dict[str, str],
    is_territorial: bool = False,
    is_organisation: bool = False,
    now: datetime,
) -> UnitKind:
    """Add a kind of unit. Raises: `NotAllowed`, `Conflict` when the code is taken."""
    require(actor, "core.add_unitkind")
    if UnitKind.objects.filter(pk=slug).exists():
        raise Conflict(KIND_REFUSALS["slug"], code="slug")
    kind = UnitKind(slug=slug, name=name, is_territorial=is_territorial, is_organisation=is_organisation)
    save(kind, refusals=KIND_REFUSALS)
    record(actor=actor, verb="unit_kind.created", obj=kind, now=now)
    return kind


@transaction.atomic
def create_unit(
    *, actor: Actor, parent: OrgUnit | None, slug: str, name: str, kind: UnitKind, now: datetime
) -> OrgUnit:
    """Add a unit below `parent`, or a root. Raises: `NotAllowed`, `Conflict` when the code is taken, `WrongState`
    when the parent is dissolved.
    """
    require(actor, "core.add_orgunit")
    unit = OrgUnit(slug=slug, name=name, kind=kind)
    refuse_broken(unit, REFUSALS)
    above = OrgUnit.objects.select_for_update().get(pk=parent.pk) if parent is not None else None
    if above is not None and not above.is_active:
        raise WrongState(_("The unit above is dissolved. Please choose the unit that took over."))
    try:
        with transaction.atomic():
            created: OrgUnit = OrgUnit.add_root(instance=unit) if above is None else above.add_child(instance=unit)
    except IntegrityError:
        refuse_broken(unit, REFUSALS)
        raise Conflict from None
    record(actor=actor, verb="unit.created", obj=created, now=now, data={"parent": parent.pk if parent else None})
    return created


@transaction.atomic
def change_unit(*, actor: Actor, unit: OrgUnit, changes: dict[str, Any], now: datetime) -> OrgUnit:
    """Change name, code, kind or activity. `changes`: field → new value. Raises: `NotAllowed`, `Conflict`."""
    require(actor, "core.change_orgunit")
    if changed := change(unit, changes, refusals=REFUSALS):
        record(actor=actor, verb="unit.changed", obj=unit, now=now, data={"fields": changed})
    return unit


@transaction.atomic
def merge_unit(*, actor: Actor, unit: OrgUnit, into: OrgUnit, now: datetime) -> OrgUnit:
    """Dissolve `unit`; `into` takes over the units below, teams, venues and open affiliations; appointments end.

    The dissolved unit stays for the record. Raises: `NotAllowed`, `WrongState` when one of them is dissolved already,
    `Invalid` when `into` is the unit itself or below it.
    """
    require(actor, "core.change_orgunit")
    units = {row.pk: row for row in OrgUnit.objects.select_for_update().filter(pk__in=[unit.pk, into.pk])}
    unit, into = units[unit.pk], units[into.pk]
    if not (unit.is_active and into.is_active):
        raise WrongState(_("One of the two units is dissolved already. Please reload the page."))
    if into.path.startswith(unit.path):
        raise Invalid(_("A unit cannot be merged into itself or into a unit below it."))
    unit.is_active, unit.merged_into = False, into
    unit.save(update_fields=["is_active", "merged_into"])
    _hand_over(unit, into, now)
    for child in OrgUnit.objects.filter(path__startswith=unit.path, depth=unit.depth + 1):
        child.move(OrgUnit.objects.get(pk=into.pk), pos="last-child")
    record(actor=actor, verb="unit.merged", obj=unit, now=now, data={"into": into.pk})
    unit.refresh_from_db()
    return unit


def _hand_over(unit: OrgUnit, into: OrgUnit, now: datetime) -> None:
    today = timezone.localdate(now)
    yesterday = today - timedelta(days=1)
    unit.teams.update(unit=into)
    unit.venues.update(unit=into)
    for row in unit.affiliations.filter(until__isnull=True):
        row.until = max(row.since, yesterday)
        row.save(update_fields=["until"])
        belongs = {"member": row.member, "unit": into, "relation": row.relation}
        if not Affiliation.objects.filter(**belongs, until__isnull=True).exists():
            Affiliation.objects.create(**belongs, since=today)
    for held in Appointment.objects.filter(unit=unit, until__isnull=True).select_related("member__user", "role__group"):
        held.until = max(held.since, yesterday)
        held.save(update_fields=["until"])
        refresh_groups(held.member, on=today)
