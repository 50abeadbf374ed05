"""An administrator tries the wish flow in Chromium as everybody in turn, also on a phone without JavaScript."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, problems_of
from tests.browser.installation import Installation
from tests.browser.test_pages import ENGLISH

WIDTHS = [(1440, "light", True), (375, "dark", False)]
HOW_MANY = """
from django.apps import apps
ours = [model for model in apps.get_models() if model._meta.app_label in ("workflows", "forms", "notifications")]
print(sum(model._base_manager.count() for model in ours))
"""


def press(page: Page, name: str, *, scripts: bool) -> None:
    """Press a button and look at the page that comes of it."""
    with page.expect_navigation():
        page.locator(".actionbar").get_by_role("button", name=name, exact=True).click()
    if scripts:  # axe is a script itself
        assert problems_of(page) == []
        assert page.evaluate(ENGLISH) == []


@pytest.mark.parametrize(("width", "scheme", "scripts"), WIDTHS)
def test_the_draft_of_a_flow_is_played_to_its_end_and_leaves_nothing(
    open_as: Opened, installation: Installation, width: int, scheme: str, scripts: bool
) -> None:
    before = installation.manage("shell", "-v0", "-c", HOW_MANY)
    page = open_as("admin", width=width, scheme=scheme, scripts=scripts)
    page.goto("/desk/snippets/workflows/flowdefinition/")
    row = page.locator("tr").filter(has=page.get_by_role("cell", name="wish", exact=True))
    page.goto(row.locator("a[href$='/try/']").get_attribute("href") or "")
    page.get_by_label("您盼着什么").fill("想要一副老花镜")
    page.get_by_label("物品（一件用得着的东西）").check()
    page.get_by_label("您住在哪个社区或网格").select_option("fangta-1")
    page.get_by_label("怎么称呼您").fill("沈玉珍")
    page.get_by_label("联系电话").fill("13800009932")
    page.get_by_label("办理授权").check()
    page.get_by_label("联系授权").check()
    press(page, "提交", scripts=scripts)
    expect(page.locator(".seat[aria-pressed=true]")).to_contain_text("王格霞")
    press(page, "核实无误，交社区书记", scripts=scripts)
    expect(page.locator("main")).to_contain_text("请选择：情况属实吗")
    page.get_by_label("属实", exact=True).check()
    page.get_by_label("上门看过").check()
    page.get_by_label("核实后大约值多少钱").fill("0")
    press(page, "核实无误，交社区书记", scripts=scripts)
    page.locator("[name=public_text]").fill("想要一副老花镜，看报用。")
    press(page, "同意公开", scripts=scripts)
    expect(page.locator("main")).to_contain_text("心愿 · 登记")
    with page.expect_navigation():
        page.locator(".seat", has_text="林青").click()
    press(page, "认领", scripts=scripts)
    page.locator("input[name=done_on]").fill(date.today().isoformat())
    page.locator("[name=what]").fill("送到了家里。")
    page.locator("input[name=people]").fill("2")
    page.locator(".actionbar .btn--primary").click()
    expect(page.locator(".seat[aria-pressed=true]")).to_contain_text("持查询码的本人")
    page.locator("input[name=satisfaction]").last.check()
    page.locator(".actionbar .btn--primary").click()
    expect(page.locator("main")).to_contain_text("已经结束：已实现")
    if scripts:
        assert problems_of(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="撤销上一步").click()
    expect(page.locator("main")).not_to_contain_text("已经结束")
    assert installation.manage("shell", "-v0", "-c", HOW_MANY) == before
