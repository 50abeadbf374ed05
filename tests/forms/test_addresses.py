"""Places down to the county: how people write them, what is refused, and what is kept."""

import pytest

from forms import regions
from forms.building import as_posted, build_form_class
from forms.kinds import KINDS
from forms.schema import level_of, problems
from tests.forms.conftest import document, field
from tests.forms.test_filling import CONTEXT, filled

SONGJIANG = {"code": "310117", "names": ["上海市", "松江区"]}
DOC = document(field("a", "address", street=True))


def test_the_regions_are_whole():
    assert len(regions.regions()) == 3212
    assert sum(not regions.above(code) for code in regions.regions()) == 34
    assert all(len(code) == 6 and code.isdecimal() for code in regions.regions())
    assert regions.path_of("429004") == ("湖北省", "仙桃市")
    assert regions.path_of("441900") == ("广东省", "东莞市")
    assert regions.path_of("320106") == ("江苏省", "南京市", "鼓楼区")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("310117", "310117"),
        ("上海市松江区", "310117"),
        ("上海 松江", "310117"),
        ("松江区", "310117"),
        ("江苏省 南京市 鼓楼区", "320106"),
        ("南京鼓楼", "320106"),
        ("吉林市龙潭区", "220203"),
        ("东莞", "441900"),
        ("香港", "810000"),
        ("新疆维吾尔自治区喀什地区疏勒县", "653122"),
    ],
)
def test_a_place_is_understood_as_it_is_written(written, code):
    form = filled(DOC, {"a-place": written, "a-line": " 中山中路1号 "})
    assert form.is_valid(), form.sentences()
    stored = form.answers()["a"]
    assert stored == {"code": code, "names": list(regions.path_of(code)), "line": "中山中路1号"}
    again = build_form_class(DOC)(as_posted(DOC, {"a": stored}), context=CONTEXT)
    assert again.answers() == {"a": stored}


@pytest.mark.parametrize(
    ("place", "line", "code"),
    [
        ("鼓楼区", "", "several"),
        ("上海市", "", "region"),
        ("310000", "", "region"),
        ("火星", "", "region"),
        ("", "中山中路1号", "region"),
        ("松江区", "一\n二", "line"),
        ("松江区\x00", "", "control"),
        ("松江区", "x" * 101, "too_long"),
        ("松" * 10_000, "", "too_long"),
    ],
)
def test_a_wrong_place_is_refused(place, line, code):
    form = filled(DOC, {"a-place": place, "a-line": line})
    assert [error.code for error in form.errors["a"].as_data()] == [code]


def test_places_of_one_name_are_told():
    [sentence] = filled(DOC, {"a-place": "鼓楼区"}).sentences()["a"]
    assert "江苏省南京市鼓楼区" in sentence
    assert "福建省福州市鼓楼区" in sentence


def test_what_was_entered_stays_and_a_known_place_is_told_to_the_script():
    assert 'value="火星"' in str(filled(DOC, {"a-place": "火星", "a-line": ""}))
    html = str(filled(document(field("a", "address"), field("b", required=True)), {"a-place": "松江区"}))
    assert 'data-code="310117"' in html
    assert 'value="上海市松江区"' in html
    assert "a-line" not in html


def test_a_line_for_the_street_counts_only_where_it_is_asked_for():
    assert filled(document(field("a", "address")), {"a-place": "松江", "a-line": "x"}).answers() == {"a": SONGJIANG}
    assert [p.code for p in problems(document(field("a", "address", street="yes")))] == ["property.not_yes_or_no"]


def test_an_address_is_personal_and_rules_see_its_names():
    definition, kind = field("a", "address"), KINDS["address"]
    assert level_of(definition) == "personal"
    assert kind.typed(SONGJIANG) == "上海市 松江区"
    assert kind.shown({**SONGJIANG, "line": "中山中路1号"}, definition) == "上海市松江区中山中路1号"
    assert kind.exported(SONGJIANG, definition) == "上海市松江区"
    assert kind.words({**SONGJIANG, "line": "中山中路1号"}) == ["中山中路1号"]
    assert kind.typed({"code": 3}) is None
    rule = {"in": ["上海市", {"var": "a"}]}
    assert problems(document(definition, field("b", show_if=rule))) == []
