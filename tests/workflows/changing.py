"""Random changes to flow documents, for comparing and moving between versions."""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from tests.workflows.flows import DEPUTY, SECRETARY, approval, effect
from workflows.claim_checks import has_work
from workflows.straight_rules import may_come_straight
from workflows.tree import BackError, Tree

Document = dict[str, Any]
Steps = list[dict[str, Any]]


def sequences(document: Document) -> Iterator[Steps]:
    """Every list of steps."""
    waiting = [document["steps"]]
    while waiting:
        steps = waiting.pop()
        yield steps
        waiting += [way["steps"] for step in steps for way in step.get("branches", ()) if "steps" in way]


def steps_of(document: Document) -> Steps:
    return [step for steps in sequences(document) for step in steps]


class Changer:
    """Changes documents at random; what would lead nowhere afterwards is mended."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.made = dice, 0

    def changed(self, document: Document, times: int) -> Document:
        """A copy with that many changes, some of which may do nothing."""
        document = deepcopy(document)
        ways: list[Callable[[Document], None]] = [
            self.rename,
            self.add,
            self.remove,
            self.move,
            self.assign,
            self.limit,
            self.condition,
            self.unwrap,
        ]
        for _number in range(times):
            self.dice.choice(ways)(document)
        return mended(document)

    def one(self, document: Document, *kinds: str) -> dict[str, Any] | None:
        found = [step for step in steps_of(document) if not kinds or step["kind"] in kinds]
        return self.dice.choice(found) if found else None

    def rename(self, document: Document) -> None:
        step = self.one(document)
        if step is not None:
            step["name"] = f"改名{self.dice.randint(1, 999)}"

    def add(self, document: Document) -> None:
        self.made += 1
        name = f"new{self.made}_{self.dice.randint(1, 9999)}"
        steps = self.dice.choice(list(sequences(document)))
        made = self.dice.choice([approval(name), effect(name, "log", text=name)])
        steps.insert(self.dice.randint(0, len(steps)), made)

    def remove(self, document: Document) -> None:
        steps = self.dice.choice([one for one in sequences(document) if one])
        if len(steps) > 1:
            steps.pop(self.dice.randrange(len(steps)))

    def move(self, document: Document) -> None:
        source = self.dice.choice([one for one in sequences(document) if one])
        step = self.dice.choice(source)
        inside = [id(steps) for steps in sequences({"steps": [step]})]
        if len(source) < 2:
            return
        source.remove(step)
        targets = [one for one in sequences(document) if id(one) not in inside]
        target = self.dice.choice(targets)
        target.insert(self.dice.randint(0, len(target)), step)

    def assign(self, document: Document) -> None:
        step = self.one(document, "approval", "form")
        if step is not None and not step["props"].get("mode"):
            step["props"]["assignee"] = self.dice.choice([DEPUTY, SECRETARY])

    def limit(self, document: Document) -> None:
        step = self.one(document, "approval", "form", "claim", "wait")
        if step is None:
            return
        if step["kind"] == "wait":
            step["props"]["days"] = self.dice.randint(1, 9)
        elif self.dice.random() < 0.3:
            step["props"].pop("deadline", None)
        else:
            step["props"]["deadline"] = {"days": self.dice.randint(1, 9)}

    def condition(self, document: Document) -> None:
        step = self.one(document, "branch")
        if step is not None:
            way = next(one for one in step["branches"] if not one.get("default"))
            way["when"] = {"<": [{"var": "start.value"}, self.dice.randint(1, 900)]}

    def unwrap(self, document: Document) -> None:
        """Takes the steps of a block out of it."""
        steps = self.dice.choice(list(sequences(document)))
        blocks = [index for index, step in enumerate(steps) if step["kind"] in ("branch", "parallel")]
        if blocks:
            index = self.dice.choice(blocks)
            inner = [step for way in steps[index]["branches"] for step in way["steps"]]
            steps[index : index + 1] = inner or [approval(f"{steps[index]['id']}x")]


def mended(document: Document) -> Document:
    """Outcomes, rungs and rules that lead to where nobody can go back to any more just go on, or go away."""
    tree = Tree(document)
    for step in steps_of(document):
        for outcome in step.get("outcomes", ()):
            kind, _colon, target = outcome.get("effect", "continue").partition(":")
            if kind in ("return", "again") and not leads_back(tree, step["id"], target):
                outcome["effect"] = "continue"
            stays = outcome["effect"] != "continue" and "then" in outcome
            if "then" in outcome and not (stays and may_come_straight(tree, step["id"], target)):
                del outcome["then"]
        deadline = step.get("props", {}).get("deadline", {})
        rungs = deadline.pop("overdue", [])
        climbed = [rung for rung in rungs if rung["do"] != "step" or leads_back(tree, step["id"], rung["step"])]
        deadline.update({"overdue": climbed} if climbed else {})
        rule = step.get("props", {}).get("assignee")
        if isinstance(rule, dict) and rule["rule"] == "claimant" and not leads_back(tree, step["id"], rule["step"]):
            step["props"]["assignee"] = SECRETARY
    for step in steps_of(document):
        if step["kind"] == "claim":
            mend_pool(step, tree)
    return document


def mend_pool(step: dict[str, Any], tree: Tree) -> None:
    """A time without work, and a number without a rung that asks for it, go away."""
    if not has_work(tree, step["id"]):
        step["props"].pop("hold", None)
    if not any(rung["do"] == "outcome" for rung in step["props"].get("deadline", {}).get("overdue", ())):
        step["props"].pop("least", None)


def leads_back(tree: Tree, source: str, target: str) -> bool:
    try:
        tree.back(source, target)
    except BackError:
        return False
    return True
