"""What differs between two flow documents, as data in terms of steps; `words` makes sentences of it. Plain Python."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from forms.versions.diff import longest_rising
from workflows.tree import START, Step, Tree, outcomes_of, props_of

OUTCOME_PARTS: Final = ("label", "effect", "then", "comment", "form", "tone", "help")
OUTCOME_DEFAULTS: Final = {"effect": "continue", "comment": "optional", "then": "walk"}
WAY_PARTS: Final = ("name", "when", "default")
SAME_MARKS: Final = {"step_added": "added", "step_removed": "removed", "step_moved": "moved"}


@dataclass(frozen=True)
class Change:
    """One difference. `step_id`: where, `start` for the beginning, "" for the flow as a whole; `part`: which property,
    outcome, way or field; `before` and `after`: its value on either side.
    """

    code: str
    step_id: str = ""
    part: str = ""
    before: Any = None
    after: Any = None


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every difference between two well-formed documents; none exactly when they say the same."""
    one, other = Tree(old), Tree(new)
    found = [Change("flow", "", key, a, b) for key, a, b in _unequal(old, new, skip=("steps", "start"))]
    found += _properties(START, one.start, other.start)
    moved = set(moved_steps(one, other))
    for step_id, step in other.steps.items():
        was = one.steps.get(step_id)
        if was is None:
            found.append(Change("step_added", step_id, before_of(other, step_id), None, step["kind"]))
            continue
        if step_id in moved:
            found.append(Change("step_moved", step_id, before_of(other, step_id)))
        found += _step(was, step)
    found += [Change("step_removed", step_id) for step_id in one.steps if step_id not in other.steps]
    return found


def marks(found: Iterable[Change]) -> dict[str, str]:
    """Step id → added, removed, moved or changed, for the pictures of both sides."""
    marked: dict[str, str] = {}
    for change in found:
        if change.step_id:
            mark = SAME_MARKS.get(change.code, "changed")
            marked[change.step_id] = marked.get(change.step_id, mark)
    return marked


def before_of(tree: Tree, step_id: str) -> str:
    """What stands right before a step: the step in its own sequence, else the way that holds it as `block/way`, else
    the beginning.
    """
    last = tree.position[step_id][-1]
    if last.index:
        return str(tree.sequence(last.container)[last.index - 1]["id"])
    return way_of(tree, last.container) or START


def way_of(tree: Tree, container: tuple[str, int]) -> str:
    """The name of a sequence that holds whatever the order of ways: `block/way`, "" for the outermost."""
    block, number = container
    return f"{block}/{tree.steps[block]['branches'][number]['id']}" if block else ""


def moved_steps(one: Tree, other: Tree) -> Iterator[str]:
    """Steps of both documents that stand elsewhere: in another way, or not in the same order as those beside them."""
    kept: dict[str, list[tuple[int, str]]] = {}
    for step_id in other.steps:
        if step_id not in one.steps:
            continue
        there, here = one.position[step_id][-1], other.position[step_id][-1]
        way = way_of(other, here.container)
        if way_of(one, there.container) != way:
            yield step_id
        else:
            kept.setdefault(way, []).append((there.index, step_id))
    for steps in kept.values():
        in_order = longest_rising([index for index, _step_id in steps])
        yield from (step_id for index, step_id in steps if index not in in_order)


def _unequal(
    old: Mapping[str, Any], new: Mapping[str, Any], *, skip: Sequence[str] = ()
) -> Iterator[tuple[str, Any, Any]]:
    for key in dict.fromkeys([*old, *new]):
        if key not in skip and old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _step(was: Step, step: Step) -> list[Change]:
    step_id = step["id"]
    found = [Change("renamed", step_id, "", was.get("name"), step.get("name"))] * (was.get("name") != step.get("name"))
    if was["kind"] != step["kind"]:
        return [*found, Change("kind", step_id, "", was["kind"], step["kind"])]
    found += _properties(step_id, props_of(was), props_of(step))
    access = _unequal(was.get("access") or {}, step.get("access") or {})
    found += [Change("access", step_id, name, a, b) for name, a, b in access]
    return [*found, *_outcomes(was, step), *_ways(was, step)]


def _properties(step_id: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    special = {"deadline": "deadline", "assignee": "assignee", "form": "form"}
    return [Change(special.get(key, "property"), step_id, key, a, b) for key, a, b in _unequal(old, new)]


def _outcomes(was: Step, step: Step) -> Iterator[Change]:
    if was.get("outcomes", []) == step.get("outcomes", []):
        return
    step_id = step["id"]
    old, new = ({one["id"]: one for one in outcomes_of(side)} for side in (was, step))
    yield from (Change("outcome_added", step_id, name, None, new[name]) for name in new if name not in old)
    yield from (Change("outcome_removed", step_id, name, old[name], None) for name in old if name not in new)
    for name in (one for one in new if one in old):
        for part in OUTCOME_PARTS:
            before, after = (side[name].get(part, OUTCOME_DEFAULTS.get(part)) for side in (old, new))
            if before != after:
                yield Change(f"outcome_{part}", step_id, name, before, after)
    yield from _order("outcome_order", step_id, old, new)


def _ways(was: Step, step: Step) -> Iterator[Change]:
    step_id = step["id"]
    old, new = ({one["id"]: one for one in side.get("branches") or ()} for side in (was, step))
    yield from (Change("way_added", step_id, name, None, new[name]) for name in new if name not in old)
    yield from (Change("way_removed", step_id, name, old[name], None) for name in old if name not in new)
    for name in (one for one in new if one in old):
        for part in WAY_PARTS:
            if (old[name].get(part) or None) != (new[name].get(part) or None):
                yield Change(f"way_{part}", step_id, name, old[name].get(part), new[name].get(part))
    yield from _order("way_order", step_id, old, new)


def _order(code: str, step_id: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = [one for one in old if one in new], [one for one in new if one in old]
    if before != after:
        yield Change(code, step_id, "", before, after)
