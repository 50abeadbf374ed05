"""Somebody else approves too: before, at the same time, after; taken off again; and what it means for everything else.

加签 and 减签 as office software knows them; the threads that ask for them: loonflow#143, flowable-engine#2453.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.audit.models import AuditEntry
from core.exceptions import DandelionError, Invalid, NotAllowed, NotFound, WrongState
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, REJECT, RETURN, approval, fill, flow, parallel
from workflows import services
from workflows.models import AddedApprover, Case, Task
from workflows.presenters.cases import events_of
from workflows.reasons import why_sentence
from workflows.selectors import actions_on, done_by, inbox, progress

MAY = ["before", "beside", "after"]


def one(**props: Any) -> dict[str, Any]:
    return approval("review", APPROVE, REJECT, RETURN, **{"may_add": MAY, **props})


def add(bench: Bench, case: Case, place: str, who: str = "shenjie", by: str = "lishuji") -> AddedApprover:
    return services.add_approver(
        task_id=task_of(bench, case, by).pk,
        actor=bench.actor(by),
        to_user=bench.cast.users[who],
        place=place,
        words="请您也看一下",
        now=bench.now,
    )


def task_of(bench: Bench, case: Case, login: str) -> Task:
    """The open task that this login has or may take."""
    rows = Task.objects.filter(process=case, flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"])
    return rows.filter(owner=bench.cast.users[login]).first() or rows.get(status="NEW")


def act(bench: Bench, case: Case, login: str, outcome: str = "approve", **answers: Any) -> None:
    task = task_of(bench, case, login)
    bench.now += timedelta(minutes=1)
    services.act(
        task_id=task.pk, actor=bench.actor(login), outcome=outcome, answers=answers or None, comment="好", now=bench.now
    )
    case.refresh_from_db()


def test_whoever_is_added_before_decides_first_and_the_holder_waits(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    add(bench, case, "before")
    with pytest.raises(WrongState) as refusal:
        act(bench, case, "lishuji")
    assert refusal.value.code == "waits_for_added"
    assert actions_on(task_of(bench, case, "lishuji"), bench.actor("lishuji")).refusal == "waits_for_added"
    assert why_sentence(task_of(bench, case, "shenjie")) == "该在这里办理的人请您一并审批。"
    act(bench, case, "shenjie")
    assert bench.open(case) == ["review"], "both have to agree"
    told = Message.objects.filter(user=bench.cast.users["lishuji"]).latest("pk")
    assert told.kind == "task.turn_has_come"
    act(bench, case, "lishuji")
    assert (bench.open(case), case.data["outcomes"]["review"]) == (["last"], "approve")
    assert [deed.case.pk for deed in done_by(bench.actor("shenjie"))] == [case.pk]


def test_whoever_is_added_after_gets_it_once_the_holder_has_agreed(bench: Bench) -> None:
    case = bench.start(flow(one(deadline={"days": 2}), fill("last")))
    add(bench, case, "after")
    assert [row.case_id for row in inbox(bench.actor("shenjie"), now=bench.now)] == []
    act(bench, case, "lishuji")
    assert (bench.open(case), bench.timers(case)) == (["review"], 1)
    assert [row.case_id for row in inbox(bench.actor("shenjie"), now=bench.now)] == [case.pk]
    act(bench, case, "shenjie")
    assert (bench.open(case), bench.timers(case)) == (["last"], 0)


@pytest.mark.parametrize("order", [("lishuji", "shenjie"), ("shenjie", "lishuji")])
def test_those_beside_each_other_agree_in_any_order(bench: Bench, order: tuple[str, str]) -> None:
    case = bench.start(flow(one(), fill("last")))
    add(bench, case, "beside")
    act(bench, case, order[0])
    assert bench.open(case) == ["review"]
    assert "review" not in case.data.get("outcomes", {})
    act(bench, case, order[1])
    assert (bench.open(case), case.data["outcomes"]["review"]) == (["last"], "approve")


@pytest.mark.parametrize("place", MAY)
@pytest.mark.parametrize(("outcome", "result"), [("reject", ("DONE", "rejected", [])), ("return", None)])
def test_whoever_was_added_refuses_or_sends_back_for_all(bench: Bench, place: str, outcome: str, result: Any) -> None:
    case = bench.start(flow(one(), fill("last")))
    add(bench, case, place)
    if place == "after":
        act(bench, case, "lishuji")
    act(bench, case, "shenjie", outcome)
    if result is not None:
        assert bench.result(case) == result
        return
    assert bench.open(case) == ["start"]
    bench.act(case, "start", "member1", what="一件事", where="fangta")
    assert bench.open(case) == ["review"], "the new round knows nobody who was added"
    bench.act(case, "review", outcome="approve")
    assert bench.open(case) == ["last"]


def test_whoever_is_added_fills_in_no_form_of_the_step(bench: Bench) -> None:
    case = bench.start(flow(one(form="note"), fill("last")))
    add(bench, case, "before")
    act(bench, case, "shenjie")
    with pytest.raises(Invalid):
        act(bench, case, "lishuji")
    act(bench, case, "lishuji", remark="材料齐全")
    assert bench.open(case) == ["last"]


def test_taken_off_again_he_has_nothing_to_do_and_the_case_goes_on(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    added = add(bench, case, "beside")
    act(bench, case, "lishuji")
    services.remove_approver(added_id=added.pk, actor=bench.actor("lishuji"), now=bench.now)
    case.refresh_from_db()
    assert (bench.open(case), case.data["outcomes"]["review"]) == (["last"], "approve")
    assert Message.objects.filter(user=bench.cast.users["shenjie"]).latest("pk").kind == "task.approver_removed"
    with pytest.raises(WrongState):
        services.remove_approver(added_id=added.pk, actor=bench.actor("lishuji"), now=bench.now)


def test_nobody_takes_off_whoever_has_acted_and_no_stranger_takes_off_anybody(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    added = add(bench, case, "before")
    for login, refusal in (("zhoufu", NotAllowed), ("shenjie", NotAllowed)):
        with pytest.raises(refusal):
            services.remove_approver(added_id=added.pk, actor=bench.actor(login), now=bench.now)
    act(bench, case, "shenjie")
    with pytest.raises(WrongState) as error:
        services.remove_approver(added_id=added.pk, actor=bench.actor("lishuji"), now=bench.now)
    assert error.value.code == "acted_already"
    with pytest.raises(NotFound):
        services.remove_approver(added_id=added.pk + 1000, actor=bench.actor("lishuji"), now=bench.now)


@pytest.mark.parametrize(
    ("who", "place", "props", "code"),
    [
        ("lishuji", "before", {}, "yourself"),
        ("member1", "before", {"not_same_as": ["start"]}, "same_person"),
        ("shenjie", "after", {"may_add": ["before"]}, "may_not_add"),
        ("shenjie", "before", {"may_add": None}, "may_not_add"),
        ("shenjie", "sideways", {}, "may_not_add"),
    ],
)
def test_who_cannot_be_added_and_why(bench: Bench, who: str, place: str, props: dict[str, Any], code: str) -> None:
    step = one(**props)
    step["props"] = {name: value for name, value in step["props"].items() if value is not None}
    case = bench.start(flow(step, fill("last")))
    with pytest.raises(DandelionError) as refusal:
        add(bench, case, place, who)
    assert refusal.value.code == code
    assert not AddedApprover.objects.exists()


def test_neither_twice_nor_by_whoever_was_added_nor_more_than_three(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    add(bench, case, "beside")
    with pytest.raises(Invalid) as twice:
        add(bench, case, "after")
    assert twice.value.code == "added_already"
    with pytest.raises(WrongState) as by_added:
        add(bench, case, "before", who="zhoufu", by="shenjie")
    assert by_added.value.code == "added_himself"
    add(bench, case, "after", who="zhoufu")
    add(bench, case, "after", who="wanggexia")
    with pytest.raises(WrongState) as many:
        add(bench, case, "after", who="member1")
    assert many.value.code == "too_many_added"


def test_the_task_cannot_be_handed_to_whoever_shares_the_decision(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    add(bench, case, "after")
    with pytest.raises(Invalid):
        services.reassign(
            task_id=task_of(bench, case, "lishuji").pk,
            actor=bench.actor("lishuji"),
            to_user=bench.cast.users["shenjie"],
            reason="出差",
            now=bench.now,
        )


@pytest.mark.parametrize("mode", ["any", "all", "quorum", "ratio", "in_turn"])
def test_where_several_decide_together_the_added_one_belongs_to_one_voice(bench: Bench, mode: str) -> None:
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in ("lishuji", "zhoufu")]
    more = {"quorum": {"need": 2}, "ratio": {"percent": 100}}.get(mode, {})
    case = bench.start(flow(one(assignee=rules, mode=mode, **more), fill("last")))
    add(bench, case, "before")
    act(bench, case, "shenjie")
    assert bench.open(case)[:1] == ["review"], "the agreement of the one who was added is no voice of its own"
    act(bench, case, "lishuji")
    if mode != "any":
        assert set(bench.open(case)) == {"review"}
        act(bench, case, "zhoufu")
    assert bench.open(case) == ["last"]


def test_where_several_decide_together_one_who_comes_after_is_waited_for(bench: Bench) -> None:
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in ("lishuji", "zhoufu")]
    case = bench.start(flow(one(assignee=rules, mode="all"), fill("last")))
    add(bench, case, "after")
    act(bench, case, "lishuji")
    act(bench, case, "zhoufu")
    assert bench.open(case) == ["review"]
    told = next(row.tally for row in progress(case) if row.step_id == "review")
    assert told[0].startswith("2 人中已有 1 人办理")
    act(bench, case, "shenjie", "reject")
    assert bench.result(case) == ("DONE", "rejected", [])


def test_beside_another_branch_the_join_waits_for_all(bench: Bench) -> None:
    case = bench.start(flow(parallel("both", [one()], [approval("other", assignee=DEPUTY)]), fill("last")))
    task = bench.task(case, "review")
    services.add_approver(
        task_id=task.pk,
        actor=bench.actor("lishuji"),
        to_user=bench.cast.users["shenjie"],
        place="after",
        words="请您也看一下",
        now=bench.now,
    )
    bench.act(case, "other", "zhoufu", outcome="approve")
    bench.act(case, "review", "lishuji", outcome="approve")
    assert bench.open(case) == ["review"]
    bench.act(case, "review", "shenjie", outcome="approve")
    assert bench.open(case) == ["last"]


def test_taken_back_until_the_next_one_acts_and_the_later_one_waits_again(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    add(bench, case, "after")
    act(bench, case, "lishuji")
    mine = Task.objects.get(process=case, step_id="review", owner=bench.cast.users["lishuji"])
    services.take_back(task_id=mine.pk, actor=bench.actor("lishuji"), now=bench.now)
    assert [row.case_id for row in inbox(bench.actor("shenjie"), now=bench.now)] == []
    act(bench, case, "lishuji")
    assert [row.case_id for row in inbox(bench.actor("shenjie"), now=bench.now)] == [case.pk]
    act(bench, case, "shenjie")
    with pytest.raises(WrongState):
        services.take_back(task_id=mine.pk, actor=bench.actor("lishuji"), now=bench.now)
    theirs = Task.objects.get(process=case, step_id="review", owner=bench.cast.users["shenjie"], status="DONE")
    services.take_back(task_id=theirs.pk, actor=bench.actor("shenjie"), now=bench.now)
    case.refresh_from_db()
    assert (bench.open(case), case.data["outcomes"]) == (["review"], {})
    act(bench, case, "shenjie")
    assert bench.open(case) == ["last"]


def test_whoever_left_before_his_turn_is_replaced_by_the_administrators(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    add(bench, case, "after")
    bench.cast.users["shenjie"].is_active = False
    bench.cast.users["shenjie"].save()
    act(bench, case, "lishuji")
    assert bench.task(case, "review").why["code"] == "nobody"
    act(bench, case, "admin")
    assert bench.open(case) == ["last"]


def test_the_case_tells_of_it_without_whole_names_and_the_trail_has_it(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    added = add(bench, case, "before")
    services.remove_approver(added_id=added.pk, actor=bench.actor("lishuji"), now=bench.now)
    told = [event.what for event in events_of(case)]
    assert any("先请沈*审批" in what for what in told), told
    assert any("不再请沈*审批" in what for what in told), told
    verbs = list(AuditEntry.objects.filter(verb__startswith="task.approver").values_list("verb", flat=True))
    assert verbs == ["task.approver_added", "task.approver_removed"]


def test_a_decision_of_several_with_somebody_added_holds_after_a_pause(bench: Bench) -> None:
    case = bench.start(flow(one(deadline={"days": 2}), fill("last")))
    add(bench, case, "beside")
    assert bench.timers(case) == 2, "one for each open task"
    services.hold_case(case_id=case.pk, actor=bench.actor("admin"), reason="等材料", now=bench.now)
    with pytest.raises(WrongState):
        act(bench, case, "shenjie")
    services.resume_case(case_id=case.pk, actor=bench.actor("admin"), now=bench.now)
    act(bench, case, "shenjie")
    act(bench, case, "lishuji")
    assert (bench.open(case), bench.timers(case)) == (["last"], 0)


def browser(bench: Bench, login: str) -> Client:
    client = Client()
    client.force_login(bench.cast.users[login])
    return client


def test_on_the_pages_somebody_is_added_seen_and_taken_off(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    task = task_of(bench, case, "lishuji")
    address, mine = reverse("task", args=[task.pk]), browser(bench, "lishuji")
    page = mine.get(address).content.decode()
    assert 'value="add_approver"' in page
    sent = {"do": "add_approver", "to-add_approver": bench.cast.users["shenjie"].pk, "place": "before"}
    empty = mine.post(address, sent)
    assert empty.status_code == 422
    assert "请写明为什么请这位一并审批。" in empty.content.decode()
    assert mine.post(address, {**sent, "reason-add_approver": "涉及消防"}).status_code == 302
    page = mine.get(address).content.decode()
    assert "您已请别人先审批" in page
    assert 'value="outcome:approve"' not in page
    added = AddedApprover.objects.get()
    assert f'value="remove_approver:{added.pk}"' in page
    theirs = reverse("task", args=[added.task_id])
    page = browser(bench, "shenjie").get(theirs).content.decode()
    assert "涉及消防" in page
    assert 'value="outcome:approve"' in page
    assert 'value="add_approver"' not in page
    assert "remove_approver" not in page
    stranger = browser(bench, "member1").post(address, {"do": f"remove_approver:{added.pk}"})
    assert stranger.status_code in (403, 404)
    for wrong in ("", "x", "9" * 30, "-1", "0"):
        assert mine.post(address, {"do": f"remove_approver:{wrong}"}).status_code == 404
    assert mine.post(address, {"do": f"remove_approver:{added.pk}"}).status_code == 302
    assert mine.post(address, {"do": "outcome:approve"}).status_code == 302
    assert bench.open(case) == ["last"]


def test_one_who_removes_through_the_task_of_another_case_is_refused(bench: Bench) -> None:
    case = bench.start(flow(one(), fill("last")))
    added = add(bench, case, "before")
    other = bench.start(login="member1")
    mine = task_of(bench, other, "lishuji")
    sent = browser(bench, "lishuji").post(reverse("task", args=[mine.pk]), {"do": f"remove_approver:{added.pk}"})
    assert sent.status_code == 404
    added.refresh_from_db()
    assert added.removed_at is None


def test_whoever_waits_for_somebody_he_added_is_neither_reminded_nor_urged(bench: Bench) -> None:
    case = bench.start(flow(one(deadline={"days": 2}), fill("last")))
    add(bench, case, "before")
    bench.later(days=6)
    services.fire_due(now=bench.now)
    services.urge(case_id=case.pk, actor=bench.actor("member1"), now=bench.now)
    told = Message.objects.filter(kind__in=["task.warn", "task.overdue", "task.urged"])
    assert set(told.values_list("user__username", flat=True)) == {"shenjie"}
    assert {row.data["task"] for row in AuditEntry.objects.filter(case_id=case.pk, verb="task.overdue")} == {
        task_of(bench, case, "lishuji").pk,
        task_of(bench, case, "shenjie").pk,
    }, "the step is overdue all the same"
    act(bench, case, "shenjie")
    bench.later(days=1)
    services.fire_due(now=bench.now)
    assert told.filter(user=bench.cast.users["lishuji"], kind="task.overdue").exists(), "now it is his turn"
