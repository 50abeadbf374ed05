"""Putting a case on hold: its clocks stand still, nobody acts in it, and all its moments move by the pause."""

from datetime import timedelta
from typing import Any

import pytest

from core.audit.models import AuditEntry
from core.exceptions import Invalid, NotAllowed, WrongState
from core.jobs.models import Job
from core.notices.models import PublicNotice
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, RETURN, approval, fill, flow, notice, parallel, wish
from workflows import selectors, services
from workflows.insight.figures import figures_of
from workflows.jobs import resume_parent
from workflows.models import Case, Hold, Task
from workflows.presenters.dates import age_of

WAIT = {"id": "pause", "kind": "wait", "props": {"days": 3}}


def hold(bench: Bench, case, by: str = "admin", reason: str = "等待上级批复") -> None:
    services.hold_case(case_id=case.pk, actor=bench.actor(by), reason=reason, now=bench.now)
    case.refresh_from_db()


def resume(bench: Bench, case, by: str = "admin") -> None:
    services.resume_case(case_id=case.pk, actor=bench.actor(by), now=bench.now)
    case.refresh_from_db()


def told(kind: str) -> set[str]:
    return set(Message.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_every_moment_moves_by_the_pause_and_nothing_fires_meanwhile(bench: Bench) -> None:
    case = bench.start(flow(parallel("p", [approval("a", deadline={"days": 2})], [WAIT])))
    before = {task.pk: (task.due_at, task.scheduled) for task in Task.objects.filter(process=case)}
    bench.later(hours=3)
    hold(bench, case)
    assert bench.later(days=30) == 0
    assert told("task.overdue") == set()
    resume(bench, case)
    for task in Task.objects.filter(process=case):
        for earlier, later in zip(before[task.pk], (task.due_at, task.scheduled), strict=True):
            assert later == (earlier + timedelta(days=30) if earlier is not None else None)
    assert bench.timers(case) == 1
    assert age_of(case, bench.now) == 0
    assert bench.later(days=4) == 2, "the reminder and the wait"
    assert age_of(case, bench.now) == 4


def test_nobody_acts_while_it_is_on_hold_and_a_sentence_says_so(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline={"days": 2})))
    hold(bench, case)
    with pytest.raises(WrongState) as refusal:
        bench.act(case, "review", "lishuji", "approve")
    assert refusal.value.code == "on_hold"
    assert "挂起" in str(refusal.value)
    task, now = bench.task(case, "review"), bench.now
    zhoufu = bench.cast.users["zhoufu"]
    for refused in (
        lambda: services.withdraw(case_id=case.pk, actor=bench.actor("member1"), reason="x", now=now),
        lambda: services.urge(case_id=case.pk, actor=bench.actor("member1"), now=now),
        lambda: services.reassign(task_id=task.pk, actor=bench.actor("lishuji"), to_user=zhoufu, reason="x", now=now),
        lambda: services.delegate(task_id=task.pk, actor=bench.actor("lishuji"), to_user=zhoufu, words="x", now=now),
    ):
        with pytest.raises(WrongState):
            refused()
    assert selectors.actions_on(task, bench.actor("lishuji"), now=now).refusal == "on_hold"
    assert not any(selectors.case_actions(case, bench.actor("member1"), now=now).values())
    (row,) = selectors.inbox(bench.actor("lishuji"), now=now + timedelta(days=9))
    assert (row.is_held, row.due_at, row.is_overdue) == (True, None, False)
    resume(bench, case)
    assert bench.act(case, "review", "lishuji", "approve").result == "done"


def test_managers_hold_and_resume_with_a_reason_and_everybody_concerned_hears_of_it(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    for login in ("member1", "lishuji", "outsider"):
        with pytest.raises(NotAllowed):
            hold(bench, case, login)
    with pytest.raises(Invalid):
        hold(bench, case, reason=" ")
    with pytest.raises(WrongState):
        resume(bench, case)
    hold(bench, case)
    assert told("case.held") == {"member1", "lishuji"}
    assert all("等待上级批复" in one.body for one in Message.objects.filter(kind="case.held"))
    with pytest.raises(WrongState):
        hold(bench, case)
    with pytest.raises(NotAllowed):
        resume(bench, case, "lishuji")
    bench.later(days=2)
    resume(bench, case)
    assert told("case.resumed") == {"member1", "lishuji"}
    assert list(AuditEntry.objects.filter(case_id=case.pk).values_list("verb", flat=True).order_by("pk"))[-2:] == [
        "case.held",
        "case.resumed",
    ]


def test_a_second_pause_adds_to_the_first(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline={"days": 2})))
    due = bench.task(case, "review").due_at
    assert due is not None
    for days in (2, 3):
        hold(bench, case)
        bench.later(days=days)
        resume(bench, case)
        bench.later(days=1)
    assert bench.task(case, "review").due_at == due + timedelta(days=5)
    assert age_of(case, bench.now) == 2


def test_the_days_of_a_public_notice_stand_still(bench: Bench) -> None:
    case = bench.start(flow(notice()))
    closes = PublicNotice.objects.get(case_id=case.pk).closes_at
    hold(bench, case)
    bench.later(days=20)
    resume(bench, case)
    posted = PublicNotice.objects.get(case_id=case.pk)
    assert posted.closes_at == closes + timedelta(days=20)
    assert posted.is_open(bench.now)
    bench.later(days=8)
    assert bench.result(case)[1] == "done"


def test_what_was_on_hold_is_cancelled_too_and_is_not_on_hold_any_more(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    hold(bench, case)
    bench.later(days=1)
    services.cancel_case(case_id=case.pk, actor=bench.actor("admin"), reason="重复", now=bench.now)
    assert bench.result(case) == ("CANCELED", "cancelled", [])
    assert Hold.objects.get(case=case).until == bench.now
    assert age_of(case, bench.now) == 0


def test_a_claim_is_neither_made_nor_given_back_while_it_is_on_hold(bench: Bench) -> None:
    case = bench.start(wish(), login="", mail="guest@example.org")
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="好")
    hold(bench, case)
    with pytest.raises(WrongState):
        bench.claim(case)
    resume(bench, case)
    bench.claim(case)
    hold(bench, case)
    with pytest.raises(WrongState):
        services.release(case_id=case.pk, actor=bench.actor("org1"), reason="不行", now=bench.now)


def test_a_started_case_that_ends_meanwhile_is_heard_of_after_the_pause(bench: Bench) -> None:
    bench.publish(flow(approval("look")), "inner")
    step: Any = {"id": "sub", "kind": "subcase", "props": {"flow": "inner", "wait": True}}
    step["props"]["inputs"] = {"what": {"var": "start.what"}}
    case = bench.start(flow(step, approval("review")))
    child = Case.objects.exclude(pk=case.pk).get()
    hold(bench, case)
    bench.act(child, "look", "lishuji", "approve")
    resume_parent(Job.objects.get(key=f"child-ended:{child.pk}"))
    assert bench.open(case) == ["sub"]
    bench.later(days=4)
    resume(bench, case)
    resume_parent(Job.objects.get(key__startswith=f"child-ended:{child.pk}:"))
    assert bench.open(case) == ["review"]
    assert bench.task(case, "review").created == bench.now


def test_the_pause_counts_neither_as_lateness_nor_as_time_taken(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, RETURN, deadline={"days": 1}), fill("after")))
    hold(bench, case)
    bench.later(days=30)
    cases = Case.objects.filter(pk=case.pk)
    figures = figures_of(cases, set(), since=bench.now - timedelta(days=90), now=bench.now)
    assert [step.overdue for step in figures.steps] == [0]
    assert [unit.overdue for unit in figures.units] == [0]
    resume(bench, case)
    bench.act(case, "review", "lishuji", "approve")
    bench.act(case, "after", "lishuji", remark="好")
    figures = figures_of(cases, set(), since=bench.now - timedelta(days=90), now=bench.now)
    assert (figures.days, figures.on_time) == (0.0, 1.0)
