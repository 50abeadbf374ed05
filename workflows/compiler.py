"""Turns a checked flow document into a class of Viewflow: steps from right to left, so each knows its successor."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this

from core.exceptions import WrongState
from workflows import effects, letters, notices
from workflows.answers import value_of
from workflows.event_nodes import EventWaitNode
from workflows.kinds import NOBODY_OBJECTED
from workflows.ladders import STEP, rungs_of
from workflows.node_names import entry_of, jump_name, node_name
from workflows.nodes import (
    CompiledFlow,
    EffectNode,
    EndNode,
    HumanNode,
    JoinNode,
    JumpNode,
    NotifyNode,
    QuorumNode,
    SignersNode,
    SplitNode,
    StartNode,
    SwitchNode,
    WaitNode,
)
from workflows.notice_nodes import NoticeDecisionNode, NoticeWindowNode
from workflows.score_nodes import ScoreNode
from workflows.subcase_nodes import SubcaseNode
from workflows.tree import START, Step, Tree, branch_steps, effect_of, outcomes_of, props_of

MODULE = "workflows.published"
NO_ARM = _("No branch of the flow takes these answers, so it cannot go on. Please tell your administrator.")
AGAIN = f"n_{START}__again"


class Outcome:
    """Whether a step had one of these outcomes."""

    def __init__(self, step_id: str, outcomes: Sequence[str]) -> None:
        self.step_id, self.outcomes = step_id, frozenset(outcomes)

    def __call__(self, activation: Any) -> bool:
        """Whether it had."""
        return activation.process.data.get("outcomes", {}).get(self.step_id) in self.outcomes


class Holds:
    """Whether an expression is true for the case; unanswered counts as no."""

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def __call__(self, activation: Any) -> bool:
        """Whether it holds."""
        return value_of(self.expression, activation.process) is True


class Performs:
    """Carries out the effect of a step. One that is not installed fails when it is reached, never when it is read."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def __call__(self, activation: Any) -> None:
        """Does it."""
        effects.perform(props_of(self.step)["effect"], activation.run, step=self.step)


class Tells:
    """Sends the message of a notify step."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def __call__(self, activation: Any) -> None:
        """Does it."""
        letters.send_step(self.step, activation.task, activation.run)


class Posts:
    """Opens the public notice of a step."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def __call__(self, activation: Any) -> None:
        """Does it."""
        notices.open_notice(self.step, activation.run)


def no_arm(_activation: Any) -> None:
    """Where no branch takes the answers. Checked flows never come here. Raises: WrongState."""
    raise WrongState(NO_ARM, code="no_arm")


class Compiler:
    """One document. Node names begin with `n_`, so no step id can hide an attribute of Viewflow's Flow."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.tree = Tree(document)
        self.nodes: dict[str, Any] = {}

    def build(self, name: str) -> type[CompiledFlow]:
        """The Flow subclass called `name`."""
        end = self._end("done")
        entry = self._sequence(self.tree.root, end)
        start: dict[str, Any] = {"id": START, "kind": "form", "props": {"form": self.tree.start.get("form")}}
        self._add(f"n_{START}", StartNode(step=start).Next(self._ref(entry)))
        again = {**start, "props": {**start["props"], "assignee": {"rule": "starter"}}}
        self._add(AGAIN, HumanNode(again).Next(self._ref(entry)))
        body = {"__module__": MODULE, "__qualname__": name, "tree": self.tree, **self.nodes}
        return type(name, (CompiledFlow,), body)

    def _ref(self, name: str) -> Any:
        return getattr(this, name)

    def _add(self, name: str, node: Any) -> str:
        self.nodes[name] = node
        return name

    def _end(self, result: str, step_id: str = "") -> str:
        name = f"end_{step_id}__{result}" if step_id else f"end_{result}"
        return name if name in self.nodes else self._add(name, EndNode(result, step_id))

    def _entry(self, step_id: str) -> str:
        if step_id == START:
            return AGAIN
        return entry_of(self.tree.steps[step_id])

    def _sequence(self, steps: Sequence[Step], following: str) -> str:
        for step in reversed(steps):
            following = getattr(self, f"_do_{step['kind']}")(step, following)
        return following

    def _target(self, step: Step, effect: tuple[str, str], following: str) -> str:
        kind, target = effect
        if kind == "continue":
            return following
        if kind == "end":
            return self._end(target)
        return self._back(step, target)

    def _back(self, step: Step, target: str) -> str:
        name = jump_name(step, target)
        if name not in self.nodes:
            jump = JumpNode(self.tree.back(step["id"], target), step, target)
            self._add(name, jump.Next(self._ref(self._entry(target))))
        return name

    def _outcomes(self, step: Step, following: str) -> str:
        self._ways_back_when_overdue(step)
        targets: dict[str, list[str]] = {}
        for outcome in outcomes_of(step):
            targets.setdefault(self._target(step, effect_of(outcome), following), []).append(outcome["id"])
        if list(targets) == [following]:
            return following
        switch = SwitchNode()
        for target, outcomes in targets.items():
            switch.Case(self._ref(target), Outcome(step["id"], outcomes))
        return self._add(node_name(step, "__outcome"), switch)

    def _ways_back_when_overdue(self, step: Step) -> None:
        for rung in rungs_of(props_of(step).get("deadline") or {}):
            if rung["do"] == STEP:
                self._back(step, rung["step"])

    def _do_form(self, step: Step, following: str) -> str:
        after = self._outcomes(step, following)
        return self._add(node_name(step), HumanNode(step).Next(self._ref(after)))

    _do_claim = _do_form

    def _do_approval(self, step: Step, following: str) -> str:
        if not props_of(step).get("mode"):
            return self._do_form(step, following)
        after = self._outcomes(step, following)
        signer, join, split = node_name(step), node_name(step, "__join"), node_name(step, "__split")
        self._add(join, QuorumNode(step, self._ref(signer)).Next(self._ref(after)))
        self._add(signer, HumanNode(step, signs=True).Next(self._ref(join)))
        return self._add(split, SignersNode(step=step).ForEach(self._ref(signer)))

    def _do_score(self, step: Step, following: str) -> str:
        self._ways_back_when_overdue(step)
        signer, join, split = node_name(step), node_name(step, "__join"), node_name(step, "__split")
        self._add(join, ScoreNode(step, self._ref(signer)).Next(self._ref(following)))
        self._add(signer, HumanNode(step, signs=True).Next(self._ref(join)))
        return self._add(split, SignersNode(step=step).ForEach(self._ref(signer)))

    def _do_branch(self, step: Step, following: str) -> str:
        switch = SwitchNode()
        default = ""
        for branch, steps in zip(step["branches"], branch_steps(step), strict=True):
            entry = self._sequence(steps, following)
            if branch.get("default"):
                default = entry
            else:
                switch.Case(self._ref(entry), Holds(branch["when"]))
        default = default or self._add(node_name(step, "__none"), EffectNode(step, no_arm).Next(self._ref(following)))
        switch.Default(self._ref(default))
        return self._add(node_name(step), switch)

    def _do_parallel(self, step: Step, following: str) -> str:
        join = self._add(node_name(step, "__join"), JoinNode(step=step).Next(self._ref(following)))
        split = SplitNode(step=step)
        for steps in branch_steps(step):
            split.Next(self._ref(self._sequence(steps, join)))
        return self._add(node_name(step), split)

    def _do_wait(self, step: Step, following: str) -> str:
        node = EventWaitNode(step) if "event" in props_of(step) else WaitNode(step)
        return self._add(node_name(step), node.Next(self._ref(following)))

    def _do_notice(self, step: Step, following: str) -> str:
        after, window = self._outcomes(step, following), node_name(step, "__window")
        decision, objected = node_name(step, "__decide"), node_name(step, "__objected")
        self._add(decision, NoticeDecisionNode(step).Next(self._ref(after)))
        switch = SwitchNode().Case(self._ref(following), Outcome(step["id"], [NOBODY_OBJECTED]))
        self._add(objected, switch.Default(self._ref(decision)))
        self._add(window, NoticeWindowNode(step).Next(self._ref(objected)))
        return self._add(node_name(step), EffectNode(step, Posts(step)).Next(self._ref(window)))

    def _do_subcase(self, step: Step, following: str) -> str:
        return self._add(node_name(step), SubcaseNode(step).Next(self._ref(following)))

    def _do_effect(self, step: Step, following: str) -> str:
        return self._add(node_name(step), EffectNode(step, Performs(step)).Next(self._ref(following)))

    def _do_notify(self, step: Step, following: str) -> str:
        return self._add(node_name(step), NotifyNode(step, Tells(step)).Next(self._ref(following)))

    def _do_end(self, step: Step, following: str) -> str:
        return self._end(props_of(step)["result"], step["id"])


def compile_flow(document: dict[str, Any], name: str) -> type[CompiledFlow]:
    """A new Flow class; `workflows.registry` keeps the only one per version."""
    return Compiler(document).build(name)
