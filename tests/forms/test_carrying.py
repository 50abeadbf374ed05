"""Answers carried from one version of a form to the next: by field id, read anew, and told where they do not fit."""

from typing import Any

import pytest
from django.utils.translation import override

from forms.carrying import SENTENCES, carried
from forms.kinds import KINDS
from forms.shapes import SHAPES
from tests.forms.conftest import TODAY, document, field


def moved(was: dict[str, Any], now: dict[str, Any], stored: Any) -> tuple[Any, list[str]]:
    """The one answer in the new version, and the codes of what is told."""
    found = carried(document(was), document(now), {was["key"]: stored}, today=TODAY)
    return found.answers.get(now["key"]), [one.code for one in found.misfits]


def test_a_field_is_the_same_by_its_id_wherever_it_stands_and_whatever_it_is_called():
    old = document(field("a"), field("b"))
    new = {
        "v": 1,
        "sections": [
            {"id": "x", "fields": [field("c"), field("b", label="另一个名字")]},
            {"id": "main", "fields": [field("a", help="现在多一句说明")]},
        ],
    }
    found = carried(old, new, {"a": "一", "b": "二"}, today=TODAY)
    assert (found.answers, found.misfits) == ({"b": "二", "a": "一"}, [])


def test_a_key_that_another_field_took_over_does_not_inherit_the_answer():
    found = carried(document(field("a", id="1")), document(field("a", id="2")), {"a": "一"}, today=TODAY)
    assert found.answers == {}
    assert [(one.field_id, one.code) for one in found.misfits] == [("1", "removed")]


@pytest.mark.parametrize(
    ("was", "stored", "now", "kept"),
    [
        ("integer", 12, "decimal", "12"),
        ("integer", 12, "money", "12.00"),
        ("decimal", "12.00", "integer", 12),
        ("money", "12.50", "text", "12.5"),
        ("text", "１,２００", "integer", 1200),
        ("text", "2026年9月30日", "date", "2026-09-30"),
        ("date", "2026-09-30", "text", "2026-09-30"),
        ("text", "好", "long_text", "好"),
        ("long_text", "一行", "text", "一行"),
        ("text", "138 1234 5678", "phone", "13812345678"),
        ("email", "a@example.com", "text", "a@example.com"),
        ("choice", "b", "multi_choice", ["b"]),
        ("multi_choice", ["b"], "choice", "b"),
        ("choice", "b", "text", "选项 b"),
        ("text", " 选项  b ", "choice", "b"),
    ],
)
def test_what_can_be_read_as_the_new_kind_is_kept(was, stored, now, kept):
    assert moved(field("a", was), field("a", now), stored) == (kept, [])


@pytest.mark.parametrize(
    ("was", "stored", "now", "code"),
    [
        ("text", "十二个", "integer", "kind"),
        ("decimal", "12.50", "integer", "limit"),
        ("yes_no", True, "text", "kind"),
        ("integer", 5, "yes_no", "kind"),
        ("duration", 90, "integer", "kind"),
        ("text", "别的", "choice", "kind"),
        ("multi_choice", ["a", "b"], "choice", "limit"),
        ("yes_no", True, "consent", "consent"),
        ("photos", [{"key": "k", "name": "n"}], "text", "kind"),
        ("text", "x", "photos", "kind"),
        ("text", "x", "ledger_snapshot", "calculated"),
        ("long_text", "一\n二", "text", "limit"),
    ],
)
def test_what_cannot_be_read_as_the_new_kind_is_told(was, stored, now, code):
    extra = {"of": "b"} if now == "ledger_snapshot" else {}
    assert moved(field("a", was), field("a", now, **extra), stored) == (None, [code])


@pytest.mark.parametrize(
    ("kind", "stored", "before", "after", "kept", "codes"),
    [
        ("text", "四个字了", {}, {"max_length": 3}, None, ["limit"]),
        ("integer", 9, {}, {"max": 5}, None, ["limit"]),
        ("integer", 9, {"max": 10}, {"max": 20}, 9, []),
        ("date", "2026-09-01", {}, {"min": "today"}, None, ["limit"]),
        ("decimal", "2.55", {}, {"places": 1}, None, ["limit"]),
        ("choice", "c", {}, {"options": [{"id": "a", "label": "甲"}]}, None, ["option"]),
        ("choice", "a", {}, {"options": [{"id": "a", "label": "甲"}]}, "a", []),
        ("multi_choice", ["a", "c"], {}, {"options": [{"id": "a", "label": "甲"}]}, ["a"], ["option"]),
        ("multi_choice", ["a", "b"], {}, {"max": 1}, None, ["limit"]),
        ("photos", [{"key": "1", "name": "一"}, {"key": "2", "name": "二"}], {}, {"max": 1}, 1, ["limit"]),
        ("consent", {"agreed": True, "text": "请读一读。"}, {}, {"text": "改了"}, None, ["consent"]),
    ],
)
def test_narrower_limits_and_options_that_are_gone_are_told(kind, stored, before, after, kept, codes):
    value, told = moved(field("a", kind, **before), field("a", kind, **after), stored)
    assert (len(value) if kind == "photos" else value, told) == (kept, codes)


def test_what_is_newly_required_or_no_longer_asked_is_told_once():
    old = document(field("a", required=True), field("b"), field("c"), field("gone"))
    new = document(
        field("a", required=True),
        field("b", required_if={"==": [{"var": "c"}, "是"]}),
        field("c", "integer", required=True),
        field("d", required=True),
        field("e", show_if={"blank": {"var": "b"}}),
    )
    found = carried(old, new, {"c": "是", "gone": "x"}, today=TODAY)
    assert [(one.key, one.code) for one in found.misfits] == [("c", "kind"), ("gone", "removed"), ("d", "required")]


def test_an_answer_that_the_new_rules_hide_is_told():
    old = document(field("a"), field("b"))
    new = document(field("a"), field("b", show_if={"==": [{"var": "a"}, "x"]}))
    found = carried(old, new, {"a": "y", "b": "z"}, today=TODAY)
    assert [(one.key, one.code) for one in found.misfits] == [("b", "hidden")]


def test_what_becomes_calculated_is_not_kept_and_what_was_is_worked_out_anew():
    calc = {"+": [1, 1]}
    assert moved(field("a", "integer"), field("a", "integer", calc=calc), 5) == (None, ["calculated"])
    assert moved(field("a", "integer", calc=calc), field("a", "integer", calc=calc), 2) == (None, [])
    assert moved(field("a", "integer", calc=calc), field("a", "integer"), 2) == (2, [])


HOSTILE = [{}, [], [None], {"a": [1]}, 10**400, -1, True, "\x00", "\u202e", "x" * 100_000, 1.5, [[[]]]]


@pytest.mark.django_db
@pytest.mark.parametrize("now", [kind for kind in SHAPES if SHAPES[kind].value])
@pytest.mark.parametrize("was", [kind for kind in KINDS if SHAPES[kind].value])
def test_nothing_that_was_stored_can_break_it(was, now):
    extra: dict[str, dict[str, Any]] = {"ledger_snapshot": {"of": "m"}, "text": {"max_length": 5}}
    old = document(field("a", was, **(extra["ledger_snapshot"] if was == "ledger_snapshot" else {})))
    new = document(field("a", now, **extra.get(now, {})), field("n", required_if={"blank": {"var": "a"}}))
    for stored in HOSTILE:
        found = carried(old, new, {"a": stored}, today=TODAY)
        with override("zh-hans"):
            assert all(one.code in SENTENCES and one.label in one.sentence for one in found.misfits)


def test_the_sentences_are_chinese_and_hold_no_answer():
    old = document(field("a"), field("b", "choice"))
    new = document(field("a", "integer"), field("b", "choice", options=[{"id": "z", "label": "末"}]))
    with override("zh-hans"):
        found = carried(old, new, {"a": "13812345678个", "b": "c"}, today=TODAY)
        assert [one.sentence for one in found.misfits] == [
            "“题目 a”换了填法，原来的回答读不成新的样子。",
            "“题目 b”：“选项 c”已经不能选了。",
        ]
    assert "1381234" not in repr(found.misfits)
