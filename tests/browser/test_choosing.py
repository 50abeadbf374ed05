"""Long lists are searched by typing: by characters and initials, with the keyboard, and together with the rules."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import problems_of
from tests.browser.filling import opened
from tests.browser.test_filling import question

NAMES = "方塔社区 中山社区 永丰社区 岳阳社区 泗泾镇 九亭镇 佘山镇 车墩镇 新桥镇 洞泾镇 石湖荡镇 新浜镇 叶榭镇 小昆山镇 广富林街道 Ａ座 B座"  # noqa: E501  # as people read them
OPTIONS: list[dict[str, Any]] = [{"id": f"o{number}", "label": name} for number, name in enumerate(NAMES.split())]
FEW = {">": [{"var": "people"}, 5]}
DOCUMENT: dict[str, Any] = {
    "v": 1,
    "sections": [
        {
            "id": "main",
            "fields": [
                question("people", "integer"),
                question("place", "choice", options=[{**OPTIONS[0], "show_if": FEW}, *OPTIONS[1:]]),
                question("short", "choice", options=OPTIONS[:9]),
                question("why", "text", show_if={"==": [{"var": "place"}, "o3"]}),
                question("some", "multi_choice", options=[{**OPTIONS[0], "show_if": FEW}, *OPTIONS[1:]]),
                question("rows", "group", fields=[question("where", "choice", options=OPTIONS)]),
            ],
        }
    ],
}


@pytest.fixture
def page(chromium: Browser) -> Page:
    return opened(chromium, DOCUMENT)


def shown(page: Page) -> list[str]:
    return page.locator("[data-field=place] [role=option]").all_text_contents()


def test_a_long_list_is_searched_by_characters_and_by_their_initials(page: Page):
    place = page.get_by_role("combobox", name="place", exact=False)
    for typed, found in [
        ("镇", 10),
        ("社区", 3),  # that of 方塔 is not on offer yet
        ("yy", ["岳阳社区"]),
        ("SHD", ["石湖荡镇"]),
        ("gflj", ["广富林街道"]),
        ("Ｂ座", ["B座"]),
        ("a座", ["Ａ座"]),
        ("没有的", ["没有找到"]),
    ]:
        place.fill(typed)
        assert (len(shown(page)) if isinstance(found, int) else shown(page)) == found, typed
    place.fill("镇")
    expect(page.locator("[data-field=place] [role=status]").first).to_have_text("共 10 项")
    expect(page.locator("[data-field=short] select")).to_be_visible()


def test_it_is_used_by_the_keyboard_and_the_rules_learn_of_it(page: Page):
    place = page.get_by_role("combobox", name="place")
    value = page.locator("select[name=place]")
    expect(place).to_have_attribute("aria-expanded", "false")
    place.fill("yy")
    expect(place).to_have_attribute("aria-expanded", "true")
    active = page.locator(f"#{place.get_attribute('aria-activedescendant')}")
    expect(active).to_have_attribute("aria-selected", "true")
    place.press("Enter")
    expect(place).to_have_value("岳阳社区")
    expect(value).to_have_value("o3")
    expect(page.locator("[data-field=why]")).to_be_visible()
    place.press("ArrowDown")  # opens on what is chosen
    place.press("ArrowDown")
    place.press("ArrowUp")
    place.press("ArrowUp")
    place.press("Enter")
    expect(place).to_have_value("永丰社区")
    expect(page.locator("[data-field=why]")).to_be_hidden()
    place.fill("随便写的")
    place.press("Escape")
    expect(place).to_have_value("永丰社区")
    place.fill("随便写的")
    place.press("Tab")
    expect(place).to_have_value("永丰社区")
    place.fill("")
    place.press("Tab")
    expect(value).to_have_value("")
    place.press("Enter")  # sends nothing
    assert page.url.endswith("/")


def test_it_is_used_by_the_mouse(page: Page):
    place = page.get_by_role("combobox", name="place")
    place.click()
    page.get_by_role("listbox", name="place").get_by_role("option", name="九亭镇").click()
    expect(place).to_have_value("九亭镇")
    expect(page.locator("select[name=place]")).to_have_value("o5")
    expect(page.locator("[data-field=place] [role=listbox]")).to_be_hidden()


def test_options_that_come_and_go_do_so_in_the_search(page: Page):
    place = page.get_by_role("combobox", name="place")
    place.fill("ft")
    assert shown(page) == ["没有找到"]
    place.press("Escape")
    page.fill("[name=people]", "6")
    place.fill("ft")
    place.press("Enter")
    expect(place).to_have_value("方塔社区")
    page.fill("[name=people]", "2")
    expect(place).to_have_value("")
    expect(page.locator("[data-field=place] [data-told=gone]")).to_contain_text("方塔社区")


def test_boxes_to_tick_are_searched_and_what_is_ticked_stays_in_view(page: Page):
    some = page.locator("[data-field=some]")
    search = some.get_by_role("searchbox", name="找选项")
    labels = some.locator("label:visible")
    expect(labels).to_have_count(16)
    page.check("[name=some][value=o3]")
    search.fill("sjz")
    expect(labels).to_have_text(["岳阳社区", "泗泾镇"])
    search.fill("方塔")
    expect(labels).to_have_text(["岳阳社区"])
    page.fill("[name=people]", "6")
    expect(labels).to_have_text(["方塔社区", "岳阳社区"])
    search.press("ControlOrMeta+a")
    search.press("Backspace")
    expect(labels).to_have_count(17)
    search.press("Enter")  # sends nothing
    assert page.url.endswith("/")
    sent = page.evaluate("[...new FormData(document.forms[0]).keys()]")
    assert [key for key in sent if not key.startswith("rows")] == ["people", "place", "short", "why", "some"]


def test_rows_that_are_added_and_copied_are_searched_too(page: Page):
    first = page.locator("[data-row]").first.get_by_role("combobox")
    first.fill("yy")
    first.press("Enter")
    page.locator("[data-press=copy]").first.click()
    second = page.locator("[data-row]").nth(1).get_by_role("combobox")
    expect(second).to_have_value("岳阳社区")
    expect(second).to_be_focused()
    second.fill("jt")
    second.press("Enter")
    expect(second).to_have_value("九亭镇")
    expect(first).to_have_value("岳阳社区")
    page.locator("[data-press=add]").click()
    expect(page.locator("[data-row]").nth(2).get_by_role("combobox")).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_it_is_open(chromium: Browser, scheme: str):
    page = opened(chromium, DOCUMENT)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
    page.set_viewport_size({"width": 375, "height": 812})
    page.get_by_role("combobox", name="place").fill("镇")
    assert [one for one in problems_of(page) if not one.startswith(("landmark", "page-has", "region"))] == []


def test_without_scripts_it_is_an_ordinary_list(chromium: Browser):
    context = chromium.new_context(java_script_enabled=False)
    page = opened(context, DOCUMENT)
    expect(page.locator("select[name=place]")).to_be_visible()
    expect(page.locator("[data-field=some] label").last).to_be_visible()
    context.close()
