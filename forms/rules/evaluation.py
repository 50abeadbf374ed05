"""Works out an expression on data, within budgets; three-valued logic, where unanswered (None) means unknown."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from forms.rules.operators import FUNCTIONS, OPERATORS, SCOPED
from forms.rules.values import MAX_DEPTH, MAX_LIST, MAX_STEPS, BudgetExceeded, MalformedRule, Value, lifted

Work = Callable[[Any], Value]
NO_ITEM = object()


def evaluate(expression: Any, data: Mapping[str, Any], *, today: date) -> Value:
    """The value of `expression`: None, bool, Decimal, str, date or list. A condition holds only if exactly True.

    `data`: name → value, nested for dotted names (`{"start": {"value": 3}}` for `start.value`); of a list of rows a
    dotted name gives the list of their values.
    Raises: `BudgetExceeded` when it is too deep, too long or its values too big; `MalformedRule` when it is not of
    the profile, which `check_types` finds before publishing.
    """
    return _Evaluation(data, today).value(expression, NO_ITEM, 0)


class _Evaluation:
    """One run: counts its steps."""

    def __init__(self, data: Mapping[str, Any], today: date) -> None:
        self.data = data
        self.today = today
        self.steps = 0

    def value(self, expression: Any, item: Any, depth: int) -> Value:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise BudgetExceeded("steps")
        if depth > MAX_DEPTH:
            raise BudgetExceeded("depth")
        if isinstance(expression, list):
            if len(expression) > MAX_LIST:
                raise BudgetExceeded("list")
            return [self.value(part, item, depth + 1) for part in expression]
        if isinstance(expression, Mapping):
            return self._operation(expression, item, depth)
        return lifted(expression)

    def _operation(self, expression: Mapping[str, Any], item: Any, depth: int) -> Value:
        name, arguments = operation(expression)
        if name == "today":
            return self.today
        if name == "var":
            return self._variable(arguments[0], item)

        def work(part: Any) -> Value:
            return self.value(part, item, depth + 1)

        if name in ("and", "or"):
            return _join(arguments, work, stop=name == "or")
        if name == "if":
            return _choose(arguments, work)
        if name in SCOPED:
            return self._over_items(name, arguments, work, depth)
        return FUNCTIONS[name](*map(work, arguments))

    def _over_items(self, name: str, arguments: list[Any], work: Work, depth: int) -> Value:
        items = work(arguments[0])
        if not isinstance(items, list):
            return None

        def of(entry: Value) -> Value:
            return self.value(arguments[1], entry, depth + 1)

        if name == "map":
            return [of(entry) for entry in items]
        if name == "filter":
            return [entry for entry in items if of(entry) is True]
        result = _join(items, of, stop=name != "all")
        return result if name != "none" or result is None else not result

    def _variable(self, path: Any, item: Any) -> Value:
        if not isinstance(path, str):
            raise MalformedRule("var takes one name")
        first, *rest = path.split(".")
        found = item if first == "item" and item is not NO_ITEM else self.data.get(first)
        for part in rest:
            found = [_part(row, part) for row in found] if isinstance(found, list) else _part(found, part)
        return lifted(found)


def _part(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else None


def operation(expression: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Operator and arguments of one object. Raises `MalformedRule` when it is not exactly one known operator."""
    if len(expression) != 1:
        raise MalformedRule("one operator per object")
    ((name, given),) = expression.items()
    operator = OPERATORS.get(name)
    if operator is None:
        raise MalformedRule("unknown operator")
    arguments = given if isinstance(given, list) else [given]
    if len(arguments) < operator.least or (operator.most is not None and len(arguments) > operator.most):
        raise MalformedRule(f"{name}: wrong number of arguments")
    return name, arguments


def _join(parts: list[Any], work: Work, *, stop: bool) -> bool | None:
    """`or` (stop at True) and `and` (stop at False) of three-valued logic."""
    go_on = not stop
    unknown = False
    for part in parts:
        value = work(part)
        if value is stop:
            return bool(stop)
        if value is not go_on:
            unknown = True
    return None if unknown else go_on


def _choose(arguments: list[Any], work: Work) -> Value:
    for position in range(0, len(arguments) - 1, 2):
        if work(arguments[position]) is True:
            return work(arguments[position + 1])
    return work(arguments[-1]) if len(arguments) % 2 else None
