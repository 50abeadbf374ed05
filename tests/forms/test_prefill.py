"""What stands in a form already for whoever is signed in: his own profile and his own last answers, nothing else."""

import datetime as dt

import pytest
from django.utils.datastructures import MultiValueDict

from core.actors import Actor
from core.people.models import Affiliation, Member, User
from forms.building import FillContext, form_class
from forms.prefill import known_of
from forms.schema import problems
from forms.services import submit
from tests.forms.conftest import NOW, TODAY, document, field

FIELDS = (
    field("name", prefill="profile.name"),
    field("phone", "phone", prefill="profile.phone"),
    field("mail", "email", prefill="profile.email"),
    field("home", "unit", prefill="profile.unit"),
    field("place", prefill="last"),
)


@pytest.fixture
def person(units) -> User:
    user = User.objects.create_user("own", password="not-a-secret-1", email="login@example.com")
    member = Member.objects.create(number="M1", name="赵一平", phone="138 0000 1234", user=user)
    home = Affiliation.Relation.HOME
    Affiliation.objects.create(member=member, unit=units["community"], relation=home, since=dt.date(2020, 1, 1))
    return user


def opened(version, user, post=None, answers=None):
    context = FillContext(user=user, known=known_of(version, user, on=TODAY), today=TODAY)
    data = None if post is None else MultiValueDict({key: [value] for key, value in post.items()})
    return form_class(version)(data, answers=answers, context=context)


def test_the_profile_stands_in_the_form_with_a_word_beside(publish, person):
    form = opened(publish(document(*FIELDS)), person)
    assert {key: form.initial[key] for key in ("name", "phone", "mail", "home")} == {
        "name": "赵一平",
        "phone": "13800001234",
        "mail": "login@example.com",
        "home": "t-fangta",
    }
    html = str(form)
    assert html.count("已按您的资料填好，请核对") == 4
    assert 'aria-describedby="id_phone-known"' in html


def test_what_somebody_changed_no_longer_says_that_it_was_filled_in(publish, person):
    form = opened(publish(document(*FIELDS)), person, {"name": "赵一平", "phone": "13900001111"})
    html = str(form)
    assert 'id="id_name-known"' in html
    assert 'id="id_phone-known"' not in html


def test_nothing_is_known_of_guests_and_nothing_of_others(publish, person, staff):
    version = publish(document(*FIELDS))
    submit(version=version, answers={"place": "方塔"}, actor=Actor(user=person), now=NOW)
    assert known_of(version, None, on=TODAY) == {}
    assert set(known_of(version, staff, on=TODAY).values()).isdisjoint({"赵一平", "方塔"})
    assert "赵一平" not in str(opened(version, None))


def test_the_last_answer_to_the_same_form_is_taken_over_and_no_older_one(publish, person):
    version = publish(document(*FIELDS))
    for number, place in enumerate(("方塔", "岳阳")):
        at = NOW + dt.timedelta(days=number)
        submit(version=version, answers={"place": place}, actor=Actor(user=person), now=at)
    other = publish(document(*FIELDS), slug="other")
    assert opened(version, person).initial["place"] == "岳阳"
    assert "已按您上次填的填好，请核对" in str(opened(version, person))
    assert opened(other, person).initial["place"] is None


def test_answers_that_stand_are_never_replaced(publish, person):
    form = opened(publish(document(*FIELDS)), person, answers={"name": "原来的"})
    assert form.initial["name"] == "原来的"
    assert form.initial["phone"] is None


def test_what_the_field_would_not_take_stays_empty(publish, person, units):
    units["community"].is_active = False
    units["community"].save()
    Member.objects.update(phone="不详")
    form = opened(publish(document(*FIELDS)), User.objects.get(pk=person.pk))
    assert form.initial["home"] is None
    assert form.initial["phone"] is None
    assert "id_home-known" not in str(form)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (field("x", prefill="profile.income"), "property.not_one_of"),
        (field("x", prefill=["last"]), "property.not_one_of"),
        (field("x", prefill=None), "property.not_one_of"),
        (field("x", prefill="profile.phone"), "field.prefill"),
        (field("x", "consent", prefill="last"), "field.prefill"),
        (field("x", "photos", prefill="last"), "field.prefill"),
        (field("x", "phone", prefill="last"), "field.prefill"),
        (field("x", "integer", prefill="last", calc=1), "field.prefill"),
        (field("x", prefill="last", privacy={"level": "personal"}), "field.prefill_last"),
        (field("x", prefill="last", privacy={"level": "sensitive"}), "field.prefill_last"),
        (field("x", "note", prefill="last"), "field.property"),
    ],
)
def test_prefill_must_suit_the_field(wrong, code):
    assert code in {problem.code for problem in problems(document(wrong, field("y")))}
