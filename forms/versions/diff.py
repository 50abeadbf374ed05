"""What differs between two form documents, as data; `words` makes sentences of it. Plain Python, for drafts too."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Json = Any  # Any: a draft may hold anything
Placed = dict[str, tuple[str, int, Mapping[str, Json]]]  # id → (what holds it, place inside it, itself)
OUTERMOST: Final = ""


@dataclass(frozen=True)
class Change:
    """One difference. `id`: of the field or section, "" for the form as a whole; `part`: which property or option;
    `before` and `after`: its value on either side, of a thing that came or moved what holds it.
    """

    code: str
    id: str = ""
    part: str = ""
    before: Json = None
    after: Json = None


def changes(old: Json, new: Json) -> list[Change]:
    """Every difference; none when two published documents say the same. Malformed parts of drafts are left out."""
    old, new = (one if isinstance(one, Mapping) else {} for one in (old, new))
    found = [Change("form", "", name, a, b) for name, a, b in _unequal(old, new, skip=("v", "sections", "checks"))]
    found += _checks(old.get("checks"), new.get("checks"))
    found += _things("section", sections_of(old), sections_of(new))
    return found + list(_things("field", fields_by_id(old), fields_by_id(new)))


def sections_of(document: Mapping[str, Json]) -> Placed:
    """Section id → where it stands."""
    return {one["id"]: (OUTERMOST, place, one) for place, one in enumerate(_known(document.get("sections")))}


def fields_by_id(document: Mapping[str, Json]) -> Placed:
    """Field id → the id of its section, or of the group whose column it is, its place and itself."""
    found: Placed = {}
    waiting = list(_known(document.get("sections")))
    while waiting:
        holder = waiting.pop(0)
        fields = _known(holder.get("fields"))
        found |= {one["id"]: (holder["id"], place, one) for place, one in enumerate(fields)}
        waiting[:0] = [one for one in fields if "fields" in one]
    return found


def _known(listed: Json) -> list[Mapping[str, Json]]:
    entries = listed if isinstance(listed, list) else []
    return [one for one in entries if isinstance(one, Mapping) and isinstance(one.get("id"), str)]


def _things(what: str, old: Placed, new: Placed) -> Iterator[Change]:
    """Sections or fields that came, moved, changed, went."""
    moved = set(_moved(old, new))
    for name, (holder, _place, thing) in new.items():
        if name not in old:
            yield Change(f"{what}_added", name, "", None, holder)
            continue
        if name in moved:
            yield Change(f"{what}_moved", name, "", old[name][0], holder)
        yield from _inside(what, old[name][2], thing)
    yield from (Change(f"{what}_removed", name, "", old[name][0]) for name in old if name not in new)


def _moved(old: Placed, new: Placed) -> Iterator[str]:
    """What stands inside something else, or not in the same order as what stands beside it."""
    kept: dict[str, list[tuple[int, str]]] = {}
    for name, (holder, _place, _thing) in new.items():
        if name in old and old[name][0] == holder:
            kept.setdefault(holder, []).append((old[name][1], name))
        elif name in old:
            yield name
    for beside in kept.values():
        in_order = longest_rising([place for place, _name in beside])
        yield from (name for place, name in beside if place not in in_order)


def longest_rising(numbers: Sequence[int]) -> set[int]:
    """The most numbers, all different, that already stand in rising order."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(tails, number)
        before[number] = tails[place - 1] if place else None
        tails[place : place + 1] = [number]
    found: set[int] = set()
    number_or_none = tails[-1] if tails else None
    while number_or_none is not None:
        found.add(number_or_none)
        number_or_none = before[number_or_none]
    return found


def _unequal(
    old: Mapping[str, Json], new: Mapping[str, Json], *, skip: Sequence[str]
) -> Iterator[tuple[str, Json, Json]]:
    for name in dict.fromkeys([*old, *new]):
        if name not in skip and old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _inside(what: str, was: Mapping[str, Json], now: Mapping[str, Json]) -> Iterator[Change]:
    for name, before, after in _unequal(was, now, skip=("id", "fields")):
        if name == "privacy":
            sides = [one if isinstance(one, Mapping) else {} for one in (before, after)]
            yield from (Change("privacy", now["id"], part, a, b) for part, a, b in _unequal(*sides, skip=()))
        elif name == "options":
            yield from _options(now["id"], before, after)
        else:
            yield Change(what, now["id"], name, before, after)


def _checks(before: Json, after: Json) -> Iterator[Change]:
    """Checks across several answers that came, went or changed; `before` and `after` are the checks themselves."""
    old, new = ({one["id"]: one for one in _known(side)} for side in (before, after))
    yield from (Change("check_added", name, "", None, new[name]) for name in new if name not in old)
    yield from (Change("check_removed", name, "", old[name]) for name in old if name not in new)
    for name in (one for one in new if one in old):
        for part, _a, _b in _unequal(old[name], new[name], skip=("id",)):
            yield Change("check", name, part, old[name], new[name])


def _options(name: str, before: Json, after: Json) -> Iterator[Change]:
    old, new = ({one["id"]: one for one in _known(side)} for side in (before, after))
    yield from (Change("option_added", name, option, None, new[option]) for option in new if option not in old)
    yield from (Change("option_removed", name, option, old[option]) for option in old if option not in new)
    for option in (one for one in new if one in old):
        for part, a, b in _unequal(old[option], new[option], skip=("id",)):
            yield Change(f"option_{part}", name, option, a, b)
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield Change("options_order", name)
