"""Merges the changes that one pack makes to another pack's flow; plain data in, plain data out.

`change`: step id → new name, kind-specific `props` and `access` (merged key by key; null takes a key away),
`outcomes`, `branches` (replaced whole). `remove`: step ids. `insert`: entries with `after` or `before` (a step id)
and `step`. `start` is merged key by key; `title` and `prefix` replace.
"""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

from cms.packs.reading import Path_

MERGED = ("props", "access")
REPLACED = ("name", "outcomes")
CHANGE_KEYS = (*MERGED, *REPLACED)
PLACE = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

Refuse = Callable[[Path_, str, str], None]
"""Called with where in the extension, a code of `extending` problems, and the step id."""


def path_of(place: str) -> Path_:
    """`sections[0].fields[2].show_if` as a path."""
    return tuple(int(number) if number else word for word, number in PLACE.findall(place))


def steps_with_home(steps: Any) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Every step of a tree with the list that holds it."""
    waiting = [steps] if isinstance(steps, list) else []
    while waiting:
        home = waiting.pop()
        for step in list(home):
            if not isinstance(step, dict):
                continue
            yield step, home
            branches = step.get("branches")
            inner = [branch for branch in branches if isinstance(branch, dict)] if isinstance(branches, list) else []
            waiting.extend(branch["steps"] for branch in inner if isinstance(branch.get("steps"), list))


def extended(base: dict[str, Any], extension: dict[str, Any], refuse: Refuse) -> dict[str, Any]:
    """The flow document `base` with the changes of `extension`; `base` itself stays as it is."""
    document = copy.deepcopy(base)
    if isinstance(extension.get("start"), dict) and isinstance(document.get("start"), dict):
        _merge(document["start"], extension["start"])
    if "prefix" in extension:
        document["prefix"] = extension["prefix"]
    for step_id, changes in _mapping(extension.get("change")).items():
        _change(document, step_id, changes, refuse)
    for number, step_id in enumerate(_list(extension.get("remove"))):
        found = _find(document, step_id)
        if found is None:
            refuse(("remove", number), "unknown_step", str(step_id))
        else:
            found[1].remove(found[0])
    for number, entry in enumerate(_list(extension.get("insert"))):
        _insert(document, entry, ("insert", number), refuse)
    return document


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _merge(target: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value


def _find(document: dict[str, Any], step_id: Any) -> tuple[dict[str, Any], list[Any]] | None:
    for step, home in steps_with_home(document.get("steps")):
        if step.get("id") == step_id:
            return step, home
    return None


def _change(document: dict[str, Any], step_id: str, changes: Any, refuse: Refuse) -> None:
    found = _find(document, step_id)
    if found is None:
        refuse(("change", step_id), "unknown_step", step_id)
        return
    for key, value in _mapping(changes).items():
        if key in MERGED:
            _merge(found[0].setdefault(key, {}), _mapping(value))
        elif key in REPLACED:
            found[0][key] = value
        else:
            refuse(("change", step_id, key), "unknown_change", key)


def _insert(document: dict[str, Any], entry: Any, path: Path_, refuse: Refuse) -> None:
    entry = _mapping(entry)
    anchors = [side for side in ("after", "before") if side in entry]
    if len(anchors) != 1 or not isinstance(entry.get("step"), dict) or len(entry) != 2:
        refuse(path, "bad_insert", "")
        return
    found = _find(document, entry[anchors[0]])
    if found is None:
        refuse((*path, anchors[0]), "unknown_step", str(entry[anchors[0]]))
        return
    step, home = found
    index = next(i for i, candidate in enumerate(home) if candidate is step)
    home.insert(index + (anchors[0] == "after"), copy.deepcopy(entry["step"]))


def origin_of(document: dict[str, Any], place: Path_, extension: dict[str, Any]) -> Path_ | None:
    """Where in the extension the value at `place` of the merged document was written; None = in the base."""
    step_id, rest = _step_at(document, place)
    if step_id is None:
        written = place[:1] in (("start",), ("prefix",)) and written_at(extension, place)
        return place if written else None
    for number, entry in enumerate(_list(extension.get("insert"))):
        if _mapping(_mapping(entry).get("step")).get("id") == step_id:
            return ("insert", number, "step", *rest)
    changed = _mapping(extension.get("change")).get(step_id)
    while changed is not None and rest:
        if written_at(extension, ("change", step_id, *rest)):
            return ("change", step_id, *rest)
        rest = rest[:-1]
    return ("change", step_id) if changed is not None else None


def step_around(document: dict[str, Any], place: Path_) -> str:
    """The id of the innermost step around `place`; outside of all steps, the first word of the place."""
    return _step_at(document, place)[0] or str(place[0] if place else "")


def _step_at(document: dict[str, Any], place: Path_) -> tuple[str | None, Path_]:
    """The id of the innermost step around `place`, and the rest of the path inside it."""
    step_id, rest, value = None, place, document
    for depth, key in enumerate(place):
        try:
            value = value[key]  # type: ignore[index]  # str keys for mappings, int for lists, by PLACE
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(key, int) and place[depth - 1] == "steps" and isinstance(value, dict):
            step_id, rest = value.get("id"), place[depth + 1 :]
    return (step_id if isinstance(step_id, str) else None), rest


def written_at(document: dict[str, Any], path: Path_) -> bool:
    """Whether the document has a value at `path`."""
    value: Any = document
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True
