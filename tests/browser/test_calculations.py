"""Calculations are built in the designer of forms, term by term; what it cannot say it keeps."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, problems_of
from tests.browser.test_designer import FORMS, card, document_of, open_definition, sheet

AGAIN = """async ([how, expression]) => {
  const url = document.querySelector('script[type=module][src*="form-designer"]').src;
  const found = await import(new URL('calculations.js', url));
  const parsed = found[`parse${how}`](expression);
  return parsed ? found[`build${how}`](parsed) : 'kept';
}"""
A, B, C = {"var": "a"}, {"var": "b"}, {"var": "c"}


def test_what_terms_can_say_comes_back_as_it_was_and_the_rest_is_kept(open_as: Opened):
    page = open_definition(open_as("admin", width=1440), FORMS, "提一个微心愿")
    same: list[tuple[str, Any]] = [
        ("Number", A),
        ("Number", 5),
        ("Number", {"+": [A, B, 3]}),
        ("Number", {"-": [{"*": [{"+": [A, B]}, 2.5]}, C]}),
        ("Number", {"round": [{"/": [A, B]}, 1]}),
        ("Number", {"*": [{"sum": {"var": "rows.n"}}, {"length": {"var": "rows"}}]}),
        ("Number", {"years_between": [A, {"today": []}]}),
        ("Date", {"today": []}),
        ("Text", {"cat": [A, "·", B]}),
        ("Text", "一样"),
    ]
    for how, expression in same:
        assert page.evaluate(AGAIN, [how.replace("Date", "Day"), expression]) == expression
    assert page.evaluate(AGAIN, ["Day", {"add_days": [A, 7]}]) == {"add_days": [A, 7]}
    assert page.evaluate(AGAIN, ["Number", {"+": [A, {"*": [B, C]}]}]) == {"+": [{"*": [B, C]}, A]}
    kept: list[tuple[str, Any]] = [
        ("Number", {"-": [A, {"*": [B, C]}]}),
        ("Number", {"if": [True, A, B]}),
        ("Number", {"+": A}),
        ("Number", {"round": [A, B]}),
        ("Day", {"add_days": [{"date": "2026-01-01"}, 1]}),
        ("Text", {"cat": [{"length": A}]}),
    ]
    for how, expression in kept:
        assert page.evaluate(AGAIN, [how, expression]) == "kept"


def fields_of(page: Page) -> list[dict[str, Any]]:
    return [one for section in document_of(page)["sections"] for one in section["fields"]]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (375, "dark")])
def test_a_number_is_worked_out_of_others_without_a_word_of_code(open_as: Opened, width: int, scheme: str):
    page = open_definition(open_as("admin", width=width, scheme=scheme), FORMS, "提一个微心愿")
    [value] = [one["key"] for one in fields_of(page) if one["kind"] == "money"][:1]
    card(page, "大约值多少钱").click()
    sheet(page).get_by_role("button", name="关闭", exact=True).click()
    before = {one["id"] for one in fields_of(page)}
    page.locator("[data-cd^='+']").nth(-2).click()
    page.get_by_role("menuitem", name="金额", exact=True).click()
    [made] = [one for one in fields_of(page) if one["id"] not in before]
    sheet(page).locator("summary", has_text="自动计算").click()
    value_of = sheet(page).locator("[data-path=calc]")
    value_of.get_by_role("button", name="加一项").click()
    value_of.get_by_label("用什么来算").select_option(f"field:{value}")
    value_of.get_by_role("button", name="加一项").click()
    value_of.get_by_label("怎么算").select_option("*")
    value_of.get_by_label("用什么来算").nth(1).select_option("=")
    value_of.get_by_label("值", exact=True).fill("1.5")
    value_of.get_by_label("四舍五入", exact=True).select_option("0")
    [made] = [one for one in fields_of(page) if one["id"] == made["id"]]
    assert made["calc"] == {"round": [{"*": [{"var": value}, 1.5]}, 0]}
    if width > 800:  # on a phone the sheet lies over the cards
        assert [one for one in problems_of(page) if "cd" in one] == []
    page.wait_for_timeout(800)
    expect(page.locator("button.cd-problem")).to_have_count(0)
