"""Going back in the browser to a form that was left is not taken for filling it in anew."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened

START, DRAFTS, ELSEWHERE = "/start/pledge/", "/me/drafts/", "/figures/"


def throw_away(page: Page) -> None:
    page.goto(DRAFTS)
    page.get_by_role("button", name="不要了").first.click()
    expect(page.locator("main")).not_to_contain_text("接着填")


def test_what_the_browser_puts_back_by_itself_is_no_draft(open_as: Opened):
    # After handing in and going back, the inbox told of a form that was half filled in: the one just handed in.
    page, beside = open_as("member1"), open_as("member1")
    page.goto(START)
    page.locator("main form input[type=text]:visible, main form textarea:visible").first.fill("清扫楼道")
    page.goto(ELSEWHERE)
    page.wait_for_timeout(500)
    throw_away(beside)
    page.go_back()
    page.wait_for_timeout(500)
    page.goto(ELSEWHERE)
    page.wait_for_timeout(500)
    beside.goto(DRAFTS)
    expect(beside.locator("main")).not_to_contain_text("接着填")
