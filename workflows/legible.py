"""Whether a stored flow document can be read at all: the frame that every reader relies on. Plain Python.

Much less than `schema` asks before publishing, so that rules which came later never make an older version illegible.
"""

from collections.abc import Mapping
from typing import Any

from workflows.kinds import KINDS, RULES, START_OF
from workflows.tree import ID, Json

MAX_NESTING = 40  # deeper than any document that could be published
TEXTS = ("title", "name", "label", "help", "subject", "body")
RULES_IN = ("assignee", "when_nobody")
OBJECTS_IN = ("deadline", "scope", "inputs", "until")


class IllegibleDocument(dict[str, Any]):
    """Stands for a stored document that cannot be read: a flow without steps that nobody can start.

    `stored`: what was found; its prefix and title stay, so that people find their cases by number and name.
    """

    def __init__(self, stored: Json) -> None:
        super().__init__(v=1, prefix="", start={"kind": "manual", "who": [], "form": ""}, steps=[])
        if isinstance(stored, dict):
            kept = (("prefix", str), ("title", str | dict))
            self.update({key: stored[key] for key, kind in kept if isinstance(stored.get(key), kind)})


class IllegibleError(ValueError):
    """The stored document of a version cannot be read."""


def is_legible(document: Json) -> bool:
    """Whether lists, pages and the compiler may take the document for one that was published once."""
    return (
        isinstance(document, dict)
        and isinstance(document.get("prefix", ""), str)
        and _are_texts(document)
        and _is_start(document.get("start"))
        and isinstance(document.get("steps"), list)
        and _are_steps(document["steps"], set(), 0)
    )


def _is_start(start: Json) -> bool:
    return (
        isinstance(start, dict)
        and _is_word(start.get("kind"), START_OF)
        and isinstance(start.get("form"), str)
        and isinstance(start.get("who", []), str | list)
        and _are_texts(start)
    )


def _are_steps(steps: Json, seen: set[str], depth: int) -> bool:
    if not isinstance(steps, list) or depth > MAX_NESTING:
        return False
    return all(_is_step(step, seen, depth) for step in steps)


def _is_step(step: Json, seen: set[str], depth: int) -> bool:
    if not isinstance(step, dict) or not _is_id(step.get("id")) or step["id"] in seen:
        return False
    seen.add(step["id"])
    outcomes, branches = step.get("outcomes"), step.get("branches")
    return (
        _is_word(step.get("kind"), KINDS)
        and _are_texts(step)
        and _are_props(step.get("props"))
        and isinstance(step.get("access") or {}, dict)
        and (outcomes is None or (isinstance(outcomes, list) and all(map(_is_outcome, outcomes))))
        and (branches is None or (isinstance(branches, list) and all(_is_arm(one, seen, depth) for one in branches)))
    )


def _is_outcome(outcome: Json) -> bool:
    return (
        isinstance(outcome, dict)
        and _is_id(outcome.get("id"))
        and isinstance(outcome.get("effect", "continue"), str)
        and _are_texts(outcome)
    )


def _is_arm(arm: Json, seen: set[str], depth: int) -> bool:
    return isinstance(arm, dict) and _are_texts(arm) and _are_steps(arm.get("steps") or [], seen, depth + 1)


def _are_props(props: Json) -> bool:
    if props is None:
        return True
    return (
        isinstance(props, dict)
        and _are_texts(props)
        and all(_are_rules(props.get(key)) for key in RULES_IN)
        and all(isinstance(props.get(key), dict | None) for key in OBJECTS_IN)
    )


def _are_rules(rules: Json) -> bool:
    if rules is None:
        return True
    listed = rules if isinstance(rules, list) else [rules]
    return all(isinstance(one, dict) and _is_word(one.get("rule"), RULES) for one in listed)


def _are_texts(named: Mapping[str, Any]) -> bool:
    return all(isinstance(named.get(key), str | dict | None) for key in TEXTS)


def _is_word(value: Json, known: Any) -> bool:
    return isinstance(value, str) and value in known


def _is_id(value: Json) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None
