"""Times and moments in rules are texts of one writing, in whose order they follow each other: 09:30, 2026-09-30T15:30.

What rules compare them with is judged before publishing: 9:30 would stand behind 15:30.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms.problem import Problem
from forms.rules.values import MAX_DEPTH, as_date

TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
MOMENT = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}T{TIME.pattern}", re.ASCII)
WRITTEN = {"time": (TIME, "rule.time"), "datetime": (MOMENT, "rule.datetime")}
COMPARING = ("==", "!=", "<", "<=", ">", ">=", "in")


def day_of(text: str) -> Any:
    """The day of 2026-09-30 or 2026-09-30T15:30; None for anything else."""
    return as_date(text[:10]) if len(text) == 10 or MOMENT.fullmatch(text) else None


def misspelt_times(expression: Any, kinds: Mapping[str, str], *, place: str = "") -> Iterator[Problem]:
    """A problem for each text that is compared with a time or moment and is not written as one; never raises.

    `kinds`: name → kind of field, of all names; those of other kinds are not judged.
    """
    waiting: list[tuple[Any, int]] = [(expression, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > MAX_DEPTH or not isinstance(part, Mapping | list):
            continue
        waiting.extend((inner, depth + 1) for inner in (part.values() if isinstance(part, Mapping) else part))
        given = next((part[name] for name in COMPARING if name in part), None) if isinstance(part, Mapping) else None
        if not isinstance(given, list):
            continue
        for name, kind in _named(given, kinds):
            pattern, code = WRITTEN[kind]
            for word in _words(given):
                if not pattern.fullmatch(word) or (kind == "datetime" and day_of(word) is None):
                    yield Problem(code, place, {"name": name, "text": word[:60]})


def _named(given: list[Any], kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for part in given:
        name = part.get("var") if isinstance(part, Mapping) else None
        name = name[0] if isinstance(name, list) and len(name) == 1 else name
        if isinstance(name, str) and kinds.get(name) in WRITTEN:
            yield name, kinds[name]


def _words(given: list[Any]) -> Iterator[str]:
    for part in given:
        yield from (word for word in (part if isinstance(part, list) else [part]) if isinstance(word, str))
