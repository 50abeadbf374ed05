"""Why a question was asked, hidden or required, and how a value came about; never more than one may know."""

import random
from typing import Any

import pytest
from django.utils.translation import override

from forms.explaining import explained
from forms.schema import problems
from tests.forms.conftest import TODAY, document, field
from tests.forms.grown_forms import GrownForm

MORE = {">": [{"var": "value"}, 500]}
DOC = document(
    field("value", "money", label={"zh-hans": "价值", "en": "Value"}),
    field("why", label={"zh-hans": "理由", "en": "Reason"}, show_if=MORE),
    field("phone", "phone", label="电话", required_if={"blank": {"var": "mail"}}),
    field("mail", "email", label="邮箱"),
    field("born", "date", label="生日"),
    field("child", "yes_no", label="未成年", calc={"<": [{"years_between": [{"var": "born"}, {"today": []}]}, 18]}),
    field("half", "money", label="一半", calc={"/": [{"var": "value"}, 2]}),
    field("kind", "choice", label="种类",
          options=[{"id": "a", "label": "甲", "show_if": MORE}, {"id": "b", "label": "乙"}]),
    field("late", label="晚了",
          show_if={"and": [{"==": [{"var": "kind"}, "b"]}, {"<": [{"var": "born"}, {"date": "2000-01-01"}]}]}),
    field("aid", "multi_choice", label="会什么"),
    field("paper", label="证书", show_if={"in": ["a", {"var": "aid"}]}),
)  # fmt: skip


def said(answers: dict[str, Any], **more: Any) -> dict[str, str]:
    assert problems(DOC) == []
    return {f"{one.key} {one.code}": one.sentence for one in explained(DOC, answers, today=TODAY, **more)}


def test_each_decision_is_told_with_the_values_that_made_it():
    found = said({"value": "120.00", "mail": "a@b.cn", "born": "1990-05-06", "kind": "b", "aid": ["b"]})
    assert found == {
        "why hidden": "没有问“理由”，因为：“价值”是 120 元，不超过 500 元。",
        "phone optional": "“电话”不必填，因为：“邮箱”填了。",
        "child worked": "“未成年”算出来是 否：years_between(“生日”（1990年5月6日）, 今天) < 18。",
        "half worked": "“一半”算出来是 60 元：“价值”（120 元） ÷ 2。",
        "kind withheld": "“种类”里的“甲”不能选，因为：“价值”是 120 元，不超过 500 元。",
        "late shown": "问了“晚了”，因为：“种类”是 乙；“生日”是 1990年5月6日，早于 2000年1月1日。",
        "paper hidden": "没有问“证书”，因为：“会什么”是 选项 b，其中没有“选项 a”。",
    }


def test_what_was_not_answered_or_not_asked_is_the_reason():
    found = said({})
    assert found["why hidden"] == "没有问“理由”，因为：“价值”没有填。"
    assert found["phone required"] == "“电话”必须填，因为：“邮箱”没有填。"
    assert found["half unworked"] == "“一半”算不出来：“价值”没有填。"


def test_it_is_told_in_english_too():
    with override("en"):
        assert (
            said({"value": "600.00"})["why shown"]
            == "“Reason” was asked, because: “Value” is 600 yuan, more than 500 yuan."
        )


@pytest.mark.parametrize("state", ["mask", "hide"])
def test_no_value_that_the_reader_may_not_see_is_told_and_no_reason_that_rests_on_it(state: str):
    access = dict.fromkeys(("why", "phone", "mail", "born", "child", "half", "kind", "late", "aid", "paper"), "read")
    found = said({"value": "4711.00", "kind": "b"}, access={**access, "value": state})
    assert not any("4711" in one or "4,711" in one or "500" in one for one in found.values())
    assert found["why secret"] == "“理由”：这是由不向您显示的回答决定的。"
    assert "half secret" in found
    hidden = said({"value": "600.00"}, access={"value": "read"})
    assert not any(key.startswith("why") for key in hidden)


def test_whatever_rules_a_form_has_they_are_told_without_an_error():
    grown = GrownForm(random.Random(5))
    told = 0
    for _number in range(150):
        doc = grown.document()
        answers = grown.answers(doc)
        hidden = random.Random(_number).choice([one["key"] for one in doc["sections"][0]["fields"]])
        access = {one["key"]: "read" for section in doc["sections"] for one in section["fields"]} | {hidden: "hide"}
        for one in explained(doc, answers, today=TODAY, access=access):
            told += 1
            assert f"“题目{hidden}”" not in one.sentence
            assert "%(" not in one.sentence
    assert told > 300
