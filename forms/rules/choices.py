"""Judges what an expression compares a choice with: a word that is none of its options can never come true."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from forms.problem import Problem
from forms.rules.values import MAX_DEPTH

COMPARING = ("==", "!=", "in")


def unknown_options(expression: Any, options: Mapping[str, Collection[str]], *, place: str = "") -> Iterator[Problem]:
    """A problem for each word that `==`, `!=` or `in` holds against a choice without such an option; never raises.

    `options`: name → the ids that its value can be or hold; other names are not judged.
    """
    waiting: list[tuple[Any, int]] = [(expression, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > MAX_DEPTH or not isinstance(part, Mapping | list):
            continue
        waiting.extend((inner, depth + 1) for inner in (part.values() if isinstance(part, Mapping) else part))
        given = next((part[name] for name in COMPARING if name in part), None) if isinstance(part, Mapping) else None
        if not isinstance(given, list) or len(given) != 2:
            continue
        for one, other in (given, reversed(given)):
            name = _name(one)
            for word in other if isinstance(other, list) else [other]:
                if name in options and isinstance(word, str) and word not in options[name]:
                    yield Problem("rule.unknown_option", place, {"name": name, "option": word[:60]})


def _name(part: Any) -> str:
    """The name that a part reads, if it does nothing else."""
    name = part.get("var") if isinstance(part, Mapping) else None
    name = name[0] if isinstance(name, list) and len(name) == 1 else name
    return name if isinstance(name, str) else ""
