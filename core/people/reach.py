"""Whose names a signed-in person may choose from: the people and teams of the units and teams that he belongs to."""

from datetime import date
from typing import Any, Literal

from django.db.models import OuterRef, Q, QuerySet, Subquery

from core.people.models import Affiliation, Appointment, Member, OrgUnit, Team, TeamMembership, User
from core.people.selectors import in_force

Reach = Literal["own", "led", "any"]
REACHES: tuple[Reach, ...] = ("own", "led", "any")
LEADING = (TeamMembership.Position.HEAD, TeamMembership.Position.DEPUTY)


def members_within(user: User | None, *, reach: Reach, on: date) -> QuerySet[Any]:  # Any: a member with `home`
    """Active members by unit, then name, each with the `home` unit's name; nobody for who has no member of his own.

    `own`: himself, those at home in or reported in to his units and below, and the members of his teams. `led`:
    himself, and those of the units in which he holds an appointment and of the teams that he leads. Names are
    personal: there is no reach over the whole programme, and `any` counts as `own`.
    """
    home = Affiliation.objects.filter(in_force(on), member=OuterRef("pk"), relation="home").order_by("-since", "-pk")
    active = Member.objects.filter(is_active=True).annotate(
        home=Subquery(home.values("unit__name")[:1]), home_path=Subquery(home.values("unit__path")[:1])
    )
    if user is None or not user.is_active or not active.filter(user=user).exists():
        return active.none()
    belonging = Affiliation.objects.filter(
        _below(_paths(user, reach, on)), in_force(on), relation__in=["home", "reported_in"]
    )
    fellows = TeamMembership.objects.filter(in_force(on), team__in=_teams(user, reach, on))
    within = Q(user=user) | Q(pk__in=belonging.values("member")) | Q(pk__in=fellows.values("member"))
    return active.filter(within).order_by("home_path", "name", "pk")


def teams_within(user: User | None, *, reach: Reach, on: date) -> QuerySet[Team]:
    """Active teams by unit, then name. `own` and `led` as for members; `any`: every team, for a team is no person."""
    teams = Team.objects.filter(is_active=True).select_related("unit").order_by("unit__path", "name", "pk")
    if user is None or not user.is_active:
        return teams.none()
    if reach == "any":
        return teams
    units = OrgUnit.objects.filter(_below(_paths(user, reach, on), "path"))
    return teams.filter(Q(unit__in=units) | Q(pk__in=_teams(user, reach, on)))


def _paths(user: User, reach: Reach, on: date) -> list[tuple[str, bool]]:
    """(path, with the units below) of the units that count for the person.

    A home at the root counts alone: whoever works for the district would otherwise read the names of everybody.
    """
    rows = Appointment.objects.filter(in_force(on), member__user=user, member__is_active=True)
    found = [(path, True) for path in rows.values_list("unit__path", flat=True)]
    if reach != "led":
        homes = Affiliation.objects.filter(in_force(on), member__user=user, relation="home")
        found += [(path, depth > 1) for path, depth in homes.values_list("unit__path", "unit__depth")]
    return found


def _below(paths: list[tuple[str, bool]], name: str = "unit__path") -> Q:
    where = Q(pk__in=[])
    for path, with_below in paths:
        where |= Q(**{f"{name}__startswith" if with_below else name: path})
    return where


def _teams(user: User, reach: Reach, on: date) -> list[int]:
    rows = TeamMembership.objects.filter(in_force(on), member__user=user, team__is_active=True)
    if reach == "led":
        rows = rows.filter(position__in=LEADING)
    return list(rows.values_list("team_id", flat=True))
