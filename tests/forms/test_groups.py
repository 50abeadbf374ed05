"""Repeating groups: rows of columns that are filled in, judged, kept and shown."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override

from core.actors import Actor
from core.exceptions import Invalid
from forms.building import AnswerForm, as_posted, build_form_class
from forms.display import shown, typed
from forms.models import FormVersion
from forms.schema import level_of, names_of, problems, renamed
from forms.services import submit
from tests.forms.conftest import NOW, document, field
from tests.forms.test_filling import CONTEXT

A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"


def items(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A group “items” of what is asked for."""
    usual = (field("name", required=True), field("count", "integer"), field("price", "money"))
    return field("items", "group", **{"fields": list(columns or usual), **more})


def posted(*rows: dict[str, Any], key: str = "items", **more: Any) -> QueryDict:
    """A request with rows {"_id", column: entry}."""
    data = QueryDict(mutable=True)
    for row in rows:
        data.appendlist(key, row["_id"])
        for name, value in row.items():
            if name != "_id":
                data.setlist(f"{key}-{row['_id']}-{name}", value if isinstance(value, list) else [value])
    for name, value in more.items():
        data[name.replace("__", "-")] = value
    return data


def form_of(doc: dict[str, Any], data: Any, *, access=None, answers=None) -> AnswerForm:
    assert problems(doc) == []
    return build_form_class(doc, access=access)(data, answers=answers, context=CONTEXT)


def ids_in(html: str) -> list[str]:
    return re.findall(r'<input type="hidden" name="items" value="([0-9a-f]{8})">', html)


# Filling in


def test_rows_are_answered_as_a_list_with_ids_that_stay():
    form = form_of(
        document(items()), posted({"_id": A, "name": "帐篷", "count": "２"}, {"_id": B, "name": "水", "price": "1.5"})
    )
    assert form.is_valid(), form.errors
    rows = [{"_id": A, "name": "帐篷", "count": 2}, {"_id": B, "name": "水", "price": "1.50"}]
    assert form.answers() == {"items": rows}
    again = form_of(document(items()), as_posted(document(items()), {"items": rows}))
    assert again.is_valid()
    assert again.answers() == {"items": rows}
    page = str(build_form_class(document(items()))(answers={"items": rows}, context=CONTEXT))
    assert ids_in(page) == [A, B]
    assert 'value="帐篷"' in page


def test_a_row_in_which_nothing_was_entered_is_none():
    doc = document(items(field("name", required=True), field("kind", "choice", default="a")))
    form = form_of(doc, posted({"_id": A, "name": "", "kind": "a"}, {"_id": B, "name": "水", "kind": "b"}))
    assert form.is_valid(), form.errors
    assert form.answers() == {"items": [{"_id": B, "name": "水", "kind": "b"}]}


def test_an_error_stands_beside_its_cell_and_on_top_with_a_link_to_it():
    doc = document(items(min=2), field("why"))
    form = form_of(doc, posted({"_id": A, "name": "", "count": "x"}, why="<b>"))
    with override("zh-hans"):
        assert not form.is_valid()
        html = str(form)
        assert form.sentences() == {"items": [str(one) for one in form.errors["items"]]}
    assert f'href="#id_items-{A}-name"' in html
    assert f'href="#id_items-{A}-count"' in html
    assert 'href="#id_items"' in html
    assert f'id="id_items-{A}-count-error"' in html
    assert 'value="x"' in html
    assert "&lt;b&gt;" in html
    assert "第 1 行" in html


@pytest.mark.parametrize(
    ("more", "count", "is_fine"),
    [({}, 0, True), ({"required": True}, 0, False), ({"min": 2}, 0, True), ({"min": 2}, 1, False),
     ({"max": 2}, 2, True), ({"max": 2}, 3, False), ({}, 50, True), ({}, 51, False), ({}, 400, False)],
)  # fmt: skip
def test_there_are_as_many_rows_as_there_may_be(more, count, is_fine):
    rows = [{"_id": f"{number:08x}", "name": "x"} for number in range(count)]
    form = form_of(document(items(**more)), posted(*rows))
    assert form.is_valid() == is_fine
    assert ("items" in form.errors) == (not is_fine)
    assert len(ids_in(str(form))) <= 51


def test_an_empty_form_begins_with_the_rows_it_needs():
    assert len(ids_in(str(build_form_class(document(items(min=3)))(context=CONTEXT)))) == 3
    assert len(ids_in(str(build_form_class(document(items()))(context=CONTEXT)))) == 1


def test_buttons_change_the_rows_keep_everything_and_hand_in_nothing():
    doc, rows = (
        document(items(max=3), field("why", required=True)),
        ({"_id": A, "name": "帐篷"}, {"_id": B, "name": "水", "count": "x"}),
    )
    added = form_of(doc, posted(*rows, items__add="1"))
    assert added.is_rearranged()
    page = str(added)
    assert ids_in(page)[:2] == [A, B]
    assert len(ids_in(page)) == 3
    assert 'value="帐篷"' in page
    assert "field--error" not in page
    removed = form_of(doc, posted(*rows, items__remove=A))
    assert removed.is_rearranged()
    assert ids_in(str(removed)) == [B]
    copied = form_of(doc, posted(*rows, items__copy=A))
    assert copied.is_rearranged()
    assert str(copied).count('value="帐篷"') == 2
    assert form_of(doc, posted(*rows, items__stay="1")).is_rearranged()
    assert not form_of(doc, posted(*rows)).is_rearranged()


# Logic


def test_rules_of_a_row_see_the_row_before_the_form_and_the_form_sees_the_columns():
    big = {">": [{"var": "price"}, {"var": "limit"}]}
    columns = (
        field("name"), field("price", "money"), field("count", "integer"), field("why", show_if=big, required=True),
        field("sum", "money", calc={"*": [{"var": "price"}, {"var": "count"}]}),
    )  # fmt: skip
    doc = document(
        items(*columns), field("limit", "money"), field("name", id="outer"),
        field("total", "money", calc={"sum": {"var": "items.sum"}}),
        field("rows", "integer", calc={"length": {"var": "items"}}),
        field("reason", show_if={">": [{"var": "total"}, 100]}, required=True),
    )  # fmt: skip
    rows = {"_id": A, "price": "5", "count": "3", "why": "dropped"}, {"_id": B, "price": "60", "count": "2", "why": ""}
    form = form_of(doc, posted(*rows, limit="10"))
    assert not form.is_valid()
    assert [one.anchor for one in form.error_links] == [f"id_items-{B}-why", "id_reason"]
    form = form_of(doc, posted(rows[0], {**rows[1], "why": "x", "sum": "9999"}, limit="10", reason="y", total="1"))
    assert form.is_valid(), form.errors
    assert form.answers() == {
        "items": [{"_id": A, "price": "5.00", "count": 3, "sum": "15.00"},
                  {"_id": B, "price": "60.00", "count": 2, "why": "x", "sum": "120.00"}],
        "limit": "10.00", "total": "135.00", "rows": 2, "reason": "y",
    }  # fmt: skip


def test_a_name_of_the_row_that_is_unanswered_is_not_that_of_the_form():
    doc = document(field("who", id="outer"), items(field("who"), field("x", show_if={"blank": {"var": "who"}})))
    form = form_of(doc, posted({"_id": A, "x": "1"}, who="甲"))
    assert form.is_valid()
    assert form.answers()["items"] == [{"_id": A, "x": "1"}]


def test_a_hidden_group_drops_its_rows_and_is_not_judged():
    doc = document(field("want", "yes_no"), items(show_if={"==": [{"var": "want"}, True]}, required=True))
    form = form_of(doc, posted({"_id": A, "name": "", "count": "x"}, want="no"))
    assert form.is_valid(), form.errors
    assert form.answers() == {"want": False}
    assert set(form_of(doc, posted(want="yes")).errors) == {"items"}


REFUSALS: list[tuple[dict[str, Any], str, str]] = [
    (document(items(fields=[])), "group.no_columns", "fields[0].fields"),
    (document(items(fields="x")), "group.no_columns", "fields[0].fields"),
    (document(items(*(field(f"c{n}") for n in range(13)))), "group.too_many_columns", "fields[0].fields"),
    (document(items(field("p", "photos"))), "group.column_kind", "fields[0].fields[0].kind"),
    (document(items(field("p", "files"))), "group.column_kind", "fields[0].fields[0].kind"),
    (document(items(field("n", "note"))), "group.column_kind", "fields[0].fields[0].kind"),
    (document(items(field("c", "consent"))), "group.column_kind", "fields[0].fields[0].kind"),
    (document(items(field("g", "group"))), "group.column_kind", "fields[0].fields[0].kind"),
    (document(items(field("a", max_length=0))), "property.not_a_number", "fields[0].fields[0].max_length"),
    (document(items(fields=["x"])), "field.not_an_object", "fields[0].fields[0]"),
    (document(items(field("a"), field("a", id="b"))), "field.repeated_key", "fields[0].fields[1].key"),
    (document(field("a"), items(field("b", id="a"))), "field.repeated_id", "fields[1].fields[0].id"),
    (document(items(field("item"))), "field.reserved_key", "fields[0].fields[0].key"),
    (document(items(max=51)), "field.limit", "fields[0].max"),
    (document(items(min=3, max=2)), "field.limits_crossed", "fields[0].max"),
    (document(items(privacy={"level": "public"})), "field.property", "fields[0].privacy"),
    (document(items(calc={"var": "x"})), "field.property", "fields[0].calc"),
    (document(items(field("a", show_if={"var": "zz"}))), "rule.unknown_name", "fields[0].fields[0].show_if"),
    (document(items(field("a", show_if={"blank": {"var": "a"}}))), "document.cycle", "fields[0].fields[0]"),
    (document(items(field("a", "integer", calc={"count": {"var": "items.a"}}))), "document.cycle", "fields[0]"),
    (document(items(field("a", required_if={"blank": {"var": "a"}}))), "field.requires_itself",
     "fields[0].fields[0].required_if"),
    (document(items(), field("t", "money", calc={"var": "items.price"})), "rule.result", "fields[1].calc"),
    (document(items(), field("t", "money", calc={"sum": {"var": "items.nope"}})), "rule.unknown_name",
     "fields[1].calc"),
    (document(items(field("k", "choice")), field("t", show_if={"in": ["zz", {"var": "items.k"}]})),
     "rule.unknown_option", "fields[1].show_if"),
]  # fmt: skip


@pytest.mark.parametrize(("doc", "code", "place"), REFUSALS, ids=[f"{one[1]}-{one[2]}" for one in REFUSALS])
def test_a_wrong_group_is_refused_with_its_place(doc, code, place):
    assert (code, f"sections[0].{place}") in [(one.code, one.place) for one in problems(doc)]


def test_columns_keep_their_keys_in_later_versions():
    was = document(items(field("a"), field("b")))
    assert renamed([was], document(items(field("c"), field("a", id="x"), field("b")))) != []
    assert renamed([was], document(items(field("b"), field("new"), field("a")), field("a", id="other"))) == []


def test_columns_have_names_in_rules_and_a_group_is_as_open_as_its_openest_column():
    doc = document(items(field("name"), field("tel", "phone")))
    assert names_of(doc) == {"items": "group", "items.name": "list", "items.tel": "list"}
    assert level_of(doc["sections"][0]["fields"][0]) == "internal"
    assert level_of(items(field("tel", "phone"))) == "personal"


# Showing


def test_rows_are_shown_as_a_table_with_personal_columns_as_access_says(publish):
    version: FormVersion = publish(
        document(items(field("who"), field("tel", "phone"), field("id_no", privacy={"level": "sensitive"})))
    )
    answers = {"items": [{"_id": A, "who": "<i>", "tel": "13812345678", "id_no": "310117"}]}
    [whole] = shown(version, answers)
    assert "13812345678" in whole.value
    assert "&lt;i&gt;" in whole.value
    [usual] = shown(version, answers, access={"items": "read"})
    assert "138****5678" in usual.value
    assert usual.masked
    assert "310117" not in usual.value
    [said] = shown(version, answers, access={"items": "mask", "items.tel": "hide", "items.id_no": "read"})
    assert "138" not in said.value
    assert "310117" not in said.value
    assert shown(version, answers, access={"items": "hide"}) == []
    assert typed(version, answers)["items"] == [{"who": "<i>", "tel": "13812345678", "id_no": "310117"}]


@pytest.mark.parametrize("junk", [5, "x", [5], [[]], {"a": 1}, [{"_id": [], "who": {}}], [{"who": None}]])
def test_rows_of_another_shape_are_shown_and_filled_in_without_failing(publish, junk):
    version = publish(document(items(field("who"), field("n", "integer"))))
    shown(version, {"items": junk})
    typed(version, {"items": junk})
    str(build_form_class(version.document)(answers={"items": junk}, context=CONTEXT))
    str(build_form_class(version.document, access={"items": "read"})(answers={"items": junk}, context=CONTEXT))
    build_form_class(version.document)(as_posted(version.document, {"items": junk}), context=CONTEXT).is_valid()


def test_handing_in_gives_rows_without_an_id_one_and_tells_each_wrong_cell(publish, staff):
    version = publish(document(items()))
    kept = submit(version=version, answers={"items": [{"name": "水"}]}, actor=Actor(user=staff), now=NOW)
    assert kept.answers == {"items": [{"_id": "00000000", "name": "水"}]}
    with pytest.raises(Invalid) as refused:
        submit(version=version, answers={"items": [{"name": "水", "count": "x"}]}, actor=Actor(user=staff), now=NOW)
    assert list(refused.value.errors) == ["items"]


# Access: every forbidden cell, by hand-made requests

STOOD = [{"_id": A, "name": "甲", "price": "5.00", "tel": "13812345678"},
         {"_id": B, "name": "乙", "price": "7.00", "tel": "13987654321"}]  # fmt: skip
SENT = ({"_id": B, "name": "改", "price": "9", "tel": "13700000000"},
        {"_id": C, "name": "新", "price": "1", "tel": "13600000000"})  # fmt: skip
A_STAYS, B_STAYS = ("甲", "5.00", "13812345678"), ("乙", "7.00", "13987654321")
B_NEW, C_NEW = ("改", "9.00", "13700000000"), ("新", "1.00", "13600000000")
CELLS: list[tuple[dict[str, str], list[tuple[str, str | None, str | None]]]] = [
    ({}, [B_NEW, C_NEW]),
    ({"items": "add"}, [A_STAYS, B_STAYS, C_NEW]),
    ({"items": "change"}, [A_STAYS, B_NEW]),
    ({"items": "delete"}, [B_STAYS]),
    ({"items": "add+change"}, [A_STAYS, B_NEW, C_NEW]),
    ({"items": "read"}, [A_STAYS, B_STAYS]),
    ({"items": "mask"}, [A_STAYS, B_STAYS]),
    ({"items": "hide"}, [A_STAYS, B_STAYS]),
    ({"items": "add+add"}, [A_STAYS, B_STAYS]),
    ({"items": "nonsense"}, [A_STAYS, B_STAYS]),
    ({"items": "add+delete", "items.price": "read"}, [B_STAYS, ("新", None, "13600000000")]),
    ({"items.price": "read", "items.tel": "mask"}, [("改", "7.00", "13987654321"), ("新", None, None)]),
    ({"items.tel": "hide"}, [("改", "9.00", "13987654321"), ("新", "1.00", None)]),
    ({"items.tel": "replace"}, [B_NEW, C_NEW]),
]


@pytest.mark.parametrize(("access", "expected"), CELLS, ids=[str(one[0]) for one in CELLS])
def test_what_access_forbids_is_never_written_and_what_it_hides_is_not_in_the_page(access, expected):
    doc = document(items(field("name", required=True), field("price", "money"), field("tel", "phone")))
    form = form_of(doc, posted(*SENT), access=access, answers={"items": STOOD})
    assert form.is_valid(), form.errors
    assert [(one["name"], one.get("price"), one.get("tel")) for one in form.answers()["items"]] == expected
    page = str(build_form_class(doc, access=access)(answers={"items": STOOD}, context=CONTEXT))
    tel = access.get("items.tel", access.get("items", "edit"))
    assert ("13812345678" in page) == (tel not in ("mask", "hide", "replace", "nonsense", "add+add"))
    assert ("138****5678" in page) == (tel in ("mask", "replace"))


def test_rows_keep_their_order_and_an_id_that_is_none_is_no_row():
    doc = document(items(field("name"), field("price", "money"), field("tel", "phone")))
    sent = posted(
        {"_id": B, "name": "乙"}, {"_id": A, "name": "甲"}, {"_id": "../../x", "name": "z"}, {"_id": A, "name": "y"}
    )
    form = form_of(doc, sent, answers={"items": STOOD})
    assert form.is_valid(), form.errors
    assert [one["_id"] for one in form.answers()["items"]] == [A, B]
