"""The rules that name persons: who started, holds the code, claimed, was chosen in a form or heads a team."""

from collections.abc import Mapping
from typing import Any

from core.people.models import Member, OrgUnit, Team, TeamMembership, User
from core.people.selectors import in_force, successor
from workflows.assignees.answered import key_answered
from workflows.assignees.behind import persons_behind
from workflows.assignees.found import Asked, Found, rule
from workflows.assignees.roles import role_in
from workflows.claims import standing
from workflows.models import GuestAccess


@rule("starter")
def whoever_started(_wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever started the case, with or without a login."""
    found = Found({"code": "starter"})
    starter = _active_starter(asked)
    if starter is not None:
        found.users.append(starter)
    elif GuestAccess.objects.filter(case=asked.case).exists():
        found.keys.append(f"guest:{asked.case.pk}")
    return found


@rule("guest")
def holder_of_the_code(_wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever holds the status code; and the starter, if he has a login."""
    found = Found({"code": "guest"})
    if GuestAccess.objects.filter(case=asked.case).exists():
        found.keys.append(f"guest:{asked.case.pk}")
    starter = _active_starter(asked)
    if starter is not None:
        found.keys.append(f"user:{starter}")
    return found


def _active_starter(asked: Asked) -> int | None:
    """The starter's login, unless he has left or must not act here."""
    starter = asked.case.starter_id
    if starter is None or starter in asked.excluded:
        return None
    there = User.objects.filter(pk=starter, is_active=True).exclude(member__is_active=False)
    return starter if there.exists() else None


@rule("claimant")
def whoever_claimed(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever claimed at the named step: each member, or those who act for the team or organisation on any day."""
    found = Found({"code": "claimant", "step": wanted["step"]})
    for row in reversed(standing(asked.case, wanted["step"])):
        users = [user.pk for user in persons_behind([row.key], asked.on) if user.pk not in asked.excluded]
        if row.kind == "person":
            found.users += users
        elif users:
            found.keys.append(row.key)
    return found


@rule("member")
def chosen_member(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """The login of the member that somebody chose in a form."""
    found = Found({"code": "member", "unit": asked.case.unit_id})
    chosen = Member.objects.filter(pk=key_answered(wanted["field"], asked.case), is_active=True, user__is_active=True)
    found.users += [pk for pk in chosen.values_list("user_id", flat=True) if pk not in asked.excluded]
    return found


@rule("team_head")
def head_of_chosen_team(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """The head of the team that somebody chose, else its deputies, else whoever holds one of the roles up the tree."""
    team = Team.objects.select_related("unit").filter(pk=key_answered(wanted["field"], asked.case)).first()
    if team is None:
        return _up_from(asked.case.unit, wanted, asked)
    for position in (TeamMembership.Position.HEAD, TeamMembership.Position.DEPUTY):
        rows = TeamMembership.objects.filter(
            in_force(asked.on), team=team, position=position, member__is_active=True, member__user__is_active=True
        )
        found = list(rows.order_by("since", "pk").values_list("member__user_id", flat=True))
        users = [user_id for user_id in found if user_id not in asked.excluded]
        if asked.above in found:
            break
        if users:
            return Found({"code": f"team_{position}", "team": team.pk}, users=users)
    higher = _up_from(team.unit, wanted, asked)
    if not higher.is_empty():
        higher.why = {**higher.why, "code": "team_up", "team": team.pk}
    return higher


def _up_from(unit: OrgUnit, wanted: Mapping[str, Any], asked: Asked) -> Found:
    unit = successor(unit)
    if not wanted.get("roles"):
        return Found({"code": "nobody", "unit": unit.pk})
    return role_in(unit, wanted, asked)


@rule("user")
def one_login(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """One login by its primary key; for tests and rehearsals."""
    found = Found({"code": "user"})
    active = User.objects.filter(pk=wanted["user"], is_active=True)
    found.users += [pk for pk in active.values_list("pk", flat=True) if pk not in asked.excluded]
    return found
