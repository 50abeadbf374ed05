"""The journey of a wish in Chromium, on a phone, by the people of the demo programme."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, problems_of
from tests.browser.installation import Installation

WISH = "想有人教我用手机看孙女的照片。"
PUBLIC = "想学会用手机看家人的照片，有人耐心教一次就好。"
NAME, PHONE = "沈玉珍", "13800009931"


def register(page: Page) -> str:
    """Fill in the public form by its labels; returns the status code."""
    page.goto("/start/wish/")
    page.get_by_label("您盼着什么").fill(WISH)
    page.get_by_label("服务（修一修、装一装）").check()
    page.get_by_label("最好在哪天以前").fill((date.today() + timedelta(days=30)).isoformat())
    page.get_by_label("您住在哪个社区或网格").select_option("fangta-1")
    page.get_by_label("怎么称呼您").fill(NAME)
    page.get_by_label("联系电话").fill(PHONE)
    page.get_by_label("办理授权").check()
    page.get_by_label("联系授权").check()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/done/")
    assert problems_of(page) == []
    return "-".join(page.locator("p.code span").all_inner_texts())


def enter_code(page: Page, code: str) -> None:
    """Look a case up by its code, as a resident does."""
    page.goto("/status/")
    page.get_by_label("查询码", exact=True).fill(code.lower())
    page.get_by_role("button", name="看办到哪一步").click()
    page.wait_for_url("**/case/*/")


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


def test_a_wish_is_made_returned_corrected_claimed_once_and_fulfilled(open_as: Opened, installation: Installation):
    resident = open_as()
    code = register(resident)
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3,}", code)

    worker = open_as("wanggexia")
    open_task(worker, "教我用手机看")
    worker.get_by_text("退回补正", exact=True).first.click()
    worker.get_by_label("理由").and_(worker.locator("[id$=back]")).fill("请写清楚是什么手机。")
    worker.locator("details[open] .sheet button").click()
    worker.wait_for_load_state()

    corrector = open_as()
    enter_code(corrector, code)
    expect(corrector.locator("body")).not_to_contain_text(PHONE)
    assert problems_of(corrector) == []
    corrector.locator("a.btn--primary").first.click()
    corrector.wait_for_url("**/task/*/")
    expect(corrector.locator("main")).to_contain_text("请写清楚是什么手机。")
    expect(corrector.get_by_label("您盼着什么")).to_have_value(WISH)
    corrector.get_by_label("您盼着什么").fill(WISH + "是安卓手机。")
    corrector.locator(".actionbar .btn--primary").click()
    corrector.wait_for_load_state()

    open_task(worker, "教我用手机看")
    worker.get_by_label("属实", exact=True).check()
    worker.get_by_label("上门看过").check()
    worker.get_by_label("核实后大约值多少钱").fill("0")
    press(worker, "核实无误，交社区书记")

    secretary = open_as("lishuji")
    open_task(secretary, "教我用手机看")
    wording = secretary.locator("textarea[name=public_text], input[name=public_text]")
    wording.fill(f"请打 {PHONE}")
    press(secretary, "同意公开")
    expect(secretary.locator("main")).to_contain_text("电话")
    assert problems_of(secretary) == []
    wording.fill(PUBLIC)
    press(secretary, "同意公开")

    board = open_as()
    board.goto("/wishes/")
    board.get_by_role("link", name=PUBLIC).click()
    board.wait_for_url("**/wishes/*/")
    expect(board.locator("body")).not_to_contain_text(NAME)
    assert problems_of(board) == []

    first, second = open_as("org1"), open_as("org2")
    for page in (first, second):
        page.goto(board.url)
        page.get_by_role("link", name="认领", exact=True).click()
        page.wait_for_url("**/task/*/")
        if page.locator("input[name=claimant]").count():
            page.locator("input[name=claimant]").first.check()
    first.locator(".actionbar .btn--primary").click()
    first.wait_for_load_state()
    second.locator(".actionbar .btn--primary").click()
    second.wait_for_load_state()
    expect(second.locator("main")).to_contain_text("谢谢")
    assert problems_of(second) == []

    open_task(first, "照片")
    first.get_by_label("哪天办的").or_(first.locator("input[name=done_on]")).first.fill(date.today().isoformat())
    first.locator("textarea[name=what], input[name=what]").fill("教会了看照片和视频通话。")
    first.locator("input[name=people]").fill("2")
    first.locator(".actionbar .btn--primary").click()
    first.wait_for_load_state()

    enter_code(corrector, code)
    corrector.locator("a.btn--primary").first.click()
    corrector.wait_for_url("**/task/*/")
    corrector.locator("input[name=satisfaction]").last.check()
    corrector.locator(".actionbar .btn--primary").click()
    corrector.wait_for_load_state()
    enter_code(corrector, code)
    expect(corrector.locator("main")).to_contain_text("已实现")

    board.reload()
    expect(board.locator("main")).to_contain_text("已实现")
    assert "1" in installation.manage("shell", "-v0", "-c", LEDGER)


LEDGER = """
from core.ledger.models import LedgerEntry
from core.promises.models import Wish
case = Wish.objects.get(public_text__contains="家人的照片").case_id
kinds = sorted(LedgerEntry.objects.filter(case_id=case).values_list("kind", flat=True))
print(int(kinds == ["wish.claimed", "wish.fulfilled", "wish.registered"]))
"""


def test_the_form_works_without_scripts_and_keeps_what_was_typed(open_as: Opened):
    page = open_as(scripts=False)
    page.goto("/start/wish/")
    page.get_by_label("您盼着什么").fill(WISH)
    page.get_by_label("联系电话").fill("12")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".errors")).to_be_visible()
    expect(page.get_by_label("您盼着什么")).to_have_value(WISH)
    expect(page.get_by_label("联系电话")).to_have_value("12")


def test_overdue_tasks_remind(open_as: Opened, installation: Installation):
    installation.manage("fire_due", "--at", (date.today() + timedelta(days=12)).isoformat())
    page = open_as("wanggexia")
    page.goto("/messages/")
    expect(page.locator("main")).to_contain_text("已逾期")
    assert problems_of(page) == []
