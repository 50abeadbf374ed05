"""Expressions: exact, three-valued, and within budgets; the same vectors as any other evaluator of the profile."""

import contextlib
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.rules import OPERATORS, BudgetExceeded, MalformedRule, RuleError, check_types, evaluate, names_in
from forms.rules.operators import LAZY
from tests.forms.conftest import TODAY
from tests.forms.operator_cases import TOTAL, VALUES, good, taken
from tests.forms.test_schema import JSON

VECTORS = json.loads(Path("forms/rules/vectors.json").read_text())


def untagged(value: Any) -> Any:
    """Plain values of the vectors' tagged ones."""
    if isinstance(value, list):
        return [untagged(entry) for entry in value]
    if isinstance(value, dict):
        if "n" in value:
            return Decimal(value["n"])
        if "d" in value:
            return dt.date.fromisoformat(value["d"])
        return {name: untagged(entry) for name, entry in value["row"].items()}
    return value


DATA = {name: untagged(value) for name, value in VECTORS["data"].items()}
VECTORS_TODAY = dt.date.fromisoformat(VECTORS["today"])


@pytest.mark.parametrize(("expression", "expected"), [case[1:] for case in VECTORS["cases"]],
                         ids=[case[0] for case in VECTORS["cases"]])  # fmt: skip
def test_vector(expression, expected):
    if isinstance(expected, dict) and "budget" in expected:
        with pytest.raises(BudgetExceeded) as stop:
            evaluate(expression, DATA, today=VECTORS_TODAY)
        assert stop.value.limit == expected["budget"]
        return
    result = evaluate(expression, DATA, today=VECTORS_TODAY)
    assert result == untagged(expected)
    assert type(result) is type(untagged(expected))


def test_the_vectors_are_many_and_use_every_operator():
    assert len(VECTORS["cases"]) >= 150
    assert all(f'"{name}"' in json.dumps(VECTORS["cases"], ensure_ascii=False) for name in OPERATORS)


def nested(levels: int) -> Any:
    rule: Any = True
    for _ in range(levels):
        rule = {"!": rule}
    return rule


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        (nested(40), "depth"),
        ([[0] * 150] * 100, "steps"),
        ({"and": [True] * 20_000}, "steps"),
        ([True] * 1_001, "list"),
        ({"cat": ["x" * 9_000, "y" * 9_000]}, "text"),
        ("x" * 10_001, "text"),
        (10**60, "digits"),
        (1e300, "digits"),
        ({"var": "huge"}, "list"),
    ],
)
def test_a_budget_stop_is_an_error_and_never_unanswered(rule, limit):
    with pytest.raises(BudgetExceeded) as stop:
        evaluate(rule, {"huge": [1] * 1_001}, today=TODAY)
    assert stop.value.limit == limit


@pytest.mark.parametrize("rule", [{}, {"a": 1, "b": 2}, {"eval": 1}, {"==": [1]}, {"!": [1, 2]}, {"var": 3}, object()])
def test_what_is_not_of_the_profile_is_refused(rule):
    with pytest.raises(MalformedRule):
        evaluate(rule, {}, today=TODAY)


def test_plain_python_values_may_come_from_outside():
    data = {"start": {"value": 600, "at": dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC)}, "broken": float("nan")}
    assert evaluate({"*": [{"var": "start.value"}, 0.1]}, data, today=TODAY) == Decimal("60.0")
    assert evaluate({"var": "start.at"}, data, today=TODAY) == dt.date(2026, 1, 2)
    assert evaluate({"blank": {"var": "broken"}}, data, today=TODAY) is True


def test_names_are_found_as_written_and_item_only_where_it_is_one():
    rule = {"and": [{">": [{"var": "start.value"}, 1]}, {"some": [{"var": "skills"}, {"==": [{"var": "item"}, "x"]}]}]}
    assert names_in(rule) == {"start.value", "skills"}
    assert names_in({"var": "item"}) == {"item"}


def test_types_are_checked_against_kinds_of_fields():
    types = {"start.value": "money", "when": "date", "who": "multi_choice", "agree": "yes_no"}
    assert check_types({">": [{"var": "start.value"}, 500]}, types, expects="bool") == []
    assert check_types({"in": ["a", {"var": "who"}]}, types, expects="bool") == []
    assert check_types({"if": [{"var": "agree"}, 1, 2]}, types, expects="number") == []
    [problem] = check_types({"<": [{"var": "when"}, 3]}, types, place="steps[2].when")
    assert (problem.code, problem.place) == ("rule.unlike", "steps[2].when")
    assert problem.params == {"operator": "<", "left": "date", "right": "number"}


@settings(max_examples=300, deadline=None)
@given(st.one_of(JSON, st.dictionaries(st.sampled_from(sorted(OPERATORS)), JSON, min_size=1, max_size=1)))
def test_any_json_gives_a_value_or_a_rule_error(rule):
    names_in(rule)
    check_types(rule, {"a": "text"})
    with contextlib.suppress(RuleError):
        evaluate(rule, {"a": "x"}, today=TODAY)


UNARY = st.sampled_from(["!", "blank", "round", "length", "number"])
BINARY = st.sampled_from(["+", "-", "*", "/", "==", "<", "in"])
MANY = st.sampled_from(["and", "or", "cat"])


def rules(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda name, a, b: {name: [a, b]}, BINARY, inner, inner),
            st.builds(lambda name, a: {name: [a]}, UNARY, inner),
            st.builds(lambda name, many: {name: many}, MANY, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda a, b, c: {"if": [a, b, c]}, inner, inner, inner),
        ),
        max_leaves=10,
    )


@settings(max_examples=300, deadline=None)
@given(rules(st.sampled_from([{"var": "flag"}, {"var": "number"}, {"var": "text"}, 1, 2.5, "x", True, None])))
def test_a_rule_that_passes_the_check_can_be_worked_out(rule):
    types = {"flag": "yes_no", "number": "decimal", "text": "text"}
    if check_types(rule, types):
        return
    for data in ({"flag": True, "number": Decimal("3"), "text": "x"}, {}):
        evaluate(rule, data, today=TODAY)


@pytest.mark.parametrize("name", [name for name in OPERATORS if name not in LAZY and name not in TOTAL])
def test_an_operator_gives_unanswered_for_every_kind_of_value_that_it_does_not_take(name):
    """Derived from the signature: nothing converts, and nothing unanswered becomes a value."""
    operator = OPERATORS[name]
    for position in range(operator.least):
        for kind, value in VALUES.items():
            if kind in taken(operator, position) or (name == "cat" and kind == "null"):
                continue
            data = {str(place): good(operator, place) for place in range(operator.least)} | {str(position): value}
            rule = {name: [{"var": str(place)} for place in range(operator.least)]}
            assert evaluate(rule, data, today=TODAY) is None, (kind, position)


@pytest.mark.parametrize("kind", list(VALUES))
def test_conditions_take_only_yes_and_no(kind):
    value = VALUES[kind]
    is_bool = kind == "bool"
    data = {"v": value}
    v = {"var": "v"}
    assert evaluate({"and": [v, True]}, data, today=TODAY) is (True if is_bool else None)
    assert evaluate({"or": [v, False]}, data, today=TODAY) is (True if is_bool else None)
    assert evaluate({"if": [v, 1, 2]}, data, today=TODAY) == (1 if is_bool else 2)
    for name in ("all", "some", "none"):
        assert (evaluate({name: [v, True]}, data, today=TODAY) is None) == (kind != "list")
    assert evaluate({"==": [v, v]}, data, today=TODAY) is (kind != "row")
    assert evaluate({"blank": v}, data, today=TODAY) is (kind == "null")
