"""The picture of a flow and its list twin, from documents that no engine has seen."""

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from workflows.diagram import fitted, svg
from workflows.outline import nodes_of, outline

WISH = {
    "v": 1,
    "start": {"form": "wish", "who": "anyone"},
    "steps": [
        {
            "id": "verify",
            "kind": "approval",
            "name": {"zh-hans": "核实", "en": "Verify"},
            "props": {"deadline": {"days": 3, "calendar": "working"}},
            "outcomes": [{"id": "ok", "effect": "continue"}, {"id": "back", "effect": "return:start"}],
        },
        {
            "id": "size",
            "kind": "branch",
            "name": "按价值",
            "branches": [
                {
                    "id": "big",
                    "name": "超过 500 元",
                    "steps": [
                        {"id": "street", "kind": "approval", "name": "街道审批"},
                        {"id": "stop", "kind": "end", "name": "不予受理"},
                    ],
                },
                {"id": "other", "default": True, "steps": []},
            ],
        },
        {"id": "post", "kind": "effect", "name": "挂上心愿墙"},
        {
            "id": "both",
            "kind": "parallel",
            "branches": [
                {"id": "a", "name": "上门", "steps": [{"id": "visit", "kind": "form", "name": "上门修理"}]},
                {"id": "b", "name": "<b>危险</b>", "steps": [{"id": "pause", "kind": "wait", "props": {"days": 2}}]},
            ],
        },
        {"id": "claim", "kind": "claim", "name": "认领 & 承诺"},
        {"id": "done", "kind": "end", "name": "办结"},
    ],
}
STATES = {"start": "done", "verify": "done", "street": "skipped", "visit": "current", "pause": "next"}


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def picture(**options):
    return svg(WISH, STATES, title="微心愿的办理流程", **options)


def test_the_picture_is_well_formed_and_named():
    root = ElementTree.fromstring(picture())
    namespace = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.findtext(f"{namespace}title") == "微心愿的办理流程"
    assert "上门修理" in root.findtext(f"{namespace}desc", "")


def test_the_picture_keeps_to_the_content_security_policy():
    drawn = picture(with_automatic=True)
    assert "style=" not in drawn
    assert "<style" not in drawn
    assert "<script" not in drawn


def test_each_state_has_its_class():
    drawn = picture()
    assert "flow-approval is-done" in drawn
    assert "flow-form is-current" in drawn
    assert "flow-wait is-next" in drawn
    assert "flow-approval is-skipped" in drawn


def test_texts_of_the_designer_are_escaped():
    for drawn in (picture(), outline(WISH, STATES)):
        assert "<b>危险</b>" not in drawn
        assert "&lt;b&gt;危险" in drawn
        assert "认领 &amp; 承诺" in drawn


def test_what_the_system_does_by_itself_is_hidden_from_residents():
    assert "挂上心愿墙" not in picture()
    assert "挂上心愿墙" not in outline(WISH, STATES)
    assert "挂上心愿墙" in picture(with_automatic=True)


def test_a_step_that_may_send_back_says_to_which_step():
    assert "可退回第 1 步" in picture()
    assert "可退回第 1 步" in outline(WISH, STATES)


def test_nothing_is_drawn_outside_the_picture():
    root = ElementTree.fromstring(picture(with_automatic=True))
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y = float(box.get("x", "")), float(box.get("y", ""))
        assert x >= 0
        assert y >= 0
        assert x + float(box.get("width", "")) <= width
        assert y + float(box.get("height", "")) <= height


def test_cards_do_not_overlap():
    root = ElementTree.fromstring(picture(with_automatic=True))
    boxes = [
        tuple(float(box.get(name, "")) for name in ("x", "y", "width", "height"))
        for box in root.iter("{http://www.w3.org/2000/svg}rect")
    ]
    for place, (ax, ay, aw, ah) in enumerate(boxes):
        for bx, by, bw, bh in boxes[place + 1 :]:
            assert ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay


def test_long_names_are_cut_to_the_width_of_chinese_letters():
    assert fitted("居民区党总支书记审核", 15, 60) == "居民区…"
    assert fitted("short", 15, 60) == "short"


def test_the_list_holds_every_step_that_the_picture_holds():
    listed = outline(WISH, STATES)
    names = [node.name for node in nodes_of(WISH, STATES)]
    assert names == ["提交", "核实", "按价值", "同时进行", "认领 & 承诺", "办结"]
    for name in ("核实", "按价值", "街道审批", "不予受理", "上门修理", "办结"):
        assert name in listed
    assert listed.count("<ol") == listed.count("</ol>")
    assert re.search(r'is-current" aria-current="step"', listed)
    assert "已完成" in listed


def test_steps_on_which_somebody_works_are_numbered_in_reading_order():
    numbers = re.findall(r'flow-list__number">(\d*)</span> <b>([^<]*)', outline(WISH, STATES))
    assert [(number, name) for number, name in numbers if number] == [
        ("1", "提交"),
        ("2", "核实"),
        ("3", "街道审批"),
        ("4", "上门修理"),
        ("5", "等候"),
        ("6", "认领 &amp; 承诺"),
    ]


def test_an_arm_without_steps_says_that_it_goes_on():
    assert "其他情况</b> 直接往下走" in outline(WISH, STATES)


def test_an_english_reader_gets_english_names():
    with translation.override("en"):
        assert "Verify" in outline(WISH, STATES)


def test_a_flow_without_steps_still_shows_its_start():
    assert "提交" in svg({"v": 1, "steps": []}, {}, title="空")
