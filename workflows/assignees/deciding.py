"""Whom the task of a step goes to: what its rules find put together, and what happens when they find nobody."""

from typing import Any

from django.utils.timezone import localdate

from core.people.models import OrgUnit
from core.people.selectors import lineage, successor
from workflows.assignees.administrators import administrators
from workflows.assignees.found import ADMINS, RULES, Asked, Assigned, Found
from workflows.assignees.separation import excluded_users
from workflows.models import Case
from workflows.tree import Step, assignees_of, props_of


def for_step(step: Step, case: Case) -> Assigned:
    """Whom the task of a step goes to; never nobody."""
    asked = Asked(case, excluded_users(step, case), localdate(case.run.now))
    if step["kind"] == "claim":
        return _pool(step, case)
    parts = [RULES[one["rule"]](one, asked) for one in assignees_of(step)]
    return merged(parts, asked)


def signers(step: Step, case: Case) -> list[Assigned]:
    """One entry per person who decides together at a step; administrators fill up what a quorum lacks."""
    asked = Asked(case, excluded_users(step, case), localdate(case.run.now))
    parts = [RULES[one["rule"]](one, asked) for one in assignees_of(step)]
    found: dict[Any, Assigned] = {}
    for part in parts:
        persons = [*part.users, *(user_id for held in part.roles for user_id in held.users)]
        for user_id in persons:
            found.setdefault(user_id, Assigned(owner_id=user_id, why=part.why))
        if part.keys:
            found.setdefault(tuple(part.keys), Assigned(keys=tuple(part.keys), why=part.why))
    props = props_of(step)
    needed = props.get("need", 1) if props.get("mode") == "quorum" or step["kind"] == "score" else 1
    return [*found.values(), *[_nobody(parts, asked)] * (needed - len(found))]


def nobody(step: Step, case: Case, barred: frozenset[int]) -> Assigned:
    """The administrators who are not barred, for a step at which nobody else is left."""
    asked = Asked(case, barred, localdate(case.run.now))
    return _nobody([RULES[one["rule"]](one, asked) for one in assignees_of(step)], asked)


def _pool(step: Step, case: Case) -> Assigned:
    """A claim is open to everybody of the kinds inside the scope."""
    unit = scope_unit(step, case)
    keys = tuple(f"claim:{kind}@{unit.pk}" for kind in props_of(step)["claimants"])
    return Assigned(keys=keys, why={"code": "pool", "kinds": list(props_of(step)["claimants"]), "unit": unit.pk})


def scope_unit(step: Step, case: Case) -> OrgUnit:
    """The unit inside which somebody must belong to claim: that of the case at the wanted level, else its own."""
    level = (props_of(step).get("scope") or {}).get("level")
    units = lineage(successor(case.unit))
    return next((unit for unit in units if level and unit.kind_id == level), units[0])


def merged(parts: list[Found], asked: Asked) -> Assigned:
    """What several rules found, as one; never nobody."""
    found = [part for part in parts if not part.is_empty()]
    if not found:
        return _nobody(parts, asked)
    why = found[0].why
    users = list(dict.fromkeys(user_id for part in found for user_id in part.users))
    keys: list[str] = []
    for part in found:
        for held in part.roles:
            # The role itself follows appointments; where it would admit somebody excluded, the others are named.
            keys += [f"user:{one}" for one in held.users] if held.is_mixed else [held.key]
        keys += part.keys
    if len(users) == 1 and not keys:
        return Assigned(owner_id=users[0], why=why)
    keys += [f"user:{user_id}" for user_id in users]
    return Assigned(keys=tuple(dict.fromkeys(keys)), why=why)


def _nobody(parts: list[Found], asked: Asked) -> Assigned:
    """Nobody up the tree: the administrators get it, so that no task is ever skipped or lost."""
    why = {**(parts[0].why if parts else {}), "code": "nobody"}
    found = list(administrators(asked.on).order_by("pk").values_list("pk", flat=True))
    others = [f"user:{pk}" for pk in found if pk not in asked.excluded]
    is_mixed = 0 < len(others) < len(found)
    return Assigned(keys=tuple(others) if is_mixed else (ADMINS,), why=why)
