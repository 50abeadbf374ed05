"""Members, teams and lengths of time in forms: who may choose whom, what is refused, and how it is shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from core.actors import SYSTEM, VISITOR, Actor
from core.exceptions import Invalid
from core.people import services
from forms.building import FillContext, build_form_class
from forms.kinds import KINDS
from forms.schema import problems
from forms.services import submit
from tests.cast import SINCE, TODAY, Cast
from tests.forms.conftest import document, field
from tests.forms.test_filling import filled

MEMBER = document(field("m", "member"))
LED = document(field("m", "member", scope={"unit": "led"}))


def offered(cast: Cast, login: str, doc=MEMBER) -> list[str]:
    """The labels on offer to somebody, without the empty one."""
    user = cast.actor(login).user if login else None
    form = build_form_class(doc)(context=FillContext(user=user, today=TODAY))
    return [str(label) for _value, label in form["m"].field.widget.choices][1:]


def names(cast: Cast, login: str, doc=MEMBER) -> set[str]:
    return {label.split(" · ")[0] for label in offered(cast, login, doc)}


def test_a_member_chooses_among_the_people_of_his_units_and_teams(cast):
    assert names(cast, "member1") == {"王格霞", "周芙", "李书华", "赵一平"}
    assert "赵一平 · 方塔社区" in offered(cast, "member1")
    assert names(cast, "shenjie") == {"沈洁", "王格霞", "周芙", "李书华", "陈文", "赵一平"}


def test_an_appointment_and_a_team_that_is_led_reach_further_than_a_home(cast):
    team = cast.teams["repairs"]
    stranger = cast.members["outsider"]
    services.join_team(
        actor=SYSTEM, team=team, member=stranger, relation="activity", position="member", since=SINCE, now=cast.now
    )
    assert names(cast, "member1", LED) == {"赵一平", "邱远"}
    assert names(cast, "outsider", LED) == {"邱远"}
    assert "赵一平" in names(cast, "outsider")
    assert names(cast, "lishuji", LED) == {"李书华", "王格霞", "周芙", "赵一平"}


def test_a_home_at_the_top_of_the_tree_does_not_show_everybody(cast):
    member = services.create_member(
        actor=SYSTEM, number="V0099", name="高峰", category="employed", phone="", email="", now=cast.now
    )
    cast.users["gaofeng"] = services.give_login(
        actor=SYSTEM, member=member, username="gaofeng", password="pugongying2026", now=cast.now
    )
    services.affiliate(
        actor=SYSTEM, member=member, unit=cast.units["songjiang"], relation="home", since=SINCE, now=cast.now
    )
    assert names(cast, "gaofeng") == {"高峰"}


def test_nobody_without_a_member_of_his_own_is_offered_a_name(cast):
    assert offered(cast, "admin") == []
    assert offered(cast, "") == []


def test_phone_numbers_are_never_in_the_list_and_two_of_one_name_are_told_apart(cast):
    member = services.create_member(
        actor=SYSTEM, number="V0100", name="赵一平", category="employed", phone="13800000099", email="", now=cast.now
    )
    services.affiliate(
        actor=SYSTEM, member=member, unit=cast.units["fangta"], relation="home", since=SINCE, now=cast.now
    )
    found = offered(cast, "member1")
    assert {"赵一平 · 方塔社区 · V0007", "赵一平 · 方塔社区 · V0100"} <= set(found)
    assert "1380000" not in "".join(found)


def test_the_server_refuses_a_member_out_of_reach_whatever_was_sent(cast, publish):
    version = publish(MEMBER)
    inside, outside = cast.members["zhoufu"].pk, cast.members["org2"].pk
    kept = submit(version=version, answers={"m": inside}, actor=cast.actor("member1"), now=cast.now)
    assert kept.answers == {"m": inside}
    for actor in (cast.actor("member1"), VISITOR, SYSTEM, Actor(guest_case=1)):
        with pytest.raises(Invalid) as refusal:
            submit(version=version, answers={"m": outside}, actor=actor, now=cast.now)
        assert list(refusal.value.errors) == ["m"]


def test_a_member_who_left_can_no_longer_be_chosen(cast, publish):
    version = publish(MEMBER)
    gone = cast.members["zhoufu"]
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    with pytest.raises(Invalid):
        submit(version=version, answers={"m": gone.pk}, actor=cast.actor("member1"), now=cast.now)


def test_a_member_is_shown_by_name_masked_where_a_mask_says_and_read_by_rules_as_a_number(cast):
    definition, kind = field("m", "member"), KINDS["member"]
    pk = cast.members["lishuji"].pk
    assert kind.shown(pk, definition) == "李书华"
    assert kind.masked(pk, definition) == "李*华"
    assert kind.words(pk) == ["李书华"]
    assert kind.typed(pk) == pk
    assert kind.typed("李书华") is None
    assert kind.shown(10**9, definition) == str(10**9)


def test_teams_are_offered_by_reach_and_any_shows_them_all(cast):
    def teams(login, **more):
        return offered(cast, login, document(field("m", "team", **more)))

    assert teams("member1") == ["方塔修缮队 · 方塔社区"]
    assert teams("outsider") == []
    assert teams("outsider", scope={"unit": "any"}) == ["方塔修缮队 · 方塔社区"]
    assert teams("admin", scope={"unit": "led"}) == []
    assert KINDS["team"].shown(cast.teams["repairs"].pk, field("m", "team")) == "方塔修缮队"


def test_a_scope_over_the_whole_programme_is_no_form(db):
    assert [p.code for p in problems(document(field("m", "member", scope={"unit": "any"})))] == ["property.not_one_of"]
    assert [p.code for p in problems(document(field("m", "team", scope={"kinds": ["street"]})))] == ["property.unknown"]
    assert problems(document(field("m", "team", scope={"unit": "any"}), field("n", "member", scope={}))) == []


def test_more_members_cost_no_more_queries(cast):
    with CaptureQueriesContext(connection) as few:
        offered(cast, "lishuji")
    for number in range(20):
        member = services.create_member(
            actor=SYSTEM, number=f"W{number}", name="新人", category="other", phone="", email="", now=cast.now
        )
        services.affiliate(
            actor=SYSTEM, member=member, unit=cast.units["fangta"], relation="home", since=SINCE, now=cast.now
        )
    with CaptureQueriesContext(connection) as many:
        assert len(offered(cast, "lishuji")) > 20
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("hours", "minutes", "stored"),
    [("1", "30", 90), ("2", "", 120), ("", "45", 45), ("", "90", 90), ("１", "５", 65), ("0", "0", 0)],
)
def test_hours_and_minutes_are_stored_as_minutes(hours, minutes, stored):
    form = filled(document(field("d", "duration")), {"d-hours": hours, "d-minutes": minutes})
    assert form.is_valid(), form.errors
    assert form.answers() == {"d": stored}


@pytest.mark.parametrize(
    ("hours", "minutes", "code"),
    [
        ("一", "", "duration"),
        ("1.5", "", "duration"),
        ("-1", "", "duration"),
        ("1:2", "3", "duration"),
        ("", "4", "min"),
        ("12", "1", "max"),
        ("0", "0", "min"),
    ],
)
def test_a_wrong_length_is_refused_and_what_was_entered_stays(hours, minutes, code):
    doc = document(field("d", "duration", min=5, max=720))
    form = filled(doc, {"d-hours": hours, "d-minutes": minutes})
    [error] = form.errors["d"].as_data()
    assert error.code == code
    assert f'value="{hours.replace(":", ";")}"' in str(form)


def test_an_empty_length_is_no_answer_and_a_required_one_is_asked_for():
    assert filled(document(field("d", "duration")), {"d-hours": "", "d-minutes": " "}).answers() == {}
    assert "d" in filled(document(field("d", "duration", required=True)), {}).errors


def test_a_length_is_shown_in_hours_and_minutes():
    kind, definition = KINDS["duration"], field("d", "duration")
    with override("zh-hans"):
        assert [kind.shown(n, definition) for n in (0, 45, 60, 90)] == ["0 分钟", "45 分钟", "1 小时", "1 小时 30 分钟"]
    with override("en"):
        assert kind.shown(61, definition) == "1 hour 1 minute"
    assert kind.typed(90) == 90


def test_both_inputs_of_a_length_have_a_label_and_show_what_stands():
    html = str(build_form_class(document(field("d", "duration")))(answers={"d": 95}))
    assert "<legend>" in html
    assert 'name="d-hours" id="id_d_0" value="1"' in html
    assert 'name="d-minutes" id="id_d_1" value="35"' in html
