"""Founds volunteer teams and keeps who belongs to them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.events import raise_event
from core.exceptions import WrongState
from core.people.models import Member, OrgUnit, Team, TeamMembership
from core.people.services.appointments import UNTIL_BEFORE_SINCE
from core.rights import require
from core.saving import Refusals, change, save

TEAM_REFUSALS: Refusals = {
    "slug": _("Another team already has this code. Please choose a different one."),
    "team_target_not_below_minimum": _("The target strength is below the minimum. Please correct one of the two."),
}
MEMBERSHIP_REFUSALS: Refusals = {
    "membership_one_open_organisational": _(
        "This member already belongs to a team. He leaves that team first, or joins this one for activities only."
    ),
    "membership_one_open_per_team": _("This member is already in this team."),
    "membership_one_open_head": _("This team already has a head. End that first, or choose deputy."),
    "membership_until_after_since": UNTIL_BEFORE_SINCE,
}


@transaction.atomic
def create_team(
    *,
    actor: Actor,
    slug: str,
    name: str,
    unit: OrgUnit,
    kinds: Sequence[str] = (),
    min_strength: int = 5,
    target_strength: int = 7,
    now: datetime,
) -> Team:
    """Found a team of a unit. Raises: `NotAllowed`, `Conflict` when the code is taken, `Invalid` strengths."""
    require(actor, "core.add_team")
    team = Team(
        slug=slug, name=name, unit=unit, kinds=list(kinds), min_strength=min_strength, target_strength=target_strength
    )
    save(team, refusals=TEAM_REFUSALS)
    record(actor=actor, verb="team.created", obj=team, now=now, data={"unit": unit.pk})
    return team


@transaction.atomic
def change_team(*, actor: Actor, team: Team, changes: dict[str, Any], now: datetime) -> Team:
    """Change a team's own data. `changes`: field → new value. Raises: `NotAllowed`, `Conflict`, `Invalid`."""
    require(actor, "core.change_team")
    if changed := change(team, changes, refusals=TEAM_REFUSALS):
        record(actor=actor, verb="team.changed", obj=team, now=now, data={"fields": changed})
    return team


@transaction.atomic
def join_team(
    *,
    actor: Actor,
    team: Team,
    member: Member,
    relation: str,
    position: str = TeamMembership.Position.MEMBER,
    since: date,
    now: datetime,
) -> TeamMembership:
    """Put a member into a team: `organisational` (one at a time) or `activity`, as `head`, `deputy` or `member`.

    Raises: `NotAllowed`, `Conflict` for a second organisational team, head or membership, `WrongState` when the team
    or the member is no longer active.
    """
    require(actor, "core.add_teammembership")
    if not (team.is_active and member.is_active):
        raise WrongState(_("This team or this member is no longer active."))
    row = TeamMembership(team=team, member=member, relation=relation, position=position, since=since)
    save(row, refusals=MEMBERSHIP_REFUSALS)
    record(actor=actor, verb="team.joined", obj=row, now=now, data={"team": team.pk, "member": member.pk})
    if not actor.system:
        raise_event("team.joined", occurrence=row.pk, values={"member": member.pk, "team": team.pk}, now=now)
    return row


@transaction.atomic
def change_membership(*, actor: Actor, membership: TeamMembership, position: str, now: datetime) -> TeamMembership:
    """Make a team member head, deputy or member. Raises: `NotAllowed`, `Conflict` when the team has a head."""
    require(actor, "core.change_teammembership")
    if change(membership, {"position": position}, refusals=MEMBERSHIP_REFUSALS):
        record(actor=actor, verb="team.position_changed", obj=membership, now=now, data={"position": position})
    return membership


@transaction.atomic
def leave_team(*, actor: Actor, membership: TeamMembership, until: date, now: datetime) -> TeamMembership:
    """Let a membership end with this day. Raises: `NotAllowed`, `WrongState` when it has ended, `Invalid`."""
    require(actor, "core.change_teammembership")
    row = TeamMembership.objects.select_for_update().get(pk=membership.pk)
    if row.until is not None:
        raise WrongState(_("This membership has ended already."))
    row.until = until
    save(row, refusals=MEMBERSHIP_REFUSALS, fields=["until"])
    record(actor=actor, verb="team.left", obj=row, now=now, data={"team": row.team_id, "member": row.member_id})
    return row
