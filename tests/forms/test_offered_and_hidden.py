"""Venues, ID numbers and fixed values: what is offered, what is refused, and what never leaves the server."""

import datetime as dt

import pytest

from core.actors import Actor
from core.exceptions import Invalid
from core.people.models import OrgUnit
from core.places.models import Venue
from forms import display, explaining
from forms.building import FillContext, build_form_class, with_computed
from forms.kinds import KINDS
from forms.kinds.identities import is_id_number
from forms.masks import HIDDEN, masked_id_number
from forms.schema import level_of, problems
from forms.services import submit
from tests.forms.conftest import NOW, TODAY, document, field
from tests.forms.test_filling import filled

GOOD = "11010519491231002X"  # the example of the standard


@pytest.mark.parametrize("written", [GOOD, GOOD.lower(), "110105 19491231 002x", "１１０１０５19491231002X"])
def test_an_id_number_is_understood_as_it_stands_on_the_card(written):
    assert filled(document(field("n", "id_number")), {"n": written}).answers() == {"n": GOOD}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("110105194912310021", "id_number"),  # wrong check digit
        ("990105194912310023", "id_number"),
        ("11010519490231002X", "id_number"),
        ("110105491231002", "length"),
        ("1101051949123100２Ｙ", "length"),
        ("=11010519491231002X", "length"),
        ("<b>11010519491231002X</b>", "length"),
        ("1" * 5000, "too_long"),
        ("11010519491231002X\x00", "control"),
    ],
)
def test_a_wrong_id_number_is_refused(written, code):
    form = filled(document(field("n", "id_number")), {"n": written})
    assert [error.code for error in form.errors["n"].as_data()] == [code]


def test_nobody_is_born_tomorrow():
    assert is_id_number(GOOD, today=dt.date(1949, 12, 31))
    assert not is_id_number(GOOD, today=dt.date(1949, 12, 30))


def test_an_id_number_is_sensitive_and_masked_to_its_ends():
    definition = field("n", "id_number")
    assert level_of(definition) == "sensitive"
    assert KINDS["id_number"].masked(GOOD, definition) == "1101**********002X"
    assert masked_id_number("110105") == HIDDEN


def test_a_fixed_value_is_on_no_page_and_nobody_can_send_another(publish):
    doc = document(
        field("source", "hidden", default="spring"),
        field("a", show_if={"==": [{"var": "source"}, "spring"]}),
        field("b", show_if={"==": [{"var": "source"}, "forged"]}),
        field("c", show_if={"blank": {"var": "a"}}),
    )
    form = filled(doc, {"source": "forged", "a": "1", "b": "2"})
    assert "spring" not in str(form).replace('"==": [', "")
    assert "source" not in form.fields
    assert with_computed(form, now=NOW) == {"source": "spring", "a": "1"}
    kept = submit(version=publish(doc), answers={"source": "forged", "a": "1"}, actor=Actor(guest_case=1), now=NOW)
    assert kept.answers == {"source": "spring", "a": "1"}
    assert [row.key for row in display.shown(kept.version, kept.answers)] == ["a"]


def test_a_stored_value_of_an_older_definition_gives_way_to_the_newer_one():
    doc = document(field("source", "hidden", default="autumn"), field("a"))
    form = filled(doc, {"a": "1"}, answers={"source": "spring", "a": "0"})
    assert with_computed(form, now=NOW) == {"source": "autumn", "a": "1"}


def test_a_fixed_value_is_a_text_that_must_be_there():
    assert [p.code for p in problems(document(field("s", "hidden", default=3)))] == ["field.default"]
    assert [p.code for p in problems(document(field("s", "hidden", required=True)))] == ["field.property"]
    assert problems(document(field("s", "hidden"), field("a"))) == []


@pytest.fixture
def venues(units: dict[str, OrgUnit]) -> dict[str, Venue]:
    made = {
        slug: Venue.objects.create(slug=slug, name=f"{slug}站", unit=units[unit])
        for slug, unit in (
            ("v-street", "street"),
            ("v-fangta", "community"),
            ("v-other", "other"),
            ("v-gone", "closed"),
        )
    }
    made["v-off"] = Venue.objects.create(slug="v-off", name="关闭站", unit=units["street"], is_active=False)
    return made


def offered(doc, **context) -> list[str]:
    form = build_form_class(doc)(context=FillContext(today=TODAY, **context))
    return [slug for _unit, rows in form["v"].field.widget.choices[1:] for slug, _name in rows]


def test_venues_are_offered_by_unit_inside_the_scope(venues, units):
    assert set(offered(document(field("v", "venue")))) >= {"v-street", "v-fangta", "v-other"}
    assert not {"v-off", "v-gone"} & set(offered(document(field("v", "venue"))))
    assert offered(document(field("v", "venue", scope={"under": "t-street"}))) == ["v-street", "v-fangta"]
    assert offered(document(field("v", "venue", scope={"kinds": ["t_community"]}))) == ["v-fangta"]
    assert offered(document(field("v", "venue", scope={"under": "nowhere"}))) == []
    assert offered(document(field("v", "venue")), unit_ids=[units["other"].pk]) == ["v-other"]


def test_a_venue_outside_the_scope_is_refused_whatever_was_sent(venues, publish):
    version = publish(document(field("v", "venue", scope={"under": "t-street"}, required=True)))
    kept = submit(version=version, answers={"v": "v-fangta"}, actor=Actor(guest_case=1), now=NOW)
    assert kept.answers == {"v": "v-fangta"}
    for slug in ("v-other", "v-off", "nowhere", "v-fangta\x00"):
        with pytest.raises(Invalid) as refusal:
            submit(version=version, answers={"v": slug}, actor=Actor(guest_case=1), now=NOW)
        assert list(refusal.value.errors) == ["v"]


def test_a_venue_is_shown_with_its_unit_and_a_gone_one_by_its_code(venues):
    assert KINDS["venue"].shown("v-fangta", field("v", "venue")) == "v-fangta站 · 方塔社区"
    assert KINDS["venue"].shown("v-none", field("v", "venue")) == "v-none"
    assert KINDS["venue"].exported("v-fangta", field("v", "venue")) == "v-fangta站 · 方塔社区"


def test_why_something_was_asked_never_tells_a_fixed_value():
    doc = document(field("s", "hidden", default="spring"), field("a", show_if={"==": [{"var": "s"}, "spring"]}))
    told = explaining.explained(doc, {"s": "spring", "a": "1"}, today=TODAY)
    assert [one.code for one in told] == ["secret"]
