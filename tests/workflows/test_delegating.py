"""Asking a colleague about a task: it comes back for the decision, and nobody gets around the separation of duties."""

import pytest

from core.audit.models import AuditEntry
from core.exceptions import Conflict, DandelionError, Invalid, NotAllowed, WrongState
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, REJECT, RETURN, approval, flow, wish
from workflows import selectors, services
from workflows.models import Delegation, Task


def ask(bench: Bench, case, step: str, by: str, to: str, words: str = "您怎么看") -> Task:
    task = Task.objects.get(process=case, step_id=step, status__in=["NEW", "ASSIGNED"])
    return services.delegate(
        task_id=task.pk, actor=bench.actor(by), to_user=bench.cast.users[to], words=words, now=bench.now
    )


def reply(bench: Bench, task: Task, by: str, words: str = "可以", suggested: str = "") -> Task:
    return services.answer(task_id=task.pk, actor=bench.actor(by), words=words, suggested=suggested, now=bench.now)


def may(bench: Bench, task: Task, login: str) -> selectors.Actions:
    return selectors.actions_on(selectors.task_for(bench.actor(login), task.pk), bench.actor(login), now=bench.now)


def kinds(bench: Bench, login: str) -> list[str]:
    return list(Message.objects.filter(user=bench.cast.users[login]).order_by("pk").values_list("kind", flat=True))


def test_it_comes_back_with_an_opinion_and_keeps_its_deadline(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline={"days": 3, "calendar": "working"})))
    due = bench.task(case, "review").due_at
    task = ask(bench, case, "review", "lishuji", "zhoufu")
    assert (task.owner_id, task.due_at, bench.timers(case)) == (bench.cast.users["zhoufu"].pk, due, 1)
    assert may(bench, task, "lishuji").can_call_back
    with pytest.raises(NotAllowed) as refusal:
        bench.act(case, "review", "zhoufu", "approve")
    assert refusal.value.code == "only_asked"
    with pytest.raises(Conflict):
        bench.act(case, "review", "lishuji", "approve")
    task = reply(bench, task, "zhoufu", suggested="reject")
    assert (task.owner_id, task.why["code"], task.due_at) == (bench.cast.users["lishuji"].pk, "role", due)
    assert "delegated" not in task.data
    bench.act(case, "review", "lishuji", "approve")
    assert case.result == "done"
    assert kinds(bench, "zhoufu") == ["task.delegated"]
    assert kinds(bench, "lishuji") == ["task.opened", "task.answered"]
    trail = AuditEntry.objects.filter(case_id=case.pk).order_by("pk").values_list("verb", flat=True)
    assert list(trail) == ["case.started", "task.delegated", "task.answered", "task.done"]


def test_both_are_listed_with_what_they_really_did(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    reply(bench, ask(bench, case, "review", "lishuji", "zhoufu"), "zhoufu", suggested="reject")
    bench.act(case, "review", "lishuji", "approve")
    decided, advised = (selectors.done_by(bench.actor(login)) for login in ("lishuji", "zhoufu"))
    assert [(one.case.pk, one.outcome, one.is_opinion) for one in decided] == [(case.pk, "approve", False)]
    assert [(one.case.pk, one.outcome, one.is_opinion) for one in advised] == [(case.pk, "reject", True)]
    assert selectors.case_for(bench.actor("zhoufu"), case.pk)


def test_the_colleague_gives_it_back_with_a_reason_and_the_other_calls_it_back(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    task = ask(bench, case, "review", "lishuji", "zhoufu")
    with pytest.raises(Invalid):
        services.give_back(task_id=task.pk, actor=bench.actor("zhoufu"), reason=" ", now=bench.now)
    with pytest.raises(NotAllowed):
        services.give_back(task_id=task.pk, actor=bench.actor("lishuji"), reason="x", now=bench.now)
    services.give_back(task_id=task.pk, actor=bench.actor("zhoufu"), reason="不熟悉", now=bench.now)
    assert bench.task(case, "review").owner == bench.cast.users["lishuji"]
    assert selectors.done_by(bench.actor("zhoufu")) == []
    task = ask(bench, case, "review", "lishuji", "zhoufu")
    with pytest.raises(NotAllowed):
        services.call_back(task_id=task.pk, actor=bench.actor("member1"), now=bench.now)
    services.call_back(task_id=task.pk, actor=bench.actor("lishuji"), now=bench.now)
    assert bench.task(case, "review").owner == bench.cast.users["lishuji"]
    with pytest.raises(NotAllowed):
        reply(bench, task, "zhoufu")
    assert kinds(bench, "zhoufu") == ["task.delegated", "task.delegated", "task.called_back"]


def test_it_may_be_passed_on_once_and_never_in_a_circle(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    task = ask(bench, case, "review", "lishuji", "zhoufu")
    for to, code in (("lishuji", "in_the_chain"), ("zhoufu", "yourself")):
        with pytest.raises(Invalid) as refusal:
            ask(bench, case, "review", "zhoufu", to)
        assert refusal.value.code == code
    ask(bench, case, "review", "zhoufu", "shenjie")
    assert not may(bench, task, "shenjie").can_delegate
    with pytest.raises(WrongState):
        ask(bench, case, "review", "shenjie", "org1")
    reply(bench, task, "shenjie")
    back = bench.task(case, "review")
    assert (back.owner, back.why["code"]) == (bench.cast.users["zhoufu"], "delegated")
    reply(bench, back, "zhoufu")
    assert bench.task(case, "review").owner == bench.cast.users["lishuji"]


def test_calling_back_ends_the_whole_chain_behind_it(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    ask(bench, case, "review", "lishuji", "zhoufu")
    task = ask(bench, case, "review", "zhoufu", "shenjie")
    services.call_back(task_id=task.pk, actor=bench.actor("lishuji"), now=bench.now)
    assert set(Delegation.objects.values_list("ending", flat=True)) == {"called_back"}
    assert bench.task(case, "review").owner == bench.cast.users["lishuji"]


def test_whoever_must_not_act_is_not_asked_and_an_opinion_counts_as_acting(bench: Bench) -> None:
    case = bench.start(
        flow(
            approval("first", assignee={"rule": "role", "roles": ["community_deputy"]}),
            approval("second", not_same_as=["first"]),
            approval("third", assignee={"rule": "role", "roles": ["street_clerk"]}, not_same_as=["second"]),
        )
    )
    bench.act(case, "first", "zhoufu", "approve")
    with pytest.raises(Invalid) as refusal:
        ask(bench, case, "second", "lishuji", "zhoufu")
    assert refusal.value.code == "same_person"
    reply(bench, ask(bench, case, "second", "lishuji", "shenjie"), "shenjie")
    bench.act(case, "second", "lishuji", "approve")
    third = bench.task(case, "third")
    assert third.why["code"] == "nobody", "the only clerk gave an opinion at the second step"
    with pytest.raises(DandelionError):
        bench.act(case, "third", "shenjie", "approve")


def test_an_asked_colleague_cannot_hand_the_decision_to_anybody(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    task = ask(bench, case, "review", "lishuji", "zhoufu")
    with pytest.raises(NotAllowed):
        services.reassign(
            task_id=task.pk, actor=bench.actor("zhoufu"), to_user=bench.cast.users["shenjie"], reason="x", now=bench.now
        )
    services.reassign(
        task_id=task.pk, actor=bench.actor("admin"), to_user=bench.cast.users["shenjie"], reason="x", now=bench.now
    )
    assert Delegation.objects.get().ending == "void"
    bench.act(case, "review", "shenjie", "approve")
    assert case.result == "done"


def test_among_several_who_sign_nobody_signs_twice_by_asking(bench: Bench) -> None:
    both = {"rule": "role", "roles": ["community_secretary", "community_deputy"]}
    case = bench.start(flow(approval("vote", assignee=both, mode="all")))
    mine = Task.objects.get(process=case, step_id="vote", owner=bench.cast.users["lishuji"])
    theirs = Task.objects.get(process=case, step_id="vote", owner=bench.cast.users["zhoufu"])
    with pytest.raises(Invalid):
        services.delegate(
            task_id=mine.pk, actor=bench.actor("lishuji"), to_user=bench.cast.users["zhoufu"], words="x", now=bench.now
        )
    services.delegate(
        task_id=mine.pk, actor=bench.actor("lishuji"), to_user=bench.cast.users["shenjie"], words="x", now=bench.now
    )
    with pytest.raises(Invalid) as refusal:
        services.reassign(
            task_id=theirs.pk,
            actor=bench.actor("zhoufu"),
            to_user=bench.cast.users["lishuji"],
            reason="x",
            now=bench.now,
        )
    assert refusal.value.code == "same_person", "his own task comes back to him"


def test_nothing_delegated_stays_open_when_the_case_goes_elsewhere(bench: Bench) -> None:
    steps = [
        approval("a", APPROVE, REJECT, RETURN),
        approval("b", assignee={"rule": "role", "roles": ["street_clerk"]}),
    ]
    split = {"id": "p", "kind": "parallel", "branches": [{"id": f"x{n}", "steps": [s]} for n, s in enumerate(steps)]}
    case = bench.start(flow(split))
    ask(bench, case, "b", "shenjie", "zhoufu")
    bench.act(case, "a", "lishuji", "reject")
    assert case.result == "rejected"
    assert Delegation.objects.get().ending == "void"


def test_a_claim_and_a_guests_task_are_not_delegated(bench: Bench) -> None:
    case = bench.start(wish(), login="")
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="好")
    with pytest.raises(Invalid):
        ask(bench, case, "claim", "org1", "lishuji")
    bench.claim(case)
    bench.act(case, "fulfil", "org1", remark="好")
    task = bench.task(case, "confirm")
    with pytest.raises(NotAllowed):
        services.delegate(
            task_id=task.pk, actor=bench.guest(case), to_user=bench.cast.users["zhoufu"], words="x", now=bench.now
        )
    assert not may_of_guest(bench, task).can_delegate


def may_of_guest(bench: Bench, task: Task) -> selectors.Actions:
    guest = bench.guest(task.process)
    return selectors.actions_on(selectors.task_for(guest, task.pk), guest, now=bench.now)


def test_a_colleague_who_leaves_does_not_strand_the_task(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    ask(bench, case, "review", "lishuji", "zhoufu")
    bench.cast.users["zhoufu"].is_active = False
    bench.cast.users["zhoufu"].save()
    assert services.mend_stranded(now=bench.now) == 1
    bench.act(case, "review", "lishuji", "approve")
    assert (case.result, Delegation.objects.get().ending) == ("done", "void")
