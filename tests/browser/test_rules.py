"""The browser works out expressions as the server does: on the shared vectors, and on thousands of random ones."""

import json

import pytest
from playwright.sync_api import Browser

from tests.browser.installation import ROOT
from tests.browser.rules import results_in
from tests.forms.expressions import TODAY, compared
from tests.forms.operator_cases import every_operator

VECTORS = json.loads((ROOT / "forms" / "rules" / "vectors.json").read_text())


def test_the_shared_vectors_hold_in_the_browser(chromium: Browser):
    cases = [{"data": VECTORS["data"], "expression": expression} for _name, expression, _expected in VECTORS["cases"]]
    found = results_in(chromium, cases, VECTORS["today"])
    wrong = [
        (name, got, expected)
        for (name, _expression, expected), got in zip(VECTORS["cases"], found, strict=True)
        if got != expected
    ]
    assert wrong == []


def test_every_operator_on_every_kind_of_value_gives_the_same_on_both_sides(chromium: Browser):
    cases = every_operator()
    found = results_in(chromium, cases, TODAY.isoformat())
    wrong = [
        (one["expression"], one["result"], got) for one, got in zip(cases, found, strict=True) if got != one["result"]
    ]
    assert wrong == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_thousand_random_expressions_give_the_same_on_both_sides(chromium: Browser, seed: int):
    cases = compared(seed, 1_000)
    found = results_in(chromium, cases, TODAY.isoformat())
    wrong = [
        (one["expression"], one["result"], got) for one, got in zip(cases, found, strict=True) if got != one["result"]
    ]
    assert wrong == []


def test_the_random_expressions_reach_every_kind_of_result():
    found = [one["result"] for seed in (1, 2) for one in compared(seed, 1_000)]
    tags = {next(iter(one)) if isinstance(one, dict) else type(one).__name__ for one in found}
    assert {"n", "d", "budget", "malformed", "bool", "str", "list", "NoneType"} <= tags
