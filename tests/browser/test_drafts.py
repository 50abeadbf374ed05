"""What is being filled in saves itself, comes back on another device, and looking at a form leaves nothing behind."""

from playwright.sync_api import expect

from tests.browser.conftest import Opened, problems_of

FORM = "/start/activity_approval/"


def test_looking_at_a_form_leaves_no_draft(open_as: Opened):
    page = open_as("wanggexia")
    page.goto(FORM)
    expect(page.get_by_label("活动叫什么")).to_be_visible()
    page.wait_for_timeout(4500)  # longer than it waits after a change
    page.goto("/me/drafts/")
    expect(page.locator("main")).not_to_contain_text("报一场活动")


def test_what_is_typed_saves_itself_and_comes_back_elsewhere(open_as: Opened):
    phone, desk = open_as("wanggexia"), open_as("wanggexia", width=1440)
    phone.goto(FORM)
    phone.get_by_label("活动叫什么").fill("楼组茶话会")
    phone.get_by_label("要什么").fill("茶叶")
    phone.get_by_role("button", name="添加一行").click()
    phone.get_by_label("要什么").nth(1).fill("纸杯")
    expect(phone.locator("[data-saved]")).to_contain_text("已存", timeout=15_000)
    desk.goto("/inbox/")
    desk.get_by_role("link", name="接着填").click()
    expect(desk.locator("main")).to_contain_text("报一场活动")
    desk.goto(FORM)
    expect(desk.get_by_label("活动叫什么")).to_have_value("楼组茶话会")
    assert [one.input_value() for one in desk.get_by_label("要什么").all()] == ["茶叶", "纸杯"]
    assert problems_of(desk) == []
    desk.get_by_role("button", name="不要了，重新填").click()
    expect(desk.get_by_label("活动叫什么")).to_have_value("")
