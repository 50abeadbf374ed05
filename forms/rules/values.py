"""The values that expressions work on: unanswered, truth, exact decimal, text, date, list; and their limits."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any

MAX_DEPTH = 32
MAX_STEPS = 10_000
MAX_TEXT = 10_000
MAX_LIST = 1_000
MAX_DIGITS = 40
EXACT = Context(prec=200)  # wide enough that no operation on MAX_DIGITS numbers rounds by itself

DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,10})?", re.ASCII)

Value = Any  # None | bool | Decimal | str | date | list[Value] | Mapping[str, Value]: recursive, checked by `kind_of`


class RuleError(Exception):
    """An expression could not be worked out."""


class BudgetExceeded(RuleError):
    """The expression is too deep, too long, or makes values that are too big. `limit` names which."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(limit)


class MalformedRule(RuleError):
    """The expression is not of the profile; publishing refuses such a definition."""


def kind_of(value: Value) -> str:
    """`null`, `bool`, `number`, `text`, `date`, `list` or `row`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Decimal):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, date):
        return "date"
    return "list" if isinstance(value, list) else "row"


def bounded(number: Decimal) -> Decimal:
    """The number itself. Raises `BudgetExceeded` beyond 40 digits, and for what is no finite number."""
    if number == 0:
        return Decimal(0)
    if not number.is_finite():
        raise BudgetExceeded("digits")
    exact = EXACT.normalize(number)
    size = exact.adjusted()
    exponent = int(exact.as_tuple().exponent)
    if len(exact.as_tuple().digits) > MAX_DIGITS or abs(size) > MAX_DIGITS or exponent < -MAX_DIGITS:
        raise BudgetExceeded("digits")
    return number


def lifted(value: Any) -> Value:
    """A plain JSON or Python value as an expression sees it: floats by their shortest writing, never by their bits.

    Raises: `BudgetExceeded` when a text, list or number is too big.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _within(value, MAX_TEXT, "text")
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, int):
        if value.bit_length() > 200:
            raise BudgetExceeded("digits")
        return _number(Decimal(value))
    if isinstance(value, float):
        return _number(Decimal(repr(value)))
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, (date, Mapping)):
        return value
    if isinstance(value, (list, tuple)):
        return [lifted(item) for item in _within(list(value), MAX_LIST, "list")]
    raise MalformedRule(f"cannot work with {type(value).__name__}")


def _number(number: Decimal) -> Decimal | None:
    return bounded(number) if number.is_finite() else None


def _within(value: Any, limit: int, name: str) -> Any:  # Any: str or list, handed through
    if len(value) > limit:
        raise BudgetExceeded(name)
    return value


def as_date(value: Value) -> date | None:
    """The date itself, or the one that a text like 2026-09-11 names, else None."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and (match := DATE.fullmatch(value)):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            return None
    return None


def as_number(value: Value) -> Decimal | None:
    """The number itself, or the one that a text like -12.50 names, else None."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return bounded(Decimal(value))
    return None


def same(left: Value, right: Value) -> bool:
    """Equal in kind and value: never converts, and unanswered equals unanswered."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return kind_of(left) != "row" and bool(left == right)
