"""Whatever definition may be published can be built, and whatever is sent to it is answered: nothing ever raises."""

import random
from typing import Any

from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.building import build_form_class
from forms.explaining import explained
from forms.schema import problems
from tests.forms.conftest import TODAY, field
from tests.forms.grown_forms import GrownForm
from tests.forms.test_filling import CONTEXT
from tests.forms.test_schema import JSON, KINDS_NOW, PROPERTY_NAMES

VALUES = JSON | st.sampled_from([
    True, 0, 1, 3, "1", "2026-09-11", "today", "a", ["a"], "问", {"zh-hans": "问"}, {"level": "personal"}, "radio",
    {"blank": {"var": "q0"}}, {"==": [{"var": "q0"}, None]}, {"var": "q0"}, {"today": []}, {"+": [1, 0.5]},
])  # fmt: skip
SENT = st.lists(
    st.text(max_size=30)
    | st.sampled_from(["yes", "no", "a", "on", "2026-09-11", "0001-01-01", "1e9", "９９", "-0", "\x00", "‮", "9" * 400]),
    max_size=3,
)
KINDS = [kind for kind in KINDS_NOW if kind != "unit"]  # units are rows of the database
CHANGES = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(PROPERTY_NAMES), VALUES), max_size=3)


def send_rows(posted: QueryDict, group: dict[str, Any], values: list[str], sent: list[list[str]]) -> None:
    """Rows of a group, with ids that a page would send and others, and anything in their columns."""
    ids = ["aaaaaaaa", "bbbbbbbb", *values]
    posted.setlist(group.get("key", "x"), ids)
    for row, entered in zip(ids, sent, strict=False):
        for column in group.get("fields", []):
            posted.setlist(f"{group.get('key', 'x')}-{row}-{column.get('key', 'x')}", entered)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(KINDS), CHANGES, st.lists(SENT, min_size=20, max_size=20))
def test_a_form_that_could_be_published_takes_anything(seed, kind, changes, sent):
    doc = GrownForm(random.Random(seed)).document()
    doc["sections"][0]["fields"].append(field("extra", kind))
    fields = [one for section in doc["sections"] for one in section["fields"]]
    before = problems(doc)
    assert before == []
    for number, name, value in changes:
        one = fields[number % len(fields)]
        kept = dict(one)
        one[name] = value
        if problems(doc):
            one.clear()
            one.update(kept)
    form = build_form_class(doc)
    assert form(context=CONTEXT).render()
    posted = QueryDict(mutable=True)
    for one, values in zip(fields, sent, strict=False):
        posted.setlist(one.get("key", "x"), values)
        if one.get("kind") == "group":
            send_rows(posted, one, values, sent)
    answered = form(posted, context=CONTEXT)
    is_valid = answered.is_valid()
    assert answered.render()
    assert is_valid or answered.sentences()
    if is_valid:
        assert isinstance(explained(doc, answered.answers(), today=TODAY), list)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["q0", "q1", "q2", "nobody"]), JSON, max_size=4), st.integers(0, 500))
def test_answers_of_any_shape_that_stand_break_no_page(answers: dict[str, Any], seed):
    doc = GrownForm(random.Random(seed)).document()
    access = {"q0": "read", "q1": "mask"}
    assert build_form_class(doc, access=access)(answers=answers, context=CONTEXT).render()
    assert isinstance(explained(doc, {k: v for k, v in answers.items() if v is not None}, today=TODAY), list)
