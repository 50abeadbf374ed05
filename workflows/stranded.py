"""Which open tasks nobody can do any more: their owner left, or nobody holds one of their keys today.

A handful of queries however many tasks there are: what counts is how many different keys are in use.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from viewflow.workflow.status import STATUS

from core.people.models import Appointment, OrgUnit, TeamMembership, User
from core.people.selectors import in_force
from workflows.assignees import ADMINS, administrators
from workflows.models import OPEN_HUMAN, Task, TaskCandidate

BY_ROLE = ("role", "role_up")  # reasons of a task that came to its owner because of an appointment
GONE = Q(owner__is_active=False) | Q(owner__member__is_active=False)


def stranded_tasks(on: date) -> QuerySet[Task]:
    """Open human tasks of running cases that nobody can do on this day."""
    keys = list(TaskCandidate.objects.values_list("key", flat=True).distinct())
    dead = dead_keys(keys, on)
    alive = TaskCandidate.objects.exclude(key__in=dead).values("task_id")
    in_vain = Task.objects.filter(OPEN_HUMAN, status=STATUS.NEW, owner=None).exclude(pk__in=alive).values("pk")
    where = Q(pk__in=_owned_in_vain(on))
    if dead or Task.objects.filter(OPEN_HUMAN, status=STATUS.NEW, owner=None, candidates=None).exists():
        where |= Q(pk__in=in_vain)
    return Task.objects.filter(where)


def _owned_in_vain(on: date) -> list[int]:
    """Tasks whose owner left, or lost the appointment for which he got them."""
    owned = Task.objects.filter(OPEN_HUMAN, owner__isnull=False)
    found = list(owned.filter(GONE).values_list("pk", flat=True))
    by_role = owned.filter(why__code__in=BY_ROLE).exclude(GONE).values_list("pk", "owner_id", "why")
    rows = list(by_role)
    if not rows:
        return found
    holders = _Holders({role for _pk, _owner, why in rows for role in why.get("roles", [])}, on)
    for pk, owner_id, why in rows:
        held = {user for role in why.get("roles", []) for user in holders.of(role, int(why.get("unit", 0)))}
        if owner_id not in held:
            found.append(pk)
    return found


def dead_keys(keys: Iterable[str], on: date) -> list[str]:
    """Those of the keys that no active login holds; a guest's code and an open pool never count as dead."""
    parsed = [(key, *_parts(key)) for key in keys]
    users = _active([pk for _key, kind, _name, pk in parsed if kind == "user"])
    holders = _Holders({name for _key, kind, name, _pk in parsed if kind == "role"}, on)
    teams = _led_teams([pk for _key, kind, name, pk in parsed if (kind, name) == ("for", "team")], on)
    dead = []
    for key, kind, name, pk in parsed:
        if kind == ADMINS:
            is_alive = administrators(on).exists()
        elif kind == "user":
            is_alive = pk in users
        elif kind == "role":
            is_alive = bool(holders.of(name, pk))
        elif kind == "for":
            is_alive = pk in teams if name == "team" else holders.represent(pk)
        else:
            is_alive = True
        if not is_alive:
            dead.append(key)
    return dead


def _parts(key: str) -> tuple[str, str, int]:
    """(kind, name, primary key) of `role:grid_worker@12`, `for:team@3` or `user:5`."""
    kind, _colon, rest = key.partition(":")
    name, _at, number = rest.rpartition("@")
    return kind, name, int(number) if number.isdecimal() else 0


def _active(ids: list[int]) -> set[int]:
    there = User.objects.filter(pk__in=ids, is_active=True).exclude(member__is_active=False)
    return set(there.values_list("pk", flat=True)) if ids else set()


def _led_teams(ids: list[int], on: date) -> set[int]:
    led = TeamMembership.objects.filter(in_force(on), team__in=ids, position__in=["head", "deputy"])
    there = led.filter(member__is_active=True, member__user__is_active=True)
    return set(there.values_list("team_id", flat=True)) if ids else set()


class _Holders:
    """Who holds which role where, read once."""

    def __init__(self, roles: set[str], on: date) -> None:
        rows = Appointment.objects.filter(in_force(on), member__is_active=True, member__user__is_active=True)
        rows = rows.filter(Q(role__slug__in=roles) | Q(role__represents=True))
        names = ("role__slug", "unit_id", "unit__path", "include_children", "member__user_id", "role__represents")
        self.held: dict[str, list[tuple[Any, ...]]] = {}
        self.represented: set[int] = set()
        for slug, unit_id, path, below, user_id, represents in rows.values_list(*names):
            self.held.setdefault(slug, []).append((unit_id, path, below, user_id))
            if represents:
                self.represented.add(unit_id)
        self.units: dict[int, tuple[str, int | None]] = {
            pk: (path, into) for pk, path, into in OrgUnit.objects.values_list("pk", "path", "merged_into_id")
        }

    def _today(self, unit_id: int) -> int:
        """What the unit was merged into, followed to the end."""
        while (into := self.units.get(unit_id, ("", None))[1]) is not None:
            unit_id = into
        return unit_id

    def of(self, role: str, unit_id: int) -> list[int]:
        """Logins that hold the role in the unit, or above it with the units below."""
        unit_id = self._today(unit_id)
        path = self.units.get(unit_id, ("", None))[0]
        return [
            user
            for held_in, above, below, user in self.held.get(role, [])
            if held_in == unit_id or (below and path.startswith(above))
        ]

    def represent(self, unit_id: int) -> bool:
        """Whether somebody acts for the organisation."""
        return self._today(unit_id) in self.represented
