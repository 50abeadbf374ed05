"""An administrator changes a running programme in the browser: flows and forms, by pointer and by keyboard alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Opened, problems_of
from tests.browser.installation import PASSWORD, Installation, installed
from tests.browser.test_wish_journey import enter_code, register

FLOWS = "/desk/snippets/workflows/flowdefinition/"
FORMS = "/desk/snippets/forms/formdefinition/"


def open_definition(page: Page, listing: str, title: str) -> Page:
    page.goto(listing)
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator(".cd.is-ready")).to_be_visible()
    return page


def card(page: Page, name: str):
    return page.locator(".cd-main", has_text=name).first


def publish(page: Page) -> None:
    """Press publish and wait until Wagtail says that it did."""
    expect(page.locator(".w-autosave-indicator").first).to_contain_text("已保存", timeout=20_000)
    page.locator("footer [data-w-dropdown-target=toggle], .footer [data-w-dropdown-target=toggle]").first.click()
    with page.expect_navigation():
        page.locator("[name=action-publish]").last.click()
    expect(page.locator(".messages")).to_contain_text("发布")


def sheet(page: Page):
    return page.locator(".cd-drawer")


def document_of(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("JSON.parse(document.querySelector('.cd textarea.cd-source').value)")
    return found


def test_a_step_is_added_and_moved_by_keyboard_alone(open_as: Opened):
    page = open_definition(open_as("admin", width=1440), FLOWS, "微心愿")
    before = [step["id"] for step in document_of(page)["steps"]]
    page.locator("[data-cd='s:verify']").focus()
    page.keyboard.press("ArrowDown")  # the place behind it
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")  # the second kind: decide
    page.keyboard.press("Enter")
    added = [step["id"] for step in document_of(page)["steps"]]
    assert added == [before[0], "approval", *before[1:]]
    page.locator("[data-cd='s:approval']").focus()
    page.keyboard.press("Alt+ArrowDown")
    assert [step["id"] for step in document_of(page)["steps"]][:3] == ["verify", "approve", "approval"]
    expect(page.locator("[data-cd='s:approval']")).to_be_focused()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert [step["id"] for step in document_of(page)["steps"]] == before


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (375, "light")])
def test_the_designers_are_accessible(open_as: Opened, width: int, scheme: str):
    page = open_definition(open_as("admin", width=width, scheme=scheme), FLOWS, "微心愿")
    card(page, "核实").click()
    page.wait_for_timeout(800)
    assert [one for one in problems_of(page) if "cd" in one] == []
    open_definition(page, FORMS, "提一个微心愿")
    card(page, "大约值多少钱").click()
    page.wait_for_timeout(800)
    assert [one for one in problems_of(page) if "cd" in one] == []


def test_what_rows_cannot_say_is_left_alone_and_the_rest_comes_back_as_it_was(open_as: Opened):
    page = open_definition(open_as("admin", width=1440), FLOWS, "微心愿")
    types = {"a": "number", "b": "choice", "c": "list", "d": "bool", "e": "date", "f": "text"}
    again = """async ([expression, types]) => {
      const url = document.querySelector('script[type=module][src*="flow-designer"]').src;
      const found = await import(new URL('../../forms/designer/conditions.js', url));
      const rows = found.parse(expression, (name) => types[name] || 'any');
      return rows ? found.build(rows) : 'kept';
    }"""
    kept = [
        {">": [{"var": "a"}, 300]},
        {"and": [{"<=": [{"var": "a"}, 5]}, {"==": [{"var": "b"}, "x"]}]},
        {"or": [{"in": ["x", {"var": "c"}]}, {"!": {"in": ["y", {"var": "c"}]}}]},
        {"==": [{"var": "d"}, True]},
        {">=": [{"var": "e"}, {"date": "2026-09-30"}]},
        {"<": [{"var": "e"}, {"today": []}]},
        {"!": {"blank": {"var": "f"}}},
        {"in": [{"var": "b"}, ["x", "y"]]},
    ]
    for expression in kept:
        assert page.evaluate(again, [expression, types]) == expression
    for expression in ({">": [{"+": [{"var": "a"}, 1]}, 3]}, {"if": [True, True, False]}, {"<": [1, {"var": "a"}, 5]}):
        assert page.evaluate(again, [expression, types]) == "kept"


def test_problems_lead_to_their_card(open_as: Opened):
    page = open_definition(open_as("admin", width=1440), FLOWS, "场地借用")
    page.locator("[data-cd='+:0']").click()
    page.get_by_role("menuitem", name="审核", exact=True).click()
    problem = page.locator("button.cd-problem").first
    expect(problem).to_be_visible()
    page.get_by_role("button", name="关闭", exact=True).first.click()
    problem.click()
    expect(sheet(page)).to_be_visible()
    expect(page.locator(".cd-card.is-selected")).to_contain_text("审核")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: what is changed here would meet the people of other tests."""
    with installed(tmp_path_factory.mktemp("changed")) as running:
        yield running


@pytest.fixture
def there(chromium: Browser, changed: Installation) -> Iterator[Callable[[str], Page]]:
    """A page of that installation, signed in."""
    contexts = []

    def opened(username: str = "") -> Page:
        context = chromium.new_context(
            base_url=changed.address, viewport={"width": 1440, "height": 900}, locale="zh-CN"
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        if username:
            page.goto("/login/")
            page.locator("#id_username").fill(username)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("form:has(input[name=password]) button").first.click()
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()


def steps_of(page: Page) -> str:
    return page.locator("main").inner_text()


def test_an_administrator_changes_a_running_flow_and_the_next_case_obeys(there: Callable[[str], Page]):
    """Step, assignee, deadline, condition and a field of the form are changed without a line of code."""
    code = register(there(""))
    page = open_definition(there("admin"), FORMS, "核实心愿")
    page.locator(".cd-holder .cd-plus").last.click()
    page.get_by_role("menuitem", name="是或否", exact=True).click()
    sheet(page).get_by_label("题目 · 中文").fill("是不是退役军人家庭")
    publish(page)

    open_definition(page, FLOWS, "微心愿")
    page.locator("[data-cd='+:2']").click()
    page.get_by_role("menuitem", name="条件分支", exact=True).click()
    page.locator(".cd-arm", has_text="情况 1").click()
    sheet(page).get_by_label("名称 · 中文").fill("超过 300 元")
    sheet(page).get_by_role("button", name="＋ 添加条件").click()
    sheet(page).get_by_label("字段", exact=True).select_option(label="核实：核实后大约值多少钱")
    sheet(page).get_by_label("比较", exact=True).select_option(label="超过")
    sheet(page).get_by_label("值", exact=True).fill("300")
    page.locator(".cd-lane", has_text="超过 300 元").locator(".cd-plus").first.click()
    page.get_by_role("menuitem", name="审核", exact=True).click()
    sheet(page).get_by_label("名称 · 中文").fill("退役军人事务站复核")
    sheet(page).get_by_label("街道干部").check()
    sheet(page).locator("[data-path='props.deadline.days'] input").fill("2")
    page.locator("[data-cd='s:verify']").click()
    sheet(page).get_by_label("社区副书记").uncheck()
    sheet(page).locator("[data-path='props.deadline.days'] input").fill("4")
    page.locator(".cd-arm", has_text="超过 500 元").click()
    sheet(page).get_by_label("值", exact=True).fill("800")
    expect(page.locator(".cd-problems")).to_contain_text("没有问题")
    document = document_of(page)
    assert document["steps"][0]["props"]["deadline"] == {
        "days": 4, "calendar": "working", "warn_percent": 80, "repeat_days": 1,
    }  # fmt: skip
    before = page.locator(".cd-version").inner_text()
    publish(page)
    open_definition(page, FLOWS, "微心愿")
    assert page.locator(".cd-version").inner_text() != before

    running = there("")
    enter_code(running, code)
    assert "退役军人事务站复核" not in steps_of(running)
    new = there("")
    enter_code(new, register(new))
    assert "退役军人事务站复核" in steps_of(new)
