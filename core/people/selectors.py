"""Reads people, units, teams and what follows from appointments: who holds a role, and for whom a login may act."""

from collections.abc import Container, Iterable, Set
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Count, Q, QuerySet

from core.people.models import Affiliation, Appointment, OrgUnit, Team, TeamMembership, User

ClaimantKind = Literal["person", "team", "organisation"]
TeamAlert = Literal["below_minimum", "vacant_head", "no_deputy"]
SEPARATOR = " · "
KEY_FAMILIES = ("user", "role", "claim", "for")  # the words before the colon of a key


@dataclass(frozen=True)
class Claimant:
    """Who takes something on: a member, a team or an organisation unit, by primary key."""

    kind: ClaimantKind
    pk: int
    name: str


def in_force(on: date) -> Q:
    """Rows with `since` and `until` that count on this day, both days included."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))


def subtree_ids(unit_id: int) -> list[int]:
    """Primary keys of the unit and of all units below; [] for an unknown one."""
    path = OrgUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first()
    if path is None:
        return []
    return list(OrgUnit.objects.filter(path__startswith=path).order_by("path").values_list("pk", flat=True))


def lineage(unit: OrgUnit) -> list[OrgUnit]:
    """The unit itself, then its parents up to the root."""
    return list(OrgUnit.objects.filter(path__in=_paths_up(unit.path)).order_by("-depth"))


def unit_path_name(unit: OrgUnit) -> str:
    """The unit's name after those of its parents, without the root: 岳阳街道 · 方塔社区."""
    return unit_path_names([unit])[unit.pk]


def unit_path_names(units: Iterable[OrgUnit]) -> dict[int, str]:
    """Primary key → `unit_path_name`, with one query for all."""
    wanted = list(units)
    paths = {path for unit in wanted for path in _paths_up(unit.path)}
    names = dict(OrgUnit.objects.filter(path__in=paths).values_list("path", "name"))
    shown: dict[int, str] = {}
    for unit in wanted:
        parts = [names[path] for path in reversed(_paths_up(unit.path)) if path in names]
        shown[unit.pk] = SEPARATOR.join(parts[1:] or parts)
    return shown


def successor(unit: OrgUnit) -> OrgUnit:
    """The unit that answers for this one today: itself, or what it was merged into, followed to the end."""
    while unit.merged_into is not None:
        unit = unit.merged_into
    return unit


def holders(*, role: str, unit_id: int, on: date, up: bool = False) -> list[User]:
    """Active logins with an appointment to the role in exactly this unit that counts on the day, longest first.

    `up`: also appointments to a unit above that include the units below.
    """
    where = Q(unit_id=unit_id)
    if up:
        path = OrgUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first() or ""
        where |= Q(include_children=True, unit__path__in=_paths_up(path))
    held = Appointment.objects.filter(
        where & in_force(on), role__slug=role, member__is_active=True, member__user__is_active=True
    ).select_related("member__user")
    users = dict.fromkeys(row.member.user for row in held.order_by("since", "pk"))
    return [user for user in users if user is not None]


def candidate_keys(
    user: User, *, on: date, families: Container[str] = KEY_FAMILIES, wanted: Set[str] = frozenset()
) -> list[str]:
    """Keys of the tasks that may come to the login: what it is itself, its roles, and what it may claim for.

    `user:5`; `role:grid_worker@12` for the unit of each appointment and, when that includes them, for the units below;
    `claim:organisation@3`, `claim:team@3`, `claim:person@3` for every unit from the claimant's own up to the root;
    `for:organisation@3`, `for:team@3` for those it acts for themselves. A unit stands also for what merged into it.
    `families`: only keys that begin with these words are wanted, which saves asking for the others; `wanted`: where
    an appointment itself gives one of these, its other units are not asked for.
    """
    if not user.is_active:
        return []
    keys = [f"user:{user.pk}"] if "user" in families else []
    if "role" in families:
        keys += _role_keys(user, on, wanted)
    if "claim" in families:
        for kind, paths in _claim_paths(user, on).items():
            keys += [f"claim:{kind}@{pk}" for pk in _ids_up(paths)]
    if "for" in families:
        represented = _with_merged(_represented(user, on).order_by("pk").values_list("pk", flat=True))
        keys += [f"for:organisation@{pk}" for pk in represented]
        keys += [f"for:team@{pk}" for pk in _led_teams(user, on).order_by("pk").values_list("pk", flat=True)]
    return keys


def units_answered_for(user: User, *, on: date) -> list[int]:
    """Primary keys of the units in which the login holds an appointment, of all below, and of what merged into them."""
    held = Appointment.objects.filter(in_force(on), member__user=user, member__is_active=True)
    below = Q(pk__in=[])
    for path in held.values_list("unit__path", flat=True).distinct():
        below |= Q(path__startswith=path)
    return _with_merged(OrgUnit.objects.filter(below).order_by("path").values_list("pk", flat=True))


def claimants_for(user: User, *, kinds: list[str], scope_unit_id: int, on: date) -> list[Claimant]:
    """For whom of these kinds the login may act, inside the scope unit's subtree; by kind, then name."""
    scope = OrgUnit.objects.filter(pk=scope_unit_id).values_list("path", flat=True).first()
    if scope is None or not user.is_active:
        return []
    found: list[Claimant] = []
    if "person" in kinds:
        homes = _belonging(user, on).filter(unit__path__startswith=scope).select_related("member")
        found += {row.member_id: Claimant("person", row.member_id, row.member.name) for row in homes}.values()
    if "team" in kinds:
        led = _led_teams(user, on).filter(unit__path__startswith=scope).order_by("name", "pk")
        found += [Claimant("team", team.pk, team.name) for team in led]
    if "organisation" in kinds:
        represented = _represented(user, on).filter(path__startswith=scope).order_by("name", "pk")
        found += [Claimant("organisation", unit.pk, unit.name) for unit in represented]
    return found


def may_act_for(user: User, claimant: Claimant, *, on: date) -> bool:
    """Whether the login may act for this claimant: the member himself, head or deputy, or representative."""
    if not user.is_active:
        return False
    if claimant.kind == "person":
        return _belonging(user, on).filter(member_id=claimant.pk).exists()
    if claimant.kind == "team":
        return _led_teams(user, on).filter(pk=claimant.pk).exists()
    return claimant.pk in _with_merged(_represented(user, on).values_list("pk", flat=True))


def _paths_up(path: str) -> list[str]:
    """The tree paths of a unit and its parents, itself first."""
    return [path[:end] for end in range(len(path), 0, -OrgUnit.steplen)]


def _ids_up(paths: Iterable[str]) -> list[int]:
    wanted = {up for path in paths for up in _paths_up(path)}
    return _with_merged(OrgUnit.objects.filter(path__in=wanted).order_by("path").values_list("pk", flat=True))


def _with_merged(unit_ids: Iterable[int]) -> list[int]:
    """The units and all that were merged into them, whose open work they took over."""
    found = dict.fromkeys(unit_ids)
    newest = list(found)
    while newest:
        merged = OrgUnit.objects.filter(merged_into__in=newest).order_by("pk").values_list("pk", flat=True)
        newest = [pk for pk in merged if pk not in found]
        found.update(dict.fromkeys(newest))
    return list(found)


def _role_keys(user: User, on: date, wanted: Set[str]) -> list[str]:
    held = Appointment.objects.filter(in_force(on), member__user=user, member__is_active=True)
    rows = held.values_list("role__slug", "unit_id", "unit__path", "include_children").order_by("pk")
    keys: dict[str, None] = {f"role:{role}@{unit_id}": None for role, unit_id, _path, _below in rows}
    if not wanted.isdisjoint(keys):
        return list(keys)
    for role, unit_id, path, below in rows:
        below_it = OrgUnit.objects.filter(path__startswith=path).order_by("path").values_list("pk", flat=True)
        units = _with_merged(below_it if below else [unit_id])
        keys.update(dict.fromkeys(f"role:{role}@{pk}" for pk in units))
    return list(keys)


def _claim_paths(user: User, on: date) -> dict[str, list[str]]:
    return {
        "organisation": list(_represented(user, on).values_list("path", flat=True)),
        "team": list(_led_teams(user, on).values_list("unit__path", flat=True)),
        "person": list(_belonging(user, on).values_list("unit__path", flat=True)),
    }


def _represented(user: User, on: date) -> QuerySet[OrgUnit]:
    held = Appointment.objects.filter(in_force(on), member__user=user, member__is_active=True, role__represents=True)
    units: QuerySet[OrgUnit] = OrgUnit.objects.filter(
        pk__in=held.values("unit_id"), is_active=True, kind__is_organisation=True
    )
    return units


def _led_teams(user: User, on: date) -> QuerySet[Team]:
    led = TeamMembership.objects.filter(
        in_force(on), member__user=user, member__is_active=True, position__in=["head", "deputy"]
    )
    return Team.objects.filter(pk__in=led.values("team_id"), is_active=True)


def _belonging(user: User, on: date) -> QuerySet[Affiliation]:
    relations = [Affiliation.Relation.HOME, Affiliation.Relation.REPORTED_IN]
    return Affiliation.objects.filter(
        in_force(on), member__user=user, member__is_active=True, relation__in=relations, unit__is_active=True
    ).order_by("since", "pk")


def teams_with_health(*, on: date) -> QuerySet[Team]:
    """All teams, each with its `strength`, `heads` and `deputies` on the day, for `team_alerts`."""
    counted = Q(memberships__since__lte=on) & (Q(memberships__until__isnull=True) | Q(memberships__until__gte=on))
    return Team.objects.select_related("unit").annotate(
        strength=Count("memberships", filter=counted),
        heads=Count("memberships", filter=counted & Q(memberships__position="head")),
        deputies=Count("memberships", filter=counted & Q(memberships__position="deputy")),
    )


def team_alerts(*, strength: int, heads: int, deputies: int, min_strength: int) -> list[TeamAlert]:
    """What is wrong with a team: too few members, no head, no deputy."""
    alerts: list[TeamAlert] = []
    if strength < min_strength:
        alerts.append("below_minimum")
    if not heads:
        alerts.append("vacant_head")
    if not deputies:
        alerts.append("no_deputy")
    return alerts
