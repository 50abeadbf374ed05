"""What users of other form engines complain about, each as a test; the threads are named.

That both sides drift apart (open-forms#6487, #6286) is in tests/browser/test_filling_options.py.
"""

from typing import Any

import pytest

from forms.rules import evaluate
from forms.schema import problems
from tests.forms.conftest import TODAY, document, field
from tests.forms.test_filling import filled

MORE = {">": [{"var": "value"}, 500]}


def test_the_server_knows_every_rule_without_a_script():
    # surveyjs/survey-library#3057, survey-creator#702: answers cannot be judged again where there is no JavaScript.
    doc = document(
        field("value", "money"),
        field("why", required=True, show_if=MORE),
        field("phone", "phone", required_if=MORE),
        field("half", "money", calc={"/": [{"var": "value"}, 2]}),
        field("how", "choice", options=[{"id": "a", "label": "甲", "show_if": MORE}, {"id": "b", "label": "乙"}]),
    )
    doc["checks"] = [{"id": "c", "rule": {"<": [{"var": "value"}, 9000]}, "message": "太多", "at": "value"}]
    assert set(filled(doc, {"value": "9000", "how": "a"}).errors) == {"why", "phone", "value"}
    assert set(filled(doc, {"value": "500", "how": "a"}).errors) == {"how"}
    assert filled(doc, {"value": "500", "why": "x", "half": "1", "how": "b"}).answers() == {
        "value": "500.00", "half": "250.00", "how": "b",
    }  # fmt: skip


@pytest.mark.parametrize("rule", [{"<": [{"var": "age"}, 2]}, {"<=": [{"var": "age"}, 0]}, {">=": [{"var": "age"}, 0]}])
def test_what_was_not_answered_is_less_than_nothing(rule: Any):
    # jwadhams/json-logic-js#60, #44, json-logic#13, json-logic-php#23: null < 2 is true, and languages differ.
    assert evaluate(rule, {"age": None}, today=TODAY) is None
    doc = document(field("age", "integer"), field("parent", required=True, show_if=rule))
    assert filled(doc, {}).is_valid()


def test_a_rule_that_cannot_work_is_told_before_publishing_with_its_place():
    # open-formulieren/open-forms#1191, #6130: rules are hard to write; type errors and unknown names go unnoticed.
    when = field("when", "date")
    for rule, code in [
        ({"<": [{"var": "when"}, 3]}, "rule.unlike"),
        ({"==": [{"var": "whne"}, None]}, "rule.unknown_name"),
        ({"==": [{"var": "how"}, "train"]}, "rule.unknown_option"),
        ({"var": "when"}, "rule.result"),
    ]:
        how = field("how", "choice", options=[{"id": "bus", "label": "公交"}])
        found = problems(document(when, how, field("b", show_if=rule)))
        assert [(one.code, one.place) for one in found] == [(code, "sections[0].fields[2].show_if")]


def test_conditions_and_permissions_hold_on_the_server_for_everybody():
    # frappe/frappe#11685, frappe/crm#2624, #2641: required or read-only under a condition only holds in the browser.
    doc = document(field("value", "money"), field("why", required_if=MORE), field("decision"))
    form = filled(
        doc, {"value": "501", "decision": "forged"}, access={"decision": "read"}, answers={"decision": "nein"}
    )
    assert set(form.errors) == {"why"}
    fine = filled(
        doc,
        {"value": "501", "why": "x", "decision": "forged"},
        access={"decision": "read"},
        answers={"decision": "nein"},
    )
    assert fine.answers() == {"value": "501.00", "why": "x", "decision": "nein"}
