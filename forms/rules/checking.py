"""Judges an expression before it is published: shape, names, types and size, without working it out."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.problem import Problem
from forms.rules.operators import OPERATORS, SCOPED, Operator
from forms.rules.values import MAX_DEPTH, MAX_LIST, BudgetExceeded, MalformedRule, kind_of, lifted
from forms.shapes import value_type

MAX_NODES = 500
LARGEST_WHOLE = 2**53 - 1  # a larger one arrives at the browser as another number
ORDERED = frozenset({"number", "text", "date", "any", "null"})


def names_in(expression: Any) -> set[str]:
    """The names an expression reads, as written (`start.value`); `item` where it stands for an entry is none."""
    return {name for name, _ in _names(expression, False, 0)}


def _names(part: Any, scoped: bool, depth: int) -> Iterator[tuple[str, bool]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(part, list):
        for entry in part:
            yield from _names(entry, scoped, depth + 1)
    elif isinstance(part, Mapping):
        for operator, given in part.items():
            if operator == "var":
                name = given[0] if isinstance(given, list) and given else given
                if isinstance(name, str) and not (scoped and name.split(".")[0] == "item"):
                    yield name, scoped
            elif operator in SCOPED and isinstance(given, list) and len(given) == 2:
                yield from _names(given[0], scoped, depth + 1)
                yield from _names(given[1], True, depth + 1)
            else:
                yield from _names(given, scoped, depth + 1)


def check_types(
    expression: Any, types: Mapping[str, str], *, place: str = "", expects: str | None = None
) -> list[Problem]:
    """Everything wrong with an expression; never raises.

    `types`: name → field kind (or type in expressions). `expects`: type that the whole must give, e.g. `bool`.
    """
    check = _Check(types, place)
    found = check.type_of(expression, None, 0)
    if expects is not None and not check.problems and not _fits(found, expects):
        check.add("rule.result", expected=expects, found=found)
    return check.problems


def _fits(found: str, wanted: str) -> bool:
    return found in ("any", "null") or wanted == "any" or found in wanted.split("|")


class _Check:
    """One walk through an expression; collects problems and infers types."""

    def __init__(self, types: Mapping[str, str], place: str) -> None:
        self.types = types
        self.place = place
        self.problems: list[Problem] = []
        self.nodes = 0

    def add(self, code: str, **params: Any) -> str:
        problem = Problem(code, self.place, params)
        if problem not in self.problems:
            self.problems.append(problem)
        return "any"

    def type_of(self, part: Any, item: str | None, depth: int) -> str:
        self.nodes += 1
        if depth > MAX_DEPTH:
            return self.add("rule.too_deep", limit=MAX_DEPTH)
        if self.nodes > MAX_NODES:
            return self.add("rule.too_long", limit=MAX_NODES)
        if isinstance(part, Mapping):
            return self._operation(part, item, depth)
        if isinstance(part, list):
            if len(part) > MAX_LIST:
                return self.add("rule.too_long", limit=MAX_LIST)
            for entry in part:
                self.type_of(entry, item, depth + 1)
            return "list"
        return self._literal(part)

    def _literal(self, part: Any) -> str:
        if isinstance(part, int) and abs(part) > LARGEST_WHOLE:
            return self.add("rule.literal")
        try:
            value = lifted(part)
        except (BudgetExceeded, MalformedRule):
            return self.add("rule.literal")
        if value is None and part is not None:  # NaN and infinity, which Python's JSON reader lets through
            return self.add("rule.literal")
        return kind_of(value)

    def _operation(self, part: Mapping[str, Any], item: str | None, depth: int) -> str:
        if len(part) != 1:
            return self.add("rule.shape")
        ((name, given),) = part.items()
        operator = OPERATORS.get(name) if isinstance(name, str) else None
        if operator is None:
            return self.add("rule.unknown_operator", operator=str(name)[:40])
        arguments = given if isinstance(given, list) else [given]
        if len(arguments) < operator.least or (operator.most is not None and len(arguments) > operator.most):
            return self.add("rule.arguments", operator=name)
        if name == "var":
            return self._variable(arguments[0], item)
        if name == "if":
            return self._choice(arguments, item, depth)
        found = [self.type_of(arguments[0], item, depth + 1)] if arguments else []
        if name in SCOPED:
            found.append(self.type_of(arguments[1], "any", depth + 1))
        else:
            found += [self.type_of(argument, item, depth + 1) for argument in arguments[1:]]
        self._judge(name, operator, found)
        return operator.gives if operator.gives != "item" else "any"

    def _variable(self, name: Any, item: str | None) -> str:
        if not isinstance(name, str):
            return self.add("rule.literal")
        if item is not None and name.split(".")[0] == "item":
            return item
        if name not in self.types:
            return self.add("rule.unknown_name", name=name[:80])
        return value_type(self.types[name])

    def _choice(self, arguments: list[Any], item: str | None, depth: int) -> str:
        results = set()
        for position, argument in enumerate(arguments):
            found = self.type_of(argument, item, depth + 1)
            if position % 2 == 0 and position < len(arguments) - 1:
                if not _fits(found, "bool"):
                    self.add("rule.type", operator="if", expected="bool", found=found)
            elif found != "null":
                results.add(found)
        return results.pop() if len(results) == 1 else "any"

    def _judge(self, name: str, operator: Operator, found: list[str]) -> None:
        known = {kind for kind in found if kind not in ("any", "null")}
        for position, kind in enumerate(found):
            wanted = operator.takes[min(position, len(operator.takes) - 1)]
            if wanted in ("same", "ordered"):
                continue
            if not _fits(kind, wanted):
                self.add("rule.type", operator=name, expected=wanted, found=kind)
        if operator.takes[:1] == ("same",) and len(known) > 1:
            self.add("rule.unlike", operator=name, left=found[0], right=found[-1])
        if operator.takes[:1] == ("ordered",) and (len(known) > 1 or not known <= ORDERED):
            self.add("rule.unlike", operator=name, left=found[0], right=found[-1])
