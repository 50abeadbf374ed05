"""A public notice in a flow: forward, objected to, gone back over, withdrawn in; and what its text may hold."""

from datetime import timedelta
from typing import Any

import pytest

from core.actors import VISITOR
from core.exceptions import Invalid, WrongState
from core.notices.models import PublicNotice
from core.notices.selectors import has_passed_notice, notices_ended, notices_open, objections_to
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, KEEP, REJECT, approval, effect, end, fill, flow, notice, parallel
from workflows import services
from workflows.models import Case, Task
from workflows.selectors import progress
from workflows.whereabouts import sentence_of


def posted(bench: Bench, *more: dict[str, Any], login: str = "member1", **answers: Any) -> Case:
    case = bench.start(flow(notice(), *(more or (effect("count", "log", text="counted"),))), login=login, **answers)
    assert bench.open(case) == ["posted"]
    return case


def the_notice(case: Case) -> PublicNotice:
    return PublicNotice.objects.filter(case_id=case.pk).latest("pk")


def object_to(bench: Bench, case: Case, **written: str) -> None:
    words = {"about": "第一项", "reason": "这件事不是他做的。", **written}
    services.object_to_notice(notice=the_notice(case), actor=VISITOR, now=bench.now, **words)


def test_without_objection_the_case_goes_on_by_itself_after_the_working_days(bench: Bench) -> None:
    case = posted(bench)
    shown = the_notice(case)
    assert f"{shown.closes_at:%Y-%m-%d %H:%M}" == "2026-05-18 09:00"  # Monday plus five working days, 17:00 in Shanghai
    assert list(notices_open(bench.now)) == [shown]
    assert not has_passed_notice(case.pk)
    bench.later(days=6)
    assert (bench.log, bench.open(case)) == ([], ["posted"])
    bench.later(days=1, hours=9)
    assert bench.result(case) == ("DONE", "done", [])
    assert bench.log == ["counted"]
    assert case.data["outcomes"]["posted"] == "none"
    assert the_notice(case).state == "clear"
    assert has_passed_notice(case.pk)
    assert list(notices_ended(bench.now)) == [the_notice(case)]


def test_the_status_says_until_when_it_is_posted_and_that_anybody_may_object(bench: Bench) -> None:
    case = posted(bench)
    (row,) = [row for row in progress(case) if row.state == "current"]
    assert sentence_of(row) == "正在公示，至5月18日 17:00；在此之前，任何人都可以提出异议。"
    told = Message.objects.get(kind="case.received", user=bench.cast.users["member1"])
    assert "5月18日 17:00" in told.body


def test_an_objection_opens_a_decision_and_dismissing_it_lets_the_case_go_on(bench: Bench) -> None:
    case = posted(bench)
    object_to(bench, case, contact="021-57830000")
    bench.later(days=8)
    task = bench.task(case, "posted")
    assert the_notice(case).state == "deciding"
    assert [one.reason for one in objections_to(case.pk, "posted")] == ["这件事不是他做的。"]
    assert not has_passed_notice(case.pk)
    assert bench.log == []
    assert task.flow_task_type == "HUMAN"
    bench.act(case, "posted", "lishuji", "dismissed")
    assert bench.result(case) == ("DONE", "done", [])
    assert (bench.log, the_notice(case).state) == (["counted"], "dismissed")
    assert has_passed_notice(case.pk)


def test_an_objection_that_holds_ends_the_case_and_nothing_counts(bench: Bench) -> None:
    case = posted(bench)
    object_to(bench, case)
    bench.later(days=8)
    bench.act(case, "posted", "lishuji", "upheld", comment="情况属实")
    assert bench.result(case) == ("DONE", "declined", [])
    assert (bench.log, the_notice(case).state) == ([], "upheld")
    assert not has_passed_notice(case.pk)


def test_a_correction_after_an_objection_posts_a_new_notice_with_the_new_words(bench: Bench) -> None:
    case = posted(bench)
    object_to(bench, case)
    bench.later(days=8)
    bench.act(case, "posted", "lishuji", "corrected", comment="请更正")
    assert bench.open(case) == ["start"]
    assert the_notice(case).state == "upheld"
    bench.act(case, "start", "member1", what="改过了")
    assert bench.open(case) == ["posted"]
    states = list(PublicNotice.objects.filter(case_id=case.pk).order_by("pk").values_list("state", flat=True))
    assert states == ["upheld", "open"]
    assert the_notice(case).lines[0]["value"]["zh-hans"] == "改过了"
    bench.later(days=9)
    assert bench.log == ["counted"]


def test_going_back_over_a_notice_from_a_branch_beside_it_calls_it_off(bench: Bench) -> None:
    back = {"id": "back", "label": "退回", "effect": "return:first"}
    case = bench.start(flow(fill("first"), parallel("p", [notice(KEEP)], [approval("x", APPROVE, back)]), fill("last")))
    bench.act(case, "first", remark="一")
    assert bench.open(case) == ["posted", "x"]
    bench.act(case, "x", outcome="back")
    assert (bench.open(case), the_notice(case).state) == (["first"], "called_off")
    assert bench.later(days=30) == 0
    bench.act(case, "first", remark="二")
    assert the_notice(case).state == "open"


def test_a_notice_that_passed_is_void_when_the_case_goes_back_before_it(bench: Bench) -> None:
    case = posted(bench, approval("after", APPROVE, {"id": "back", "label": "退", "effect": "return:start"}))
    bench.later(days=8)
    assert has_passed_notice(case.pk)
    bench.act(case, "after", outcome="back")
    assert not has_passed_notice(case.pk)
    bench.act(case, "start", "member1", what="改过了")
    assert bench.open(case) == ["posted"]


@pytest.mark.parametrize("is_objected_to", [False, True])
def test_withdrawing_takes_the_notice_down(bench: Bench, is_objected_to: bool) -> None:
    case = posted(bench)
    if is_objected_to:
        object_to(bench, case)
        bench.later(days=8)
    services.withdraw(case_id=case.pk, actor=bench.actor("member1"), reason="不做了", now=bench.now)
    assert the_notice(case).state == "called_off"
    assert not notices_open(bench.now).exists()
    assert bench.result(case) == ("CANCELED", "withdrawn", [])


def test_the_end_of_the_case_takes_a_notice_beside_it_down(bench: Bench) -> None:
    case = bench.start(flow(parallel("p", [notice(KEEP)], [approval("x", APPROVE, REJECT)]), fill("last")))
    bench.act(case, "x", outcome="reject")
    assert the_notice(case).state == "called_off"


def test_nobody_can_object_when_the_window_is_over_even_before_the_timer_has_fired(bench: Bench) -> None:
    case = posted(bench)
    bench.now += timedelta(days=9)
    with pytest.raises(WrongState) as refusal:
        object_to(bench, case)
    assert refusal.value.code == "notice_ended"
    bench.later(hours=1)
    assert bench.log == ["counted"]


def test_whoever_will_decide_is_told_at_once_without_what_was_written(bench: Bench) -> None:
    case = posted(bench)
    object_to(bench, case, reason="张三说的不对")
    told = Message.objects.get(kind="notice.objected")
    assert told.user == bench.cast.users["lishuji"]
    assert "张三" not in told.subject + told.body


def test_names_and_personal_answers_are_masked_when_the_text_is_made(bench: Bench) -> None:
    document = flow(notice(shows=["start.what", "start.phone", "start.where", "start.day"]))
    case = bench.start(document, what="赵一平修好了路灯", phone="13812345678")
    lines = {line["label"]: line["value"]["zh-hans"] for line in the_notice(case).lines}
    assert lines == {"what": "赵*平修好了路灯", "phone": "138****5678", "where": "岳阳街道 · 方塔社区"}
    assert the_notice(case).subject["zh-hans"] == f"流程 {case.number} 公示"


def test_a_text_with_a_phone_number_is_not_posted_and_the_person_reads_why(bench: Bench) -> None:
    bench.publish(flow(notice()))
    with pytest.raises(Invalid) as refusal:
        bench.start(what="请打电话13812345678")
    assert refusal.value.code == "leak"
    assert not PublicNotice.objects.exists()


def test_a_text_that_cannot_be_posted_after_a_wait_parks_the_case_visibly(bench: Bench) -> None:
    case = bench.start(flow({"id": "w", "kind": "wait", "props": {"days": 1}}, notice()), what="请打电话13812345678")
    bench.later(days=2)
    stuck = Task.objects.get(process=case, status="ERROR")
    assert (stuck.step_id, stuck.data) == ("posted", {"error": "leak"})


def test_the_condition_after_a_notice_reads_how_it_ended(bench: Bench) -> None:
    when = {"==": [{"var": "outcomes.posted"}, "none"]}
    ways = {
        "id": "b",
        "kind": "branch",
        "branches": [
            {"id": "quiet", "when": when, "steps": [end("e1", "quiet")]},
            {"id": "other", "default": True, "steps": [end("e2", "after_all")]},
        ],
    }
    quiet, other = bench.start(flow(notice(), ways)), bench.start()
    object_to(bench, other)
    bench.later(days=8)
    bench.act(other, "posted", "lishuji", "dismissed")
    assert (bench.result(quiet)[1], bench.result(other)[1]) == ("quiet", "after_all")


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"about": " "}, "about"),
        ({"reason": ""}, "reason"),
        ({"reason": "长" * 1001}, "reason"),
        ({"contact": "1" * 101}, "contact"),
    ],
)
def test_an_objection_without_substance_is_refused_beside_its_field(
    bench: Bench, written: dict[str, str], field: str
) -> None:
    case = posted(bench)
    with pytest.raises(Invalid) as refusal:
        object_to(bench, case, **written)
    assert list(refusal.value.errors) == [field]
    assert not Message.objects.filter(kind="notice.objected").exists()
