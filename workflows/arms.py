"""The arms of a branch: a filling that none takes, one that two would take, arms that nothing takes. Plain Python.

The answers that conditions compare are tried at every point where a comparison can turn out otherwise, with the
evaluator that runs the flow, so that whatever is reported is a real filling. `is_complete` says whether these points
are all there are; only then may be said that there is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, islice, pairwise, product
from typing import Any

from forms.rules import RuleError, evaluate, names_in
from forms.shapes import value_type

MOST_FILLINGS = 4_000
MOST_SUBSETS = 5  # options of a multiple choice that are tried in every combination
SOME_DAY = date(2026, 6, 1)  # never read: conditions that ask for today are left alone
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "blank"})
JOINING = frozenset({"and", "or", "!"})
STEPS = {"integer": Decimal(1), "duration": Decimal(1), "money": Decimal("0.01"), "decimal": Decimal("0.01")}
Filling = dict[str, Any]  # name → value as conditions see it, None when unanswered
Condition = tuple[Any, bool]  # an expression, and whether it holds


@dataclass(frozen=True)
class Facts:
    """What is known of the names that conditions read. `limits`: name → (least, most), either of which may be None."""

    kinds: Mapping[str, str]
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    limits: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fillings:
    """Fillings to try; `is_complete`: no other one could turn a condition out otherwise than one of these."""

    tried: list[Filling]
    is_complete: bool

    def first(self, *conditions: Condition) -> Filling | None:
        """The first filling under which all conditions are as said."""
        return next(
            (one for one in self.tried if all(_holds(rule, one) is wanted for rule, wanted in conditions)), None
        )


def fillings(expressions: Sequence[Any], facts: Facts) -> Fillings | None:
    """The fillings that tell expressions apart; None when nothing can be said about them."""
    names = sorted(set().union(*map(names_in, expressions)))
    seen = _Seen()
    for expression in expressions:
        seen.read(expression)
    if not names or seen.asks_for_today or any(name not in facts.kinds for name in names):
        return None
    complete, points = seen.is_plain, []
    for name in names:
        values, every = _points(name, seen.constants.get(name, []), facts)
        complete = complete and every
        points.append(values)
    found = [dict(zip(names, values, strict=True)) for values in islice(product(*points), MOST_FILLINGS + 1)]
    return Fillings(found[:MOST_FILLINGS], complete and len(found) <= MOST_FILLINGS)


def _holds(rule: Any, filling: Filling) -> bool:
    data: dict[str, Any] = {}
    for name, value in filling.items():
        step, _dot, key = name.partition(".")
        data.setdefault(step, {})[key] = value
    try:
        return evaluate(rule, data, today=SOME_DAY) is True
    except RuleError:
        return False


class _Seen:
    """What a walk through expressions found: constants by name, and whether all is plain comparison."""

    def __init__(self) -> None:
        self.constants: dict[str, list[Any]] = {}
        self.is_plain, self.asks_for_today = True, False

    def read(self, part: Any) -> None:
        """One expression, which passed `check_types` before."""
        if isinstance(part, list):
            for one in part:
                self.read(one)
        if not isinstance(part, Mapping):
            return
        ((operator, given),) = part.items()
        arguments = given if isinstance(given, list) else [given]
        if operator == "today":
            self.asks_for_today = True
        elif operator in COMPARISONS:
            self._comparison(arguments)
        elif operator in JOINING:
            self.read(arguments)
        elif operator != "var":
            self._anything(arguments)

    def _comparison(self, arguments: Sequence[Any]) -> None:
        names = [_name(one) for one in arguments]
        constants = [_constant(one) for one in arguments if not _name(one)]
        if sum(map(bool, names)) != 1 or any(one is _NONE for one in constants):
            self._anything(arguments)
            return
        (name,) = filter(None, names)
        for one in constants:
            self.constants.setdefault(name, []).extend(one if isinstance(one, list) else [one])

    def _anything(self, arguments: Sequence[Any]) -> None:
        """A calculation: its constants are worth trying, but they are not all that matters."""
        self.is_plain = False
        constants = [one for one in map(_constant, arguments) if one is not _NONE and not isinstance(one, list)]
        for name in set().union(*map(names_in, arguments)) if arguments else set():
            self.constants.setdefault(name, []).extend(constants)
        self.read([one for one in arguments if isinstance(one, Mapping)])


_NONE = object()


def _name(part: Any) -> str:
    given = part.get("var") if isinstance(part, Mapping) else None
    name = given[0] if isinstance(given, list) and len(given) == 1 else given
    return name if isinstance(name, str) else ""


def _constant(part: Any) -> Any:
    """A literal, or the day that `date` names; `_NONE` for anything else."""
    if isinstance(part, Mapping):
        given = part.get("date")
        text = given[0] if isinstance(given, list) and len(given) == 1 else given
        try:
            return date.fromisoformat(text) if isinstance(text, str) else _NONE
        except ValueError:
            return _NONE
    if isinstance(part, list):
        found = [_constant(one) for one in part]
        return _NONE if any(one is _NONE for one in found) else found
    return Decimal(repr(part)) if isinstance(part, int | float) and not isinstance(part, bool) else part


def _points(name: str, constants: Sequence[Any], facts: Facts) -> tuple[list[Any], bool]:
    """The values of one answer to try, and whether these are all that matter."""
    unanswered = [] if name in facts.required else [None]
    kind, options = facts.kinds[name], list(facts.options.get(name, ()))
    sort = value_type(kind)
    if sort == "bool":
        return [True, False, *unanswered], True
    if sort == "list":
        chosen = [one for one in options if one in constants] or options
        every = len(chosen) <= MOST_SUBSETS
        subsets = _subsets(chosen) if every else [[one] for one in options] + [options]
        return [*map(list, subsets), *unanswered], every
    if options:
        return [*options, *unanswered], True
    if sort == "number":
        return [
            *_numbers(constants, STEPS.get(kind, Decimal(1)), facts.limits.get(name, (None, None))),
            *unanswered,
        ], True
    if sort == "date":
        days = [one for one in constants if isinstance(one, date)]
        near = chain.from_iterable((day - timedelta(days=1), day, day + timedelta(days=1)) for day in days)
        return [*_within(near, facts.limits.get(name, (None, None))), *unanswered], True
    texts = [one for one in constants if isinstance(one, str)]
    return [*dict.fromkeys([*texts, "…"]), *unanswered], sort == "text" and kind not in ("time", "datetime")


def _subsets(options: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(options, size) for size in range(1, len(options) + 1))


def _numbers(constants: Sequence[Any], step: Decimal, limits: tuple[Any, Any]) -> list[Decimal]:
    """Each number that is compared with, its neighbours, and what lies between two of them."""
    marks = sorted({one for one in constants if isinstance(one, Decimal)})
    near = [point for mark in marks for point in (mark - step, mark, mark + step)]
    between = [((low + high) / 2).quantize(step) for low, high in pairwise(marks)]
    return _within([*near, *between], limits) or [point for point in limits if point is not None] or [Decimal(0)]


def _within(points: Any, limits: tuple[Any, Any]) -> list[Any]:
    least, most = limits
    kept = (one for one in points if (least is None or one >= least) and (most is None or one <= most))
    return sorted(dict.fromkeys(kept))
