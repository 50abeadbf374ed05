"""The flow document as a tree: walking it, who precedes whom, and what going back cancels. Plain Python."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Any  # a value as `json.loads` returns it
Step = Mapping[str, Any]  # one step of a checked flow document

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
START = "start"
SCORED, RECUSED, DONE = "scored", "recused", "done"  # what a juror does; what a step without outcomes comes to


@dataclass(frozen=True)
class Hop:
    """One level of a step's position: `container` is the sequence as (block id or "", branch number)."""

    container: tuple[str, int]
    index: int


@dataclass(frozen=True)
class Back:
    """What going back means: every step that is cancelled, and how many parallel blocks enclose the target."""

    region: frozenset[str]
    depth: int


class BackError(ValueError):
    """A return that the tree does not allow; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def outcomes_of(step: Step) -> list[dict[str, Any]]:
    """The outcomes of a human step; a form without any has `done`, a claim `claimed`, a juror two."""
    outcomes = list(step.get("outcomes") or ())
    if outcomes:
        return outcomes
    if step["kind"] == "score":
        return [
            {"id": SCORED, "effect": "continue", "comment": "none"},
            {"id": RECUSED, "effect": "continue", "comment": "required"},
        ]
    return [{"id": "claimed" if step["kind"] == "claim" else "done", "effect": "continue"}]


def effect_of(outcome: Mapping[str, Any]) -> tuple[str, str]:
    """(`continue` | `return` | `again` | `end`, target step or result)."""
    kind, _, target = str(outcome.get("effect", "continue")).partition(":")
    return kind, target


def props_of(step: Step) -> dict[str, Any]:
    """The properties of a step, never None."""
    return dict(step.get("props") or {})


def own_form_key(step_id: str, outcome_id: str) -> str:
    """Under which id the answers to the form of one outcome are kept; no step can be called like it."""
    return f"{step_id}__{outcome_id}"


def is_together(step: Step) -> bool:
    """Whether several do the step, each with a task of his own."""
    return step["kind"] == "score" or bool(props_of(step).get("mode"))


def waits_for_child(step: Step) -> bool:
    """Whether a step starts another flow and waits for its end."""
    return step["kind"] == "subcase" and props_of(step).get("wait") is True


def assignees_of(step: Step) -> list[dict[str, Any]]:
    """The assignee rules of a step as a list."""
    return rules_in(props_of(step), "assignee")


def works_for(step: Step, claim_step: str) -> bool:
    """Whether a step goes to whoever claimed at the other."""
    return any(rule.get("rule") == "claimant" and rule.get("step") == claim_step for rule in assignees_of(step))


def rules_in(props: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The assignee rules that stand in a property, one or several, as a list."""
    rules = props.get(key)
    if rules is None:
        return []
    return list(rules) if isinstance(rules, list) else [rules]


def branch_steps(step: Step) -> list[Sequence[Step]]:
    """The sequences inside a branch or parallel step, in order."""
    return [branch.get("steps") or [] for branch in step.get("branches") or ()]


class Tree:
    """An index over the steps of a well-formed document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.start: Mapping[str, Any] = document.get("start") or {}
        self.root: Sequence[Step] = document.get("steps") or []
        self.steps: dict[str, Step] = {}
        self.position: dict[str, tuple[Hop, ...]] = {}
        self._sequences: dict[tuple[str, int], Sequence[Step]] = {}
        self._index(self.root, ("", 0), ())

    def _index(self, steps: Sequence[Step], container: tuple[str, int], above: tuple[Hop, ...]) -> None:
        self._sequences[container] = steps
        for index, step in enumerate(steps):
            here = (*above, Hop(container, index))
            self.steps[step["id"]] = step
            self.position[step["id"]] = here
            for number, inner in enumerate(branch_steps(step)):
                self._index(inner, (step["id"], number), here)

    def walk(self) -> Iterator[Step]:
        """Every step in document order."""
        return iter(self.steps.values())

    def sequence(self, container: tuple[str, int]) -> Sequence[Step]:
        """The steps of one sequence, named as in `Hop`."""
        return self._sequences[container]

    def parallel_depth(self, step_id: str) -> int:
        """How many parallel blocks enclose the step."""
        return sum(
            1
            for hop in self.position.get(step_id, ())
            if hop.container[0] and self.steps[hop.container[0]]["kind"] == "parallel"
        )

    def subtree(self, step: Step) -> Iterator[str]:
        """The id of the step and of all steps inside it."""
        yield step["id"]
        for inner in branch_steps(step):
            for child in inner:
                yield from self.subtree(child)

    def back(self, source: str, target: str) -> Back:
        """What returning from `source` to `target` cancels.

        Everything under their lowest common ancestor from the target onward, sibling parallel branches included.
        Raises: BackError when the target is unknown, not earlier, or inside a block that does not enclose the source.
        Source: cancellation regions on process trees (YAWL, ADEPT).
        """
        if target == START:
            return Back(frozenset({START, *self.steps}), 0)
        if target not in self.position:
            raise BackError("back_unknown")
        there, here = self.position[target], self.position[source]
        for level, (one, other) in enumerate(zip(there, here, strict=False)):
            if one == other:
                continue
            if one.container != other.container:
                raise BackError("back_sibling")
            if one.index > other.index:
                raise BackError("back_not_earlier")
            if len(there) != level + 1:
                raise BackError("back_into_block")
            return self.from_onward(target)
        raise BackError("back_not_earlier")

    def anew(self, step_id: str) -> Back:
        """What is cancelled when a step begins anew from wherever its case stands: the step and all that follows it,
        also behind the blocks that enclose it; branches beside it go on.
        """
        region = set(self.from_onward(step_id).region)
        for hop in self.position[step_id][:-1]:
            for step in self._sequences[hop.container][hop.index + 1 :]:
                region.update(self.subtree(step))
        return Back(frozenset(region), self.parallel_depth(step_id))

    def from_onward(self, step_id: str) -> Back:
        """The step and everything after it in its own sequence."""
        last = self.position[step_id][-1]
        tail = self._sequences[last.container][last.index :]
        region = frozenset(inner for step in tail for inner in self.subtree(step))
        return Back(region, self.parallel_depth(step_id))
