"""Coming straight back to whoever returned a case: where a flow may say so, and what lies in between. Plain Python."""

from collections.abc import Mapping
from typing import Any, Final

from workflows.tree import START, BackError, Step, Tree, effect_of, is_together, outcomes_of

THEN, STRAIGHT, WALK = "then", "straight", "walk"
BY_ONE: Final = ("form", "approval")  # kinds that one person may do, so that a case can come from them and go to them
STAND: Final = (*BY_ONE, "branch", "effect", "notify", "wait")  # what is in between keeps standing during a correction


def is_straight(outcome: Mapping[str, Any]) -> bool:
    """Whether an outcome sends back so that the case then comes straight back to whoever chose it."""
    return outcome.get(THEN) == STRAIGHT


def in_between(tree: Tree, source: str, target: str) -> list[str]:
    """The steps behind `target` and before `source` in the order of the document, blocks around the source included."""
    order = [START, *tree.steps]
    return order[order.index(target) + 1 : order.index(source)]


def require_straight(tree: Tree, source: str, target: str) -> None:
    """Raises: BackError when a case sent back from `source` to `target` cannot come straight back."""
    if tree.steps[source]["kind"] not in BY_ONE:
        raise BackError("straight_from_here")
    if target != START and not _is_by_one(tree.steps[target]):
        raise BackError("straight_to_several")
    if any(tree.steps[step_id]["kind"] not in STAND for step_id in in_between(tree, source, target)):
        raise BackError("straight_over")


def may_come_straight(tree: Tree, source: str, target: str) -> bool:
    """Whether it can."""
    try:
        require_straight(tree, source, target)
    except BackError:
        return False
    return True


def _is_by_one(step: Step) -> bool:
    return step["kind"] in BY_ONE and not is_together(step)


def check_straight(meaning: Any, step: Step, place: str) -> None:
    """Reports outcomes from which a case could not come straight back. `place`: of the outcomes."""
    for index, outcome in enumerate(outcomes_of(step)):
        target = effect_of(outcome)[1]
        if is_straight(outcome) and (target == START or target in meaning.tree.steps):
            try:
                require_straight(meaning.tree, step["id"], target)
            except BackError as error:
                meaning._report(error.code, f"{place}[{index}].then", name=target)
