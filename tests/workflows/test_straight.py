"""退回后直接回到退回人: a corrected case comes straight back to whoever returned it, and what was decided stands.

Threads: loonflow#31 (back to whoever rejected), steedos/workflow#1404 (others must not approve twice).
"""

from typing import Any

import pytest

from tests.workflows.conftest import Bench
from tests.workflows.faulty_flows import codes
from tests.workflows.flows import (
    APPROVE,
    DEPUTY,
    REJECT,
    SECRETARY,
    approval,
    branch,
    claim,
    effect,
    fill,
    flow,
    notice,
    parallel,
)
from workflows import services
from workflows.models import Case, Task
from workflows.presenters.cases import events_of
from workflows.selectors import progress
from workflows.tree import Tree, props_of

BACK = {"id": "back", "label": "退回", "effect": "return:start", "then": "straight"}
BIG = {">": [{"var": "start.value"}, 100]}
CLERK = {"rule": "role", "roles": ["street_clerk"]}


def last(step_id: str = "last", back: dict[str, Any] | None = None, **props: Any) -> dict[str, Any]:
    return approval(step_id, APPROVE, REJECT, {**BACK, **(back or {})}, **{"assignee": CLERK, **props})


def corrected(bench: Bench, case: Case, **answers: Any) -> None:
    bench.act(case, "start", "member1", **{"what": "一件事", "where": "fangta", **answers})


def returned(bench: Bench, *steps: dict[str, Any], **answers: Any) -> Case:
    case = bench.start(flow(*steps), **answers)
    while (opened := bench.open(case)) != ["last"]:
        bench.act(case, opened[0], "zhoufu" if opened[0] == "second" else "lishuji", outcome="approve")
    bench.act(case, "last", "shenjie", "back", comment="缺一页")
    assert bench.open(case) == ["start"]
    return case


def test_it_comes_straight_back_and_what_was_decided_and_done_stands(bench: Bench) -> None:
    case = returned(
        bench, approval("first"), effect("did", "log", text="once"), approval("second", assignee=DEPUTY), last()
    )
    corrected(bench, case)
    assert bench.open(case) == ["last"]
    assert bench.log == ["once"], "no effect a second time"
    assert {key: case.data["outcomes"][key] for key in ("first", "second")} == {"first": "approve", "second": "approve"}
    assert bench.task(case, "last").owner == bench.cast.users["shenjie"]
    assert [row.state for row in progress(case)] == ["done", "done", "done", "done", "current"]
    assert any("直接回到" in event.what for event in events_of(Case.objects.get(pk=case.pk)))
    bench.act(case, "last", "shenjie", "approve")
    assert bench.result(case)[0] == "DONE"


def test_without_it_everybody_decides_again(bench: Bench) -> None:
    case = returned(bench, approval("first"), last(back={"then": "walk"}))
    corrected(bench, case)
    assert bench.open(case) == ["first"]


def test_answers_that_lead_another_way_walk_again_and_the_case_says_so(bench: Bench) -> None:
    how = branch("how", BIG, [approval("first")], [approval("second", assignee=DEPUTY)])
    case = returned(bench, how, last(), value=500)
    corrected(bench, case, value=5)
    assert bench.open(case) == ["second"]
    assert "first" not in case.data["outcomes"]
    assert any("另一条路" in event.what for event in events_of(Case.objects.get(pk=case.pk)))


def test_answers_that_lead_the_same_way_do_not(bench: Bench) -> None:
    how = branch("how", BIG, [approval("first")], [approval("second", assignee=DEPUTY)])
    case = returned(bench, how, last(), value=500)
    corrected(bench, case, value=700)
    assert bench.open(case) == ["last"]


def test_a_second_return_before_it_arrives_lets_it_walk(bench: Bench) -> None:
    further = {"id": "further", "label": "再退", "effect": "return:start"}
    first = approval("first", APPROVE, further)
    case = bench.start(flow(first, approval("second", assignee=DEPUTY), last(back={"effect": "return:first"})))
    bench.act(case, "first", outcome="approve")
    bench.act(case, "second", "zhoufu", outcome="approve")
    bench.act(case, "last", "shenjie", "back")
    bench.act(case, "first", outcome="further")
    corrected(bench, case)
    bench.act(case, "first", outcome="approve")
    assert bench.open(case) == ["second"]


def test_inside_a_branch_at_the_same_time_the_other_one_goes_on(bench: Bench) -> None:
    mine = [approval("first"), approval("second", assignee=DEPUTY), last(back={"effect": "return:first"})]
    case = bench.start(flow(parallel("both", mine, [approval("other", assignee=SECRETARY)]), fill("end")))
    bench.act(case, "first", outcome="approve")
    bench.act(case, "second", "zhoufu", outcome="approve")
    bench.act(case, "last", "shenjie", "back")
    bench.act(case, "first", outcome="approve")
    assert bench.open(case) == ["last", "other"]
    bench.act(case, "other", outcome="approve")
    bench.act(case, "last", "shenjie", "approve")
    assert bench.open(case) == ["end"], "the join fires once"


def test_where_several_decided_together_all_decide_again_at_the_step_that_returned(bench: Bench) -> None:
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in ("zhoufu", "shenjie")]
    case = bench.start(flow(approval("first"), last(assignee=rules, mode="all")))
    bench.act(case, "first", outcome="approve")
    bench.act(case, "last", "shenjie", "back")
    corrected(bench, case)
    assert bench.open(case) == ["last", "last"]
    for login in ("zhoufu", "shenjie"):
        bench.act(case, "last", login, "approve")
    assert bench.result(case)[0] == "DONE"


def test_whoever_returned_it_and_left_is_replaced_by_the_rule(bench: Bench) -> None:
    case = returned(bench, approval("first"), last(when_nobody=SECRETARY))
    bench.cast.users["shenjie"].is_active = False
    bench.cast.users["shenjie"].save()
    corrected(bench, case)
    assert bench.open(case) == ["last"]
    assert bench.task(case, "last").owner != bench.cast.users["shenjie"]


def test_sent_back_by_whoever_was_added_it_comes_back_to_whom_the_step_belongs(bench: Bench) -> None:
    case = bench.start(flow(approval("first"), last(may_add=["beside"])))
    bench.act(case, "first", outcome="approve")
    clerk, deputy = bench.actor("shenjie"), bench.cast.users["zhoufu"]
    task = bench.task(case, "last")
    services.add_approver(task_id=task.pk, actor=clerk, to_user=deputy, place="beside", words="看看", now=bench.now)
    bench.act(case, "last", "zhoufu", "back")
    corrected(bench, case)
    assert bench.open(case) == ["last"]
    bench.act(case, "last", "shenjie", "approve")
    assert bench.result(case)[0] == "DONE"


def test_taking_back_the_return_and_taking_back_the_correction(bench: Bench) -> None:
    case = returned(bench, approval("first"), approval("second", assignee=DEPUTY), last())
    sent = Task.objects.get(process=case, step_id="last", status="DONE")
    services.take_back(task_id=sent.pk, actor=bench.actor("shenjie"), now=bench.now)
    case.refresh_from_db()
    assert (bench.open(case), case.data.get("straight")) == (["last"], {})
    bench.act(case, "last", "shenjie", "back")
    corrected(bench, case)
    mine = Task.objects.filter(process=case, step_id="start", status="DONE").latest("pk")
    services.take_back(task_id=mine.pk, actor=bench.actor("member1"), now=bench.now)
    case.refresh_from_db()
    assert bench.open(case) == ["start"]
    assert [row.state for row in progress(case)] == ["current", "next", "next", "next"]
    corrected(bench, case)
    assert bench.open(case) == ["last"]


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("straight_over", [approval("first"), claim("taken"), last()]),
        ("straight_over", [parallel("p", [approval("a")], [approval("b")]), last()]),
        ("straight_over", [approval("a"), parallel("p", [last()], [approval("b")])]),
        ("straight_from_here", [approval("first"), notice({**BACK, "id": "corrected"})]),
        (
            "straight_to_several",
            [approval("first", mode="all"), last(back={"effect": "return:first"})],
        ),
        ("bad_then", [last(back={"then": "fly"})]),
        ("bad_then", [approval("a"), last(back={"effect": "again:a"})]),
        ("back_unknown", [last(back={"effect": "return:nowhere"})]),
    ],
)
def test_where_it_cannot_work_it_is_found_before_it_is_published(code: str, steps: list[dict[str, Any]]) -> None:
    document = flow(*steps)
    for step in Tree(document).walk():
        if props_of(step).get("assignee") == CLERK:
            step["props"]["assignee"] = SECRETARY
    assert codes(document) == [code]
