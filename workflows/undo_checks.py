"""Going back only over effects that can be undone, or that are right when they are carried out again. Plain Python."""

from typing import Any

from workflows.straight_rules import in_between, is_straight
from workflows.tree import Tree, effect_of, outcomes_of, props_of


def check_undo(meaning: Any, source: str, target: str, place: str) -> None:
    """Reports the first effect that would stand although the case goes back behind it."""
    tree: Tree = meaning.tree
    if _comes_straight(tree, source, target):
        return
    region = tree.back(source, target).region
    for step in tree.walk():
        name = props_of(step).get("effect") if step["kind"] == "effect" else None
        if name not in meaning.effects or meaning.effects[name].get("may_go_back", True):
            continue
        if step["id"] in region and may_have_happened(tree, step["id"], source):
            meaning._report("effect_stands", place, name=target, effect=name, step=step["id"])
            return


def may_have_happened(tree: Tree, step_id: str, source: str) -> bool:
    """Whether a case at `source` may have passed the step: it lies before, or in a branch that goes on beside."""
    for one, other in zip(tree.position[step_id], tree.position[source], strict=False):
        if one.container != other.container:
            return bool(tree.steps[one.container[0]]["kind"] == "parallel")
        if one.index != other.index:
            return one.index < other.index
    return False


def _comes_straight(tree: Tree, source: str, target: str) -> bool:
    """Whether every way back to `target` skips what lies in between, which no answer can turn elsewhere."""
    ways = [one for one in outcomes_of(tree.steps[source]) if effect_of(one)[1] == target]
    is_fixed = all(tree.steps[step_id]["kind"] != "branch" for step_id in in_between(tree, source, target))
    return bool(ways) and is_fixed and all(is_straight(one) for one in ways)
