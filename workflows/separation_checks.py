"""Separations of duties as a flow asks for them: from whom, and whether they can ever be met."""

from collections.abc import Mapping
from typing import Any, Final

from workflows.kinds import KINDS
from workflows.tree import START, Step, assignees_of, props_of

APART: Final = ("not_same_as", "not_same_unit_as")


def check_apart(meaning: Any, step: Step, place: str, known: frozenset[str] | set[str]) -> None:
    """Reports separations from nobody, from somebody who may not have acted yet, and those that cannot be met."""
    for name in APART:
        for other in never_met(step, meaning.tree.steps, name):
            meaning._report("separation_never", f"{place}.{name}", name=other)
        for other in props_of(step).get(name) or ():
            _check_earlier(meaning, other, f"{place}.{name}", known)


def _check_earlier(meaning: Any, other: str, place: str, known: frozenset[str] | set[str]) -> None:
    steps = meaning.tree.steps
    if "." in other:
        meaning._chosen(other, "member", place, known)
    elif other != START and not (other in steps and KINDS[steps[other]["kind"]].human):
        meaning._report("unknown_step", place, name=other)
    elif f"done:{other}" not in known:
        meaning._report("not_same_as_later", place, name=other)


def never_met(step: Step, steps: Mapping[str, Step], name: str) -> list[str]:
    """Those of a separation (one of `APART`) that name the only person who could ever do the step."""
    own = _only_person(step)
    others = props_of(step).get(name) or ()
    return [other for other in others if own and own == _person_of(other, steps)]


def _person_of(other: str, steps: Mapping[str, Step]) -> str:
    if other == START or "." in other:
        return other
    return _only_person(steps[other]) if other in steps else ""


def _only_person(step: Step) -> str:
    """`start` for the starter, or the field that names the person; "" when it may be several or is not plain."""
    found = {_named(rule) for rule in assignees_of(step)}
    return found.pop() if len(found) == 1 else ""


def _named(rule: Mapping[str, Any]) -> str:
    if rule["rule"] == "starter":
        return START
    if rule["rule"] == "user":
        return f"user {rule['user']}"
    return str(rule["field"]) if rule["rule"] == "member" else ""
