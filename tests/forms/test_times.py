"""Times, moments, stars and quantities: what people write, what is refused, what rules and spreadsheets see."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from forms.building import as_posted, build_form_class
from forms.kinds import KINDS
from forms.kinds.times import clock_time
from forms.logic import worked_out
from forms.schema import problems
from tests.forms.conftest import TODAY, document, field
from tests.forms.test_filling import CONTEXT, filled

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("15:30", "15:30"), ("15：30", "15:30"), ("１５:30", "15:30"), ("9:05", "09:05"), ("0930", "09:30"),
        ("15:30:00", "15:30"), ("15点", "15:00"), ("15时30分", "15:30"), ("下午3点半", "15:30"), ("下午 3 点", "15:00"),
        ("上午九点一刻", "09:15"), ("下午三点三刻", "15:45"), ("晚上八点二十分", "20:20"),
        ("晚上12点", "00:00"),
        ("夜里2点", "02:00"), ("半夜十二点半", "00:30"), ("中午12点", "12:00"), ("中午1点", "13:00"),
        ("凌晨12点10分", "00:10"),        ("十二点零五分", "12:05"), ("二十三点", "23:00"), ("两点整", "02:00"),
        ("3:30 p.m.", "15:30"),
        ("12:00 AM", "00:00"),
        ("12:00pm", "12:00"), ("下午15点", "15:00"), ("8点钟", "08:00"),
    ],
)  # fmt: skip
def test_a_time_is_understood_as_people_write_it(written, time):
    doc = document(field("t", "time"))
    form = filled(doc, {"t": written})
    assert form.is_valid(), form.errors
    assert form.answers() == {"t": time}
    again = build_form_class(doc)(as_posted(doc, {"t": time}), context=CONTEXT)
    assert again.answers() == {"t": time}


@pytest.mark.parametrize(
    "written", ["24:00", "12:60", "9", "三", "上午15点", "明天", "15:30:20", "-1:00", "点", "下午", "=1+1", "25点"]
)
def test_what_is_no_time_is_none(written):
    assert clock_time(written) is None
    form = filled(document(field("t", "time")), {"t": written})
    assert [error.code for error in form.errors["t"].as_data()] == ["time"]


def test_a_time_keeps_within_its_limits():
    doc = document(field("t", "time", min="08:30", max="17:00"))
    assert filled(doc, {"t": "8:30"}).is_valid()
    assert [error.code for error in filled(doc, {"t": "8:29"}).errors["t"].as_data()] == ["min"]
    assert [error.code for error in filled(doc, {"t": "17:01"}).errors["t"].as_data()] == ["max"]
    assert 'type="time"' in str(filled(doc))
    assert [p.code for p in problems(document(field("t", "time", min="8:30")))] == ["field.limit"]
    assert [p.code for p in problems(document(field("t", "time", min="18:00", max="09:00")))] == [
        "field.limits_crossed"
    ]


@pytest.mark.parametrize(
    "written",
    ["2026-09-30T15:30", "2026-09-30 15:30", "2026年9月30日 下午3点半", "2026/9/30，15：30", "2026-09-30T07:30Z",
     "2026-09-30T07:30:00+00:00", "2026-09-30T15:30+08:00"],
)  # fmt: skip
def test_a_moment_is_kept_with_its_offset_and_seen_by_rules_in_local_time(written):
    doc = document(field("m", "datetime"))
    form = filled(doc, {"m": written})
    assert form.is_valid(), form.errors
    stored = form.answers()["m"]
    assert stored == "2026-09-30T15:30+08:00"
    assert KINDS["datetime"].typed(stored) == "2026-09-30T15:30"
    assert build_form_class(doc)(as_posted(doc, {"m": stored}), context=CONTEXT).answers() == {"m": stored}
    assert 'value="2026-09-30T15:30"' in str(build_form_class(doc)(answers={"m": stored}, context=CONTEXT))


@pytest.mark.parametrize(
    "written",
    ["2026-09-30", "15:30", "2026-02-30 10:00", "2026-09-30T25:00", "0001-01-01T00:00Z", "9999-12-31T23:59Z",
     "1900-12-31T10:00", "2026-09-30T15:30+99:00", "2026-09-30T15:30+08:00x", "明天下午三点"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(written):
    form = filled(document(field("m", "datetime")), {"m": written})
    assert [error.code for error in form.errors["m"].as_data()] == ["datetime"]


def test_a_moment_lies_between_days():
    doc = document(field("m", "datetime", min="today", max="2026-12-31"))
    html = str(filled(doc))
    assert 'min="2026-09-11T00:00"' in html
    assert 'max="2026-12-31T23:59"' in html
    assert filled(doc, {"m": "2026-09-11 00:00"}).is_valid()
    assert [error.code for error in filled(doc, {"m": "2026-09-10 23:59"}).errors["m"].as_data()] == ["min"]
    assert [error.code for error in filled(doc, {"m": "2027-01-01 00:00"}).errors["m"].as_data()] == ["max"]


def test_rules_compare_times_and_find_the_day_of_a_moment():
    doc = document(
        field("start", "datetime"),
        field("end", "datetime"),
        field("early", "text", show_if={"<": [{"var": "at"}, "09:00"]}),
        field("at", "time"),
        field("days", "integer", calc={"days_between": [{"date": {"var": "start"}}, {"date": {"var": "end"}}]}),
        field("late", "text", show_if={">": [{"var": "end"}, {"var": "start"}]}),
    )
    assert problems(doc) == []
    given = {
        "start": "2026-09-30T23:30+08:00",
        "end": "2026-09-30T16:30+00:00",
        "at": "08:59",
        "early": "x",
        "late": "y",
    }
    assert worked_out(doc, given, today=TODAY).answers == {**given, "days": 1}
    assert "early" not in worked_out(doc, {**given, "at": "10:00"}, today=TODAY).answers


@pytest.mark.parametrize(
    ("kind", "rule", "code"),
    [
        ("time", {"<": [{"var": "f"}, "9:00"]}, "rule.time"),
        ("time", {"in": [{"var": "f"}, ["09:00", "later"]]}, "rule.time"),
        ("datetime", {"==": ["2026-09-30", {"var": "f"}]}, "rule.datetime"),
        ("datetime", {">": [{"var": ["f"]}, "2026-02-30T09:00"]}, "rule.datetime"),
        ("datetime", {">": [{"var": "f"}, {"today": []}]}, "rule.unlike"),
    ],
)
def test_a_rule_may_compare_a_time_only_with_what_can_be_one(kind, rule, code):
    assert [p.code for p in problems(document(field("f", kind), field("g", show_if=rule)))] == [code]


def test_stars_are_named_in_words_and_chosen_without_scripts():
    doc = document(field("r", "rating", low="很不满意", high={"zh-hans": "很满意", "en": "very glad"}, required=True))
    html = str(filled(doc))
    assert html.count('type="radio"') == 5
    assert 'aria-label="1 颗星 · 很不满意"' in html
    assert 'aria-label="5 颗星 · 很满意"' in html
    assert "<legend>" in html
    assert filled(doc, {"r": "4"}).answers() == {"r": 4}
    assert KINDS["rating"].shown(5, doc["sections"][0]["fields"][0]) == "5 颗星 · 很满意 (5/5)"
    assert filled(doc, {}).sentences()["r"] == ["请选择：题目 r"]
    for wrong in ("0", "6", "４", "4.0", "x"):
        assert [error.code for error in filled(doc, {"r": wrong}).errors["r"].as_data()] == ["choice"]


def test_a_row_of_stars_has_two_to_ten():
    assert [p.code for p in problems(document(field("r", "rating", max=1)))] == ["field.limit"]
    assert [p.code for p in problems(document(field("r", "rating", max=11)))] == ["field.limit"]
    assert (
        problems(document(field("r", "rating", max=10, show_if={">": [{"var": "a"}, 3]}), field("a", "rating"))) == []
    )


def test_a_quantity_is_an_exact_number_with_its_unit():
    doc = document(field("q", "quantity", places=2, min=1, max=100))
    form = filled(doc, {"q-number": " ２.50 ", "q-unit": "kg"})
    assert form.answers() == {"q": {"number": "2.50", "unit": "kg"}}
    assert build_form_class(doc)(as_posted(doc, form.answers()), context=CONTEXT).answers() == form.answers()
    html = str(build_form_class(doc)(answers=form.answers(), context=CONTEXT))
    assert 'value="2.50"' in html
    assert '<option value="kg" selected>' in html
    assert filled(doc, {"q-number": "", "q-unit": "kg"}).answers() == {}


@pytest.mark.parametrize(
    ("number", "unit", "code"),
    [("3", "", "unit"), ("3", "ton", "no_unit"), ("三", "kg", "number"), ("0", "kg", "min"), ("101", "kg", "max"),
     ("1.234", "kg", "places"), ("=1", "kg", "number"), ("9" * 1000, "kg", "too_long"), ("1\x00", "kg", "control")],
)  # fmt: skip
def test_a_wrong_quantity_is_refused_and_what_was_entered_stays(number, unit, code):
    form = filled(document(field("q", "quantity", places=2, min=1, max=100)), {"q-number": number, "q-unit": unit})
    assert [error.code for error in form.errors["q"].as_data()] == [code]
    assert f'value="{number}"' in str(form)


def test_an_only_unit_is_fixed_and_stands_behind_the_number():
    doc = document(field("q", "quantity", units=[{"id": "box", "label": "箱"}], required=True))
    html = str(filled(doc))
    assert "<select" not in html
    assert "<span>箱</span>" in html
    assert '<label class="field__label" for="id_q">' in html
    assert filled(doc, {"q-number": "3"}).answers() == {"q": {"number": "3", "unit": "box"}}
    assert [error.code for error in filled(doc, {"q-number": "3", "q-unit": "kg"}).errors["q"].as_data()] == ["no_unit"]
    assert "q" in filled(doc, {}).errors


def test_units_are_judged_as_options_are():
    assert [p.code for p in problems(document(field("q", "quantity", units=[])))] == ["options.none"]
    twice = [{"id": "a", "label": "箱"}, {"id": "a", "label": "盒"}]
    assert [p.code for p in problems(document(field("q", "quantity", units=twice)))] == ["option.repeated_id"]


def test_what_they_are_shown_and_exported_as():
    at = dt.datetime(2026, 9, 30, 15, 30, tzinfo=SHANGHAI)
    several, fixed = field("q", "quantity"), field("q", "quantity", units=[{"id": "box", "label": "箱"}])
    stored = {"number": "1200.5", "unit": "box"}
    with override("zh-hans"):
        assert KINDS["datetime"].shown("2026-09-30T15:30+08:00", field("m", "datetime")) == "2026年9月30日 15:30"
        assert KINDS["quantity"].shown(stored, several) == "1,200.5 箱"
        assert KINDS["quantity"].exported(stored, several) == "1,200.5 箱"
    assert KINDS["quantity"].exported(stored, fixed) == Decimal("1200.5")
    assert KINDS["quantity"].typed(stored) == Decimal("1200.5")
    assert KINDS["datetime"].exported("2026-09-30T15:30+08:00", field("m", "datetime")) == at
    assert KINDS["time"].exported("15:30", field("t", "time")) == "15:30"
    assert KINDS["rating"].exported(4, field("r", "rating")) == Decimal(4)
    assert KINDS["date"].exported("2026-09-30", field("d", "date")) == dt.date(2026, 9, 30)
    assert KINDS["yes_no"].exported(True, field("y", "yes_no")) in ("是", "Yes")
