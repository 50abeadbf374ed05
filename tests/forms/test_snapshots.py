"""A snapshot of the ledger is worked out by the server when the answers are handed in; an award is one that is open."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from core.actors import SYSTEM
from core.honours.services import create_scheme, grant_award
from core.ledger.services import post, reverse
from core.people.selectors import Claimant
from forms.building import FillContext, as_posted, build_form_class
from forms.display import shown
from forms.models import FormDefinition
from forms.schema import problems
from forms.services import publish_form, submit
from tests.forms.conftest import document, field

FORM = document(
    field("who", "unit", required=True),
    field("facts", "ledger_snapshot", of="who"),
    field("why"),
)


@pytest.fixture
def library(cast):
    return Claimant("organisation", cast.units["library"].pk, "方塔图书馆")


@pytest.fixture
def version(cast):
    definition = FormDefinition.objects.create(slug="nominate", title="推荐", document=FORM)
    return publish_form(definition=definition, actor=SYSTEM, now=cast.now)


@pytest.fixture
def counted(cast, library):
    """Ninety-five minutes and two wishes, one of them reversed, and something of somebody else."""

    def line(kind, number, subject, claimant=library, measure="item"):
        return post(
            source="case:1",
            kind=kind,
            subject=subject,
            unit=cast.units["fangta"],
            unit_of_measure=measure,
            quantity=number,
            happened_on=cast.today,
            now=cast.now,
            claimant=claimant,
        )

    line("service.minutes", 60, "a", measure="minute")
    line("service.minutes", 35, "b", measure="minute")
    line("wish.fulfilled", 1, "wish:1")
    reverse(entry=line("wish.fulfilled", 1, "wish:2"), actor=SYSTEM, reason="重复", now=cast.now)
    line("wish.fulfilled", 1, "wish:3", Claimant("organisation", cast.units["garden"].pk, ""))


def _hand_in(version, cast, earlier=None, **answers):
    answers = {"who": "library", **answers}
    return submit(version=version, answers=answers, actor=cast.actor("lishuji"), now=cast.now, earlier=earlier).answers


def test_the_numbers_come_from_standing_lines_of_the_chosen_one(version, cast, counted):
    facts = _hand_in(version, cast)["facts"]
    assert facts["numbers"] == {"hours": "1.5", "services": "0", "pledges": "0", "wishes": "1", "honours": "0"}
    assert facts["as_of"] == cast.now.isoformat()


def test_what_the_browser_sends_for_it_is_ignored(version, cast, counted):
    forged = {"as_of": "2020-01-01T00:00:00+08:00", "numbers": {"hours": "9000"}}
    assert _hand_in(version, cast, facts=forged)["facts"]["numbers"]["hours"] == "1.5"
    posted = as_posted(FORM, {"who": "library"})
    posted.setlist("facts", ["9000"])
    form = build_form_class(FORM)(posted, context=FillContext(user=cast.users["lishuji"]))
    assert form.is_valid()
    assert "facts" not in form.answers()
    assert "facts" not in form.fields


def test_handing_in_again_makes_a_new_one(version, cast, counted):
    first = _hand_in(version, cast)
    again = _hand_in(version, cast, earlier=first, who="garden")
    assert (again["facts"]["numbers"]["hours"], again["facts"]["numbers"]["wishes"]) == ("0", "1")


def test_it_is_shown_as_a_small_table_with_its_moment(version, cast, counted):
    with override("zh-hans"):
        rows = {row.key: row.value for row in shown(version, _hand_in(version, cast))}
    assert '<th scope="row">核实的服务时长（小时）</th><td class="num">1.5</td>' in rows["facts"]
    assert "5月11日 09:00" in rows["facts"]


@pytest.mark.parametrize("stored", ["<b>", 7, {"as_of": "<i>", "numbers": {"hours": "<script>"}}, {"numbers": []}])
def test_whatever_was_stored_is_shown_without_harm(version, stored):
    [row] = shown(version, {"facts": stored})
    assert "<script>" not in row.value
    assert "<b>" not in row.value
    assert "<i>" not in row.value


def test_the_empty_form_says_that_it_will_be_added(cast):
    form = build_form_class(FORM)(context=FillContext(user=cast.users["lishuji"]))
    with override("zh-hans"):
        [note] = [row for part in form.parts for row in part.rows if row.type == "note"]
    assert "提交时" in note.text


@pytest.mark.parametrize(
    "wrong",
    [
        field("facts", "ledger_snapshot"),
        field("facts", "ledger_snapshot", of="why"),
        field("facts", "ledger_snapshot", of="nobody"),
        field("facts", "ledger_snapshot", of=["who"]),
        field("facts", "ledger_snapshot", of="who", required=True),
    ],
)
def test_it_must_be_about_a_field_that_chooses_somebody(wrong):
    assert problems(document(field("who", "unit"), wrong, field("why")))


# Awards


def _scheme(cast, slug, kinds, **more):
    given = {"name": {"zh-hans": f"表彰{slug}"}, "subject_kinds": kinds, "unit": cast.units["songjiang"]}
    return create_scheme(actor=SYSTEM, slug=slug, now=cast.now, **given, **more)


def _award_form(data=None, **definition):
    return build_form_class(document(field("award", "award", **definition)))(data)


def test_only_open_awards_for_the_wanted_honorees_are_offered(cast):
    _scheme(cast, "volunteer", ["person"])
    _scheme(cast, "base", ["organisation"])
    _scheme(cast, "old", ["person"], is_open=False)
    _scheme(cast, "star", ["person"], levels=[{"slug": "gold", "name": {"zh-hans": "金"}}])
    assert _award_form({"award": "volunteer"}, subjects=["person"]).is_valid()
    assert _award_form({"award": "star/gold"}, subjects=["person"]).is_valid()
    for refused in ("base", "old", "star", "star/silver", "nothing"):
        assert not _award_form({"award": refused}, subjects=["person"]).is_valid(), refused
    assert _award_form({"award": "base"}).is_valid()


def test_an_award_is_shown_by_name_with_its_level(cast):
    _scheme(cast, "star", ["person"], levels=[{"slug": "gold", "name": {"zh-hans": "金"}}])
    definition = FormDefinition.objects.create(slug="a", title="x", document=document(field("award", "award")))
    version = publish_form(definition=definition, actor=SYSTEM, now=cast.now)
    assert [str(row.value) for row in shown(version, {"award": "star/gold"})] == ["表彰star · 金"]
    assert [str(row.value) for row in shown(version, {"award": "gone"})] == ["gone"]


@pytest.mark.parametrize("subjects", [[], ["people"], "person"])
def test_an_award_is_looked_for_by_known_honorees_only(subjects):
    assert problems(document(field("award", "award", subjects=subjects)))


def test_an_honour_counts_in_the_next_snapshot(version, cast, library):
    scheme = _scheme(cast, "base", ["organisation"])
    grant_award(
        actor=SYSTEM,
        case_id=9,
        scheme=scheme,
        subject=library,
        unit=cast.units["fangta"],
        citation="场地一年借出三十次",
        now=cast.now - timedelta(days=1),
    )
    assert _hand_in(version, cast)["facts"]["numbers"]["honours"] == "1"
