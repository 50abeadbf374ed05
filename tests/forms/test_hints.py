"""Rules that come to the same whatever is answered are pointed out, and no others."""

import random
from typing import Any

import pytest

from forms.hints import hints
from forms.logic import worked_out
from forms.messages import sentence
from forms.schema import problems
from tests.forms.conftest import TODAY, document, field
from tests.forms.grown_forms import GrownForm

V, C, M, D, Y = ({"var": name} for name in ("v", "c", "m", "d", "y"))
FIELDS = [field("v", "integer", min=0, max=100), field("c", "choice"), field("m", "multi_choice"),
          field("d", "date"), field("y", "yes_no"), field("t"), field("w", "decimal")]  # fmt: skip
RULES: list[tuple[Any, str]] = [
    ({">": [V, 100]}, "never"),
    ({"and": [{">": [V, 5]}, {"<": [V, 6]}]}, "never"),
    ({"and": [{">": [{"var": "w"}, 5]}, {"<": [{"var": "w"}, 6]}]}, ""),
    ({"and": [{"==": [C, "a"]}, {"==": [C, "b"]}]}, "never"),
    ({"and": [{"in": ["a", M]}, {"in": ["b", M]}]}, ""),
    ({"or": [{"blank": V}, {">=": [V, 0]}]}, "always"),
    ({">=": [V, 0]}, ""),  # not while nothing is answered
    ({"!=": [C, "a"]}, ""),
    ({"and": [{"<": [D, {"date": "2026-01-01"}]}, {">": [D, {"today": []}]}]}, "never"),
    ({"<": [D, {"today": []}]}, ""),
    ({"or": [{"==": [Y, True]}, {"==": [Y, False]}, {"blank": Y}]}, "always"),
    ({"and": [{"blank": V}, {"!": {"blank": V}}]}, "never"),
    ({"==": [{"var": "t"}, "x"]}, ""),
    ({">": [{"+": [V, 1]}, 500]}, ""),  # calculations are not judged
    ({"<": [V, {"var": "w"}]}, ""),
]


@pytest.mark.parametrize(("rule", "expected"), RULES)
def test_a_condition_is_pointed_out_only_if_it_never_or_always_holds(rule: Any, expected: str):
    # open-formulieren/open-forms#6130: rules that can never come true go unnoticed.
    doc = document(*FIELDS, field("x", show_if=rule))
    assert problems(doc) == []
    found = hints(doc, today=TODAY)
    assert [one.code for one in found] == ([f"hint.shown_{expected}"] if expected else [])
    assert all(one.is_warning and sentence(one) for one in found)


def test_options_requirements_and_checks_are_looked_at_too():
    options = [{"id": "a", "label": "甲", "show_if": {">": [V, 100]}}, {"id": "b", "label": "乙"}]
    doc = document(*FIELDS, field("o", "choice", options=options), field("r", required_if={"<=": [V, -1]}))
    doc["checks"] = [
        {"id": "c1", "rule": {"or": [{"blank": V}, {"<=": [V, 100]}]}, "message": "多", "at": "v"},
        {"id": "c2", "rule": {"<=": [V, 50]}, "message": "多", "at": "v"},
    ]
    assert [(one.code, one.place) for one in hints(doc, today=TODAY)] == [
        ("hint.offered_never", "sections[0].fields[7].options[0].show_if"),
        ("hint.required_never", "sections[0].fields[8].required_if"),
        ("hint.broken_never", "checks[0].rule"),
    ]


def test_what_is_pointed_out_is_so_for_any_answers():
    grown = GrownForm(random.Random(11))
    pointed = 0
    for _number in range(300):
        doc = grown.document()
        codes = {one.place: one.code for one in hints(doc, today=TODAY)}
        fields = {f"sections[{s}].fields[{f}].show_if": one["key"]
                  for s, section in enumerate(doc["sections"]) for f, one in enumerate(section["fields"])
                  if "show_if" not in section}  # fmt: skip
        for place, code in codes.items():
            if place in fields and code == "hint.shown_never":
                pointed += 1
                for _turn in range(20):
                    assert fields[place] not in worked_out(doc, grown.answers(doc), today=TODAY).visible
    assert pointed > 3
