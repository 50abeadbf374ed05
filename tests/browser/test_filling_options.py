"""Options and checks while a form is filled in; and that the browser's logic is the server's, on random forms."""

import random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from forms.building import FillContext, as_posted
from forms.logic import Outcome, worked_out
from forms.rules.values import as_number
from forms.schema import problems
from tests.browser.filling import opened
from tests.forms.expressions import TODAY, tagged
from tests.forms.grown_forms import GrownForm

SEATS: dict[str, Any] = {
    "v": 1,
    "sections": [
        {
            "id": "main",
            "fields": [
                {"id": "f1", "key": "people", "kind": "integer", "label": "人数"},
                {"id": "f2", "key": "minors", "kind": "integer", "label": "未成年人"},
                {
                    "id": "f3",
                    "key": "seats",
                    "kind": "choice",
                    "label": "座位",
                    "options": [
                        {"id": "circle", "label": "围坐", "show_if": {"<=": [{"var": "people"}, 30]}},
                        {"id": "rows", "label": "椅子"},
                    ],
                },
                {"id": "f4", "key": "why", "kind": "text", "label": "为什么围坐",
                 "show_if": {"==": [{"var": "seats"}, "circle"]}},
            ],
        }
    ],
    "checks": [
        {"id": "c", "rule": {"<=": [{"var": "minors"}, {"var": "people"}]}, "message": "请核对", "at": "minors"}
    ],
}  # fmt: skip


def page_with(chromium: Browser, style: str) -> Page:
    SEATS["sections"][0]["fields"][2]["style"] = style
    return opened(chromium, SEATS)


def told(page: Page, key: str):
    return page.locator(f"[data-field={key}] [data-told]:not([hidden])")


def test_options_come_and_go_and_a_choice_that_vanishes_is_told(chromium: Browser):
    page = page_with(chromium, "radio")
    circle = page.locator("label.choice", has_text="围坐")
    expect(circle).to_be_hidden()
    page.fill("[name=people]", "20")
    expect(circle).to_be_visible()
    page.check("[value=circle]")
    expect(page.locator("[data-field=why]")).to_be_visible()
    page.fill("[name=people]", "31")
    expect(circle).to_be_hidden()
    expect(told(page, "seats")).to_have_text("“围坐”和您的其他回答对不上，不能选。请重新选择。")
    expect(page.locator("[data-field=why]")).to_be_hidden()
    page.check("[value=rows]")
    expect(told(page, "seats")).to_have_count(0)


def test_a_list_to_open_loses_its_options_too(chromium: Browser):
    page = page_with(chromium, "select")
    page.fill("[name=people]", "20")
    page.select_option("[name=seats]", "circle")
    page.fill("[name=people]", "31")
    assert page.input_value("[name=seats]") == ""
    expect(told(page, "seats")).to_contain_text("围坐")
    assert page.locator("option[value=circle]").is_disabled()
    page.fill("[name=people]", "3")
    expect(told(page, "seats")).to_have_count(0)


def test_a_check_is_told_at_once_and_taken_back(chromium: Browser):
    page = page_with(chromium, "radio")
    page.fill("[name=minors]", "4")
    expect(told(page, "minors")).to_have_count(0)
    page.fill("[name=people]", "3")
    expect(told(page, "minors")).to_have_text("请核对")
    page.fill("[name=people]", "4")
    expect(told(page, "minors")).to_have_count(0)


def test_what_the_server_says_is_not_said_twice(chromium: Browser):
    page = opened(chromium, SEATS, data=as_posted(SEATS, {"people": 3, "minors": 4}))
    expect(page.locator("[data-field=minors] .error:not([data-told])")).to_have_text("请核对")
    expect(told(page, "minors")).to_have_count(0)


# The same on both sides: what is shown, required, on offer, worked out and broken, on random forms and answers.

SEEN = """() => {
  const rows = [...document.querySelectorAll("[data-field]")];
  const shown = (row) => !row.hidden && !row.closest(".form__part").hidden;
  const boxes = (row) => [...row.querySelectorAll("input[type=radio], input[type=checkbox]")];
  const offered = (row) => boxes(row).filter((one) => !one.disabled);
  const told = (row) => [...row.querySelectorAll("[data-told=check]:not([hidden])")].map((one) => one.textContent);
  const demanded = (row) => row.querySelector("[data-mark]")?.className === "req";
  const worked = (row) => row.querySelector("output")?.textContent.replace(/,| 元$/g, "") ?? null;
  const cells = (line) => [...line.querySelectorAll("[data-cell]")].filter((cell) => !cell.hidden);
  const told_of = (cell) => [cell.dataset.cell, {required: demanded(cell), worked: worked(cell)}];
  const lines = (row) => [...row.querySelectorAll("[data-row]")].map(
    (line) => [line.dataset.row, Object.fromEntries(cells(line).map(told_of))]);
  const of = (row) => "rows" in row.dataset ? {
    required: row.querySelector("legend [data-mark]")?.className === "req",
    lines: Object.fromEntries(lines(row)),
    told: told(row).join(" "),
  } : {
    required: demanded(row),
    offered: offered(row).map((one) => one.value),
    worked: worked(row),
    told: told(row).join(" "),
  };
  return Object.fromEntries(rows.filter(shown).map((row) => [row.dataset.field, of(row)]));
}"""


def in_words(stored: Any) -> str:
    if isinstance(stored, bool):
        return "是" if stored else "否"
    number = as_number(str(stored))
    return str(stored) if number is None else str(tagged(number)["n"])


def lines_of(group: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """What one row shows: column → whether it is demanded, and what it was worked out to."""
    found = {}
    for one in (one for one in group["fields"] if one["key"] in outcome.visible):
        stored = outcome.answers.get(one["key"])
        worked = None if "calc" not in one else "–" if stored is None else in_words(stored)
        found[one["key"]] = {"required": one["key"] in outcome.required, "worked": worked}
    return found


def without_blank_rows(seen: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """What a page shows, without the empty row that waits where nothing was answered."""
    for key, one in seen.items():
        if "lines" in one:
            known = {row["_id"] for row in answers.get(key, [])}
            one["lines"] = {row: line for row, line in one["lines"].items() if row in known}
    return seen


def by_the_server(doc: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    outcome = worked_out(doc, answers, today=TODAY)
    found = {}
    for one in (one for section in doc["sections"] for one in section["fields"]):
        key = one["key"]
        if key not in outcome.visible:
            continue
        told = " ".join(check.message for check in outcome.broken if check.at == key)
        if one["kind"] == "group":
            lines = {row: lines_of(one, found_in) for row, found_in in outcome.rows.get(key, {}).items()}
            found[key] = {"required": key in outcome.required, "lines": lines, "told": told}
            continue
        every = (
            []
            if "calc" in one
            else {"yes_no": ["yes", "no"]}.get(one["kind"], [option["id"] for option in one.get("options", [])])
        )
        worked = None
        if "calc" in one:
            stored = outcome.answers.get(key)
            worked = "提交时根据您的填写自动算出。" if stored is None else in_words(stored)
        found[key] = {
            "required": key in outcome.required,
            "offered": outcome.offered.get(key, every),
            "worked": worked,
            "told": told,
        }
    return found


@pytest.mark.parametrize("seed", range(3))
def test_random_forms_come_to_the_same_on_both_sides(chromium: Browser, seed: int):
    # open-formulieren/open-forms#6487, #6286: both sides drifted apart when logic moved to the browser.
    grown = GrownForm(random.Random(seed))
    reached = set()
    for _number in range(25):
        doc = grown.document()
        assert problems(doc) == []
        answers = grown.answers(doc)
        page = opened(chromium, doc, answers=answers, context=FillContext(today=TODAY))
        there = without_blank_rows(page.evaluate(SEEN), answers)
        page.close()
        here = by_the_server(doc, answers)
        assert there == here, (doc, answers)
        reached |= {name for one in here.values() for name, value in one.items() if value}
        cells = [cell for one in here.values() for line in one.get("lines", {}).values() for cell in line.values()]
        reached |= {f"{name} in a row" for cell in cells for name, value in cell.items() if value}
        reached |= {"hidden"} if len(here) < sum(len(section["fields"]) for section in doc["sections"]) else set()
    assert reached >= {"required", "offered", "worked", "hidden", "required in a row", "worked in a row"}
