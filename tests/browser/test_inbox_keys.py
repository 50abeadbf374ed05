"""The inbox worked by keyboard alone."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Opened


def test_the_keys_move_among_the_rows_open_one_and_reach_the_search(open_as: Opened):
    page = open_as("wanggexia")
    page.goto("/inbox/")
    rows = page.locator("table[data-keys] tbody a")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jk")
    expect(page.locator("#q")).to_have_value("jk")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/task/\d+/$"))
