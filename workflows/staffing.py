"""Who could decide, unit by unit, by today's appointments: steps for which nobody is found, or only who is kept out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from core.people.models import Affiliation, Appointment, OrgUnit, Role
from core.people.selectors import in_force
from core.text import localised
from forms.problem import Problem
from workflows.kinds import KINDS
from workflows.tree import START, Step, Tree, assignees_of, branch_steps, props_of

Rules = Sequence[Mapping[str, Any]]


class _Staff:
    """Units, and who holds which role where on a day."""

    def __init__(self, on: date) -> None:
        self.units = {unit.path: unit for unit in OrgUnit.objects.filter(is_active=True).select_related("kind")}
        self.held: dict[tuple[str, str], set[int]] = {}
        rows = Appointment.objects.filter(in_force(on), member__is_active=True, member__user__is_active=True)
        for role, path, user_id in rows.values_list("role__slug", "unit__path", "member__user_id"):
            self.held.setdefault((role, path), set()).add(user_id)
        home = Affiliation.objects.filter(in_force(on), relation=Affiliation.Relation.HOME, member__is_active=True)
        self.lived_in = set(home.filter(member__user__is_active=True).values_list("unit__path", flat=True))

    def starting(self, start: Mapping[str, Any]) -> list[OrgUnit]:
        """Units in which somebody may start: of those roles, or at home there."""
        who = start.get("who")
        paths = {path for role, path in self.held if role in who} if isinstance(who, list) else self.lived_in
        found = [self.units[path] for path in sorted(paths) if path in self.units]
        is_chosen = "unit_from" in start
        return [unit for unit in found if not (is_chosen and unit.kind.is_organisation)]

    def holders(self, rules: Rules, unit: OrgUnit) -> set[int]:
        """Whoever the rules can find from the unit upwards."""
        found: set[int] = set()
        for rule in rules:
            ways = self._ways(unit, rule.get("level"))
            found |= {one for role in rule["roles"] for path in ways for one in self.held.get((role, path), ())}
        return found

    def _ways(self, unit: OrgUnit, level: str | None) -> list[str]:
        ends = range(len(unit.path), 0, -OrgUnit.steplen)
        ways = [unit.path[:end] for end in ends]
        known = [self.units[path].kind_id if path in self.units else None for path in ways]
        return ways[known.index(level) :] if level in known and level else ways


def staffing_problems(document: Any, on: date) -> list[Problem]:
    """Warnings with an example unit, since people are appointed later; `document` has the right shape.

    Only steps whose every rule is a role in the unit of the case are judged: of others nothing is known before a case.
    """
    tree = Tree(document)
    places = dict(_places(tree.root, "steps"))
    judged = {step_id: rules for step_id in places if (rules := _plain(tree.steps[step_id])) is not None}
    if not judged:
        return []
    staff = _Staff(on)
    units = staff.starting(tree.start)
    if isinstance(tree.start.get("who"), list):
        judged[START] = [{"rule": "role", "roles": tree.start["who"]}]
    return [
        replace(found, place=f"{place}.{found.place}")
        for step_id, place in places.items()
        if step_id in judged
        for found in _of_step(tree.steps[step_id], judged, staff, units)
    ]


def _places(steps: Sequence[Step], place: str) -> Iterator[tuple[str, str]]:
    """(id, place in the document) of all steps."""
    for index, step in enumerate(steps):
        here = f"{place}[{index}]"
        yield step["id"], here
        for number, inner in enumerate(branch_steps(step)):
            yield from _places(inner, f"{here}.branches[{number}].steps")


def _plain(step: Step) -> Rules | None:
    """The rules of a step, if each asks for a role in the unit of the case and nothing else stands in."""
    rules = assignees_of(step) if KINDS[step["kind"]].human else []
    is_plain = all(rule["rule"] == "role" and rule.get("unit", "case") == "case" for rule in rules)
    return rules if rules and is_plain and "when_nobody" not in props_of(step) else None


def _of_step(step: Step, judged: Mapping[str, Rules], staff: _Staff, units: Sequence[OrgUnit]) -> Iterator[Problem]:
    rules = judged[step["id"]]
    able = [(unit, staff.holders(rules, unit)) for unit in units]
    empty = [unit for unit, found in able if not found]
    if empty:
        params = {"name": _called(step), "unit": empty[0].name, "roles": _names(rules), "count": len(empty)}
        yield Problem("nobody_decides", "props.assignee", params, is_warning=True)
    for other in props_of(step).get("not_same_as") or ():
        same = [u for u, found in able if len(found) == 1 and found == staff.holders(judged.get(other, ()), u)]
        if same:
            params = {"name": _called(step), "other": other, "unit": same[0].name, "count": len(same)}
            yield Problem("nobody_apart", "props.not_same_as", params, is_warning=True)


def _called(step: Step) -> str:
    return localised(step.get("name")) or str(step["id"])


def _names(rules: Rules) -> str:
    wanted = list(dict.fromkeys(role for rule in rules for role in rule["roles"]))
    names = {role.slug: localised(role.name) for role in Role.objects.filter(slug__in=wanted)}
    return " / ".join(names.get(slug, slug) for slug in wanted)
