"""What a form document may hold; every refusal with its place."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.messages import SENTENCES, sentence
from forms.schema import always_asked, evaluation_order, field_kinds, problems
from tests.forms.conftest import TODAY, document, field

VAR = {"var": "a"}


def found(doc: Any) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in problems(doc)]


def test_a_complete_document_has_no_problems():
    assert found(document(*(field(f"f_{kind}", kind) for kind in KINDS_NOW))) == []


KINDS_NOW = (
    "text", "long_text", "note", "integer", "decimal", "money", "date", "choice", "multi_choice", "yes_no", "phone",
    "email", "unit", "consent",
)  # fmt: skip

REFUSALS: list[tuple[Any, str, str]] = [
    ([], "document.not_an_object", ""),
    ({"v": float("inf")}, "document.not_json", ""),
    ({"v": 1, "sections": TODAY}, "document.not_json", ""),
    ({1: 1}, "document.not_json", ""),
    ({"v": 10**5_000}, "document.not_json", ""),
    ({"v": "a\x00"}, "document.control", ""),
    ({"v": "\ud800"}, "document.control", ""),
    (None, "document.not_an_object", ""),
    ({"v": 1}, "document.no_sections", "sections"),
    ({"v": True, "sections": [{"id": "s", "fields": [field("a")]}]}, "document.version", "v"),
    ({"v": 1, "sections": []}, "document.no_sections", "sections"),
    ({"v": 1, "sections": [1]}, "section.not_an_object", "sections[0]"),
    ({"v": 1, "sections": [{"id": "s", "fields": [field("a")]}] * 51}, "document.too_many_sections", "sections"),
    ({"v": 1, "sections": [{"id": "s", "fields": []}]}, "document.no_fields", "sections"),
    ({"v": 1, "sections": [{"id": "s", "fields": {}}]}, "section.no_fields", "sections[0].fields"),
    ({"v": 1, "sections": [{"id": "s", "fields": [field("a")]}] * 2}, "section.repeated_id", "sections[1].id"),
    (document(field("a"), colour="red"), "property.unknown", "sections[0].colour"),
    (document(field("a"), id="x y"), "section.id", "sections[0].id"),
    (document(field("a"), title=5), "text.not_a_text", "sections[0].title"),
    ({**document(field("a")), "colour": 1}, "property.unknown", "colour"),
    (document(*(field(f"a{number}") for number in range(301))), "document.too_many_fields", "sections"),
    (document("x"), "field.not_an_object", "sections[0].fields[0]"),
    (document(field("a", id=7)), "field.id", "sections[0].fields[0].id"),
    (document(field("a", key="A b")), "field.key", "sections[0].fields[0].key"),
    (document(field("item")), "field.reserved_key", "sections[0].fields[0].key"),
    (document(field("a", "hologram")), "field.kind", "sections[0].fields[0].kind"),
    (document(field("a", kind=["text"])), "field.kind", "sections[0].fields[0].kind"),
    (document(field("a"), field("a", id="b")), "field.repeated_key", "sections[0].fields[1].key"),
    (document(field("a"), field("b", id="a")), "field.repeated_id", "sections[0].fields[1].id"),
    (document(field("a", label="")), "text.empty", "sections[0].fields[0].label"),
    (document(field("a", label={})), "text.languages", "sections[0].fields[0].label"),
    (document(field("a", label={"Chinese!": "x"})), "text.languages", "sections[0].fields[0].label"),
    (document(field("a", label="x" * 301)), "text.too_long", "sections[0].fields[0].label"),
    (document(field("a", label="x\u202ey")), "text.control", "sections[0].fields[0].label"),
    (document(field("a", label="x\x1by")), "text.control", "sections[0].fields[0].label"),
    (document({"id": "a", "key": "a", "kind": "text"}), "field.no_label", "sections[0].fields[0].label"),
    (document({"id": "a", "key": "a", "kind": "consent", "label": "x"}), "field.needs", "sections[0].fields[0].text"),
    (document({"id": "a", "key": "a", "kind": "choice", "label": "x"}), "field.needs", "sections[0].fields[0].options"),
    (document(field("a", options=[])), "field.property", "sections[0].fields[0].options"),
    (document(field("a"), field("n", "note", required=True)), "field.property", "sections[0].fields[1].required"),
    (document(field("a", required="yes")), "property.not_yes_or_no", "sections[0].fields[0].required"),
    (document(field("a", max_length=0)), "property.not_a_number", "sections[0].fields[0].max_length"),
    (document(field("a", max_length=True)), "property.not_a_number", "sections[0].fields[0].max_length"),
    (document(field("a", "integer", min=1.5)), "field.limit", "sections[0].fields[0].min"),
    (document(field("a", "money", min="Infinity")), "field.limit", "sections[0].fields[0].min"),
    (document(field("a", "money", max=10**40)), "field.limit", "sections[0].fields[0].max"),
    (document(field("a", "integer", min=9, max=3)), "field.limits_crossed", "sections[0].fields[0].max"),
    (document(field("a", "date", min="2026-02-30")), "field.limit", "sections[0].fields[0].min"),
    (document(field("a", "choice", options=[])), "options.none", "sections[0].fields[0].options"),
    (document(field("a", "choice", options="abc")), "options.none", "sections[0].fields[0].options"),
    (document(field("a", "choice", options=["x"])), "option.not_an_object", "sections[0].fields[0].options[0]"),
    (document(field("a", "choice", options=[{"label": "x"}])), "option.id", "sections[0].fields[0].options[0].id"),
    (
        document(field("a", "choice", options=[{"id": "x", "label": "1"}] * 2)),
        "option.repeated_id",
        "sections[0].fields[0].options[1].id",
    ),
    (
        document(field("a", "choice", options=[{"id": "x"}])),
        "text.not_a_text",
        "sections[0].fields[0].options[0].label",
    ),
    (
        document(field("a", "choice", options=[{"id": f"x{n}", "label": "1"} for n in range(501)])),
        "options.too_many",
        "sections[0].fields[0].options",
    ),
    (document(field("a", "choice", style="wheel")), "property.not_one_of", "sections[0].fields[0].style"),
    (document(field("a", "choice", default="zz")), "field.default", "sections[0].fields[0].default"),
    (document(field("a", "multi_choice", default="a")), "field.default", "sections[0].fields[0].default"),
    (document(field("a", "yes_no", default="yes")), "field.default", "sections[0].fields[0].default"),
    (document(field("a", "unit", scope=[])), "scope.not_an_object", "sections[0].fields[0].scope"),
    (document(field("a", "unit", scope={"kinds": "x"})), "scope.kinds", "sections[0].fields[0].scope.kinds"),
    (document(field("a", "unit", scope={"under": 5})), "scope.under", "sections[0].fields[0].scope.under"),
    (document(field("a", privacy="secret")), "privacy.not_an_object", "sections[0].fields[0].privacy"),
    (document(field("a", privacy={})), "property.not_one_of", "sections[0].fields[0].privacy.level"),
    (
        document(field("a", privacy={"level": "personal", "mask": "cat"})),
        "property.not_one_of",
        "sections[0].fields[0].privacy.mask",
    ),
    (
        document(field("a", privacy={"level": "personal", "retain_days": 0})),
        "property.not_a_number",
        "sections[0].fields[0].privacy.retain_days",
    ),
    (document(field("a", show_if={"var": "zz"})), "rule.unknown_name", "sections[0].fields[0].show_if"),
    (document(field("a"), field("b", show_if={"eval": []})), "rule.unknown_operator", "sections[0].fields[1].show_if"),
    (document(field("a"), field("b", show_if={})), "rule.shape", "sections[0].fields[1].show_if"),
    (document(field("a"), field("b", show_if={"==": [VAR]})), "rule.arguments", "sections[0].fields[1].show_if"),
    (document(field("a"), field("b", show_if={"==": [VAR, 1]})), "rule.unlike", "sections[0].fields[1].show_if"),
    (document(field("a"), field("b", show_if={">": [VAR, 1]})), "rule.unlike", "sections[0].fields[1].show_if"),
    (document(field("a"), field("b", show_if=VAR)), "rule.result", "sections[0].fields[1].show_if"),
    (document(field("a"), field("b", show_if={"!": [VAR]})), "rule.type", "sections[0].fields[1].show_if"),
    (document(field("a"), field("b", show_if={"==": [VAR, 10**60]})), "rule.literal", "sections[0].fields[1].show_if"),
    (
        document(field("a"), field("b", show_if={"and": [{"blank": VAR}] * 400})),
        "rule.too_long",
        "sections[0].fields[1].show_if",
    ),
    (document(field("a", required_if={"blank": VAR})), "field.requires_itself", "sections[0].fields[0].required_if"),
    (document(field("a"), field("b", "integer", calc=VAR)), "rule.result", "sections[0].fields[1].calc"),
    (document(field("a"), field("b", "phone", calc=VAR)), "field.property", "sections[0].fields[1].calc"),
    (
        document(field("a"), field("b", calc=VAR, required=True)),
        "field.calc_is_not_asked",
        "sections[0].fields[1].calc",
    ),
    (document(field("a", show_if={"blank": VAR})), "document.cycle", "sections[0].fields[0]"),
    (
        document(field("a", show_if={"blank": {"var": "b"}}), field("b", show_if={"blank": VAR})),
        "document.cycle",
        "sections[0].fields[0]",
    ),
    (document(field("a"), show_if={"blank": VAR}), "document.cycle", "sections[0].fields[0]"),
    (document(field("a", calc={"var": "b"}), field("b", calc=VAR)), "document.cycle", "sections[0].fields[0]"),
]


@pytest.mark.parametrize(("doc", "code", "place"), REFUSALS, ids=[f"{code}-{place}" for _, code, place in REFUSALS])
def test_a_wrong_document_is_refused_with_code_and_place(doc, code, place):
    assert (code, place) in found(doc)
    for problem in problems(doc):
        assert sentence(problem)


def test_a_document_nested_too_deep_is_refused_and_not_walked():
    deep: Any = None
    for _ in range(5_000):
        deep = [deep]
    assert found({"v": 1, "sections": deep}) == [("document.too_deep", "")]


def test_a_rule_nested_too_deep_is_refused():
    rule: Any = {"blank": VAR}
    for _ in range(34):
        rule = {"!": rule}
    assert ("rule.too_deep", "sections[0].fields[1].show_if") in found(document(field("a"), field("b", show_if=rule)))


def test_every_problem_code_has_a_sentence():
    unfit = {"document.too_deep", "document.not_json", "document.control"}  # made of a reason
    sources = [
        Path("forms/schema.py"),
        Path("forms/fieldschema.py"),
        Path("forms/checkschema.py"),
        *Path("forms/rules").glob("*.py"),
    ]
    used = {
        code
        for path in sources
        for code in re.findall(
            r'"((?:document|section|field|options?|checks?|property|text|scope|privacy|rule)\.[a-z_]+)"',
            path.read_text(),
        )
    }
    hints = {f"hint.{what}_{how}" for what in ("shown", "required", "offered", "broken") for how in ("always", "never")}
    assert used | unfit | hints == set(SENTENCES)


def test_phone_or_email_may_require_each_other():
    doc = document(
        field("a", "phone", required_if={"blank": {"var": "b"}}), field("b", "email", required_if={"blank": VAR})
    )
    assert found(doc) == []


def test_always_asked_leaves_out_optional_and_conditional_fields():
    doc = document(field("a", required=True), field("b"), field("c", required=True, show_if={"blank": {"var": "b"}}))
    assert always_asked(doc) == {"a"}


def test_kinds_of_fields_leave_out_notes():
    assert field_kinds(document(field("a"), field("n", "note"))) == {"a": "text"}


def test_a_chain_of_as_many_fields_as_there_may_be_is_worked_out():
    chain = [field("f0"), *(field(f"f{n}", show_if={"!": {"blank": {"var": f"f{n - 1}"}}}) for n in range(1, 300))]
    doc = document(*reversed(chain))
    assert found(doc) == []
    assert evaluation_order(doc)[0] == "f0"


def test_fields_are_worked_out_after_those_they_depend_on():
    doc = document(field("c", calc={"var": "b"}), field("b", calc=VAR), field("a"))
    assert problems(doc) == []
    assert evaluation_order(doc) == ["a", "b", "c"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PROPERTY_NAMES = (
    "id", "key", "kind", "label", "help", "required", "required_if", "show_if", "options", "default", "max_length",
    "min", "max", "unit", "scope", "privacy", "text", "places", "style", "autocomplete", "calc",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_at_all_is_judged_without_an_error(value):
    assert isinstance(problems(value), list)
    assert isinstance(problems({"v": 1, "sections": value}), list)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS_NOW), st.dictionaries(st.sampled_from(PROPERTY_NAMES), JSON, max_size=5), st.booleans())
def test_any_property_of_any_kind_may_hold_any_json(kind, properties, keep_kind):
    base = field("a", kind, **properties)
    if keep_kind:
        base["kind"] = kind
    for problem in problems(document(base, field("b"))):
        assert sentence(problem)
    json.dumps(field_kinds(document(base)))
