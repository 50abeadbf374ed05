"""The operators of the expression profile: what each takes, gives and does. docs/expressions.md describes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from forms.rules.moments import day_of
from forms.rules.values import (
    EXACT,
    MAX_TEXT,
    BudgetExceeded,
    MalformedRule,
    RuleError,
    Value,
    as_date,
    as_number,
    bounded,
    kind_of,
    same,
)

__all__ = ["FUNCTIONS", "OPERATORS", "BudgetExceeded", "MalformedRule", "Operator", "RuleError"]

DIVISION_PLACES = Decimal("1e-10")
MAX_DAYS = 1_000_000
COMPARABLE = frozenset({"number", "text", "date"})


@dataclass(frozen=True)
class Operator:
    """Signature. `takes`: type of each argument, the last one for all further; `gives`: type of the result.

    Types: any, bool, number, text, date, list; `date|text` either; `same` all arguments alike; `item` as the list's.
    """

    least: int
    most: int | None
    takes: tuple[str, ...]
    gives: str


OPERATORS: dict[str, Operator] = {
    "var": Operator(1, 1, ("text",), "any"),
    "and": Operator(1, None, ("bool",), "bool"),
    "or": Operator(1, None, ("bool",), "bool"),
    "!": Operator(1, 1, ("bool",), "bool"),
    "if": Operator(2, None, ("any",), "any"),
    "==": Operator(2, 2, ("same",), "bool"),
    "!=": Operator(2, 2, ("same",), "bool"),
    "<": Operator(2, 3, ("ordered",), "bool"),
    "<=": Operator(2, 3, ("ordered",), "bool"),
    ">": Operator(2, 3, ("ordered",), "bool"),
    ">=": Operator(2, 3, ("ordered",), "bool"),
    "blank": Operator(1, 1, ("any",), "bool"),
    "+": Operator(1, None, ("number",), "number"),
    "-": Operator(1, 2, ("number",), "number"),
    "*": Operator(1, None, ("number",), "number"),
    "/": Operator(2, 2, ("number",), "number"),
    "round": Operator(1, 2, ("number",), "number"),
    "number": Operator(1, 1, ("number|text",), "number"),
    "sum": Operator(1, 1, ("list",), "number"),
    "count": Operator(1, 1, ("list",), "number"),
    "min": Operator(1, 1, ("list",), "item"),
    "max": Operator(1, 1, ("list",), "item"),
    "in": Operator(2, 2, ("any", "list|text"), "bool"),
    "length": Operator(1, 1, ("list|text",), "number"),
    "cat": Operator(1, None, ("text",), "text"),
    "today": Operator(0, 0, (), "date"),
    "date": Operator(1, 1, ("date|text",), "date"),
    "add_days": Operator(2, 2, ("date", "number"), "date"),
    "days_between": Operator(2, 2, ("date",), "number"),
    "years_between": Operator(2, 2, ("date",), "number"),
    "all": Operator(2, 2, ("list", "bool"), "bool"),
    "some": Operator(2, 2, ("list", "bool"), "bool"),
    "none": Operator(2, 2, ("list", "bool"), "bool"),
    "filter": Operator(2, 2, ("list", "bool"), "list"),
    "map": Operator(2, 2, ("list", "any"), "list"),
}
SCOPED = frozenset({"all", "some", "none", "filter", "map"})  # their second part reads `item`
LAZY = frozenset({"var", "and", "or", "if", "today"}) | SCOPED  # the evaluator does these itself


def _compare(test: Callable[[Value, Value], bool]) -> Callable[..., bool | None]:
    def compare(*values: Value) -> bool | None:
        kinds = {kind_of(value) for value in values}
        if len(kinds) != 1 or not kinds <= COMPARABLE:
            return None
        return all(test(left, right) for left, right in pairwise(values))

    return compare


def _numbers(function: Callable[..., Decimal | None]) -> Callable[..., Decimal | None]:
    """Unanswered as soon as one argument is no number."""

    def calculate(*values: Value) -> Decimal | None:
        if any(kind_of(value) != "number" for value in values):
            return None
        result = function(*values)
        return None if result is None else bounded(result)

    return calculate


def _dates(function: Callable[[date, date], int]) -> Callable[[Value, Value], Decimal | None]:
    def between(first: Value, last: Value) -> Decimal | None:
        if not isinstance(first, date) or not isinstance(last, date):
            return None
        return Decimal(function(first, last))

    return between


def _add(*values: Decimal) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = bounded(EXACT.add(total, value))
    return total


def _multiply(*values: Decimal) -> Decimal:
    product = Decimal(1)
    for value in values:
        product = bounded(EXACT.multiply(product, value))
    return product


def _subtract(first: Decimal, second: Decimal | None = None) -> Decimal:
    return EXACT.minus(first) if second is None else EXACT.subtract(first, second)


def _divide(first: Decimal, second: Decimal) -> Decimal | None:
    if second == 0:
        return None
    return EXACT.divide(first, second).quantize(DIVISION_PLACES, ROUND_HALF_UP, context=EXACT)


def _round(number: Decimal, places: Decimal = Decimal(0)) -> Decimal | None:
    if places != places.to_integral_value() or not 0 <= places <= 10:
        return None
    return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP, context=EXACT)


def _in(needle: Value, haystack: Value) -> bool | None:
    if isinstance(haystack, list):
        return any(same(needle, item) for item in haystack)
    if isinstance(haystack, str) and isinstance(needle, str):
        return needle in haystack
    return None


def _length(value: Value) -> Decimal | None:
    return Decimal(len(value)) if isinstance(value, (str, list)) else None


def _cat(*values: Value) -> str | None:
    if any(kind_of(value) not in ("text", "null") for value in values):
        return None
    joined = "".join(value or "" for value in values)
    if len(joined) > MAX_TEXT:
        raise BudgetExceeded("text")
    return joined


def _answered(values: Value) -> list[Value] | None:
    return [value for value in values if value is not None] if isinstance(values, list) else None


def _sum(values: Value) -> Decimal | None:
    answered = _answered(values)
    if answered is None or any(kind_of(value) != "number" for value in answered):
        return None
    return _add(*answered)


def _count(values: Value) -> Decimal | None:
    answered = _answered(values)
    return None if answered is None else Decimal(len(answered))


def _extreme(choose: Callable[[list[Value]], Value]) -> Callable[[Value], Value]:
    def extreme(values: Value) -> Value:
        answered = _answered(values)
        kinds = {kind_of(value) for value in answered or []}
        if not answered or len(kinds) != 1 or not kinds <= {"number", "date"}:
            return None
        return choose(answered)

    return extreme


def _day(value: Value) -> date | None:
    return day_of(value) if isinstance(value, str) else as_date(value)


def _add_days(day: Value, days: Value) -> date | None:
    if not isinstance(day, date) or not isinstance(days, Decimal):
        return None
    if days != days.to_integral_value() or abs(days) > MAX_DAYS:
        return None
    try:
        return day + timedelta(days=int(days))
    except OverflowError:
        return None


def _full_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _not(value: Value) -> bool | None:
    return (not value) if isinstance(value, bool) else None


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "!": _not,
    "==": same,
    "!=": lambda left, right: not same(left, right),
    "<": _compare(lambda left, right: bool(left < right)),
    "<=": _compare(lambda left, right: bool(left <= right)),
    ">": _compare(lambda left, right: bool(left > right)),
    ">=": _compare(lambda left, right: bool(left >= right)),
    "blank": lambda value: value is None or value == "" or value == [],
    "+": _numbers(_add),
    "-": _numbers(_subtract),
    "*": _numbers(_multiply),
    "/": _numbers(_divide),
    "round": _numbers(_round),
    "number": as_number,
    "sum": _sum,
    "count": _count,
    "min": _extreme(min),
    "max": _extreme(max),
    "in": _in,
    "length": _length,
    "cat": _cat,
    "date": _day,
    "add_days": _add_days,
    "days_between": _dates(lambda start, end: (end - start).days),
    "years_between": _dates(_full_years),
}
