"""Whoever holds a role in a unit, walking up the tree where nobody does."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.people.models import Appointment, OrgUnit
from core.people.selectors import in_force, lineage, successor
from workflows.assignees.answered import unit_answered
from workflows.assignees.found import Asked, Found, HeldRole, Why, rule

Row = tuple[str, str, bool, int]  # of an appointment: role, path of its unit, whether it counts below, login


def role_in(case_unit: OrgUnit, wanted: Mapping[str, Any], asked: Asked) -> Found:
    """The first unit, from the wanted one upwards, in which somebody who is not excluded holds one of the roles.

    Units in which `asked.above` himself holds one of them are passed over.
    """
    units = lineage(case_unit)
    level = wanted.get("level")
    first = next((index for index, unit in enumerate(units) if level and unit.kind_id == level), 0)
    ways = units[first:]
    held = _held(list(wanted["roles"]), units, asked.on)
    for index, unit in enumerate(ways):
        found = {}
        is_own = any(user == asked.above and _reaches(path, below, unit) for _role, path, below, user in held)
        for role in [] if is_own else wanted["roles"]:
            here = [
                user_id for held_role, path, below, user_id in held if held_role == role and _reaches(path, below, unit)
            ]
            others = list(dict.fromkeys(user_id for user_id in here if user_id not in asked.excluded))
            if others:
                is_mixed = any(user_id in asked.excluded for user_id in here)
                found[role] = HeldRole(f"role:{role}@{unit.pk}", others, is_mixed)
        if found:
            why: Why = {"code": "role" if index == 0 else "role_up", "roles": list(found), "unit": unit.pk}
            why |= _from_above(unit, units, [row for row in held if row[0] in found and row[3] not in asked.excluded])
            return Found(why if index == 0 else {**why, "vacant": ways[0].pk}, roles=list(found.values()))
    return Found({"code": "nobody", "roles": list(wanted["roles"]), "unit": ways[0].pk})


def _from_above(unit: OrgUnit, units: list[OrgUnit], held: Sequence[Row]) -> Why:
    """{"home": where they are appointed} when all whom an appointment brings to `unit` hold it in a unit above."""
    paths = [path for _role, path, below, _user in held if _reaches(path, below, unit)]
    home = next((one.pk for one in units if one.path == paths[0]), None) if paths else None
    return {"home": home} if home is not None and unit.path not in paths else {}


def _reaches(path: str, below: bool, unit: OrgUnit) -> bool:
    """Whether an appointment in the unit with this path counts in `unit`."""
    return path == unit.path or (below and unit.path.startswith(path))


def _held(roles: list[str], units: list[OrgUnit], on: date) -> list[Row]:
    rows = Appointment.objects.filter(
        in_force(on),
        role__slug__in=roles,
        unit__in=[unit.pk for unit in units],
        member__is_active=True,
        member__user__is_active=True,
    ).order_by("since", "pk")
    return list(rows.values_list("role__slug", "unit__path", "include_children", "member__user_id"))


@rule("role")
def role_in_unit(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever holds one of the roles in the unit of the case, or next above it."""
    unit = asked.case.unit
    if wanted.get("unit", "case") != "case":
        unit = unit_answered(wanted["unit"], asked.case) or unit
    return role_in(successor(unit), wanted, asked)


@rule("field")
def chosen_in_form(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever holds one of the roles in the unit that somebody chose in a form."""
    return role_in(successor(unit_answered(wanted["field"], asked.case) or asked.case.unit), wanted, asked)
