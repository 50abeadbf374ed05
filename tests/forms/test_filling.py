"""Filling in a form: what is asked, what is taken, what is refused; and what access hides."""

import datetime as dt
import itertools
import json
import re
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.building import AnswerForm, FillContext, build_form_class, form_class
from forms.display import shown, typed
from forms.schema import problems
from tests.forms.conftest import TODAY, document, field

BIG = {">": [{"var": "value"}, 500]}
CONTEXT = FillContext(today=TODAY)


def filled(doc, post="", *, access=None, answers=None, context=CONTEXT) -> AnswerForm:
    assert problems(doc) == []
    data = QueryDict(mutable=True)
    if isinstance(post, dict):
        for key, value in post.items():
            data.setlist(key, value if isinstance(value, list) else [value])
    else:
        data = QueryDict(post)
    return build_form_class(doc, access=access)(data, answers=answers, context=context)


# Asking and answering


def test_answers_come_back_typed_and_without_what_was_not_answered():
    form = filled(
        document(field("t"), field("n", "integer"), field("m", "money"), field("y", "yes_no"), field("x", "email")),
        {"t": " 读报 ", "n": "1,200", "m": "¥ 12.5", "y": "no", "x": ""},
    )
    assert form.is_valid(), form.errors
    assert form.answers() == {"t": "读报", "n": 1200, "m": "12.50", "y": False}


def test_beneath_a_personal_field_stands_what_it_is_asked_for():
    # The purpose was kept in the document and never shown.
    said = {"level": "personal", "purpose": {"zh-hans": "核实心愿时联系您", "en": "Calling you"}}
    of_nobody = {"level": "internal", "purpose": "统计"}
    html = str(
        filled(document(field("a", privacy=said), field("b", privacy=of_nobody), field("c", "yes_no", privacy=said)))
    )
    assert html.count("只用来核实心愿时联系您，不作他用。") == 2
    assert 'aria-describedby="id_a-purpose"' in html
    assert 'aria-describedby=" id_c-purpose"' in html
    assert "统计" not in html


def test_a_required_field_is_demanded_and_everything_entered_is_kept():
    form = filled(document(field("a", required=True), field("b")), {"b": "<b>心愿</b>"})
    assert not form.is_valid()
    assert set(form.errors) == {"a"}
    html = str(form)
    assert 'href="#id_a"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_a-error"' in html
    assert "&lt;b&gt;心愿&lt;/b&gt;" in html


def test_no_is_an_answer_to_yes_or_no_but_consent_must_be_given():
    doc = document(field("y", "yes_no", required=True), field("c", "consent", required=True))
    assert set(filled(doc, {"y": "no"}).errors) == {"c"}
    form = filled(doc, {"y": "no", "c": "on"})
    assert form.is_valid()
    assert form.answers()["c"] == {"agreed": True, "text": "请读一读。"}


def test_what_the_logic_hides_is_not_required_not_judged_and_not_kept():
    doc = document(field("value", "money"), field("why", "phone", required=True, show_if=BIG))
    assert set(filled(doc, {"value": "600"}).errors) == {"why"}
    form = filled(doc, {"value": "400", "why": "nonsense"})
    assert form.is_valid()
    assert form.answers() == {"value": "400.00"}


def test_a_hidden_answer_counts_as_unanswered_for_the_fields_behind_it():
    doc = document(
        field("value", "money"),
        field("second", "yes_no", show_if=BIG),
        field("third", show_if={"==": [{"var": "second"}, True]}, required=True),
    )
    form = filled(doc, {"value": "1", "second": "yes", "third": "x"})
    assert form.is_valid()
    assert form.answers() == {"value": "1.00"}


def test_a_hidden_section_drops_all_its_answers():
    doc = document(field("value", "money"))
    doc["sections"].append({"id": "more", "show_if": BIG, "fields": [field("a", required=True)]})
    assert set(filled(doc, {"value": "501"}).errors) == {"a"}
    assert filled(doc, {"value": "500", "a": "x"}).is_valid()


def test_phone_or_email_is_required():
    doc = document(
        field("phone", "phone", required_if={"blank": {"var": "mail"}}),
        field("mail", "email", required_if={"blank": {"var": "phone"}}),
    )
    assert set(filled(doc).errors) == {"phone", "mail"}
    assert filled(doc, {"mail": "a@Example.com"}).is_valid()
    assert filled(doc, {"phone": "13812345678"}).answers() == {"phone": "13812345678"}


def test_a_calculated_field_is_never_taken_from_outside():
    doc = document(field("n", "integer"), field("total", "money", calc={"*": [{"var": "n"}, 0.125]}))
    form = filled(doc, {"n": "3", "total": "999"})
    assert form.is_valid()
    assert form.answers() == {"n": 3, "total": "0.38"}
    assert 'name="total"' not in str(form)


def test_a_rule_that_exceeds_its_budget_is_told_and_nothing_is_taken():
    product = {"*": [{"var": "n"}] * 5}
    doc = document(field("n", "decimal", places=0), field("t", "integer", calc=product))
    form = filled(doc, {"n": "999999999999999"})
    assert not form.is_valid()
    assert list(form.sentences()) == [""]
    with pytest.raises(ValueError, match="not valid"):
        form.answers()


def test_defaults_stand_in_an_empty_form_and_earlier_answers_in_a_correction():
    doc = document(field("t", default="面谈"), field("d", "date", default="today"), field("y", "yes_no", default=True))
    cls = build_form_class(doc)
    empty = str(cls(context=CONTEXT))
    assert 'value="面谈"' in empty
    assert 'value="2026-09-11"' in empty
    assert "checked" in empty
    again = str(cls(answers={"t": "电话", "y": False}, context=CONTEXT))
    assert 'value="电话"' in again
    assert "2026-09-11" not in again


def test_the_page_works_without_script_and_names_its_parts():
    options = [{"id": "a", "label": "属实", "help": "上门确认过"}, {"id": "b", "label": "不属实"}]
    doc = document(
        field("who", autocomplete="name", help="写全名", required=True),
        field("phone", "phone"),
        field("cost", "money", show_if={"!": [{"blank": {"var": "who"}}]}),
        field("true", "choice", options=options, style="cards"),
        field("long", "choice", options=[{"id": f"o{n}", "label": f"第{n}"} for n in range(9)]),
        field("several", "multi_choice"),
        field("note", "note", text="第一行\n第二行"),
        title="登记",
    )
    html = str(build_form_class(doc)(context=CONTEXT))
    assert "<form" not in html
    assert re.findall("<script[^>]*>", html) == ['<script type="module" src="/static/forms/filling.js">']  # improves it
    assert "style=" not in html
    assert 'autocomplete="name"' in html
    assert 'inputmode="tel"' in html
    assert 'aria-describedby="id_who-help"' in html
    assert "<legend>" in html
    assert "choices--cards" in html
    assert "<small>上门确认过</small>" in html
    assert '<select name="long"' in html
    assert 'name="cost"' in html  # without the script the field is there, and the server decides
    assert "第一行<br>第二行" in html


def test_labels_follow_the_reader():
    cls = build_form_class(document(field("a", required=True)))
    with override("en"):
        assert "Question a" in str(cls(QueryDict("")))
    with override("zh-hans"):
        assert "题目 a" in str(cls(QueryDict("")))


def test_a_consent_in_a_section_that_may_not_apply_says_so():
    # It called itself required although the section around it is shown only to some.
    doc = document(field("share", "consent", required=True), show_if={"==": [{"var": "why"}, "a"]})
    doc["sections"].insert(0, {"id": "first", "fields": [field("why", "choice")]})
    html = str(build_form_class(doc)(context=CONTEXT))
    assert ">必填<" not in html
    assert html.count(">视情况填写<") == 1


def test_the_default_of_a_field_that_is_only_read_is_shown_and_kept():
    # It was shown nowhere and stored nowhere, because nobody had answered it yet.
    doc, access = document(field("remark", default="请带身份证"), field("name")), {"remark": "read"}
    assert "请带身份证" in str(build_form_class(doc, access=access)(context=CONTEXT))
    form = filled(doc, {"name": "甲", "remark": "别的"}, access=access)
    assert form.is_valid()
    assert form.answers() == {"remark": "请带身份证", "name": "甲"}
    hidden = filled(doc, {"name": "甲"}, access={"remark": "hide"})
    assert hidden.is_valid()
    assert hidden.answers() == {"name": "甲"}


def test_one_version_and_access_give_one_class(publish):
    version = publish(document(field("a")))
    assert form_class(version) is form_class(version)
    assert form_class(version, access={"a": "read"}) is not form_class(version)


def test_units_are_offered_inside_the_scope_and_by_their_parent(units):
    doc = document(field("u", "unit", scope={"kinds": ["t_community", "t_street"], "under": "t-street"}))
    html = str(build_form_class(doc)(context=CONTEXT))
    assert '<optgroup label="岳阳街道">' in html
    assert "方塔社区" in html
    assert "撤销社区" not in html
    assert "广富林街道" not in html
    assert filled(doc, {"u": "t-fangta"}).answers() == {"u": "t-fangta"}
    for outside in ("t-other", "t-closed", "t-street", "nowhere"):
        assert set(filled(doc, {"u": outside}).errors) == {"u"}
    narrow = FillContext(today=TODAY, unit_ids=[units["other"].pk])
    assert set(filled(doc, {"u": "t-fangta"}, context=narrow).errors) == {"u"}


def test_more_units_cost_no_more_queries(units, django_assert_num_queries):
    from core.people.models import OrgUnit

    cls = build_form_class(document(field("u", "unit")))
    for _round in range(2):
        with django_assert_num_queries(2):
            str(cls(context=CONTEXT))
        for number in range(20):
            parent = OrgUnit.objects.get(slug="t-street")
            parent.add_child(slug=f"t-grid-{_round}-{number}", name="网格", kind=units["community"].kind)


def test_a_scope_below_an_unknown_unit_offers_nothing(units):
    doc = document(field("u", "unit", scope={"under": "nowhere"}))
    assert set(filled(doc, {"u": "t-fangta"}).errors) == {"u"}


# Access: every forbidden cell, by hand-made requests

SECRETS = {
    "text": ("李芳华住三楼", "李芳华"),
    "phone": ("13812345678", "13812345678"),
    "email": ("fanghua@example.com", "fanghua"),
    "money": ("4321.00", "4,321"),
    "date": ("2001-02-03", "2001"),
    "choice": ("b", "选项 b"),
    "multi_choice": (["a", "b"], "选项 b"),
}
POSTED = {"choice": "c", "multi_choice": ["c"], "money": "1", "date": "2020-01-01", "phone": "13900000000"}


@pytest.mark.parametrize(("kind", "state"), list(itertools.product(SECRETS, ["read", "mask", "hide", "nonsense"])))
def test_only_edit_accepts_input_and_hidden_values_are_not_in_the_page(kind, state):
    stored, visible = SECRETS[kind]
    doc = document(field("secret", kind, required=True), field("open"))
    access = {"secret": state}
    form = filled(
        doc, {"secret": POSTED.get(kind, "x@example.org"), "open": "y"}, access=access, answers={"secret": stored}
    )
    assert form.is_valid(), form.errors
    assert form.answers() == {"secret": stored, "open": "y"}
    html = str(form)
    assert 'name="secret"' not in html
    assert (visible in html) == (state == "read")


def test_what_may_be_replaced_is_not_shown_and_stays_when_left_empty():
    doc = document(field("phone", "phone", required=True), field("open"))
    access, stood = {"phone": "replace"}, {"phone": "13800001234", "open": "x"}
    page = str(build_form_class(doc, access=access)(answers=stood, context=CONTEXT))
    assert "13800001234" not in page
    assert "138****1234" in page
    assert filled(doc, {"open": "y"}, access=access, answers=stood).answers() == {"phone": "13800001234", "open": "y"}
    changed = filled(doc, {"phone": "13900005678", "open": "y"}, access=access, answers=stood)
    assert changed.answers()["phone"] == "13900005678"
    assert "phone" in filled(doc, {"phone": "12", "open": "y"}, access=access, answers=stood).errors
    assert "phone" in filled(doc, {"open": "y"}, access=access).errors


def test_access_and_logic_together_are_the_stricter_of_both():
    doc = document(field("value", "money"), field("why", show_if=BIG))
    form = filled(doc, {"why": "x"}, access={"value": "read"}, answers={"value": "10.00", "why": "old"})
    assert form.is_valid()
    assert form.answers() == {"value": "10.00"}
    form = filled(doc, {"value": "999"}, access={"why": "hide"}, answers={"value": "1.00", "why": "old"})
    assert form.is_valid()
    assert form.answers() == {"value": "999.00", "why": "old"}


def test_a_key_that_the_form_does_not_have_is_never_taken():
    form = filled(document(field("a")), {"a": "1", "is_superuser": "on", "__class__": "x"})
    assert form.is_valid()
    assert form.answers() == {"a": "1"}


# Showing


def test_answers_are_shown_in_order_masked_or_not_at_all(publish):
    name = field("name", privacy={"level": "personal", "mask": "name"})
    others = field("phone", "phone"), field("t", "long_text"), field("h"), field("c", "consent"), field("u", "unit")
    version = publish(document(name, *others))
    answers: dict[str, Any] = {
        "phone": "13812345678",
        "name": "王小清",
        "t": "<i>一\n二",
        "h": "x",
        "gone": "旧的",
        "u": "nowhere",
    }
    answers["c"] = {"agreed": True, "text": "…"}
    rows = shown(version, answers, access={"name": "mask", "phone": "mask", "h": "hide", "gone": "read"})
    with override("zh-hans"):
        assert [(row.key, row.value, row.masked) for row in rows] == [
            ("name", "王*清", True),
            ("phone", "138****5678", True),
            ("t", "&lt;i&gt;一<br>二", False),
            ("c", rows[3].value, False),
            ("u", "nowhere", False),
            ("gone", "旧的", False),
        ]
    assert shown(version, {"gone": "旧的"}, access={"h": "hide"})[0].value == "•••"


@pytest.mark.parametrize("junk", [None, 5, 1.5, True, "", "x", [], [1], {}, {"a": [None]}, "9" * 400, [["x"]]])
def test_showing_and_typing_never_fail_on_answers_of_another_kind(publish, junk):
    from tests.forms.test_schema import KINDS_NOW

    version = publish(document(*(field(f"f_{kind}", kind) for kind in KINDS_NOW)))
    answers = {f"f_{kind}": junk for kind in KINDS_NOW}
    shown(version, answers)
    shown(version, answers, access=dict.fromkeys(answers, "mask"))
    assert set(typed(version, answers)) == set(answers) - {"f_note"}
    str(form_class(version)(answers=answers, context=CONTEXT))
    str(form_class(version, access=dict.fromkeys(answers, "read"))(answers=answers, context=CONTEXT))


def test_typed_answers_suit_rules(publish):
    version = publish(document(field("m", "money"), field("d", "date"), field("y", "yes_no"), field("t")))
    values = typed(version, {"m": "12.50", "d": "2026-09-11", "y": False})
    assert json.dumps(values, default=str) == '{"m": "12.50", "d": "2026-09-11", "y": false, "t": null}'
    assert values["d"] == dt.date(2026, 9, 11)


# Properties

KEYS = ("a", "b", "c", "d")


@st.composite
def documents(draw):
    """Valid documents: any kinds, with rules that look backwards."""
    kinds = st.sampled_from(
        ["text", "long_text", "integer", "decimal", "money", "date", "choice", "multi_choice", "yes_no", "phone",
         "email", "consent", "note"]
    )  # fmt: skip
    fields: list[dict[str, Any]] = []
    for number, key in enumerate(KEYS):
        kind = draw(kinds)
        more = {}
        if kind != "note":
            more["required"] = draw(st.booleans())
            earlier = [entry["key"] for entry in fields if entry["kind"] != "note"]
            if earlier and draw(st.booleans()):
                more["show_if"] = {"!": [{"blank": {"var": draw(st.sampled_from(earlier))}}]}
            if number and draw(st.booleans()) and earlier:
                more["required_if"] = {"blank": {"var": draw(st.sampled_from(earlier))}}
        if kind in ("choice", "multi_choice"):
            more["style"] = draw(st.sampled_from(["radio", "select", "cards"]))
        fields.append(field(key, kind, **more))
    return document(*fields, title="节")


ENTRIES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "a", "on", "yes", "5", "-3.25", "1e9", "９９", "2026-09-11", "13812345678", "x@y.cn", "\x00", "\u202e",
         "=1+1", "<script>", "9" * 500, "\ud800", "a" * 5_000, "‮", "0" * 40, "NaN", "１２３４５６７８９０１"]
    ),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(documents(), st.dictionaries(st.sampled_from(KEYS), st.lists(ENTRIES, min_size=1, max_size=3)), st.data())
def test_any_valid_form_takes_any_post_without_an_error(doc, post, data):
    access = data.draw(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["edit", "read", "mask", "hide"])))
    form = filled(doc, post, access=access, answers={"a": "5", "b": ["a"]})
    str(form)
    if form.is_valid():
        assert set(form.answers()) <= set(KEYS)
        again = build_form_class(doc, access=access)(answers=form.answers(), context=CONTEXT)
        assert "Traceback" not in str(again)
        json.dumps(form.answers(), allow_nan=False).encode()
