"""Which documents may be published: every fault has a code and a place, and nothing makes the check raise."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.faulty_flows import AROUND, BIG, FAULTS, codes, rows_at
from tests.workflows.flows import (
    SECRETARY,
    approval,
    branch,
    chain,
    end,
    fill,
    flow,
    notice,
    parallel,
    simple,
    wish,
)
from workflows.compiler import compile_flow
from workflows.messages import SENTENCES, sentence
from workflows.schema import problems

UNKNOWN = object()
PUBLIC = ["start.name", "start.phone", "start.what"]


@pytest.mark.parametrize("document", [simple(), wish(), chain(60), flow(notice(shows=PUBLIC))])
def test_good_flows_have_no_problems(document: dict[str, Any]) -> None:
    assert problems(document, **AROUND) == []


GOOD_ACCESS = [
    {"needs": "add+change", "needs.cost": "mask", "a.needs": "mask", "a.needs.cost": "hide", "remark": "read"},
    {"needs": "read", "needs.what": "hide", "start.what": "hide"},
    {"needs": "delete", "a.remark": "edit", "needs.what": "read"},
]


@pytest.mark.parametrize("access", GOOD_ACCESS)
def test_access_to_rows_and_columns_is_allowed(access: dict[str, Any]) -> None:
    costs = {"sum": {"var": "a.needs.cost"}}
    choice = branch("b", {">": [costs, 100]}, [fill("c")], [])
    assert codes(flow(rows_at("a", {}), rows_at("again", access), choice)) == []


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_by_name_and_told_as_a_sentence(name: str) -> None:
    code, document = FAULTS[name]
    found = problems(document, **AROUND)
    assert code in [problem.code for problem in found]
    for problem in found:
        assert "%(" not in sentence(problem)
        assert stands_in(document, problem.place), f"{problem.code} points to nowhere: {problem.place}"


def stands_in(document: Any, place: str) -> bool:
    """Whether a place leads to something in the document; its last name may be of what is missing there."""
    here, names = document, re.findall(r"[^.\[\]]+", place)
    for number, name in enumerate(names):
        is_index = name.isdecimal() and isinstance(here, list)
        found = here[int(name)] if is_index and int(name) < len(here) else None if is_index else UNKNOWN
        if isinstance(here, dict):
            found = here.get(name, UNKNOWN)
        if found is UNKNOWN:
            return number == len(names) - 1
        here = found
    return True


def test_the_place_leads_to_the_step() -> None:
    document = flow(parallel("p", [fill("a")], [fill("b", colour="red")]))
    (found,) = problems(document, **AROUND)
    assert found.place == "steps[0].branches[1].steps[0].props"


def test_names_asked_in_every_arm_are_known_behind_the_branch() -> None:
    reads = branch("c", {"==": [{"var": "outcomes.review"}, "approve"]}, [], [])
    assert codes(flow(approval("review"), branch("b", BIG, [fill("x")], [end("e", "small")]), reads)) == []


def test_a_deep_document_is_refused_without_exhausting_the_stack() -> None:
    document: Any = simple()
    inner: Any = 1
    for _level in range(5_000):
        inner = {"and": [inner]}
    document["steps"][0]["props"]["help"] = inner
    assert codes(document) == ["too_large"]


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    import re
    from pathlib import Path

    used = set()
    for module in (
        "schema",
        "checks",
        "access_checks",
        "arm_checks",
        "start_checks",
        "subcase_checks",
        "copy_checks",
        "outcome_checks",
        "ladder_checks",
        "claim_checks",
        "policy_checks",
        "straight_rules",
        "separation_checks",
        "undo_checks",
        "tree",
        "staffing",
        "publishing",
    ):
        text = Path(f"workflows/{module}.py").read_text()
        used |= set(re.findall(r'(?:report|_report|Problem|BackError)\("([a-z_]+)"', text))
        used |= set(re.findall(r'"(unknown_(?:role|level)|not_a_(?:unit|member|team))"', text))
    used |= set(re.findall(r'return "(bad_[a-z]+)"', Path("workflows/kinds.py").read_text()))
    assert used == set(SENTENCES)


words = st.sampled_from(
    ["id", "kind", "steps", "form", "approval", "branch", "branches", "outcomes", "props", "start", "when", "default",
     "effect", "return:start", "assignee", "rule", "role", "roles", "var", "a", "b", "start.what", "wait", "claim"]
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=3), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(document=values)
def test_no_value_makes_the_check_raise(document: Any) -> None:
    assert problems(document, **AROUND)


def slots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, one in inner for deeper in slots(one, (*path, key)))]


def with_value(document: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = with_value(document[path[0]], path[1:], new)
    return copy


@settings(max_examples=500, deadline=None)
@given(data=st.data(), new=values)
def test_a_good_flow_with_one_spoilt_place_is_refused_or_compiles(data: st.DataObject, new: Any) -> None:
    document = wish()
    spoilt = with_value(document, data.draw(st.sampled_from(slots(document))), new)
    if not problems(spoilt, **AROUND):
        compile_flow(spoilt, "spoilt_draft")


def test_the_rules_that_run_are_the_rules_that_are_checked() -> None:
    from workflows import assignees, kinds

    assert set(assignees.RULES) == set(kinds.RULES)
    assert SECRETARY["rule"] in kinds.RULES
