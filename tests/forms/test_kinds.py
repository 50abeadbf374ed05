"""Each kind of field: what it understands, what it refuses with which words, and how it is shown."""

import datetime as dt

import pytest
from django.utils.translation import override

from core.text import masked_name
from forms.building import FillContext, as_posted, build_form_class
from forms.kinds import KINDS
from forms.kinds.base import AnswerField, Kind, register
from forms.masks import HIDDEN, MASK_RULES, masked_email, masked_phone
from forms.schema import problems
from forms.shapes import MASKS, SHAPES
from tests.forms.conftest import TODAY, document, field
from tests.forms.test_filling import CONTEXT, filled

UNDERSTOOD = [
    ("text", {}, " 陪伴 ", "陪伴"),
    ("text", {}, "e\u0301", "é"),
    ("long_text", {}, "一\r\n二\r", "一\n二"),
    ("integer", {}, "１２", 12),
    ("integer", {}, "-3", -3),
    ("integer", {}, "2.0", 2),
    ("decimal", {}, "0.10", "0.10"),
    ("decimal", {"places": 4}, "1.2345", "1.2345"),
    ("money", {}, "￥1,234.5", "1234.50"),
    ("date", {}, "2026-09-30", "2026-09-30"),
    ("date", {}, "2026年9月3日", "2026-09-03"),
    ("date", {}, "２０２６/9/3", "2026-09-03"),
    ("phone", {}, "138 1234 5678", "13812345678"),
    ("phone", {}, "+86-138-1234-5678", "13812345678"),
    ("phone", {}, "１３８１２３４５６７８", "13812345678"),
    ("phone", {}, "021 57812345", "021-57812345"),
    ("phone", {}, "(0512)6781234-80", "0512-6781234-80"),
    ("email", {}, "Li.Fang@Example.COM", "Li.Fang@example.com"),
    ("choice", {}, "b", "b"),
    ("multi_choice", {}, ["b", "a", "b"], ["a", "b"]),
    ("yes_no", {}, "no", False),
    ("consent", {}, "on", {"agreed": True, "text": "请读一读。"}),
]


@pytest.mark.parametrize(("kind", "more", "entered", "stored"), UNDERSTOOD)
def test_what_people_enter_is_stored_in_one_form_that_survives_a_round(kind, more, entered, stored):
    doc = document(field("f", kind, **more))
    form = filled(doc, {"f": entered})
    assert form.is_valid(), form.errors
    assert form.answers() == {"f": stored}
    again = build_form_class(doc)(as_posted(doc, {"f": stored}), context=CONTEXT)
    assert again.is_valid(), again.errors
    assert again.answers() == {"f": stored}


TEXT_KINDS = ("text", "long_text", "phone", "email", "integer", "decimal", "money", "date")
HOSTILE = ["\x00", "a\x00b", "a\u202eb", "a\u2066b", "\x1b[31m", "9" * 100_000, "x" * 100_000]
REFUSED = [
    ("text", {}, "一\n二", "lines"),
    ("text", {"max_length": 3}, "四个字了", "too_long"),
    ("long_text", {"max_length": 3}, "四个字了", "too_long"),
    ("integer", {}, "十二", "number"),
    ("integer", {}, "1.5", "whole"),
    ("integer", {}, "1e5", "number"),
    ("integer", {}, "0x10", "number"),
    ("integer", {}, "9" * 16, "number"),
    ("integer", {"min": 1}, "0", "min"),
    ("integer", {"max": 9}, "10", "max"),
    ("decimal", {}, "1.234", "places"),
    ("decimal", {}, "NaN", "number"),
    ("decimal", {}, "Infinity", "number"),
    ("decimal", {}, "--1", "number"),
    ("money", {}, "1.005", "places"),
    ("money", {"max": "500.00"}, "500.01", "max"),
    ("money", {}, "=1+1", "number"),
    ("date", {}, "2026-02-30", "date"),
    ("date", {}, "0001-01-01", "date"),
    ("date", {}, "明天", "date"),
    ("date", {"min": "today"}, "2026-09-10", "min"),
    ("date", {"max": "2026-12-31"}, "2027-01-01", "max"),
    ("phone", {}, "12345678901", "phone"),
    ("phone", {}, "1381234567", "phone"),
    ("phone", {}, "57812345", "phone"),
    ("phone", {}, "138123456789", "phone"),
    ("email", {}, "nobody", "email"),
    ("email", {}, "a@b", "email"),
    ("email", {}, "a@b.cn\nBcc: x@y.cn", "email"),
    ("choice", {}, "zz", "choice"),
    ("choice", {}, "a\x00", "choice"),
    ("multi_choice", {}, ["a", "zz"], "choice"),
    ("multi_choice", {"min": 2}, ["a"], "min"),
    ("multi_choice", {"max": 1}, ["a", "b"], "max"),
    ("yes_no", {}, "maybe", "choice"),
    ("consent", {}, "true", "choice"),
]


@pytest.mark.parametrize(("kind", "more", "entered", "code"), REFUSED)
def test_a_wrong_answer_is_refused_with_a_sentence_of_its_own(kind, more, entered, code):
    form = filled(document(field("f", kind, **more)), {"f": entered})
    assert not form.is_valid()
    [error] = form.errors["f"].as_data()
    assert error.code == code
    assert str(error.messages[0])


@pytest.mark.parametrize("kind", TEXT_KINDS)
@pytest.mark.parametrize("entered", HOSTILE, ids=[repr(entry)[:12] for entry in HOSTILE])
def test_hostile_text_is_refused_by_every_kind_that_is_written(kind, entered):
    form = filled(document(field("f", kind)), {"f": entered})
    assert not form.is_valid()
    assert len(form.errors["f"]) == 1


@pytest.mark.parametrize("kind", [name for name in SHAPES if name != "note"])
@pytest.mark.parametrize(
    "junk",
    [{"a": 1}, [[1]], object(), 5.5, float("nan"), 10**400],
    ids=["row", "list", "object", "float", "nan", "huge"],
)
def test_values_of_another_type_are_refused_or_understood_but_never_fail(kind, junk, db):
    doc = document(field("f", kind))
    form = build_form_class(doc)(as_posted(doc, {"f": junk}), context=CONTEXT)
    if form.is_valid():
        assert form.answers() == ({} if "f" not in form.answers() else {"f": form.answers()["f"]})


@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_an_answer_is_never_run_as_html(kind):
    entered = '"><script>alert(1)</script>'
    form = filled(document(field("f", kind)), {"f": entered})
    form.is_valid()
    assert "<script>" not in str(form)


@pytest.mark.parametrize(
    ("kind", "more", "stored", "chinese", "english"),
    [
        ("money", {}, "1234.50", "1,234.50 元", "1,234.50 yuan"),
        ("decimal", {"unit": {"zh-hans": "小时", "en": "hours"}}, "2.00", "2 小时", "2 hours"),
        ("integer", {"unit": "次"}, 1200, "1,200 次", "1,200 次"),
        ("date", {}, "2026-09-03", "2026年9月3日", "3 September 2026"),
        ("choice", {}, "a", "选项 a", "选项 a"),
        ("choice", {}, "gone", "gone", "gone"),
        ("multi_choice", {}, ["a", "b"], "选项 a、选项 b", "选项 a, 选项 b"),
        ("yes_no", {}, False, "否", "No"),
        ("consent", {}, {"agreed": True, "text": "…"}, "已同意", "Agreed"),
    ],
)
def test_values_are_shown_as_their_readers_write_them(kind, more, stored, chinese, english):
    definition = field("f", kind, **more)
    with override("zh-hans"):
        assert KINDS[kind].shown(stored, definition) == chinese
    with override("en"):
        assert KINDS[kind].shown(stored, definition) == english


def test_a_unit_is_shown_with_the_one_above_it(units):
    assert "岳阳街道" in KINDS["unit"].shown("t-fangta", field("f", "unit"))


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812345678", "138****5678"),
        ("021-57812345", "021-****45"),
        ("021-57812345-801", "021-****01"),
        ("12", HIDDEN),
    ],
)
def test_phone_numbers_are_masked(number, masked):
    assert masked_phone(number) == masked


def test_other_masks():
    assert masked_email("wang@example.com") == "w***@example.com"
    assert masked_email("nobody") == HIDDEN
    assert masked_name("王小清") == "王*清"
    assert KINDS["text"].masked("三楼左转", field("f")) == HIDDEN
    assert set(MASK_RULES) == set(MASKS)


def test_every_shape_has_its_kind_and_every_kind_its_shape():
    assert set(KINDS) == set(SHAPES)
    with pytest.raises(ValueError, match="no shape"):
        register(type("Stray", (Kind,), {"name": "stray"})())


def test_a_new_kind_is_a_shape_and_a_class():
    """The story of docs/forms.md: how to add one."""
    from forms.shapes import Shape

    class ShoutKind(Kind):
        name = "shout"

        def form_field(self, definition):
            return AnswerField(definition)

        def stored(self, value, definition):
            return value.upper()

    with SHAPES.temporarily("shout", Shape("text")), KINDS.temporarily("shout", ShoutKind()):
        doc = document(field("f", "shout"))
        assert problems(doc) == []
        assert filled(doc, {"f": "help"}).answers() == {"f": "HELP"}


def test_today_is_the_day_of_filling_in_and_not_of_publishing():
    doc = document(field("f", "date", min="today"))
    cls = build_form_class(doc)
    later = FillContext(today=TODAY + dt.timedelta(days=5))
    assert 'min="2026-09-16"' in str(cls(context=later))
    assert 'min="2026-09-11"' in str(cls(context=CONTEXT))
