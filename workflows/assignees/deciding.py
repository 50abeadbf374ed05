"""Whom the task of a step goes to: what its rules find put together, and what happens when they find nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.timezone import localdate

from core.people.models import OrgUnit
from core.people.selectors import lineage, successor
from workflows.assignees.administrators import administrators
from workflows.assignees.behind import persons_behind
from workflows.assignees.found import ADMINS, RULES, Asked, Assigned, Found
from workflows.assignees.policies import Skipping
from workflows.assignees.separation import NOT_SELF, excluded_users, kept_apart
from workflows.models import Case
from workflows.tree import Step, assignees_of, props_of, rules_in


def for_step(step: Step, case: Case, *, may_pass: bool = True) -> Assigned:
    """Whom the task of a step goes to; never nobody. `may_pass`: the flow may say that nobody need be asked."""
    if step["kind"] == "claim":
        return _pool(step, case)
    parts, asked = found_for(step, case)
    if may_pass:
        skipping = Skipping(step, case)
        persons = [*(user_id for part in parts for user_id in part.named), *_behind(parts, asked)]
        why = next(filter(None, map(skipping.why, persons)), None)
        if why is not None:
            return Assigned(why=why, passes=True)
    return merged(parts, step, asked)


def found_for(step: Step, case: Case) -> tuple[list[Found], Asked]:
    """What the rules of a step find, the policy for one's own matter applied; and what they were asked."""
    on = localdate(case.run.now)
    asked = Asked(case, excluded_users(step, case), on)
    policy = props_of(step).get("when_self")
    if policy not in NOT_SELF or case.starter_id is None:
        return found_by(assignees_of(step), asked), asked
    plain = Asked(case, kept_apart(step, case), on)
    parts = found_by(assignees_of(step), plain)
    if not any(case.starter_id in part.named for part in parts) and case.starter_id not in _behind(parts, plain):
        return parts, asked
    if policy == "admins":
        last = Found({**parts[0].why, "code": "self_admins"}, keys=list(_nobody(parts, asked).keys))
        return [*(_without(case.starter_id, parts) if props_of(step).get("mode") else ()), last], asked
    asked = replace(asked, above=case.starter_id)
    parts = found_by(assignees_of(step), asked)
    for part in parts:
        part.why = {**part.why, "self": True}
    return parts, asked


def found_by(rules: Sequence[Mapping[str, Any]], asked: Asked) -> list[Found]:
    """What each of the rules finds."""
    return [RULES[one["rule"]](one, asked) for one in rules]


def _without(user_id: int, parts: list[Found]) -> list[Found]:
    """The same without one person; the others at the same place stay."""
    return [Found(part.why, [pk for pk in part.named if pk != user_id], keys=part.keys) for part in parts]


def _behind(parts: list[Found], asked: Asked) -> list[int]:
    return [user.pk for part in parts if part.keys for user in persons_behind(part.keys, asked.on)]


def signers(step: Step, case: Case) -> list[Assigned]:
    """One entry per person who decides together at a step; administrators fill up what a quorum lacks."""
    parts, asked = found_for(step, case)
    if all(part.is_empty() for part in parts):
        parts = [*parts, *_standing_in(step, asked)]
    skipping = Skipping(step, case)
    found: dict[Any, Assigned] = {}
    for part in parts:
        for user_id in part.named:
            why = skipping.why(user_id)
            one = Assigned(owner_id=user_id, why=part.why) if why is None else Assigned(why=why, passes=True)
            found.setdefault(user_id, one)
        if part.keys:
            found.setdefault(tuple(part.keys), Assigned(keys=tuple(part.keys), why=part.why))
    props = props_of(step)
    needed = props.get("need", 1) if props.get("mode") == "quorum" or step["kind"] == "score" else 1
    return [*found.values(), *[_nobody(parts, asked)] * (needed - len(found))]


def nobody(step: Step, case: Case, barred: frozenset[int]) -> Assigned:
    """Those for a step at which nobody else is left: its named fallback, else the administrators."""
    asked = Asked(case, barred, localdate(case.run.now))
    return _lacking(found_by(assignees_of(step), asked), step, asked)


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


def merged(parts: list[Found], step: Step, asked: Asked) -> Assigned:
    """What several rules found for a step, as one; never nobody."""
    found = [part for part in parts if not part.is_empty()]
    return _put_together(found) if found else _lacking(parts, step, asked)


def _lacking(parts: list[Found], step: Step, asked: Asked) -> Assigned:
    """The rules found nobody: whoever stands in by name, else the administrators."""
    others = [part for part in _standing_in(step, asked) if not part.is_empty()]
    return _put_together(others) if others else _nobody(parts, asked)


def _standing_in(step: Step, asked: Asked) -> list[Found]:
    """What the named fallback of a step finds."""
    found = found_by(rules_in(props_of(step), "when_nobody"), asked)
    for part in found:
        part.why = {**part.why, "fallback": True}
    return found


def _put_together(found: list[Found]) -> Assigned:
    why = found[0].why
    users = list(dict.fromkeys(user_id for part in found for user_id in part.users))
    keys: list[str] = []
    for part in found:
        for held in part.roles:
            # The role itself follows appointments; where it would admit somebody excluded, the others are named.
            keys += [f"user:{one}" for one in held.users] if held.is_mixed else [held.key]
        keys += part.keys
    persons = tuple(dict.fromkeys(user_id for part in found for user_id in part.named))
    if len(users) == 1 and not keys:
        return Assigned(owner_id=users[0], why=why, persons=persons)
    keys += [f"user:{user_id}" for user_id in users]
    return Assigned(keys=tuple(dict.fromkeys(keys)), why=why, persons=persons)


def _nobody(parts: list[Found], asked: Asked) -> Assigned:
    """Nobody up the tree: the administrators get it, so that no task is ever skipped or lost."""
    why = {**(parts[0].why if parts else {}), "code": "nobody"}
    found = list(administrators(asked.on).order_by("pk").values_list("pk", flat=True))
    others = [f"user:{pk}" for pk in found if pk not in asked.excluded]
    is_mixed = 0 < len(others) < len(found)
    return Assigned(keys=tuple(others) if is_mixed else (ADMINS,), why=why)
