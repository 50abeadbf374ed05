"""Events: a case waits for one, about the right member, exactly once; a flow begins with one."""

from datetime import timedelta
from typing import Any

import pytest

from core.actors import SYSTEM
from core.events import raise_event
from core.exceptions import Invalid, NotAllowed
from core.jobs.models import Job
from core.jobs.running import drain
from core.people.models import Member
from core.people.services import affiliate, create_member
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, branch, end, fill, flow
from workflows import services
from workflows.models import Case
from workflows.presenters.starting import starts_page
from workflows.selectors import progress
from workflows.services.happening import end_wait
from workflows.whereabouts import sentence_of

TIMED_OUT = {"==": [{"var": "outcomes.first"}, "timeout"]}


def wait(**props: Any) -> dict[str, Any]:
    return {"id": "first", "kind": "wait", "props": {"event": "service.counted", **props}}


def happens(bench: Bench, member: Member, occurrence: int = 1) -> None:
    values = {"member": member.pk, "unit": "fangta", "minutes": 60}
    raise_event("service.counted", occurrence=occurrence, values=values, now=bench.now)
    drain()


def member_of(bench: Bench, login: str) -> Member:
    return bench.cast.users[login].member


def waiting(bench: Bench, **props: Any) -> Case:
    steps = [approval("check"), wait(about="check.who", **props), fill("after")]
    steps[0]["props"]["form"] = "people"
    case = bench.start(flow(*steps))
    services.act(
        task_id=bench.task(case, "check").pk,
        actor=bench.actor("lishuji"),
        outcome="approve",
        answers={"what": "他", "who": member_of(bench, "lishuji").pk},
        now=bench.now,
    )
    return case


def test_it_goes_on_when_the_event_concerns_the_member_and_not_before(bench: Bench) -> None:
    case = waiting(bench)
    (row,) = [one for one in progress(Case.objects.get(pk=case.pk)) if one.step_id == "first"]
    assert "服务" in sentence_of(row) or "service" in sentence_of(row)
    happens(bench, member_of(bench, "member1"))
    assert bench.open(case) == ["first"]
    happens(bench, member_of(bench, "lishuji"), 2)
    assert bench.open(case) == ["after"]
    case.refresh_from_db()
    assert case.data["outcomes"]["first"] == "came"


def test_an_event_that_comes_twice_goes_on_once(bench: Bench) -> None:
    case = waiting(bench)
    happens(bench, member_of(bench, "lishuji"))
    happens(bench, member_of(bench, "lishuji"))
    happens(bench, member_of(bench, "lishuji"), 2)
    task = Job.objects.get(kind="workflows.end_wait").payload["task"]
    assert not end_wait(task_id=task, now=bench.now)
    assert bench.open(case) == ["after"]


def test_after_its_limit_it_goes_on_with_timeout(bench: Bench) -> None:
    step = wait(days=3)
    case = bench.start(flow(step, branch("b", TIMED_OUT, [end("late", "missed")], [fill("after")])))
    assert bench.later(days=2) == 0
    assert bench.later(days=2) == 1
    assert bench.result(case)[1] == "missed"
    happens(bench, member_of(bench, "lishuji"))
    assert bench.result(case) == ("DONE", "missed", [])


def test_a_withdrawn_case_hears_nothing(bench: Bench) -> None:
    case = bench.start(flow(wait(), fill("after")))
    services.withdraw(case_id=case.pk, actor=bench.actor("member1"), now=bench.now)
    happens(bench, member_of(bench, "lishuji"))
    assert bench.result(case) == ("CANCELED", "withdrawn", [])


def welcome() -> dict[str, Any]:
    document = flow(approval("call", assignee={"rule": "role", "roles": ["community_secretary"]}), form="people")
    document["start"] = {
        "kind": "event",
        "event": "member.joined",
        "form": "people",
        "inputs": {"who": "member"},
        "answers": {"what": "欢迎"},
        "title_from": "what",
    }
    return document


def test_a_flow_begins_with_an_event_once_for_each(bench: Bench) -> None:
    bench.publish(welcome(), "welcome")
    admin, now = bench.actor("admin"), bench.now
    member = create_member(actor=admin, number="N-777", name="新来的", now=now)
    affiliation = affiliate(
        actor=admin, member=member, unit=bench.cast.units["fangta"], relation="home", since=now.date(), now=now
    )
    drain()
    case = Case.objects.get()
    assert (case.title, case.starter, bench.open(case)) == ("欢迎", None, ["call"])
    values = {"member": member.pk, "unit": "fangta"}
    raise_event("member.joined", occurrence=affiliation.pk, values=values, now=now + timedelta(days=1))
    drain()
    assert Case.objects.count() == 1
    other = create_member(actor=SYSTEM, number="N-778", name="导入的", now=now)
    affiliate(actor=SYSTEM, member=other, unit=bench.cast.units["fangta"], relation="home", since=now.date(), now=now)
    drain()
    assert Case.objects.count() == 1, "what a pack loads is no event"


def test_nobody_begins_it_by_hand(bench: Bench) -> None:
    bench.publish(welcome(), "welcome")
    assert starts_page(bench.actor("admin"), bench.now).now == []
    with pytest.raises(NotAllowed):
        bench.start(slug="welcome", login="admin")


def changed(**start: Any) -> dict[str, Any]:
    document = welcome()
    document["start"] = {key: value for key, value in {**document["start"], **start}.items() if value is not None}
    return document


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        (changed(event="moon.rose"), [("unknown_event", "start.event")]),
        (changed(event=None), [("property_missing", "start")]),
        (changed(inputs={"who": "unit"}), [("target_kind", "start.inputs.who")]),
        (changed(inputs={"who": "nothing"}), [("unknown_value", "start.inputs.who")]),
        (changed(answers={}), [("target_missing", "start.answers")]),
        (changed(answers={"what": 5}), [("target_kind", "start.answers.what")]),
        (changed(who="anyone"), [("start_of_other_kind", "start.who")]),
        (flow(wait(event="moon.rose")), [("unknown_event", "steps[0].props.event")]),
        (flow(wait(about="start.day")), [("not_about", "steps[0].props.about")]),
        (flow(wait(until={"var": "start.day"})), [("wait_days_or_until", "steps[0].props")]),
    ],
)
def test_faulty_events_are_not_published(bench: Bench, document: dict[str, Any], problems: list[Any]) -> None:
    with pytest.raises(Invalid) as refused:
        bench.publish(document, "faulty")
    assert refused.value.data["problems"] == problems
