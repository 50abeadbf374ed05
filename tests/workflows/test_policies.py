"""Whoever is not found, one's own matter, and the same person twice: what the flow says, and that nothing is hidden.

Threads: sartography/spiff-arena#1193 (nobody found at run time), steedos/workflow#2111 (the same approver twice),
frappe/frappe#7822 (fixed roles cannot tell the applicant from the approver).
"""

import pytest

from core.exceptions import Invalid
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, REJECT, RETURN, SECRETARY, approval, flow
from workflows import services
from workflows.models import PASSED, Case, Task, TaskCandidate
from workflows.reasons import why_sentence
from workflows.selectors import progress, timeline
from workflows.services import reassign

VACANT = {"rule": "role", "roles": ["liaison"]}


def skipped(case: Case) -> list[tuple[str, str]]:
    rows = Task.objects.filter(process=case, flow_task_type=PASSED).order_by("pk")
    return [(row.step_id, row.why["code"]) for row in rows]


def test_the_named_one_stands_in_before_the_administrators_and_reads_why(bench: Bench) -> None:
    case = bench.start(flow(approval("a", assignee=VACANT, when_nobody=DEPUTY)))
    assert why_sentence(bench.task(case, "a")) == "您是方塔社区的社区副书记。按流程该办的人没有找到，由您代为办理。"
    bench.act(case, "a", "zhoufu", "approve")
    assert bench.result(case)[0] == "DONE"


def test_when_the_one_who_stands_in_is_missing_too_the_administrators_get_it(bench: Bench) -> None:
    case = bench.start(flow(approval("a", assignee=VACANT, when_nobody=VACANT)))
    assert bench.task(case, "a").why["code"] == "nobody"


def test_the_step_of_whoever_started_passes_visibly_with_its_reason(bench: Bench) -> None:
    case = bench.start(flow(approval("a", when_self="skip"), approval("b", assignee=DEPUTY)), login="lishuji")
    assert skipped(case) == [("a", "skipped_self")]
    assert bench.open(case) == ["b"]
    row = next(row for row in progress(case) if row.step_id == "a")
    assert (row.state, row.with_whom) == ("passed", "该在这里办理的人就是报送人，不再重复审批。")
    told = next(event for event in timeline(case) if event.step_id == "a")
    assert told.is_passed
    assert told.who is None


def test_a_case_of_nothing_but_own_steps_comes_to_its_end(bench: Bench) -> None:
    case = bench.start(flow(approval("a", when_self="skip")), login="lishuji")
    assert bench.result(case) == ("DONE", "done", [])


def test_others_are_asked_although_the_step_would_pass_for_its_starter(bench: Bench) -> None:
    case = bench.start(flow(approval("a", when_self="skip")), login="member1")
    assert bench.open(case) == ["a"]


def test_above_asks_whoever_stands_higher_than_the_starter(bench: Bench) -> None:
    both = {"rule": "role", "roles": ["community_secretary", "street_clerk"]}
    case = bench.start(flow(approval("a", assignee=both, when_self="above")), login="lishuji")
    task = bench.task(case, "a")
    assert task.why["unit"] == bench.cast.units["yueyang"].pk
    assert "不能自己定" in why_sentence(task)
    bench.act(case, "a", "shenjie", "approve")


def test_the_administrators_decide_for_the_starter_and_nobody_hands_it_back_to_him(bench: Bench) -> None:
    case = bench.start(flow(approval("a", when_self="admins")), login="lishuji")
    task = bench.task(case, "a")
    assert task.why["code"] == "self_admins"
    to_user, admin = bench.cast.users["lishuji"], bench.actor("admin")
    with pytest.raises(Invalid) as refused:
        reassign(task_id=task.pk, actor=admin, to_user=to_user, reason="请您看", now=bench.now)
    assert refused.value.code == "same_person"


def test_who_agreed_before_is_not_asked_again_in_the_same_round(bench: Bench) -> None:
    document = flow(approval("a"), approval("b", when_again="skip"), approval("c", assignee=DEPUTY))
    case = bench.start(document)
    bench.act(case, "a", "lishuji", "approve")
    assert skipped(case) == [("b", "skipped_again")]
    assert bench.open(case) == ["c"]


def test_after_a_return_what_was_agreed_has_lapsed(bench: Bench) -> None:
    document = flow(
        approval("a"),
        approval("b", APPROVE, RETURN, assignee=DEPUTY),
        approval("c", when_again="skip"),
    )
    case = bench.start(document)
    bench.act(case, "a", "lishuji", "approve")
    bench.act(case, "b", "zhoufu", "return")
    bench.act(case, "start", "member1", what="一件事", where="fangta")
    assert bench.open(case) == ["a"]
    assert skipped(case) == []


def test_in_a_row_only_the_step_right_before_counts(bench: Bench) -> None:
    document = flow(approval("a"), approval("b", assignee=DEPUTY), approval("c", when_again="in_a_row"))
    case = bench.start(document)
    bench.act(case, "a", "lishuji", "approve")
    bench.act(case, "b", "zhoufu", "approve")
    assert bench.open(case) == ["c"]


def test_of_several_who_must_agree_the_starter_counts_as_agreeing(bench: Bench) -> None:
    step = approval("a", APPROVE, REJECT, assignee=[SECRETARY, DEPUTY], mode="all", when_self="skip")
    case = bench.start(flow(step), login="lishuji")
    assert skipped(case) == [("a", "skipped_self")]
    bench.act(case, "a", "zhoufu", "approve")
    assert bench.result(case)[0] == "DONE"


def test_signers_who_need_not_be_asked_do_not_stop_the_case(bench: Bench) -> None:
    step = approval("a", APPROVE, REJECT, mode="all", when_self="skip")
    case = bench.start(flow(step), login="lishuji")
    assert bench.result(case)[0] == "DONE"


def test_what_is_open_stays_open_when_a_new_version_would_let_it_pass(bench: Bench) -> None:
    """camunda#19783: a task that moves with its case must never be left without anybody."""
    case = bench.start(flow(approval("a", assignee=VACANT, when_self="skip")), login="lishuji")
    assert bench.task(case, "a").why["code"] == "nobody"
    version = bench.publish(flow(approval("a", when_self="skip")))
    services.migrate_case(case_id=case.pk, to=version, actor=bench.actor("admin"), now=bench.now)
    keys = TaskCandidate.objects.filter(task=bench.task(case, "a")).values_list("key", flat=True)
    assert [key.partition("@")[0] for key in keys] == ["role:community_secretary"]
    bench.act(case, "a", "lishuji", "approve")
    assert bench.result(case)[0] == "DONE"
