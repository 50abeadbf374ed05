"""What the decisions of several signers amount to. Plain Python."""

from collections.abc import Sequence

from workflows.tree import Step, effect_of, outcomes_of, props_of

BACKWARD = ("return", "again")


def agreements_needed(step: Step, total: int) -> int:
    """How many of `total` signers must choose an outcome that continues."""
    props = props_of(step)
    wanted = {
        "any": 1,
        "quorum": props.get("need", 1),
        "ratio": -(-total * props.get("percent", 100) // 100),  # rounded up: a share is reached, never nearly
    }
    needed: int = wanted.get(props["mode"], total)
    return max(1, min(needed, total))


def agreements_given(step: Step, given: Sequence[str]) -> int:
    """How many of the decisions continue."""
    return len(_chosen(step, given, ("continue",)))


def quorum_result(step: Step, given: Sequence[str], total: int) -> str | None:
    """The outcome that the decisions of `total` signers amount to, or None while it is open.

    Going back decides at once. Otherwise it is certain that the case goes on as soon as enough have agreed, and that it
    ends as soon as enough no longer can, whatever the others would say. Of several outcomes that lead the same way the
    one chosen most often counts, of equals the one listed first: the order in which people signed never matters.
    """
    backward, onward = _chosen(step, given, BACKWARD), _chosen(step, given, ("continue",))
    against = _chosen(step, given, ("end",))
    need = agreements_needed(step, total)
    if backward:
        return _most_chosen(step, backward)
    if len(onward) >= need:
        return _most_chosen(step, onward)
    if len(against) > total - need:
        return _most_chosen(step, against)
    return None


def _chosen(step: Step, given: Sequence[str], effects: Sequence[str]) -> list[str]:
    ways = {outcome["id"] for outcome in outcomes_of(step) if effect_of(outcome)[0] in effects}
    return [one for one in given if one in ways]


def _most_chosen(step: Step, given: Sequence[str]) -> str:
    listed = [outcome["id"] for outcome in outcomes_of(step)]
    return max(given, key=lambda one: (given.count(one), -listed.index(one)))
