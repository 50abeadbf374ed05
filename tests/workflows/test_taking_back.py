"""Taking a decision back until the next one acts (拿回), between branches and among signers too.

steedos/workflow#1377: a decision among several signers could not be taken back; here it can while it is open.
"""

from typing import Any

import pytest

from core.exceptions import NotAllowed, WrongState
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, REJECT, approval, branch, claim, effect, fill, flow, notice, parallel
from workflows import selectors, services
from workflows.models import Case, Task
from workflows.presenters.cases import events_of

CLERK = {"rule": "role", "roles": ["street_clerk"]}
DEPUTY = {"rule": "role", "roles": ["community_deputy"]}
BACK = {"id": "back", "label": "退", "effect": "return:first", "comment": "required"}
SOFT = {"id": "approve", "label": "通过", "effect": "continue", "comment": "optional"}


def done(case, step: str) -> Task:
    return Task.objects.filter(process=case, step_id=step, flow_task_type="HUMAN", status="DONE").latest("pk")


def take_back(bench: Bench, case, step: str, who: str = "lishuji") -> Task:
    task = services.take_back(task_id=done(case, step).pk, actor=bench.actor(who), now=bench.now)
    case.refresh_from_db()
    return task


def refused(bench: Bench, case, step: str, who: str = "lishuji") -> str:
    with pytest.raises(WrongState) as refusal:
        take_back(bench, case, step, who)
    return str(refusal.value)


def two() -> dict[str, Any]:
    return flow(
        approval("first", SOFT, REJECT, deadline={"days": 2}),
        approval("second", APPROVE, BACK, assignee=CLERK, deadline={"days": 3}),
    )


def signers(bench: Bench, mode: str, **props: Any) -> dict[str, Any]:
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in ("zhoufu", "lishuji", "shenjie")]
    return approval("sign", APPROVE, REJECT, assignee=rules, mode=mode, **props)


def test_the_task_is_there_again_as_it_was_left_and_whoever_loses_his_is_told(bench: Bench) -> None:
    case = bench.start(two())
    due = bench.task(case, "first").due_at
    bench.act(case, "first", "lishuji", "approve", comment="同意，请尽快")
    bench.later(hours=5)
    take_back(bench, case, "first")
    task = bench.task(case, "first")
    assert bench.open(case) == ["first"]
    assert (task.due_at, task.owner, bench.timers(case)) == (due, bench.cast.users["lishuji"], 1)
    assert task.data["draft"] == {"outcome": "approve", "comment": "同意，请尽快"}
    told = Message.objects.get(kind="task.taken_back")
    assert told.user == bench.cast.users["shenjie"]
    assert not selectors.inbox(bench.actor("shenjie"), now=bench.now)
    assert not selectors.done_by(bench.actor("lishuji"))
    assert any("拿回" in event.what for event in events_of(case))
    assert case.data["outcomes"] == {}
    bench.act(case, "first", "lishuji", "approve")
    bench.act(case, "second", "shenjie", "approve")
    assert bench.result(case) == ("DONE", "done", [])


def test_only_ones_own_newest_decision_and_only_until_the_next_one_acts(bench: Bench) -> None:
    case = bench.start(two())
    bench.act(case, "first", "lishuji", "approve")
    with pytest.raises(NotAllowed):
        take_back(bench, case, "first", "shenjie")
    assert selectors.actions_on(done(case, "first"), bench.actor("lishuji"), now=bench.now).can_take_back
    colleague = bench.cast.users["admin"]
    task = bench.task(case, "second")
    services.reassign(task_id=task.pk, actor=bench.actor("shenjie"), to_user=colleague, reason="忙", now=bench.now)
    assert "不能再拿回" in refused(bench, case, "first")
    assert not selectors.actions_on(done(case, "first"), bench.actor("lishuji"), now=bench.now).can_take_back


def test_once_the_next_one_has_decided_it_is_too_late(bench: Bench) -> None:
    case = bench.start(flow(approval("first"), approval("second", assignee=CLERK), fill("third")))
    bench.act(case, "first", "lishuji", "approve")
    bench.act(case, "second", "shenjie", "approve")
    assert "不能再拿回" in refused(bench, case, "first")
    take_back(bench, case, "second", "shenjie")
    take_back(bench, case, "first")
    assert bench.open(case) == ["first"]


@pytest.mark.parametrize(
    "between",
    [
        effect("post", "log", text="x"),
        notice(),
        {"id": "tell", "kind": "notify", "props": {"to": ["starter"], "subject": "好"}},
    ],
)
def test_what_was_recorded_posted_or_written_cannot_be_taken_back(bench: Bench, between) -> None:
    case = bench.start(flow(approval("first"), between, approval("second", assignee=CLERK)))
    bench.act(case, "first", "lishuji", "approve")
    assert "不能再拿回" in refused(bench, case, "first")


def test_a_claim_is_given_back_instead(bench: Bench) -> None:
    case = bench.start(flow(approval("first"), claim(), fill("after", {"rule": "claimant", "step": "claim"})))
    bench.act(case, "first", "lishuji", "approve")
    bench.claim(case)
    assert "退回" in refused(bench, case, "claim", "org1")


def test_branches_that_one_decision_opened_all_go_and_come_again(bench: Bench) -> None:
    small = {"<": [{"var": "start.value"}, 9]}
    case = bench.start(
        flow(
            approval("first"),
            parallel("p", [approval("a", assignee=CLERK, deadline={"days": 1})], [branch("br", small, [], [])]),
            approval("last"),
        ),
        value=5,
    )
    bench.act(case, "first", "lishuji", "approve")
    take_back(bench, case, "first")
    assert (bench.open(case), bench.timers(case)) == (["first"], 0)
    bench.act(case, "first", "lishuji", "approve")
    bench.act(case, "a", "shenjie", "approve")
    assert bench.open(case) == ["last"], "the branches met once"


def test_inside_a_branch_the_join_waits_again(bench: Bench) -> None:
    case = bench.start(flow(parallel("p", [approval("a")], [approval("b", assignee=DEPUTY)]), approval("last")))
    bench.act(case, "a", "lishuji", "approve")
    take_back(bench, case, "a")
    bench.act(case, "b", "zhoufu", "approve")
    assert bench.open(case) == ["a"]
    bench.act(case, "a", "lishuji", "approve")
    assert bench.open(case) == ["last"]
    assert "不能再拿回" in refused(bench, case, "b", "zhoufu"), "the branches have met since"
    take_back(bench, case, "a")
    assert bench.open(case) == ["a"]
    bench.act(case, "a", "lishuji", "approve")
    bench.act(case, "last", "lishuji", "approve")
    assert bench.result(case) == ("DONE", "done", [])


def test_a_signer_takes_his_vote_back_while_it_is_open(bench: Bench) -> None:
    case = bench.start(flow(signers(bench, "all"), approval("last")))
    bench.act(case, "sign", "zhoufu", "approve")
    take_back(bench, case, "sign", "zhoufu")
    assert bench.open(case) == ["sign"] * 3
    for login in ("lishuji", "shenjie", "zhoufu"):
        bench.act(case, "sign", login, "approve")
    assert bench.open(case) == ["last"]


def test_the_vote_that_decided_is_taken_back_and_the_others_may_sign_again(bench: Bench) -> None:
    """#15, #34: a round that was decided opens again; its fellow signers have their tasks and timers back."""
    case = bench.start(flow(signers(bench, "quorum", need=2, deadline={"days": 2}), approval("last")))
    bench.act(case, "sign", "zhoufu", "approve")
    bench.act(case, "sign", "lishuji", "approve")
    assert bench.open(case) == ["last"]
    services.take_back(
        task_id=Task.objects.get(process=case, step_id="sign", owner=bench.cast.users["lishuji"]).pk,
        actor=bench.actor("lishuji"),
        now=bench.now,
    )
    case.refresh_from_db()
    assert (bench.open(case), bench.timers(case)) == (["sign"] * 2, 2)
    assert case.data["outcomes"] == {}
    bench.act(case, "sign", "shenjie", "reject")
    bench.act(case, "sign", "lishuji", "reject")
    assert bench.result(case) == ("DONE", "rejected", [])


def test_a_return_is_taken_back_with_all_it_had_cancelled(bench: Bench) -> None:
    case = bench.start(
        flow(
            approval("first"),
            parallel("p", [approval("second", APPROVE, BACK, assignee=CLERK)], [approval("b", deadline={"days": 1})]),
            approval("last"),
        )
    )
    bench.act(case, "first", "lishuji", "approve")
    bench.act(case, "second", "shenjie", "back", comment="缺材料")
    assert bench.open(case) == ["first"]
    take_back(bench, case, "second", "shenjie")
    assert (bench.open(case), bench.timers(case)) == (["b", "second"], 1)
    assert case.data["outcomes"] == {"first": "approve"}
    assert case.data["returns"] == {"second": 0}
    bench.act(case, "b", "lishuji", "approve")
    bench.act(case, "second", "shenjie", "approve")
    assert bench.open(case) == ["last"]


def test_a_return_that_was_answered_already_stays(bench: Bench) -> None:
    case = bench.start(two())
    bench.act(case, "first", "lishuji", "approve")
    bench.act(case, "second", "shenjie", "back", comment="缺材料")
    bench.act(case, "first", "lishuji", "approve")
    assert "不能再拿回" in refused(bench, case, "second", "shenjie")
    assert Case.objects.get(pk=case.pk).data["returns"] == {"second": 1}


def test_not_while_it_is_on_hold(bench: Bench) -> None:
    case = bench.start(two())
    bench.act(case, "first", "lishuji", "approve")
    services.hold_case(case_id=case.pk, actor=bench.actor("admin"), reason="等", now=bench.now)
    assert "挂起" in refused(bench, case, "first")
