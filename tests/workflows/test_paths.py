"""The paths a case can take, on our lean activations. `tests/oracle` walks the same paths on Viewflow's own nodes."""

from typing import Any

import pytest

from core.actors import Actor
from core.audit.models import AuditEntry
from core.exceptions import Conflict, Invalid, NotAllowed, WrongState
from core.people.models import User
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import (
    APPROVE,
    DEPUTY,
    GRID,
    REJECT,
    RETURN,
    approval,
    branch,
    effect,
    end,
    fill,
    flow,
    parallel,
    simple,
)
from workflows import services
from workflows.models import Case, Task

BIG = {">": [{"var": "start.value"}, 100]}


def signing(bench: Bench, mode: str, need: int = 1, **props) -> dict[str, Any]:
    who = ["wanggexia", "zhoufu", "lishuji", "shenjie"]
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in who]
    return flow(approval("sign", APPROVE, REJECT, RETURN, assignee=rules, mode=mode, need=need, **props))


def vote(bench: Bench, case: Case, *votes: str) -> None:
    for login, outcome in zip(["wanggexia", "zhoufu", "lishuji", "shenjie"], votes, strict=False):
        if outcome:
            bench.act(case, "sign", login, outcome)


def test_an_approval_ends_the_case(bench: Bench) -> None:
    case = bench.start(simple())
    bench.act(case, "review", outcome="approve")
    assert bench.result(case) == ("DONE", "done", [])


def test_a_rejection_ends_the_case_with_its_result(bench: Bench) -> None:
    case = bench.start(simple())
    bench.act(case, "review", outcome="reject")
    assert bench.result(case) == ("DONE", "rejected", [])


@pytest.mark.parametrize(("value", "step"), [(500, "big"), (5, "small"), (None, "small")])
def test_a_branch_follows_its_condition_and_unanswered_counts_as_no(bench: Bench, value: int | None, step: str) -> None:
    case = bench.start(flow(branch("b", BIG, [fill("big")], [fill("small")])), value=value)
    assert bench.open(case) == [step]


def test_an_empty_branch_goes_straight_on(bench: Bench) -> None:
    case = bench.start(flow(branch("b", BIG, [fill("big")], []), fill("last")), value=1)
    assert bench.open(case) == ["last"]


def test_a_condition_reads_the_outcome_of_a_step(bench: Bench) -> None:
    yes = {"id": "yes", "label": "是", "effect": "continue"}
    no = {"id": "no", "label": "否", "effect": "continue"}
    when = {"==": [{"var": "outcomes.ask_them"}, "yes"]}
    case = bench.start(flow(approval("ask_them", yes, no), branch("b", when, [fill("one")], [fill("other")])))
    bench.act(case, "ask_them", outcome="no")
    assert bench.open(case) == ["other"]


def test_parallel_branches_meet_once(bench: Bench) -> None:
    case = bench.start(flow(parallel("p", [fill("a")], [fill("b"), effect("e", "log", text="b")]), fill("last")))
    assert bench.open(case) == ["a", "b"]
    bench.act(case, "a", remark="好")
    assert bench.open(case) == ["b"]
    bench.act(case, "b", remark="好")
    assert bench.open(case) == ["last"]
    assert Task.objects.filter(process=case, flow_task_type="JOIN").count() == 1


def test_parallel_branches_that_need_nobody_meet_once(bench: Bench) -> None:
    document = flow(parallel("p", [effect("a", "log", text="a")], [effect("b", "log", text="b")]), fill("last"))
    case = bench.start(document)
    assert bench.open(case) == ["last"]
    assert bench.log == ["a", "b"]


def test_nested_parallel_branches_meet_inside_out(bench: Bench) -> None:
    inner = parallel("q", [fill("a")], [fill("b")])
    case = bench.start(flow(parallel("p", [inner, fill("aa")], [fill("c")]), fill("last")))
    for step in ("a", "c", "b", "aa", "last"):
        bench.act(case, step, remark="好")
    assert bench.result(case) == ("DONE", "done", [])


def test_an_end_inside_a_parallel_branch_ends_everything(bench: Bench) -> None:
    case = bench.start(flow(parallel("p", [approval("x")], [fill("y")]), fill("last")))
    bench.act(case, "x", outcome="reject")
    assert bench.result(case) == ("DONE", "rejected", [])


def test_an_early_end_in_one_branch_stops_the_work_of_its_neighbours(bench: Bench) -> None:
    document = flow(parallel("p", [end("e", "early")], [effect("b", "log", text="b"), effect("c", "log", text="c")]))
    case = bench.start(document)
    assert bench.result(case) == ("DONE", "early", [])
    assert "c" not in bench.log


def test_returning_to_the_start_reopens_the_form_for_the_starter(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, RETURN)))
    bench.act(case, "review", outcome="return")
    assert bench.open(case) == ["start"]
    assert bench.task(case, "start").owner == bench.cast.users["member1"]
    bench.act(case, "start", "member1", what="改过了")
    assert bench.open(case) == ["review"]


def test_a_return_out_of_a_parallel_branch_cancels_its_neighbours_and_their_timers(bench: Bench) -> None:
    """Open-source engines cannot do this (ruoyi-vue-pro#867, #1128): the join then waits for ever."""
    back = {"id": "back", "label": "退回", "effect": "return:first"}
    deadline = {"days": 2, "calendar": "calendar"}
    document = flow(
        fill("first"),
        parallel("p", [approval("x", APPROVE, back)], [fill("y", deadline=deadline), fill("z")]),
        fill("last"),
    )
    case = bench.start(document)
    bench.act(case, "first", remark="一")
    assert bench.timers(case) == 1
    bench.act(case, "x", outcome="back")
    assert (bench.open(case), bench.timers(case)) == (["first"], 0)
    bench.act(case, "first", remark="二")
    assert (bench.open(case), bench.timers(case)) == (["x", "y"], 1)
    bench.act(case, "x", outcome="approve")
    bench.act(case, "y", remark="好")
    bench.act(case, "z", remark="好")
    assert bench.open(case) == ["last"]


def test_a_return_within_one_parallel_branch_leaves_the_other_alone(bench: Bench) -> None:
    back = {"id": "back", "label": "退回", "effect": "return:a"}
    case = bench.start(flow(parallel("p", [fill("a"), approval("x", APPROVE, back)], [fill("y")]), fill("last")))
    bench.act(case, "a", remark="一")
    kept = bench.task(case, "y").pk
    bench.act(case, "x", outcome="back")
    assert bench.open(case) == ["a", "y"]
    assert bench.task(case, "y").pk == kept
    bench.act(case, "a", remark="二")
    bench.act(case, "x", outcome="approve")
    bench.act(case, "y", remark="好")
    assert bench.open(case) == ["last"]


def test_only_two_returns_are_possible_from_one_step(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, RETURN)))
    for _round in range(2):
        bench.act(case, "review", outcome="return")
        bench.act(case, "start", "member1", what="改过了")
    with pytest.raises(Invalid) as refusal:
        bench.act(case, "review", outcome="return")
    assert refusal.value.code == "too_many_returns"
    assert bench.open(case) == ["review"]


@pytest.mark.parametrize(
    ("mode", "need", "votes", "result"),
    [
        ("all", 1, ["approve"] * 4, "done"),
        ("all", 1, ["approve", "reject"], "rejected"),
        ("any", 1, ["approve"], "done"),
        ("any", 1, ["reject"] * 3 + ["approve"], "done"),
        ("any", 1, ["reject"] * 4, "rejected"),
        ("quorum", 3, ["approve", "reject", "approve", "approve"], "done"),
        ("quorum", 3, ["reject", "reject"], "rejected"),
    ],
)
def test_signers_decide_together_as_soon_as_it_is_certain(
    bench: Bench, mode: str, need: int, votes: list[str], result: str
) -> None:
    case = bench.start(signing(bench, mode, need))
    assert bench.open(case) == ["sign"] * 4
    vote(bench, case, *votes)
    assert bench.result(case) == ("DONE", result, [])


def test_one_signer_returns_for_all_and_the_round_begins_anew(bench: Bench) -> None:
    case = bench.start(signing(bench, "all", deadline={"days": 3}))
    assert bench.timers(case) == 4
    vote(bench, case, "approve", "return")
    assert (bench.open(case), bench.timers(case)) == (["start"], 0)
    bench.act(case, "start", "member1", what="改过了")
    assert bench.open(case) == ["sign"] * 4
    vote(bench, case, *["approve"] * 4)
    assert bench.result(case) == ("DONE", "done", [])


def test_signers_inside_a_parallel_branch(bench: Bench) -> None:
    document = signing(bench, "quorum", 2)
    document["steps"] = [parallel("p", document["steps"], [fill("y")]), fill("last")]
    case = bench.start(document)
    vote(bench, case, "approve", "approve")
    assert bench.open(case) == ["y"]
    bench.act(case, "y", remark="好")
    assert bench.open(case) == ["last"]


def test_a_wait_ends_at_its_moment_and_not_before(bench: Bench) -> None:
    case = bench.start(flow({"id": "w", "kind": "wait", "props": {"days": 3, "calendar": "calendar"}}, fill("last")))
    assert bench.later(days=2) == 0
    assert bench.later(days=2) == 1
    assert bench.open(case) == ["last"]
    assert bench.later(days=9) == 0


def test_a_wait_until_a_day_of_the_form(bench: Bench) -> None:
    wait = {"id": "w", "kind": "wait", "props": {"until": {"var": "start.day"}}}
    case = bench.start(flow(wait, fill("last")), day="2026-05-13")
    assert bench.later(days=1) == 0
    assert bench.later(days=1) == 1
    assert bench.open(case) == ["last"]


def test_an_effect_that_fails_in_the_foreground_rolls_everything_back(bench: Bench) -> None:
    case = bench.start(flow(approval("review"), effect("x", "fail")))
    with pytest.raises(Invalid) as refusal:
        bench.act(case, "review", outcome="approve")
    assert refusal.value.code == "effect_failed"
    assert "secret" not in str(refusal.value)
    assert bench.result(case) == ("NEW", "", ["review"])


def test_an_effect_that_fails_in_the_background_is_parked_and_can_be_retried(bench: Bench) -> None:
    wait = {"id": "w", "kind": "wait", "props": {"days": 1, "calendar": "calendar"}}
    case = bench.start(flow(wait, effect("x", "fail"), fill("last")))
    assert bench.later(days=2) == 1
    parked = Task.objects.get(process=case, status="ERROR")
    assert (parked.step_id, parked.data) == ("x", {"error": "RuntimeError"})
    # The page said that the administrators know, but nobody had told them.
    assert Message.objects.filter(user=bench.cast.users["admin"], kind="case.failed").count() == 1
    assert bench.result(case)[0] == "NEW"
    with pytest.raises(NotAllowed):
        services.retry(task_id=parked.pk, actor=bench.actor("lishuji"), now=bench.now)
    with pytest.raises(Invalid):
        services.retry(task_id=parked.pk, actor=bench.actor("admin"), now=bench.now)
    from workflows.effects import EFFECTS, Effect

    EFFECTS._entries["fail"] = Effect("fail", lambda ctx: bench.log.append("healed"))
    second = User.objects.create_superuser("second", password="x")
    services.retry(task_id=parked.pk, actor=bench.actor("admin"), now=bench.now)
    assert (bench.open(case), bench.log) == (["last"], ["healed"])
    assert [one.user for one in Message.objects.filter(kind="case.repaired")] == [second]
    moved = Message.objects.filter(user=bench.cast.users["member1"], kind="case.moved").order_by("pk").last()
    assert moved is not None, "whoever started it hears that it goes on"
    trail = AuditEntry.objects.filter(case_id=case.pk).values_list("verb", flat=True)
    assert list(trail.order_by("pk")) == ["case.started", "case.effect_failed", "case.effect_retried"]


def test_the_starter_withdraws_until_somebody_has_decided(bench: Bench) -> None:
    case = bench.start(flow(approval("review"), fill("last"), on_withdraw="log.withdrawn"))
    with pytest.raises(NotAllowed):
        services.withdraw(case_id=case.pk, actor=bench.actor("lishuji"), reason="", now=bench.now)
    services.withdraw(case_id=case.pk, actor=bench.actor("member1"), reason="不需要了", now=bench.now)
    assert bench.result(case) == ("CANCELED", "withdrawn", [])
    assert bench.log == ["withdrawn"]
    with pytest.raises(WrongState):
        services.withdraw(case_id=case.pk, actor=bench.actor("member1"), reason="", now=bench.now)
    decided = bench.start()
    bench.act(decided, "review", outcome="approve")
    with pytest.raises(WrongState) as refusal:
        services.withdraw(case_id=decided.pk, actor=bench.actor("member1"), reason="", now=bench.now)
    assert refusal.value.code == "already_decided"


def test_cancelling_with_a_half_arrived_join_leaves_nothing_open(bench: Bench) -> None:
    case = bench.start(flow(parallel("p", [fill("a")], [fill("b")])))
    bench.act(case, "a", remark="好")
    services.cancel_case(case_id=case.pk, actor=bench.actor("admin"), reason="误报", now=bench.now)
    assert not Task.objects.filter(process=case, status__in=["NEW", "ASSIGNED", "STARTED", "SCHEDULED"]).exists()


def test_a_reassigned_task_belongs_to_the_new_person_alone(bench: Bench) -> None:
    case = bench.start(simple())
    task = bench.task(case, "review")
    users = bench.cast.users
    services.reassign(
        task_id=task.pk, actor=bench.actor("lishuji"), to_user=users["shenjie"], reason="出差", now=bench.now
    )
    with pytest.raises(Conflict):
        bench.act(case, "review", "lishuji", "approve")
    bench.act(case, "review", "shenjie", "approve")
    assert bench.result(case)[0] == "DONE"


def test_a_stranger_and_a_second_click_are_refused(bench: Bench) -> None:
    case = bench.start(simple())
    task = bench.task(case, "review").pk
    with pytest.raises(NotAllowed):
        bench.act(case, "review", "outsider", "approve")
    bench.act(case, "review", outcome="approve")
    with pytest.raises(WrongState):
        services.act(task_id=task, actor=bench.actor("lishuji"), outcome="approve", now=bench.now)


def test_an_unknown_outcome_a_missing_form_and_a_missing_comment_are_refused_by_name(bench: Bench) -> None:
    strict = {**REJECT, "comment": "required"}
    case = bench.start(flow(approval("review", APPROVE, strict, form="note")))
    for outcome, code in [("nonsense", "unknown_outcome"), ("reject", "comment_missing"), ("approve", "form_missing")]:
        with pytest.raises(Invalid) as refusal:
            bench.act(case, "review", outcome=outcome)
        assert refusal.value.code == code
    with pytest.raises(Invalid) as wrong:
        bench.act(case, "review", outcome="approve", remark="")
    assert "remark" in wrong.value.errors


def test_what_administrators_write_is_never_rendered_as_a_template(bench: Bench) -> None:
    document = simple()
    document["steps"][0]["name"] = "{{ process.starter.password }}"
    case = bench.start(document)
    task = bench.task(case, "review")
    assert "{{" not in task.brief
    assert "md5" not in f"{task.brief}{task.title}{case.brief}{task}{case}"


def test_nobody_else_may_act_as_the_guest_of_another_case(bench: Bench) -> None:
    document = flow({"id": "confirm", "kind": "form", "props": {"assignee": {"rule": "guest"}}}, status_code=True)
    one, other = bench.start(document, login=""), bench.start(login="")
    with pytest.raises(NotAllowed):
        bench.act(one, "confirm", Actor(guest_case=other.pk))
    bench.act(one, "confirm", Actor(guest_case=one.pk))
    assert bench.result(one)[0] == "DONE"


def test_the_same_person_cannot_act_at_two_steps_that_must_differ(bench: Bench) -> None:
    document = flow(approval("one", assignee=[DEPUTY, GRID]), approval("two", assignee=DEPUTY, not_same_as=["one"]))
    case = bench.start(document)
    bench.act(case, "one", "zhoufu", "approve")
    # The community has one deputy only, so it went up; nobody above, so to the administrators.
    with pytest.raises(NotAllowed):
        bench.act(case, "two", "zhoufu", "approve")
    assert bench.task(case, "two").why["code"] == "nobody"
    with pytest.raises(Invalid) as refusal:
        services.reassign(
            task_id=bench.task(case, "two").pk,
            actor=bench.actor("admin"),
            to_user=bench.cast.users["zhoufu"],
            reason="请处理",
            now=bench.now,
        )
    assert refusal.value.code == "same_person"
    bench.act(case, "two", "admin", "approve")
    assert bench.result(case)[0] == "DONE"
