"""What happens when a step is overdue: each rung once and in its order, for whoever has the task, and after returns."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.faulty_flows import codes as found
from tests.workflows.flows import (
    APPROVE,
    DEPUTY,
    GRID,
    REJECT,
    RETURN,
    SECRETARY,
    approval,
    claim,
    fill,
    flow,
    parallel,
)
from workflows import services
from workflows.models import Case, Task
from workflows.presenters.cases import events_of
from workflows.reasons import why_sentence
from workflows.selectors import done_by, inbox, progress

CLERK = {"rule": "role", "roles": ["street_clerk"]}


def timed(*rungs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"days": 2, "calendar": "calendar", "repeat_days": 1, "overdue": list(rungs), **more}


def rung(after: int, do: str, **more: Any) -> dict[str, Any]:
    return {"after": after, "do": do, **more}


def told(bench: Bench, login: str) -> list[str]:
    return list(Message.objects.filter(user=bench.cast.users[login]).order_by("pk").values_list("kind", flat=True))


def story(case: Case) -> list[str]:
    return [event.what for event in events_of(Case.objects.get(pk=case.pk))]


def test_a_ladder_reminds_hands_over_goes_up_and_decides_each_rung_once(bench: Bench) -> None:
    rungs = [rung(0, "remind"), rung(1, "reassign", assignee=DEPUTY), rung(3, "up", roles=["street_clerk"])]
    case = bench.start(flow(approval("review", deadline=timed(*rungs, rung(5, "outcome", outcome="reject")))))
    bench.later(days=1, hours=22)  # warned
    bench.later(hours=18)
    assert told(bench, "lishuji") == ["task.opened", "task.warn", "task.overdue"]
    bench.later(days=1)
    assert told(bench, "lishuji")[-1] == "task.passed_on"
    assert told(bench, "zhoufu") == ["task.overdue"]
    assert [row.case_id for row in inbox(bench.actor("lishuji"), now=bench.now)] == []
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == [case.pk]
    bench.later(days=1)  # between two rungs it reminds, whoever has it now
    assert told(bench, "zhoufu") == ["task.overdue", "task.overdue"]
    bench.later(days=1)
    assert told(bench, "zhoufu")[-1] == "task.passed_on"
    task = bench.task(case, "review")
    assert why_sentence(task) == "您是岳阳街道的街道干部。之前没有按时办，所以转到您这里。"
    assert bench.timers(case) == 1
    bench.later(days=1)
    bench.later(days=1)
    assert bench.result(case) == ("DONE", "rejected", [])
    assert bench.timers(case) == 0
    assert told(bench, "shenjie")[-1] == "task.passed_on"
    assert story(case) == [
        "提交",
        "审核 · 逾期，已提醒",
        "审核 · 逾期，已转给方塔社区的社区副书记",
        "审核 · 逾期，已上报岳阳街道的街道干部",
        "审核 · 驳回（无人按时决定，系统自动办理）",
    ]
    for login in ("lishuji", "zhoufu", "shenjie"):
        assert done_by(bench.actor(login)) == []
    assert bench.later(days=30) == 0


def test_an_automatic_outcome_names_nobody_as_its_doer(bench: Bench) -> None:
    case = bench.start(
        flow(approval("review", deadline=timed(rung(0, "outcome", outcome="approve"))), approval("next"))
    )
    bench.later(days=3)
    assert bench.open(case) == ["next"]
    row = next(one for one in progress(case) if one.step_id == "review")
    assert (row.state, row.with_whom, row.outcome) == ("done", "系统自动办理（无人按时办）", "approve")
    assert Task.objects.get(process=case, step_id="review", flow_task_type="HUMAN").owner_id is None
    starter = Message.objects.filter(user=bench.cast.users["member1"]).order_by("pk").last()
    assert starter is not None
    assert "没有人按时办" in starter.body


def test_a_step_that_nobody_does_goes_back_to_an_earlier_one(bench: Bench) -> None:
    first = approval("first", assignee=DEPUTY)
    case = bench.start(
        flow(first, approval("second", deadline=timed(rung(0, "remind"), rung(1, "step", step="first"))))
    )
    bench.act(case, "first", "zhoufu", "approve")
    bench.later(days=2, hours=9)
    bench.later(days=1)
    assert bench.open(case) == ["first"]
    assert (bench.timers(case), told(bench, "zhoufu")[-1], told(bench, "lishuji")[-1]) == (
        0,
        "task.again",
        "task.passed_on",
    )
    assert "审核 · 逾期，已退回前面的环节" in story(case)
    bench.act(case, "first", "zhoufu", "approve")
    assert (bench.open(case), bench.timers(case)) == (["second"], 1)
    bench.act(case, "second", "lishuji", "approve")
    assert bench.result(case)[:2] == ("DONE", "done")


def test_after_a_return_the_ladder_begins_again_from_its_first_rung(bench: Bench) -> None:
    # ruoyi-vue-pro#1018: after 退回 the timer of the node was gone for good.
    document = flow(approval("review", APPROVE, RETURN, deadline=timed(rung(0, "reassign", assignee=DEPUTY))))
    case = bench.start(document)
    bench.later(days=2, hours=9)
    bench.act(case, "review", "zhoufu", "return")
    assert bench.timers(case) == 0
    bench.act(case, "start", "member1", what="改过了")
    assert bench.timers(case) == 1
    assert [row.case_id for row in inbox(bench.actor("lishuji"), now=bench.now)] == [case.pk]
    bench.later(days=2, hours=9)
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == [case.pk]


def test_each_signer_has_a_ladder_of_his_own_and_nobody_signs_twice(bench: Bench) -> None:
    both = approval(
        "review",
        assignee=[SECRETARY, DEPUTY],
        mode="all",
        deadline=timed(rung(0, "reassign", assignee=[DEPUTY, CLERK])),
    )
    case = bench.start(flow(both))
    bench.act(case, "review", "zhoufu", "approve")
    bench.later(days=2, hours=9)
    assert bench.timers(case) == 1
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == []
    bench.act(case, "review", "shenjie", "approve")
    assert bench.result(case) == ("DONE", "done", [])


def test_a_signer_who_does_not_decide_is_counted_with_the_outcome_of_the_ladder(bench: Bench) -> None:
    both = approval(
        "review", assignee=[SECRETARY, DEPUTY], mode="all", deadline=timed(rung(0, "outcome", outcome="approve"))
    )
    case = bench.start(flow(both))
    bench.act(case, "review", "zhoufu", "approve")
    bench.later(days=2, hours=9)
    assert bench.result(case) == ("DONE", "done", [])
    assert (
        Task.objects.filter(
            process=case, step_id="review", owner=None, outcome="approve", flow_task_type="HUMAN"
        ).count()
        == 1
    )


def test_a_delegated_task_is_taken_from_the_colleague_and_from_whoever_asked(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline=timed(rung(0, "up", roles=["street_clerk"])))))
    task = bench.task(case, "review")
    to_user = bench.cast.users["zhoufu"]
    services.delegate(task_id=task.pk, actor=bench.actor("lishuji"), to_user=to_user, words="请看看", now=bench.now)
    bench.later(days=2, hours=9)
    assert told(bench, "zhoufu")[-1] == "task.passed_on"
    assert [row.case_id for row in inbox(bench.actor("shenjie"), now=bench.now)] == [case.pk]
    bench.act(case, "review", "shenjie", "approve")
    assert bench.result(case)[:2] == ("DONE", "done")


def test_a_rung_never_gives_a_task_to_somebody_who_must_stay_out(bench: Bench) -> None:
    second = approval("second", not_same_as=["first"], deadline=timed(rung(0, "reassign", assignee=DEPUTY)))
    case = bench.start(flow(approval("first", assignee=DEPUTY), second))
    bench.act(case, "first", "zhoufu", "approve")
    bench.later(days=2, hours=9)
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == []
    assert [row.case_id for row in inbox(bench.actor("shenjie"), now=bench.now)] == []
    assert [row.case_id for row in inbox(bench.actor("admin"), now=bench.now)] == [case.pk]


def test_above_the_topmost_unit_stand_the_administrators_and_then_only_reminders_follow(bench: Bench) -> None:
    rungs = [rung(0, "up", roles=["street_clerk"]), rung(1, "up"), rung(2, "up"), rung(3, "up")]
    case = bench.start(flow(approval("review", deadline=timed(*rungs))))
    for _day in range(7):
        bench.later(days=1)
    assert [row.case_id for row in inbox(bench.actor("admin"), now=bench.now)] == [case.pk]
    assert bench.timers(case) == 1
    assert story(case)[-1] == "审核 · 逾期，已提醒"


def test_a_dispatcher_that_stood_still_gives_everybody_his_time(bench: Bench) -> None:
    rungs = [rung(0, "reassign", assignee=DEPUTY), rung(2, "up", roles=["street_clerk"])]
    case = bench.start(flow(approval("review", deadline=timed(*rungs))))
    bench.now += timedelta(days=30)
    assert [services.fire_due(now=bench.now) for _tick in range(3)] == [1, 0, 0]
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == [case.pk]
    bench.later(days=1)
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == [case.pk]
    bench.later(days=1, hours=9)
    assert [row.case_id for row in inbox(bench.actor("shenjie"), now=bench.now)] == [case.pk]


def test_a_return_that_is_used_up_becomes_a_reminder(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, RETURN, deadline=timed(rung(0, "outcome", outcome="return")))))
    for _round in range(2):
        bench.later(days=3)
        bench.act(case, "start", "member1", what="改过了")
    bench.later(days=3)
    assert (bench.open(case), bench.timers(case)) == (["review"], 1)
    assert told(bench, "lishuji")[-1] == "task.overdue"


def test_an_outcome_inside_a_parallel_block_lets_only_its_own_branch_go_on(bench: Bench) -> None:
    auto = approval("left", deadline=timed(rung(0, "outcome", outcome="approve")))
    case = bench.start(flow(parallel("both", [auto], [approval("right", assignee=DEPUTY)]), approval("after")))
    bench.later(days=2, hours=9)
    assert bench.open(case) == ["right"]
    bench.act(case, "right", "zhoufu", "approve")
    assert bench.open(case) == ["after"]


def test_tomorrow_shows_what_a_ladder_does(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    case = bench.start(flow(approval("review", deadline=timed(rung(0, "outcome", outcome="approve")))))
    call_command("fire_due", at="2026-05-14")
    assert "办了 1 件" in capsys.readouterr().out
    assert bench.result(case)[:2] == ("DONE", "done")


FAULTS = [
    ([rung(0, "shout")], "bad_choice"),
    ([rung(-1, "remind")], "bad_count"),
    ([{"do": "remind"}], "property_missing"),
    ([{"after": 0}], "property_missing"),
    ([rung(0, "reassign")], "property_missing"),
    ([rung(0, "outcome")], "property_missing"),
    ([rung(0, "step")], "property_missing"),
    ([rung(1, "remind"), rung(1, "remind")], "rungs_in_order"),
    ([rung(0, "remind", step="first")], "rung_of_other_kind"),
    ([rung(0, "outcome", outcome="approve"), rung(1, "remind")], "rung_behind_last"),
    ([rung(number, "remind") for number in range(11)], "too_many_rungs"),
    ([rung(0, "reassign", assignee={"rule": "role", "roles": ["king"]})], "unknown_role"),
    ([rung(0, "reassign", assignee={"rule": "whoever"})], "unknown_rule"),
    ([rung(0, "up", roles=["king"])], "unknown_role"),
    ([rung(0, "outcome", outcome="maybe")], "rung_unknown_outcome"),
    ([rung(0, "outcome", outcome="talk")], "rung_needs_comment"),
    ([rung(0, "step", step="second")], "back_not_earlier"),
    ([rung(0, "step", step="nowhere")], "back_unknown"),
    ([], "bad_value"),
    (["remind"], "bad_value"),
]


@pytest.mark.parametrize(("rungs", "code"), FAULTS)
def test_a_ladder_that_could_not_be_climbed_is_refused(rungs: Any, code: str) -> None:
    talk = {"id": "talk", "label": "再谈谈", "effect": "end:talked", "comment": "required"}
    step = approval("second", APPROVE, REJECT, talk, deadline=timed(*rungs))
    assert code in found(flow(approval("first"), step))


def test_a_ladder_cannot_take_what_needs_a_form_nor_climb_from_a_person_without_a_role() -> None:
    asks = approval("review", form="note", deadline=timed(rung(0, "outcome", outcome="approve")))
    assert found(flow(asks)) == ["rung_needs_form"]
    own = fill("own", {"rule": "starter"}, deadline=timed(rung(0, "up")))
    assert found(flow(own)) == ["rung_needs_role"]
    refuses = approval("review", form="note", deadline=timed(rung(0, "outcome", outcome="reject")))
    assert found(flow(refuses)) == []


def test_an_open_offer_only_reminds() -> None:
    assert found(flow(claim(deadline=timed(rung(0, "up", roles=["grid_worker"]))))) == ["rung_on_claim"]
    assert found(flow(claim(deadline=timed(rung(0, "remind"))))) == []


def test_a_clock_that_jumps_back_fires_nothing_twice(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline=timed(rung(0, "reassign", assignee=DEPUTY)))))
    bench.later(days=3)
    bench.later(days=-3)
    assert bench.later(days=3) == 0
    assert (told(bench, "zhoufu"), bench.timers(case)) == (["task.overdue"], 1)


def test_jurors_who_do_not_score_in_time_send_the_case_back(bench: Bench) -> None:
    criteria = [{"id": "deeds", "label": "事迹", "max": 10}]
    ladder = timed(rung(0, "step", step="first"))
    props = {"assignee": [SECRETARY, DEPUTY], "criteria": criteria, "pass": 6, "deadline": ladder}
    jury = {"id": "jury", "kind": "score", "props": props}
    case = bench.start(flow(approval("first", assignee=GRID), jury))
    bench.act(case, "first", "admin", "approve")
    assert bench.timers(case) == 2
    bench.later(days=2, hours=9)
    assert (bench.open(case), bench.timers(case)) == (["first"], 0)


def test_where_a_rung_finds_nobody_whoever_stands_in_at_the_step_takes_over(bench: Bench) -> None:
    empty = {"rule": "role", "roles": ["liaison"], "unit": "case"}
    step = approval("review", deadline=timed(rung(1, "reassign", assignee=empty)), when_nobody=DEPUTY)
    case = bench.start(flow(step))
    for _day in range(4):
        bench.later(days=1)
    assert "task.overdue" in told(bench, "zhoufu")
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == [case.pk]


def test_two_who_decide_together_do_not_both_go_up_to_one_who_has_one_voice(bench: Bench) -> None:
    """Nobody stands above them and there is one administrator: he takes over for one, the other keeps his task."""
    persons = [{"rule": "user", "user": bench.cast.users[login].pk} for login in ("zhoufu", "shenjie")]
    up = timed(rung(0, "up", roles=["liaison"]))
    case = bench.start(flow(approval("both", APPROVE, assignee=persons, mode="all", deadline=up)))
    bench.later(days=1, hours=22)  # warned
    bench.later(hours=18)
    tasks = Task.objects.filter(process=case, step_id="both", flow_task_type="HUMAN").order_by("pk")
    assert [(task.why["code"], task.owner_id) for task in tasks] == [
        ("nobody", None),
        ("user", bench.cast.users["shenjie"].pk),
    ]
    for task, login in zip(tasks, ("admin", "shenjie"), strict=True):
        services.act(task_id=task.pk, actor=bench.actor(login), outcome="approve", now=bench.now)
    assert bench.result(case)[0] == "DONE"
