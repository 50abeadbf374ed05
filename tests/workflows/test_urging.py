"""Urging those who have a case in hand: who may, whom it reaches, and not more than once per working day."""

from datetime import date

import pytest

from core.audit.models import AuditEntry
from core.exceptions import NotFound, WrongState
from core.programme.models import WorkDay
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, flow, parallel, wish
from workflows import services
from workflows.presenters.cases import events_of


def urge(bench: Bench, case, who: str = "") -> int:
    actor = bench.actor(who) if who else bench.guest(case)
    return services.urge(case_id=case.pk, actor=actor, now=bench.now)


def heard(bench: Bench, login: str) -> int:
    return Message.objects.filter(user=bench.cast.users[login], kind="task.urged").count()


def test_the_starter_urges_whoever_has_it_once_per_working_day(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline={"days": 3})))
    assert urge(bench, case, "member1") == 1
    with pytest.raises(WrongState) as refusal:
        urge(bench, case, "member1")
    assert "5月12日" in str(refusal.value)
    bench.later(days=1)
    urge(bench, case, "member1")
    assert bench.task(case, "review").data["urged"] == 2
    assert heard(bench, "lishuji") == 2
    trail = AuditEntry.objects.filter(case_id=case.pk, verb="task.urged").order_by("pk")
    assert [row.data["times"] for row in trail] == [1, 2]


def test_days_on_which_nobody_works_do_not_count(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    bench.later(days=4)  # a Friday
    WorkDay.objects.create(date=date(2026, 5, 18), is_working=False)
    urge(bench, case, "member1")
    bench.later(days=3)
    with pytest.raises(WrongState):
        urge(bench, case, "member1")
    bench.later(days=1)
    assert urge(bench, case, "member1") == 1


def test_each_person_who_waits_has_his_own_turn(bench: Bench) -> None:
    case = bench.start(
        flow(approval("first"), approval("second", assignee={"rule": "role", "roles": ["street_clerk"]}))
    )
    bench.act(case, "first", "lishuji", "approve")
    urge(bench, case, "member1")
    urge(bench, case, "lishuji")
    assert bench.task(case, "second").data["urged"] == 2
    assert heard(bench, "shenjie") == 2


def test_who_has_nothing_to_do_with_it_and_who_has_it_himself_cannot(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    for login in ("outsider", "org1"):
        with pytest.raises(NotFound):
            urge(bench, case, login)
    with pytest.raises(WrongState):
        urge(bench, case, "lishuji")
    bench.act(case, "review", "lishuji", "approve")
    with pytest.raises(WrongState):
        urge(bench, case, "member1")


def test_the_guest_urges_with_the_code_and_is_urged_by_e_mail(bench: Bench) -> None:
    case = bench.start(wish(), login="", mail="guest@example.org")
    assert urge(bench, case) == 1
    assert heard(bench, "zhoufu") == 1
    with pytest.raises(WrongState):
        urge(bench, case)
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="好")
    bench.later(days=1)
    with pytest.raises(WrongState):  # an offer is nobody's yet
        urge(bench, case)
    with pytest.raises(NotFound):
        urge(bench, case, "org1")
    bench.claim(case)
    bench.act(case, "fulfil", "org1", remark="好")
    assert urge(bench, case, "org1") == 1
    assert Message.objects.filter(user=None, kind="task.urged").count() == 1


def test_each_time_stands_once_in_the_story_with_all_steps_that_it_reached(bench: Bench) -> None:
    left = {**approval("left"), "name": "左"}
    right = {**approval("right", assignee={"rule": "role", "roles": ["street_clerk"]}), "name": "右"}
    case = bench.start(flow(parallel("both", [left], [right])))
    assert urge(bench, case, "member1") == 2
    bench.later(days=1)
    bench.act(case, "left", "lishuji", "approve")
    urge(bench, case, "lishuji")
    told = [(event.what, event.who) for event in events_of(case) if event.what.endswith("· 催办")]
    assert [what for what, _who in told] == ["左、右 · 催办", "右 · 催办"]
    assert all("*" in who for _what, who in told), "never by the whole name"


def test_the_guest_reads_his_own_urging_in_the_story_without_a_name(bench: Bench) -> None:
    case = bench.start(wish(), login="", mail="guest@example.org")
    urge(bench, case)
    (event,) = [event for event in events_of(case) if event.what.endswith("· 催办")]
    assert (event.who, event.at) == ("", bench.now)
