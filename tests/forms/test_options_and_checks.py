"""Options that are offered only sometimes, and checks across several answers: the server's side."""

import itertools
import json
from typing import Any

import pytest
from django.http import QueryDict

from forms.building import build_form_class
from forms.schema import always_asked, problems
from tests.forms.conftest import TODAY, document, field
from tests.forms.test_filling import CONTEXT, filled

FEW = {"<=": [{"var": "people"}, 30]}
SEATS = [
    {"id": "circle", "label": "围坐", "show_if": FEW},
    {"id": "desks", "label": "课桌", "show_if": {"<=": [{"var": "people"}, 80]}},
    {"id": "rows", "label": "椅子"},
]
MINORS = {
    "id": "c1",
    "rule": {"<=": [{"var": "minors"}, {"var": "people"}]},
    "message": {"zh-hans": "未成年人不会更多", "en": "Too many minors"},
    "at": "minors",
}


def seating(kind: str = "choice", **more: Any) -> dict[str, Any]:
    return document(field("people", "integer"), field("seats", kind, options=SEATS, **more))


def counted(*fields: Any) -> dict[str, Any]:
    return {**document(field("people", "integer"), field("minors", "integer"), *fields), "checks": [MINORS]}


def test_an_option_that_is_not_on_offer_is_refused_beside_its_field_and_everything_is_kept():
    assert filled(seating(), {"people": "20", "seats": "circle"}).answers() == {"people": 20, "seats": "circle"}
    form = filled(seating(), {"people": "31", "seats": "circle"})
    assert form.sentences() == {"seats": ["“围坐”和您的其他回答对不上，不能选。请重新选择。"]}
    assert 'value="31"' in str(form)
    assert filled(seating(), {"people": "", "seats": "circle"}).errors  # nobody knows yet whether there is room
    assert filled(seating(), {"people": "31", "seats": "rows"}).is_valid()


def test_of_several_choices_each_that_is_not_on_offer_is_named():
    form = filled(seating("multi_choice"), {"people": "90", "seats": ["circle", "desks", "rows"]})
    assert len(form.errors["seats"]) == 2
    assert filled(seating("multi_choice"), {"people": "31", "seats": ["desks", "rows"]}).is_valid()


def test_rules_see_a_choice_that_is_not_on_offer_as_unanswered():
    doc = document(
        field("people", "integer"),
        field("seats", "choice", options=SEATS),
        field("why", required=True, show_if={"==": [{"var": "seats"}, "circle"]}),
    )
    assert set(filled(doc, {"people": "31", "seats": "circle"}).errors) == {"seats"}
    assert set(filled(doc, {"people": "30", "seats": "circle"}).errors) == {"why"}


def test_a_question_without_any_option_on_offer_is_not_asked():
    options = [{"id": "circle", "label": "围坐", "show_if": FEW}]
    doc = document(field("people", "integer"), field("seats", "choice", options=options, required=True))
    assert filled(doc, {"people": "31"}).answers() == {"people": 31}
    assert set(filled(doc, {"people": "30"}).errors) == {"seats"}
    assert always_asked(doc) == set()


def test_an_answer_that_stands_is_not_held_against_what_is_on_offer_now():
    answers = {"people": 10, "seats": "circle"}
    form = filled(seating(), {"people": "50"}, access={"seats": "read"}, answers=answers)
    assert form.is_valid(), form.errors
    assert form.answers() == {"people": 50, "seats": "circle"}
    assert filled(seating(), {"people": "50", "seats": ""}, access={"seats": "replace"}, answers=answers).is_valid()


def test_options_may_not_depend_on_their_own_field_in_a_circle():
    own = [{"id": "a", "label": "甲", "show_if": {"blank": {"var": "a"}}}]
    found = problems(document(field("a", "choice", options=own)))
    assert [(one.code, one.place) for one in found] == [("document.cycle", "sections[0].fields[0]")]


WRONG_RULES: list[tuple[Any, str]] = [
    ({"var": "people"}, "rule.result"),
    ({"==": [{"var": "nobody"}, 1]}, "rule.unknown_name"),
    ({"eval": 1}, "rule.unknown_operator"),
    (7, "rule.result"),
]


@pytest.mark.parametrize(("rule", "code"), WRONG_RULES)
def test_the_rule_of_an_option_is_judged_with_its_place(rule: Any, code: str):
    doc = document(
        field("people", "integer"), field("a", "choice", options=[{"id": "x", "label": "甲", "show_if": rule}])
    )
    assert (code, "sections[0].fields[1].options[0].show_if") in [(one.code, one.place) for one in problems(doc)]


def test_only_options_that_are_chosen_by_people_may_have_rules():
    assert problems(seating("multi_choice")) == []
    wrong = problems(document(field("people", "integer"), field("a", "award", options=SEATS)))
    assert "sections[0].fields[1].options" in [one.place for one in wrong]


# Checks


def test_a_check_is_told_beside_its_field_and_in_the_summary_only_when_it_is_false():
    form = filled(counted(), {"people": "3", "minors": "4"})
    assert form.sentences() == {"minors": ["未成年人不会更多"]}
    assert 'href="#id_minors">未成年人不会更多' in str(form)
    for people, minors in itertools.product(("", "4", "5"), ("", "4")):
        assert filled(counted(), {"people": people, "minors": minors}).is_valid()


def test_a_check_beside_a_question_that_is_not_asked_is_told_for_the_whole():
    doc = document(field("people", "integer"), field("minors", "integer", show_if={">": [{"var": "people"}, 100]}))
    doc["checks"] = [{**MINORS, "rule": {"<": [{"var": "people"}, 50]}}]
    assert filled(doc, {"people": "60"}).sentences() == {"": ["未成年人不会更多"]}


def test_nobody_is_held_up_by_what_others_answered():
    answers = {"people": 3, "minors": 4}
    doc = counted(field("remark"))
    read = {"people": "read", "minors": "read"}
    assert filled(doc, {"remark": "好"}, access=read, answers=answers).is_valid()
    form = filled(doc, {"remark": "好", "people": "2"}, access={"minors": "read"}, answers=answers)
    assert form.sentences() == {"": ["未成年人不会更多"]}


def test_a_check_that_cannot_be_worked_out_is_told_and_not_passed_over():
    big = "9" * 15
    rule: Any = {"var": "people"}
    for _ in range(3):
        rule = {"*": [rule, {"var": "people"}]}
    doc = {**counted(), "checks": [{**MINORS, "rule": {">": [rule, 1]}}]}
    assert list(filled(doc, {"people": big}).sentences()) == [""]


WRONG_CHECKS: list[tuple[Any, str, str]] = [
    ({}, "checks.not_a_list", "checks"),
    ([MINORS] * 101, "checks.too_many", "checks"),
    (["x"], "check.not_an_object", "checks[0]"),
    ([{**MINORS, "colour": 1}], "property.unknown", "checks[0].colour"),
    ([{**MINORS, "id": ""}], "check.id", "checks[0].id"),
    ([MINORS, MINORS], "check.repeated_id", "checks[1].id"),
    ([{name: MINORS[name] for name in ("id", "message", "at")}], "check.no_rule", "checks[0].rule"),
    ([{**MINORS, "message": ""}], "text.empty", "checks[0].message"),
    ([{**MINORS, "message": "x\u202e"}], "text.control", "checks[0].message"),
    ([{**MINORS, "at": "nobody"}], "check.at", "checks[0].at"),
    ([{**MINORS, "at": ["minors"]}], "check.at", "checks[0].at"),
    ([{**MINORS, "at": "sum"}], "check.at", "checks[0].at"),
    ([{**MINORS, "rule": {"var": "people"}}], "rule.result", "checks[0].rule"),
    ([{**MINORS, "rule": {"<": [{"var": "people"}, "x"]}}], "rule.unlike", "checks[0].rule"),
]


@pytest.mark.parametrize(("checks", "code", "place"), WRONG_CHECKS, ids=[one[1] + one[2] for one in WRONG_CHECKS])
def test_a_wrong_check_is_refused_with_code_and_place(checks: Any, code: str, place: str):
    doc = {**counted(field("sum", "integer", calc={"var": "people"})), "checks": checks}
    assert (code, place) in [(one.code, one.place) for one in problems(doc)]


def test_a_rule_that_reads_what_the_reader_does_not_see_stays_on_the_server():
    doc = {**seating(), "checks": [{**MINORS, "at": "seats", "rule": {"==": [{"var": "people"}, 1]}}]}
    form = build_form_class(doc, access={"people": "hide"})(answers={"people": 4711}, context=CONTEXT)
    assert form.logic == ""
    whole = json.loads(build_form_class(doc)(context=CONTEXT).logic)
    assert [sorted(one.get("options", [])) for one in whole["fields"]] == [[], ["circle", "desks"]]
    assert whole["checks"] == [{"rule": {"==": [{"var": "people"}, 1]}, "at": "seats", "message": "未成年人不会更多"}]
    assert whole["today"] == TODAY.isoformat()


def test_any_text_at_all_in_a_filtered_choice_is_answered_with_a_sentence():
    for text in ("\x00", "‮x", "circle\n", "x" * 50_000, "=1+1", "<b>", "null"):
        data = QueryDict(mutable=True)
        data.setlist("people", [text])
        data.setlist("seats", [text])
        form = build_form_class(seating("multi_choice"))(data, context=CONTEXT)
        assert form.sentences()["seats"]
