"""Files that are chosen are listed, added to and taken back before they are sent; what is too much is told at once."""

from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.filling import opened
from tests.browser.test_filling import question

DOCUMENT: dict[str, Any] = {
    "v": 1,
    "sections": [{"id": "main", "fields": [question("proof", "files", max=3, max_mb=1)]}],
}
HELD = "() => [...document.querySelector('[type=file]').files].map((one) => one.name)"


def choose(page: Page, *names: str, size: int = 10) -> None:
    files: list[Any] = [{"name": name, "mimeType": "application/pdf", "buffer": name.encode() * size} for name in names]
    page.locator("[type=file]").set_input_files(files)


def test_choosing_again_adds_and_each_file_can_be_taken_back(chromium: Browser):
    page = opened(chromium, DOCUMENT)
    listed = page.locator(".uploads__one")
    choose(page, "甲.pdf")
    choose(page, "乙.pdf", "甲.pdf")
    expect(listed).to_have_text(["甲.pdf · 0.1 MB移除 甲.pdf", "乙.pdf · 0.1 MB移除 乙.pdf"])
    page.get_by_role("button", name="移除 甲.pdf").click()
    assert page.evaluate(HELD) == ["乙.pdf"]
    expect(page.get_by_role("button", name="移除 乙.pdf")).to_be_focused()
    page.evaluate("document.forms[0].reset()")
    expect(listed).to_have_count(0)


def test_what_is_too_large_or_too_much_is_told_before_it_is_sent(chromium: Browser):
    page = opened(chromium, DOCUMENT)
    told = page.locator(".uploads [role=status]")
    choose(page, "大$&.pdf", size=200_000)
    expect(told).to_have_text("“大$&.pdf”太大了，最多 1 MB。")
    choose(page, "1.pdf", "2.pdf", "3.pdf", "4.pdf")
    expect(told).to_have_text("“4.pdf”没有放进来：最多放 3 个。")
    assert page.evaluate(HELD) == ["1.pdf", "2.pdf", "3.pdf"]
    page.evaluate("document.forms[0].addEventListener('submit', (event) => event.preventDefault())")
    page.evaluate("document.forms[0].requestSubmit()")
    expect(told).to_have_text("正在上传文件……")
