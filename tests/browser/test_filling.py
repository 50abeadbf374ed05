"""A form shows its own logic while it is filled in, and never more than its reader may know."""

import json
from typing import Any

from playwright.sync_api import Browser, Page, expect

from forms.building import build_form_class
from tests.browser.filling import opened as open_form

MORE_THAN_500 = {">": [{"var": "value"}, 500]}


def question(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "key": key, "kind": kind, "label": key, "privacy": {"level": "internal"}, **more}


DOCUMENT: dict[str, Any] = {
    "v": 1,
    "sections": [
        {
            "id": "main",
            "title": "登记",
            "fields": [
                question("value", "money", required=True),
                question("reason", "text", required=True, show_if=MORE_THAN_500),
                question("with_help", "yes_no"),
                question("helpers", "integer", show_if={"==": [{"var": "with_help"}, True]}),
                question("each", "money", calc={"/": [{"var": "value"}, {"var": "helpers"}]}),
                question("day", "date"),
                question("remark", "text", required_if={">": [{"var": "day"}, {"date": "2026-12-31"}]}),
                question(
                    "skills", "multi_choice", options=[{"id": "aid", "label": "急救"}, {"id": "talk", "label": "陪聊"}]
                ),
                {"id": "tip", "kind": "note", "text": "请带证书", "show_if": {"in": ["aid", {"var": "skills"}]}},
                question("minutes", "duration"),
            ],
        },
        {
            "id": "long",
            "title": "时间长的",
            "show_if": {">=": [{"var": "minutes"}, 120]},
            "fields": [question("breaks", "integer")],
        },
    ],
}


def opened(chromium: Browser, **more: Any) -> Page:
    page = open_form(chromium, DOCUMENT, **more)
    expect(page.locator("[data-field=reason]")).to_be_hidden()
    return page


def test_what_does_not_apply_is_hidden_until_it_does(chromium: Browser):
    page = opened(chromium)
    page.fill("[name=value]", "５００")
    expect(page.locator("[data-field=reason]")).to_be_hidden()
    page.fill("[name=value]", "1,000.50")
    expect(page.locator("[data-field=reason]")).to_be_visible()
    expect(page.locator("[data-field=reason] [data-mark]")).to_have_class("req")
    page.fill("[name=value]", "很多")
    expect(page.locator("[data-field=reason]")).to_be_hidden()


def test_what_is_worked_out_is_shown_at_once_and_exactly(chromium: Browser):
    page = opened(chromium)
    output = page.locator("[data-field=each] output")
    expect(output).to_have_text("提交时根据您的填写自动算出。")
    page.fill("[name=value]", "2000")
    page.check("[name=with_help][value=yes]")
    page.fill("[name=helpers]", "3")
    expect(output).to_have_text("666.67 元")
    page.check("[name=with_help][value=no]")  # the number of helpers does not apply any more
    expect(output).to_have_text("提交时根据您的填写自动算出。")


def test_whether_something_is_required_is_said_as_it_changes(chromium: Browser):
    page = opened(chromium)
    mark = page.locator("[data-field=remark] [data-mark]")
    expect(mark).to_have_class("opt")
    page.fill("[name=day]", "2027-01-01")
    expect(mark).to_have_class("req")
    expect(mark).to_have_text("必填")


def test_a_text_counts_as_the_server_keeps_it(chromium: Browser):
    # Full-width letters of a text were made plain for rules, but only in the browser.
    wide = {"id": "s", "fields": [question("a", "text"), question("b", "text", show_if={"==": [{"var": "a"}, "Ａ１"]})]}
    page = open_form(chromium, {"v": 1, "sections": [wide]})
    page.fill("[name=a]", " Ａ１ ")
    expect(page.locator("[data-field=b]")).to_be_visible()
    page.fill("[name=a]", "A1")
    expect(page.locator("[data-field=b]")).to_be_hidden()


def test_notes_and_whole_sections_come_and_go(chromium: Browser):
    page = opened(chromium)
    expect(page.get_by_text("请带证书")).to_be_hidden()
    page.check("[value=aid]")
    expect(page.get_by_text("请带证书")).to_be_visible()
    expect(page.get_by_text("时间长的")).to_be_hidden()
    page.fill("[name=minutes-hours]", "2")
    expect(page.get_by_text("时间长的")).to_be_visible()


def test_a_hidden_answer_cannot_be_told_from_the_page():
    access = {"value": "hide", "with_help": "mask"}
    form = build_form_class(DOCUMENT, access=access)(
        answers={"value": "987654", "with_help": True, "day": "2026-01-02"}
    )
    html = form.render()
    assert "987654" not in html
    logic = json.loads(form.logic)
    rules = {one["key"]: one for one in logic["fields"]}
    assert rules["reason"]["show"] == []
    assert rules["helpers"]["show"] == []
    assert "calc" not in rules["each"]
    assert set(logic["known"]).isdisjoint(access)


def test_a_form_without_rules_asks_for_no_script():
    plain = {"v": 1, "sections": [{"id": "s", "title": "一", "fields": [question("a", "text")]}]}
    assert "<script" not in build_form_class(plain)().render()
    assert "<script" in build_form_class(DOCUMENT)().render()
