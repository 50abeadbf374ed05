"""Keeps the roles that appointments give; a role brings at most one desk group."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.people.models import Appointment, Role
from core.people.services.appointments import refresh_groups
from core.rights import require, require_every_right_of
from core.saving import Refusals, change, save

REFUSALS: Refusals = {
    "slug": _("Another role already has this code. Please choose a different one."),
    "group": _("This desk group already belongs to another role. Please choose a different one."),
}


@transaction.atomic
def create_role(
    *,
    actor: Actor,
    slug: str,
    name: dict[str, str],
    represents: bool = False,
    welcome: dict[str, str] | None = None,
    group: Group | None = None,
    now: datetime,
) -> Role:
    """Add a role. Raises: `NotAllowed` also when its group may do more than the actor, `Conflict`."""
    require(actor, "core.add_role")
    if group is not None:
        require_every_right_of(actor, [group])
    role = Role(slug=slug, name=name, represents=represents, welcome=welcome or {}, group=group)
    save(role, refusals=REFUSALS)
    record(actor=actor, verb="role.created", obj=role, now=now)
    return role


@transaction.atomic
def change_role(*, actor: Actor, role: Role, changes: dict[str, Any], now: datetime) -> Role:
    """Change a role; with a new group, its holders leave the old group and join the new one. Raises: as above."""
    require(actor, "core.change_role")
    before = Role.objects.select_related("group").get(pk=role.pk).group
    if changes.get("group") is not None:
        require_every_right_of(actor, [changes["group"]])
    if changed := change(role, changes, refusals=REFUSALS):
        record(actor=actor, verb="role.changed", obj=role, now=now, data={"fields": changed})
    if "group" in changed:
        for held in Appointment.objects.filter(role=role).select_related("member__user").order_by("member_id"):
            if before is not None and held.member.user is not None:
                held.member.user.groups.remove(before)
            refresh_groups(held.member, on=timezone.localdate(now))
    return role
