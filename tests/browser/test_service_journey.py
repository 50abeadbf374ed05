"""The journey of a service record in Chromium, on a phone, by the people of the demo programme."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, problems_of
from tests.browser.installation import Installation

CONTENT = "教邻居给电动车换刹车片"


def record(page: Page) -> None:
    """Fill in the form by its labels, first without the time, which is asked for."""
    page.goto("/start/service/")
    assert problems_of(page) == []
    page.get_by_label("做服务的人").select_option(label="王格霞 · 方塔社区")
    page.get_by_label("服务队").select_option(label="方塔便民维修队 · 方塔社区")
    page.locator("input[name=day]").fill(page.evaluate("new Date().toLocaleDateString('sv')"))
    page.get_by_label("服务内容").fill(CONTENT)
    page.get_by_label("公示告知").check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("main")).to_contain_text("请填写：服务时长")
    assert problems_of(page) == []
    page.get_by_label("小时", exact=True).fill("1")
    page.get_by_label("分钟", exact=True).fill("30")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/done/")
    assert problems_of(page) == []


def open_task(page: Page) -> None:
    """Find the task in the inbox by its words and open it."""
    page.goto("/inbox/")
    page.get_by_role("link", name=re.compile("刹车片")).first.click()
    page.wait_for_url("**/task/*/")
    assert problems_of(page) == []


def press(page: Page, name: str) -> None:
    """Press a button of the action bar and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def test_a_service_is_recorded_verified_approved_and_posted_masked(open_as: Opened, installation: Installation):
    recorder, head, clerk = open_as("wanggexia"), open_as("member1"), open_as("centre1")
    record(recorder)

    open_task(head)
    expect(head.locator("main")).to_contain_text("1 小时 30 分钟")
    head.get_by_label("我当时在场").check()
    press(head, "属实")

    open_task(clerk)
    [number] = set(re.findall(r"FW-\d{4}-\d{4}", clerk.locator("main").inner_text()))
    clerk.get_by_label(re.compile("^C ")).check()
    clerk.get_by_label("要减一些").check()
    clerk.get_by_label("小时", exact=True).fill("1")
    clerk.get_by_label("为什么减").fill("扣除路上时间")
    assert problems_of(clerk) == []
    press(clerk, "认定，去公示")

    visitor = open_as()
    visitor.goto("/notices/")
    assert problems_of(visitor) == []
    visitor.locator("main a", has_text=number).first.click()
    expect(visitor.locator("main")).to_contain_text("扣除路上时间")
    expect(visitor.locator("main")).to_contain_text("王*霞")
    expect(visitor.locator("main")).not_to_contain_text("王格霞")
    assert problems_of(visitor) == []
