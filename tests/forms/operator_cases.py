"""Every operator on every kind of value: cases for both evaluators, and what each operator takes by its signature."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from forms.rules import OPERATORS
from forms.rules.operators import Operator
from tests.forms.expressions import result_of, tagged

VALUES: dict[str, Any] = {
    "null": None,
    "bool": True,
    "number": Decimal("2.5"),
    "text": "x",
    "date": date(2026, 2, 28),
    "list": [Decimal(1), None],
    "row": {"a": Decimal(1)},
}
TOTAL = frozenset({"==", "!=", "blank"})  # these answer whatever comes
MOST = 3


def taken(operator: Operator, position: int) -> frozenset[str]:
    """The kinds of values that an operator takes at a place."""
    wanted = operator.takes[min(position, len(operator.takes) - 1)]
    if wanted in ("any", "same"):
        return frozenset(VALUES)
    return frozenset({"number", "text", "date"} if wanted == "ordered" else wanted.split("|"))


def good(operator: Operator, position: int) -> Any:
    """A value that it takes there."""
    kinds = taken(operator, position)
    return next(VALUES[kind] for kind in ("number", "text", "date", "list", "bool") if kind in kinds)


def every_operator() -> list[dict[str, Any]]:
    """Each operator with one to three values of every kind, with what Python makes of it."""
    data = tagged(VALUES)["row"]
    found = []
    for name, operator in OPERATORS.items():
        for count in range(operator.least, min(operator.most or MOST, MOST) + 1):
            for kinds in itertools.product(VALUES, repeat=count):
                expression: Any = {name: kinds[0] if name == "var" else [{"var": kind} for kind in kinds]}
                found.append({"data": data, "expression": expression, "result": result_of(expression, VALUES)})
    return found
