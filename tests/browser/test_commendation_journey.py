"""The journey of a commendation in Chromium, on a phone, by the people of the demo programme."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, problems_of
from tests.browser.installation import Installation

NAME, MASKED = "赵一平", "赵*平"
HEADLINE = "雨天里的一把伞"
CITATION = "下雨的早晨，他在校门口撑伞，送了一个学期的孩子。"
DEEDS = f"{NAME}住得离学校近，下雨天七点就到校门口。"


def nominate(page: Page) -> None:
    """Fill in the nomination by its labels, from the roll of honour on."""
    page.goto("/honours/")
    assert problems_of(page) == []
    page.get_by_role("link", name="推荐身边的人").first.click()
    page.wait_for_url("**/start/commendation/")
    assert problems_of(page) == []
    page.get_by_label("哪一项表彰").select_option("seasons-volunteer")
    member = page.get_by_label("推荐的人")
    member.select_option(value=member.locator("option", has_text=NAME).first.get_attribute("value"))
    press(page, "下一页")
    assert problems_of(page) == []
    page.get_by_label("一句标题").fill(HEADLINE)
    page.get_by_label("表彰词").fill(CITATION)
    page.get_by_label("主要事迹").fill(DEEDS)
    expect(page.get_by_text(re.compile(r"^已存 \d"))).to_be_visible(timeout=20_000)  # by itself, while one types
    page.reload()
    expect(page.get_by_label("主要事迹")).to_have_value(DEEDS)
    press(page, "下一页")
    expect(page.get_by_text("都填好了，请最后看一遍")).to_be_focused()
    expect(page.locator("dd", has_text=DEEDS)).to_be_visible()
    assert problems_of(page) == []
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/done/")
    assert problems_of(page) == []


def open_task(page: Page) -> None:
    """Find the task in the inbox by the headline and open it."""
    page.goto("/inbox/")
    page.get_by_role("link", name=re.compile(HEADLINE)).first.click()
    page.wait_for_url("**/task/*/")
    assert problems_of(page) == []


def press(page: Page, name: str) -> None:
    """Press a button of the action bar and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def decided(open_as: Opened) -> None:
    """The branch recommends and the street decides, each of them seeing what the ledger says."""
    secretary, street = open_as("lishuji"), open_as("shenjie")
    open_task(secretary)
    expect(secretary.locator("table.snapshot")).to_contain_text("核实的服务时长")
    secretary.get_by_label("审议意见").fill("家长们都知道他，事迹属实。")
    press(secretary, "同意推荐")
    assert problems_of(secretary) == []
    open_task(street)
    expect(street.locator("table.snapshot")).to_contain_text("核实的服务时长")
    street.get_by_label("文号").fill("示例〔2026〕9 号")
    press(street, "同意，去公示")


def publish(page: Page) -> None:
    """The editor reads the draft in the back office, which leads nowhere until it is approved, and approves it."""
    page.goto("/messages/")
    expect(page.locator("main")).to_contain_text("有一篇故事待看")
    page.goto("/desk/reports/workflow_tasks/")
    page.get_by_role("link", name=re.compile(HEADLINE)).first.click()
    page.wait_for_url("**/desk/pages/*/edit/")
    page.locator("footer [data-controller=w-dropdown] button").first.click()
    page.locator("[data-workflow-action-name=approve]").first.click()


def test_a_nomination_becomes_an_honour_and_its_story(open_as: Opened, installation: Installation):
    nominate(open_as("wanggexia"))
    decided(open_as)

    visitor = open_as()
    number = installation.manage("shell", "-v0", "-c", NOTICE).strip()
    visitor.goto(f"/notices/{number}/")
    expect(visitor.locator("main")).to_contain_text(CITATION)
    expect(visitor.locator("main")).to_contain_text(MASKED)
    expect(visitor.locator("body")).not_to_contain_text(NAME)
    assert problems_of(visitor) == []

    installation.manage("fire_due", "--at", (date.today() + timedelta(days=25)).isoformat())
    member = open_as("member1")
    open_task(member)
    member.get_by_label("我同意署名").check()
    press(member, "就这样")
    assert problems_of(member) == []

    visitor.goto("/honours/")
    assert problems_of(visitor) == []
    card = visitor.locator(".honour", has_text=CITATION)
    expect(card).to_contain_text(MASKED)
    expect(card).not_to_contain_text("读故事")

    publish(open_as("editor1", width=1440))
    visitor.goto("/honours/")
    visitor.locator(".honour", has_text=CITATION).get_by_role("link", name="读故事").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    expect(visitor.locator("main")).to_contain_text(f"{MASKED}住得离学校近")
    expect(visitor.locator("body")).not_to_contain_text(NAME)
    assert problems_of(visitor) == []

    member.goto("/me/honours/")
    assert problems_of(member) == []
    mine = member.locator(".honour", has_text=CITATION)
    with member.expect_navigation():
        mine.get_by_role("button", name="收回同意").click()
    assert problems_of(member) == []
    visitor.goto("/honours/")
    expect(visitor.locator(".honour", has_text=CITATION)).to_contain_text("一位不愿署名的志愿者")


NOTICE = """
from core.notices.models import PublicNotice
print(PublicNotice.objects.latest("pk").pk)
"""
