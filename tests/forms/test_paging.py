"""Forms of several pages: which apply, turning them, the last look, and what is wrong on which page."""

import re
from typing import Any

import pytest
from django.http import QueryDict

from forms.building import AnswerForm, FillContext, build_form_class
from forms.paging import LAST_LOOK, lead_to_errors, open_at, turn
from forms.schema import problems
from tests.forms.conftest import TODAY, field

MORE = {"==": [{"var": "more"}, True]}
DOCUMENT: dict[str, Any] = {
    "v": 1,
    "sections": [
        {"id": "who", "title": "您是谁", "fields": [field("name", required=True), field("more", "yes_no")]},
        {"id": "rest", "title": "还有", "fields": [field("nick")]},
        {"id": "long", "title": "细节", "page": True, "show_if": MORE, "fields": [field("detail", required=True)]},
        {"id": "last", "title": "最后", "page": True, "fields": [field("day", "date", required=True)]},
    ],
}


def filled(post: dict[str, str] | None = None, page: str = "", **more: Any) -> AnswerForm:
    document = more.pop("document", DOCUMENT)
    assert problems(document) == []
    data = None
    if post is not None:
        data = QueryDict(mutable=True)
        data.update(post)
    form = build_form_class(document, access=more.pop("access", None))(data, context=FillContext(today=TODAY), **more)
    open_at(form, page)
    return form


def in_view(form: AnswerForm) -> set[str]:
    """The names of the inputs on the page that is in view."""
    html = str(form)
    pages = re.split(r'<div class="form__page"', html)[1:]
    return {name for page in pages if not page.startswith(" hidden") for name in re.findall(r'name="(\w+)"', page)}


def test_a_form_that_says_no_page_stays_in_one_piece():
    document = {"v": 1, "sections": [{"id": "a", "fields": [field("x")]}, {"id": "b", "fields": [field("y")]}]}
    form = filled(document=document)
    assert form.here == ""
    assert in_view(form) == {"x", "y"}
    assert 'name="form-page"' not in str(form)
    assert form.can_be_handed_in


def test_the_first_page_is_in_view_and_the_inputs_of_all_others_are_sent_along():
    form = filled()
    assert in_view(form) == {"name", "more", "nick"}
    html = str(form)
    assert all(f'name="{key}"' in html for key in ("detail", "day"))
    assert "第 1 页，共 2 页：您是谁" in html
    assert not form.can_be_handed_in


def test_going_on_looks_at_this_page_only():
    form = filled({"name": "", "day": "不是日子"}, "who")
    turn(form, "next")
    assert form.here == "who"
    assert list(form.errors) == ["name"]
    form = filled({"name": "吴", "day": "不是日子"}, "who")
    turn(form, "next")
    assert (form.here, dict(form.errors)) == ("last", {})
    assert 'value="不是日子"' in str(form)


def test_a_page_that_the_logic_hides_is_left_out_both_ways():
    form = filled({"name": "吴", "more": "no"}, "who")
    turn(form, "next")
    assert form.here == "last"
    assert [leaf.id for leaf in form.leaves] == ["who", "last"]
    turn(form, "back")
    assert form.here == "who"
    form = filled({"name": "吴", "more": "yes"}, "who")
    turn(form, "next")
    assert form.here == "long"
    assert "第 2 页，共 3 页：细节" in str(form)


def test_going_back_needs_nothing_filled_in_and_keeps_what_is():
    form = filled({"name": "吴", "day": "31 号"}, "last")
    turn(form, "back")
    assert (form.here, dict(form.errors)) == ("who", {})
    assert 'value="31 号"' in str(form)


def test_the_last_look_shows_what_was_answered_with_a_way_back_to_each_page():
    form = filled({"name": "<b>吴</b>", "day": "2026-10-01"}, "last")
    turn(form, "next")
    assert form.is_last_look
    assert form.can_be_handed_in
    html = str(form)
    assert "&lt;b&gt;吴&lt;/b&gt;" in html.partition('id="look-who"')[2]
    assert re.findall(r'name="form-turn" value="([^"]+)"', html) == ["to:who", "to:last"]
    assert in_view(form) == set()
    turn(form, "to:who")
    assert form.here == "who"


def test_the_last_look_is_not_reached_past_what_is_wrong():
    form = filled({"name": "", "day": "2026-10-01"}, "last")
    turn(form, "next")
    assert form.here == "who"
    assert list(form.errors) == ["name"]


def test_handing_in_leads_to_the_first_page_with_errors_and_counts_those_of_others():
    form = filled({"name": "", "day": ""}, LAST_LOOK)
    assert not form.is_valid()
    lead_to_errors(form)
    assert form.here == "who"
    anchors = [(link.anchor, link.sentence) for link in form.error_links]
    assert anchors[0] == ("id_name", "请填写：题目 name")
    assert anchors[1] == ("", "“最后”这一页还有 1 处要改。")
    assert "autofocus" in str(form).partition("form-errors")[0].rpartition("<div")[2]


@pytest.mark.parametrize("way", ["to:nothing", "to:", "to:*", "to:long", "forwards", "to:<script>"])
def test_a_page_that_is_not_there_is_never_turned_to(way):
    form = filled({"name": "吴", "more": "no", "day": "2026-10-01"}, "who")
    turn(form, way)
    assert form.here == "who"


@pytest.mark.parametrize("page", ["", "nothing", "long", "<b>", "x" * 5000])
def test_a_form_opens_at_its_first_page_when_it_has_not_the_one_asked_for(page):
    assert filled(page=page).here == "who"


def test_nobody_turns_pages_of_a_form_in_one_piece():
    form = filled({"x": ""}, document={"v": 1, "sections": [{"id": "a", "fields": [field("x", required=True)]}]})
    turn(form, "next")
    assert form.here == ""


def test_what_is_hidden_from_somebody_makes_no_page_for_him():
    form = filled(access={"day": "hide", "detail": "hide"})
    assert form.here == ""
    assert "最后" not in str(form)


def test_masked_answers_stay_masked_in_the_last_look():
    answers = {"name": "吴秀兰", "day": "2026-10-01"}
    form = filled({"nick": "小吴"}, "who", access={"name": "mask", "day": "read"}, answers=answers)
    turn(form, "next")
    turn(form, "next")
    assert form.is_last_look
    html = str(form)
    assert "小吴" in html
    assert "吴秀兰" not in html


def test_a_page_of_notes_follows_their_conditions():
    def sections(note: dict[str, Any]) -> dict[str, Any]:
        page = {"id": "read", "title": "请读", "page": True, "fields": [field("n", "note", **note)]}
        return {"v": 1, "sections": [DOCUMENT["sections"][0], page, DOCUMENT["sections"][3]]}

    post = {"name": "吴", "more": "no"}
    assert [leaf.id for leaf in filled(post, document=sections({})).leaves] == ["who", "read", "last"]
    form = filled(post, document=sections({"show_if": MORE}))
    form.is_valid()
    assert [leaf.id for leaf in form.leaves] == ["who", "last"]


@pytest.mark.parametrize("value", [1, "yes", None, [], {}])
def test_page_is_true_or_false(value):
    document = {"v": 1, "sections": [{"id": "a", "page": value, "fields": [field("x")]}]}
    assert [(one.code, one.place) for one in problems(document)] == [("property.not_yes_or_no", "sections[0].page")]
