"""Random expressions, well typed and not, and values as both evaluators write them; for comparing the two."""

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from forms.rules import BudgetExceeded, MalformedRule, evaluate
from forms.rules.values import EXACT

TODAY = date(2026, 9, 11)
NUMBERS = [0, 1, -1, 2.5, 0.1, 0.2, 3, 17, 18, 100, -7, 12.345, 2.675, 1 / 3, 99999999.99, 1e-7, 10**15]
TEXTS = [
    "张伟",
    "李娜😀",
    "杭州市西湖区",
    "abc",
    "ABC",
    "10",
    "9.5",
    "-0.25",
    "",
    "𠮷野家",
    "志愿者",
    "2026-02-28",
    "2026-02-28T09:30",
    "2026-02-28T24:00",
    "x" * 3000,
]
DAYS = ["2026-02-28", "2008-02-29", "2024-02-29", "1999-12-31", "2026-09-11", "0001-01-01", "9999-12-31"]
NOT_OF_THE_PROFILE: list[Any] = [{}, {"a": 1, "b": 2}, {"eval": 1}, {"==": [1]}, {"var": 3}, {"today": 1}]
Tagged = Any  # a value as the shared vectors write it: {"n": …}, {"d": …}, lists, text, true, false, null


def tagged(value: Any) -> Tagged:
    """A value as the vectors write it; numbers in their shortest form."""
    if isinstance(value, Decimal):
        return {"n": "0" if value == 0 else f"{EXACT.normalize(value):f}"}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, dict):
        return {"row": {name: tagged(part) for name, part in value.items()}}
    return [tagged(part) for part in value] if isinstance(value, list) else value


def result_of(expression: Any, data: dict[str, Any]) -> Tagged:
    """What Python makes of it: a tagged value, {"budget": limit} or {"malformed": true}."""
    try:
        return tagged(evaluate(expression, data, today=TODAY))
    except BudgetExceeded as stop:
        return {"budget": stop.limit}
    except MalformedRule:
        return {"malformed": True}


class Grower:
    """Grows expressions; the same seed grows the same ones."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # tests, no secret

    def data(self) -> dict[str, Any]:
        """Values under the names that the expressions read."""
        pick, number = self.dice.choice, lambda: Decimal(str(self.dice.choice(NUMBERS)))
        return {
            "n1": number(),
            "n2": number(),
            "s1": pick(TEXTS),
            "b1": pick([True, False, None]),
            "d1": date.fromisoformat(pick(DAYS)),
            "ln": [pick([number(), None]) for _ in range(self.dice.randint(0, 5))],
            "lt": [pick([*TEXTS[:6], None]) for _ in range(self.dice.randint(0, 4))],
            "e": [],
            "start": {"value": number(), "name": pick(TEXTS)},
            "rows": [{"n": pick([number(), None])} for _ in range(self.dice.randint(0, 3))],
        }

    def expression(self) -> Any:
        """One expression: nine of ten well typed."""
        depth = self.dice.randint(1, 5)
        if self.dice.random() < 0.1:
            return self.anything(depth)
        grow: Callable[[int], Any] = self.dice.choice(
            [self.number, self.truth, self.truth, self.text, self.day, self.numbers]
        )
        return grow(depth)

    def some(self, grow: Callable[[int], Any], depth: int, least: int = 1, most: int = 3) -> list[Any]:
        return [grow(depth - 1) for _ in range(self.dice.randint(least, most))]

    def number(self, depth: int) -> Any:
        pick = self.dice.choice
        if depth <= 0:
            return pick(
                [
                    pick(NUMBERS),
                    {"var": "n1"},
                    {"var": "n2"},
                    {"var": "nope"},
                    {"var": "start.value"},
                    {"var": "item"},
                    {"var": "item.n"},
                ]
            )
        name = pick(
            ["+", "*", "-", "/", "round", "length", "count", "sum", "min", "max", "if", "number", "years", "days"]
        )
        if name in ("+", "*"):
            return {name: self.some(self.number, depth)}
        if name == "-":
            return {name: self.some(self.number, depth, 1, 2)}
        if name == "/":
            return {name: self.some(self.number, depth, 2, 2)}
        if name == "round":
            return {name: [self.number(depth - 1), self.dice.randint(-1, 11)]}
        if name in ("count", "sum", "min", "max"):
            return {name: [self.numbers(depth - 1)]}
        if name == "if":
            return {name: [self.truth(depth - 1), self.number(depth - 1), self.number(depth - 1)]}
        if name in ("number", "length"):
            return {name: self.text(depth - 1)}
        return {f"{name}_between": self.some(self.day, depth, 2, 2)}

    def text(self, depth: int) -> Any:
        if depth <= 0:
            return self.dice.choice([self.dice.choice(TEXTS), {"var": "s1"}, {"var": "start.name"}, {"var": "nope"}])
        if self.dice.random() < 0.6:
            return {"cat": self.some(self.text, depth)}
        return {"if": [self.truth(depth - 1), self.text(depth - 1), self.text(depth - 1)]}

    def day(self, depth: int) -> Any:
        if depth <= 0:
            return self.dice.choice(
                [{"date": [self.dice.choice(DAYS)]}, {"var": "d1"}, {"today": []}, {"date": {"var": "s1"}}]
            )
        return {"add_days": [self.day(depth - 1), self.dice.choice([self.dice.randint(-400, 400), 10**6, 2.5])]}

    def numbers(self, depth: int) -> Any:
        if depth <= 0:
            return self.dice.choice([{"var": "ln"}, {"var": "e"}, [1, None, 2.5], {"var": "rows.n"}, {"var": "rows"}])
        name = self.dice.choice(["list", "list", "map", "filter"])
        if name == "list":
            return self.some(self.number, depth)
        return {name: [self.numbers(depth - 1), (self.number if name == "map" else self.truth)(depth - 1)]}

    def truth(self, depth: int) -> Any:
        pick = self.dice.choice
        if depth <= 0:
            return pick([{"var": "b1"}, {"var": "nope"}, True, False])
        name = pick(["order", "equal", "and", "or", "!", "in text", "in list", "all", "some", "none", "blank"])
        if name == "order":
            grow = pick([self.number, self.number, self.text, self.day])
            return {pick(["<", "<=", ">", ">="]): self.some(grow, depth, 2, 3)}
        if name == "equal":
            grow = pick([self.number, self.text, self.day, self.truth, self.numbers])
            return {pick(["==", "!="]): self.some(grow, depth, 2, 2)}
        if name in ("and", "or"):
            return {name: self.some(self.truth, depth)}
        if name == "!":
            return {name: self.truth(depth - 1)}
        if name == "in text":
            return {"in": self.some(self.text, depth, 2, 2)}
        if name == "in list":
            return {"in": [self.number(depth - 1), self.numbers(depth - 1)]}
        if name == "blank":
            return {name: [pick([self.number, self.text, self.numbers])(depth - 1)]}
        return {name: [pick([self.numbers(depth - 1), {"var": "lt"}]), self.truth(depth - 1)]}

    def anything(self, depth: int) -> Any:
        """An operator on whatever comes, or nothing of the profile at all."""
        if self.dice.random() < 0.2:
            return self.dice.choice(NOT_OF_THE_PROFILE)
        grown = [self.number, self.text, self.day, self.truth, self.numbers, self.anything]
        parts = [self.dice.choice(grown)(depth - 1) for _ in range(self.dice.randint(0, 3))] if depth > 0 else [1]
        return {
            self.dice.choice(
                ["+", "<", "and", "in", "cat", "sum", "if", "round", "date", "all", "map", "length", "=="]
            ): parts
        }


def compared(seed: int, count: int) -> list[dict[str, Any]]:
    """So many expressions with tagged data and the result of Python."""
    grower = Grower(seed)
    found = []
    for _number in range(count):
        data, expression = grower.data(), grower.expression()
        found.append({"data": tagged(data)["row"], "expression": expression, "result": result_of(expression, data)})
    return found
