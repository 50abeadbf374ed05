"""The journey of a pledge in Chromium, on a phone, by the people of the demo programme."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, problems_of
from tests.browser.installation import Installation

FIRST, SECOND = "给邻居的自行车打气、补胎", "教孩子们认识螺丝和扳手"
OBJECTION = "他上个月没有来过，邻居都可以作证。"


def draft(page: Page) -> None:
    """Fill in the form by its labels; the second thing after saying that there is one."""
    page.goto("/pledges/")
    assert problems_of(page) == []
    page.get_by_role("link", name="我来承诺").first.click()
    page.wait_for_url("**/start/pledge/")
    page.get_by_label("便民维修（修一修、装一装）").check()
    first = page.locator("input[name=item1]")
    first.fill("帮忙")
    page.locator("input[name=quantity1]").fill("20")
    page.locator("input[name=measure1]").fill("次")
    page.get_by_label("用遮挡后的姓名").check()
    page.locator("input[name=name]").fill("赵一平")
    page.get_by_label("公开授权").check()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/done/")
    assert problems_of(page) == []


def open_task(page: Page, words: str) -> None:
    """Find a task in the inbox by its words and open it."""
    page.goto("/inbox/")
    page.get_by_role("link", name=re.compile(words)).first.click()
    page.wait_for_url("**/task/*/")
    assert problems_of(page) == []


def press(page: Page, name: str) -> None:
    """Press a button of the action bar and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def press_with_reason(page: Page, name: str, reason: str) -> None:
    """Open a button of the action bar that asks for a reason, write it, press it."""
    page.locator("summary", has_text=name).click()
    page.locator("details[open] textarea").fill(reason)
    with page.expect_navigation():
        page.locator("details[open] .sheet button").click()


def object_without_scripts(page: Page, number: str) -> None:
    """A second visitor finds the notice in the list of open ones and objects in a browser that runs no script."""
    page.goto("/notices/")
    page.locator(f'section[aria-labelledby="h-open"] a[href*="/notices/{number}/"]').first.click()
    page.wait_for_url(f"**/notices/{number}/")
    page.get_by_label("您对哪一点有异议").fill("完成期限")
    page.get_by_label("理由是什么，您了解哪些情况").fill("写的日子已经过了。")
    page.get_by_role("button", name="提交异议").click()
    expect(page.locator("main")).to_contain_text("异议已经收到")


def test_a_pledge_is_returned_posted_objected_to_and_put_on_the_wall(open_as: Opened, installation: Installation):
    member, secretary, street = open_as("member1"), open_as("lishuji"), open_as("shenjie")
    draft(member)

    open_task(secretary, "帮忙")
    press_with_reason(secretary, "退回商量", "请写具体一点。")

    open_task(member, "帮忙")
    expect(member.locator("main")).to_contain_text("请写具体一点。")
    member.locator("input[name=item1]").fill(FIRST)
    member.locator("input[name=more2]").first.check()
    member.locator("input[name=item2]").fill(SECOND)
    member.locator("input[name=quantity2]").fill("4")
    member.locator("input[name=measure2]").fill("次")
    with member.expect_navigation():
        member.locator(".actionbar .btn--primary").click()

    open_task(secretary, "打气")
    secretary.get_by_label("绿色志愿服务").check()
    secretary.get_by_label("具体可行").check()
    press(secretary, "同意，去公示")

    visitor = open_as()
    visitor.goto("/notices/")
    assert problems_of(visitor) == []
    number = installation.manage("shell", "-v0", "-c", NOTICE).strip()
    visitor.goto(f"/notices/{number}/")
    expect(visitor.locator("main")).to_contain_text(FIRST)
    expect(visitor.locator("main")).to_contain_text("赵*平")
    expect(visitor.locator("body")).not_to_contain_text("赵一平")
    assert problems_of(visitor) == []
    visitor.get_by_label("理由是什么，您了解哪些情况").fill(OBJECTION)
    visitor.get_by_role("button", name="提交异议").click()
    expect(visitor.get_by_label("理由是什么，您了解哪些情况")).to_have_value(OBJECTION)
    assert problems_of(visitor) == []
    visitor.get_by_label("您对哪一点有异议").fill("次数")
    with visitor.expect_navigation():
        visitor.get_by_role("button", name="提交异议").click()
    expect(visitor.locator("main")).to_contain_text("异议已经收到")
    object_without_scripts(open_as(scripts=False), number)

    installation.manage("fire_due", "--at", (date.today() + timedelta(days=20)).isoformat())
    open_task(street, "打气")
    expect(street.locator("main")).to_contain_text(OBJECTION)
    press_with_reason(street, "异议不成立", "问过楼里的邻居，都说来过。")

    wall = open_as()
    wall.goto("/pledges/")
    assert problems_of(wall) == []
    card = wall.locator(".pledge", has_text=FIRST)
    expect(card).to_contain_text("赵*平")
    expect(card).to_contain_text(SECOND)
    wall.goto("/pledges/?c=counsel")
    expect(wall.locator("main")).to_contain_text("没有符合条件的承诺")
    assert problems_of(wall) == []
    wall.goto(f"/notices/{number}/")
    assert problems_of(wall) == []
    member.goto("/messages/")
    expect(member.locator("main")).to_contain_text("您的承诺上墙了")
    assert installation.manage("shell", "-v0", "-c", LEDGER).strip() == "1"


NOTICE = """
from core.notices.models import PublicNotice
print(PublicNotice.objects.latest("pk").pk)
"""
LEDGER = f"""
from core.ledger.models import LedgerEntry
from core.promises.models import Pledge
case = Pledge.objects.get(items__text="{FIRST}").case_id
print(LedgerEntry.objects.filter(case_id=case, kind="pledge.posted").count())
"""
