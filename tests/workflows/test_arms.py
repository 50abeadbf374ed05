"""Gaps and overlaps of the arms of a branch: found with an example filling, and never where there are none."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exceptions import Invalid, WrongState
from forms.schema import field_kinds, options_of_fields
from tests.workflows.conftest import Bench
from tests.workflows.faulty_flows import AROUND
from tests.workflows.flows import approval, branch, field, fill, flow, form
from workflows.arms import Facts, fillings
from workflows.messages import sentence
from workflows.publishing import facts_of
from workflows.schema import problems

KINDS = {"a": "甲", "b": "乙", "c": "丙"}
ASK = form(
    field("what", required=True),
    field("value", "money", required=True, min=0, max=5000),
    field("count", "integer"),
    field("day", "date"),
    field("kind", "choice", required=True, options=[{"id": one, "label": label} for one, label in KINDS.items()]),
    field("needs", "multi_choice", options=[{"id": one, "label": label} for one, label in KINDS.items()]),
    field("urgent", "yes_no", required=True),
    field("free", "text"),
)


def var(key: str) -> dict[str, str]:
    return {"var": f"start.{key}"}


def arms(*whens: Any, default: bool = False) -> dict[str, Any]:
    found: list[dict[str, Any]] = [{"id": f"b{n}", "when": when, "steps": []} for n, when in enumerate(whens)]
    other: list[dict[str, Any]] = [{"id": "x", "default": True, "steps": []}] if default else []
    return {"id": "tier", "kind": "branch", "branches": [*found, *other]}


def found(*whens: Any, default: bool = False) -> list[tuple[str, str, bool]]:
    """(code, the example in words, whether it is a warning) of everything found."""
    document = flow(arms(*whens, default=default))
    given = problems(document, **{**AROUND, "forms": {**AROUND["forms"], "ask": facts_of(ASK)}})
    return [(one.code, sentence(one), one.is_warning) for one in given]


def codes(*whens: Any, default: bool = False) -> list[str]:
    return [code for code, _words, _is_warning in found(*whens, default=default)]


GAPS: list[tuple[list[Any], str]] = [
    ([{"<": [var("value"), 500]}, {">": [var("value"), 500]}], "value = 500"),
    ([{"<=": [var("value"), 100]}, {">=": [var("value"), 101]}], "value = 100.01"),
    ([{"==": [var("kind"), "a"]}, {"==": [var("kind"), "b"]}], "kind = 丙"),
    ([{">": [var("count"), 3]}, {"<=": [var("count"), 3]}], "count = 没有填"),
    ([{"in": ["a", var("needs")]}, {"in": ["b", var("needs")]}], "needs = 没有填"),
    ([{"==": [var("urgent"), True]}, {">": [var("value"), 100]}], "urgent = 否"),
    ([{"<": [var("day"), {"date": "2026-07-01"}]}, {">": [var("day"), {"date": "2026-07-01"}]}], "day = 2026-07-01"),
    ([{"==": [var("free"), "x"]}, {"!": {"blank": var("free")}}], "free = 没有填"),
    ([{"and": [{"==": [var("kind"), "a"]}, {">": [var("value"), 10]}]}, {"!=": [var("kind"), "a"]}], "kind = 甲"),
]
WHOLE: list[list[Any]] = [
    [{"<": [var("value"), 500]}, {">=": [var("value"), 500]}],
    [{"==": [var("urgent"), True]}, {"==": [var("urgent"), False]}],
    [{"in": [var("kind"), ["a", "b"]]}, {"==": [var("kind"), "c"]}],
    [{">": [var("count"), 3]}, {"!": {">": [var("count"), 3]}}, {"blank": var("count")}],
    [{"<": [var("value"), 6000]}, {"==": [var("kind"), "a"]}],
]


@pytest.mark.parametrize(("whens", "example"), GAPS)
def test_a_gap_is_told_with_a_filling_that_no_arm_takes(whens: list[Any], example: str) -> None:
    """frappe/erpnext#37128: what lay between two tiers went nowhere."""
    [gap] = [one for one in found(*whens) if one[0] == "arms_gap"]
    assert example in gap[1]
    assert not gap[2]


@pytest.mark.parametrize("whens", WHOLE)
def test_arms_that_take_everything_have_no_gap(whens: list[Any]) -> None:
    assert "arms_gap" not in codes(*whens)
    assert "arms_unsure" not in codes(*whens)


@pytest.mark.parametrize("whens", [case[0] for case in GAPS])
def test_a_default_takes_what_the_others_leave(whens: list[Any]) -> None:
    assert "arms_gap" not in codes(*whens, default=True)


def test_arms_that_overlap_are_told_with_a_filling_that_both_take() -> None:
    [one] = found({">": [var("value"), 100]}, {"<": [var("value"), 500]})
    assert one[0] == "arms_overlap"
    assert one[2], "the first is taken, so it keeps nobody from publishing"
    assert "value = 100.01" in one[1]


@pytest.mark.parametrize(
    "whens",
    [
        [{">": [var("value"), 100]}, {">": [var("value"), 500]}],
        [{"==": [var("kind"), "a"]}, {"and": [{"==": [var("kind"), "b"]}, {"==": [var("kind"), "c"]}]}],
        [{"<": [var("value"), 10]}, {"<": [var("value"), 0]}],
        [{"in": [var("kind"), ["a", "b", "c"]]}, {"==": [var("urgent"), True]}],
    ],
)
def test_an_arm_that_nothing_ever_takes_is_an_error(whens: list[Any]) -> None:
    assert ("arm_never", False) in {(code, is_warning) for code, _words, is_warning in found(*whens, default=True)}


def test_an_arm_that_the_branch_around_it_excludes_is_a_warning() -> None:
    inner = {**arms({">": [var("value"), 500]}, default=True), "id": "inner"}
    document = flow(branch("outer", {"<": [var("value"), 100]}, [inner], []))
    given = problems(document, **{**AROUND, "forms": {**AROUND["forms"], "ask": facts_of(ASK)}})
    assert [(one.code, one.is_warning) for one in given] == [("arm_never", True)]


def test_a_gap_that_the_branch_around_it_excludes_is_none() -> None:
    inner = {**arms({"<": [var("value"), 50]}, {">=": [var("value"), 50]}), "id": "inner"}
    narrow = {**arms({"<": [var("value"), 50]}, {"==": [var("value"), 50]}), "id": "narrow"}
    document = flow(branch("outer", {"<=": [var("value"), 50]}, [inner, narrow], []))
    given = problems(document, **{**AROUND, "forms": {**AROUND["forms"], "ask": facts_of(ASK)}})
    assert given == []


@pytest.mark.parametrize(
    "whens",
    [
        [{">": [var("value"), {"*": [var("count"), 3]}]}, {"<=": [var("value"), {"*": [var("count"), 3]}]}],
        [{"<": [var("day"), {"today": []}]}, {">=": [var("day"), {"today": []}]}],
    ],
)
def test_where_nothing_can_be_told_a_default_is_demanded_and_enough(whens: list[Any]) -> None:
    assert {"arms_unsure", "arms_gap"} & set(codes(*whens))
    assert codes(*whens, default=True) in ([], ["arms_overlap"])


def test_a_flow_with_a_gap_is_not_published(bench: Bench) -> None:
    document = flow(arms({"<": [var("value"), 500]}, {">": [var("value"), 500]}))
    with pytest.raises(Invalid) as refusal:
        bench.publish(document)
    assert "value = 500" in " ".join(refusal.value.errors["document"]) or "没有填" in str(refusal.value.errors)


def test_an_answer_that_no_arm_takes_never_slips_past_the_branch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version from before the check: the deciding person reads why it cannot go on, and nothing is skipped."""
    monkeypatch.setattr("workflows.checks.check_arms", lambda *_about: [])
    document = flow(approval("review"), arms({"==": [var("value"), 1]}, {"==": [var("value"), 2]}), fill("last"))
    case = bench.start(document, value=3)
    with pytest.raises(WrongState) as refusal:
        bench.act(case, "review", outcome="approve")
    assert refusal.value.code == "no_arm"
    assert bench.open(case) == ["review"]


COMPARED = ["<", "<=", ">", ">=", "==", "!="]
values = st.one_of(st.integers(0, 5000), st.sampled_from([0, 50, 99.99, 100, 100.01, 500]))
atom = st.one_of(
    st.builds(lambda op, n: {op: [var("value"), n]}, st.sampled_from(COMPARED), st.integers(0, 600)),
    st.builds(lambda one: {"==": [var("kind"), one]}, st.sampled_from("abc")),
    st.builds(lambda one: {"==": [var("urgent"), one]}, st.booleans()),
)
rule = st.recursive(
    atom,
    lambda inner: st.one_of(
        st.builds(lambda one: {"!": one}, inner),
        st.builds(lambda op, some: {op: some}, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(rule, min_size=1, max_size=3), values, st.sampled_from("abc"), st.booleans())
def test_every_filling_behaves_like_one_of_those_tried(rules: list[Any], value: Any, kind: str, urgent: bool) -> None:
    """Completeness: whatever is filled in, some filling that was tried turns all conditions out the same."""
    from workflows.arms import _holds

    names = {f"start.{key}" for key in ("value", "kind", "urgent")}
    facts = Facts(
        {f"start.{key}": sort for key, sort in field_kinds(ASK).items()},
        {f"start.{key}": ids for key, ids in options_of_fields(ASK).items()},
        frozenset(names),
        {"start.value": (Decimal(0), Decimal(5000))},
    )
    tried = fillings(rules, facts)
    assert tried is not None
    assert tried.is_complete
    given = {"start.value": Decimal(str(value)), "start.kind": kind, "start.urgent": urgent}
    wanted = [_holds(one, given) for one in rules]
    assert any([_holds(one, filling) for one in rules] == wanted for filling in tried.tried)


def test_a_gap_is_left_alone_while_a_condition_itself_is_wrong() -> None:
    assert codes({">": [var("nothing"), 1]}, {">": [var("value"), 1]}) == ["unknown_field"]


def test_a_branch_in_a_plain_flow_stays_as_it_was(bench: Bench) -> None:
    big = {">": [var("value"), 100]}
    case = bench.start(flow(branch("b", big, [approval("big")], [approval("small")])), value=500)
    assert bench.open(case) == ["big"]
