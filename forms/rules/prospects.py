"""Whether a condition can come true at all: tries it on every answer that could make a difference."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, islice, product
from math import prod
from typing import Any

from forms.rules.checking import names_in
from forms.rules.evaluation import evaluate, operation
from forms.rules.values import RuleError, as_date, lifted

MOST_TRIED = 5_000
STEP = Decimal("1e-9")  # finer than any answer
OTHER = "\x01"  # a letter that no rule compares with
ORDERING = frozenset({"<", "<=", ">", ">="})
DECIDABLE = ORDERING | frozenset({"and", "or", "!", "==", "!=", "blank", "in", "var", "today", "date"})
Domain = Mapping[str, Any]  # type, and where known options, min, max


def prospects(rule: Any, domains: Mapping[str, Domain], *, today: date) -> str | None:
    """`always` or `never` when a condition comes to the same whatever is answered; None when it depends, or who knows.

    `domains`: name → {"type", "options": ids, "min", "max"}, of every name that the rule reads. Only rules that compare
    answers with each other or with fixed values are judged: for them the values tried stand for all others.
    """
    try:
        names = sorted(names_in(rule))
        constants = list(_constants(rule))
        if not names or not all(name in domains for name in names):
            return None
        has_texts = any(domains[name]["type"] == "text" and "options" not in domains[name] for name in names)
        if not _is_decidable(rule, DECIDABLE - ORDERING if has_texts else DECIDABLE):
            return None
        values = [_values(domains[name], constants, today) for name in names]
        if not 0 < prod(map(len, values)) <= MOST_TRIED:  # none at all: rows, members, whatever cannot be tried
            return None
        found = {evaluate(rule, dict(zip(names, one, strict=True)), today=today) is True for one in product(*values)}
    except RuleError:
        return None
    return None if len(found) > 1 else "always" if found == {True} else "never"


def _is_decidable(part: Any, known: frozenset[str]) -> bool:
    if isinstance(part, list):
        return all(_is_decidable(one, known) for one in part)
    if not isinstance(part, Mapping):
        return True
    name, given = operation(part)
    return name in known and (name == "var" or all(_is_decidable(one, known) for one in given))


def _constants(part: Any) -> Iterator[Any]:
    """The fixed values of a rule; a text may stand for a day."""
    if isinstance(part, list):
        for one in part:
            yield from _constants(one)
    elif isinstance(part, Mapping):
        for name, given in part.items():
            if name != "var":
                yield from _constants(given)
    elif part is not None:
        value = lifted(part)
        yield value
        if as_date(value) is not None:
            yield as_date(value)


def _values(domain: Domain, constants: Sequence[Any], today: date) -> list[Any]:
    """Unanswered, and answers on, between and beyond all that a rule compares with."""
    kind, options = domain["type"], domain.get("options")
    if kind == "bool":
        return [None, True, False]
    if options is not None:
        few = list(dict.fromkeys([*(one for one in constants if one in options), *islice(options, 3)]))
        if kind == "text":
            return [None, *options] if len(options) < 50 else [None, *few]
        return [None, *(list(some) for count in range(1, len(few) + 1) for some in combinations(few, count))]
    marks: list[Any]
    if kind == "number":
        step: Any = Decimal(1) if domain.get("whole") else STEP
        marks = [one for one in constants if isinstance(one, Decimal)] or [Decimal(0)]
    elif kind == "date":
        step, marks = timedelta(days=1), [today, *(one for one in constants if isinstance(one, date))]
    elif kind == "text":
        texts = [one for one in constants if isinstance(one, str)]
        return [None, *texts, OTHER.join(texts) + OTHER, OTHER]
    else:
        return []
    least, most = domain.get("min"), domain.get("max")
    marks = [*marks, *(one for one in (least, most) if one is not None)]
    near = {one + step * by for one in marks for by in (-2, -1, 0, 1, 2)}
    return [None, *sorted(one for one in near if (least is None or one >= least) and (most is None or one <= most))]
