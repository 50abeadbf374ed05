"""The pages on forms and expressions describe all that there is."""

import json
import re
from pathlib import Path

import pytest

from forms.fieldschema import COMMON, PRIVACY
from forms.rules import OPERATORS
from forms.schema import problems
from forms.shapes import LEVELS, MASKS, SHAPES

FORMS = Path("docs/forms.md").read_text()
EXPRESSIONS = Path("docs/expressions.md").read_text()


@pytest.mark.parametrize("kind", list(SHAPES))
def test_every_kind_is_described(kind):
    kinds = FORMS.split("## Kinds")[1]
    row = re.search(rf"^\| `{kind}` \|.*$", kinds, re.M)
    assert row
    for name in SHAPES[kind].properties:
        assert f"`{name}`" in row[0]


@pytest.mark.parametrize("name", sorted(COMMON | PRIVACY | {"calc"} | set(LEVELS) | set(MASKS)))
def test_every_common_property_is_described(name):
    assert f"`{name}`" in FORMS


@pytest.mark.parametrize("name", list(OPERATORS))
def test_every_operator_is_described(name):
    assert re.search(rf"^\| (.*, )?`{re.escape(name)}`(, .*)? \|", EXPRESSIONS, re.M)


def test_the_example_is_a_form_that_could_be_published():
    [example] = re.findall(r"```json\n(.*?)```", FORMS, re.S)
    assert problems(json.loads(example)) == []


def test_the_examples_of_expressions_are_json():
    for example in re.findall(r"`(\{.*?\})`", EXPRESSIONS):
        json.loads(example)
