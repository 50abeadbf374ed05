"""Random trees and random decisions: our lean engine and Viewflow's own nodes always wait for the same people."""

import random
from typing import Any

import pytest

from tests.oracle.stock import StockCase
from tests.workflows.conftest import Bench, bench  # noqa: F401  # the fixture
from tests.workflows.flows import APPROVE, REJECT, approval, branch, end, flow, parallel

ACTIONS = 25


class Trees:
    """Draws flows from a seeded generator."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 0

    def name(self) -> str:
        self.number += 1
        return f"s{self.number}"

    def step(self, depth: int, earlier: list[str]) -> dict[str, Any]:
        kind = self.random.choice(["approval"] * 3 + (["branch", "parallel"] if depth else []))
        name = self.name()
        if kind == "approval":
            outcomes = [APPROVE]
            if self.random.random() < 0.2:
                outcomes.append(REJECT)
            if earlier and self.random.random() < 0.4:
                outcomes.append({"id": "again", "label": "再来", "effect": f"again:{self.random.choice(earlier)}"})
            return approval(name, *outcomes)
        if kind == "branch":
            when = {">": [{"var": "start.value"}, self.random.choice([10, 20])]}
            return branch(name, when, self.steps(depth - 1), self.steps(depth - 1, least=0))
        return parallel(name, *(self.steps(depth - 1) for _number in range(self.random.choice([2, 3]))))

    def steps(self, depth: int, least: int = 1) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _number in range(self.random.randint(least, 3)):
            found.append(self.step(depth, [step["id"] for step in found if step["kind"] == "approval"]))
        return found

    def flow(self) -> dict[str, Any]:
        steps = self.steps(2)
        return flow(*steps, *([end("finish", "done")] if self.random.random() < 0.3 else []))


@pytest.mark.parametrize("seed", range(12))
def test_both_engines_wait_for_the_same_people(bench: Bench, seed: int) -> None:  # noqa: F811
    trees = Trees(seed)
    document, value = trees.flow(), trees.random.choice([5, 15, 25])
    ours = bench.start(document, value=value)
    theirs = StockCase(document, value)
    user = bench.cast.users["lishuji"]
    outcomes = {}

    def collect(steps: list[dict[str, Any]]) -> None:
        for step in steps:
            outcomes[step["id"]] = [one["id"] for one in step.get("outcomes", ())]
            for one in step.get("branches", ()):
                collect(one["steps"])

    collect(document["steps"])
    for _action in range(ACTIONS):
        assert bench.open(ours) == theirs.open()
        if not bench.open(ours):
            break
        step = trees.random.choice(bench.open(ours))
        outcome = trees.random.choice(outcomes[step])
        bench.act(ours, step, "lishuji", outcome)
        theirs.act(step, outcome, user)
    assert (ours.status == "DONE") == theirs.is_over()
