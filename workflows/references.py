"""What a flow document names that does not exist, found even while the shape of the document is still wrong."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from forms.problem import Problem

EFFECTS_AT = ("on_claim", "on_release", "on_widen", "on_withdraw")


def reference_problems(
    document: Any, *, forms: Set[str], effects: Set[str], roles: Set[str], unit_kinds: Set[str]
) -> list[Problem]:
    """Forms, effects, roles and kinds of units that are named but unknown. Without recursion, like the size check."""
    found: list[Problem] = []
    waiting: list[tuple[Any, str]] = [(document, "")]
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, dict):
            for code, known, key, name in _named(value, place, forms, effects, roles, unit_kinds):
                if name not in known:
                    found.append(Problem(code, f"{place}.{key}", {"name": name}))
            inner = [(child, f"{place}.{key}" if place else str(key)) for key, child in value.items()]
        else:
            inner = [(child, f"{place}[{n}]") for n, child in enumerate(value)] if isinstance(value, list) else []
        waiting.extend(reversed(inner))
    return found


def _named(
    value: Mapping[Any, Any], place: str, forms: Set[str], effects: Set[str], roles: Set[str], unit_kinds: Set[str]
) -> Iterator[tuple[str, Set[str], str, str]]:
    """(problem if unknown, what is known, key, name) for each name that stands directly in this mapping."""
    part = place.rpartition(".")[2]
    if part.startswith("outcomes["):
        yield from _texts("unknown_form", forms, value, "form")
    if part in ("start", "props") and value.get("form") != "":  # not chosen yet, which is told as missing
        yield from _texts("unknown_form", forms, value, "form")
    if part in ("start", "props"):
        for key in ("effect", *EFFECTS_AT):
            yield from _texts("unknown_effect", effects, value, key)
    if "rule" in value:
        yield from _texts("unknown_role", roles, value, "roles")
    if part == "start" and isinstance(value.get("who"), list):
        yield from _texts("unknown_role", roles, value, "who")
    if "rule" in value or part == "scope":
        yield from _texts("unknown_level", unit_kinds, value, "level")


def _texts(code: str, known: Set[str], value: Mapping[Any, Any], key: str) -> Iterator[tuple[str, Set[str], str, str]]:
    written = value.get(key)
    for name in written if isinstance(written, list) else [written]:
        if isinstance(name, str):
            yield code, known, key, name
