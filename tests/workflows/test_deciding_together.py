"""Shares and turns: several who decide together by ratio, or one after the other in the order of the rules.

The stories: frappe/erpnext#13732 ("allow number of users allowed to approve") and its closed pull request frappe#16370;
flowable/flowable-engine#3944 (a return into several who sign leaves no active task).
"""

from typing import Any

import pytest

from core.exceptions import Conflict, Invalid
from core.people import services as people
from core.people.models import User
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, REJECT, RETURN, approval, fill, flow, parallel
from workflows import services
from workflows.models import Case, Task
from workflows.outline import outline
from workflows.selectors import progress

LINE = ("zhoufu", "lishuji", "shenjie")


def signing(bench: Bench, mode: str, logins: tuple[str, ...] = LINE, **props: Any) -> dict[str, Any]:
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in logins]
    return flow(approval("sign", APPROVE, REJECT, RETURN, assignee=rules, mode=mode, **props))


def whose(bench: Bench, case: Case) -> list[str]:
    """Logins that have an open task, in the order in which it came."""
    rows = Task.objects.filter(process=case, flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"]).order_by("pk")
    return [row.owner.username if row.owner is not None else "" for row in rows]


def said(case: Case) -> tuple[str, ...]:
    return next(row.tally for row in progress(case) if row.step_id == "sign")


def test_a_share_of_all_signers_decides(bench: Bench) -> None:
    case = bench.start(signing(bench, "ratio", ("zhoufu", "lishuji", "shenjie", "org1", "org2"), percent=60))
    for login, outcome in [("org1", "reject"), ("zhoufu", "approve"), ("shenjie", "approve")]:
        bench.act(case, "sign", login, outcome)
        assert bench.open(case), "not certain yet"
    bench.act(case, "sign", "lishuji", "approve")
    assert bench.result(case) == ("DONE", "done", [])


def test_a_share_that_can_no_longer_be_reached_ends_it_without_asking_the_others(bench: Bench) -> None:
    case = bench.start(signing(bench, "ratio", ("zhoufu", "lishuji", "shenjie", "org1"), percent=66))
    bench.act(case, "sign", "org1", "reject")
    assert len(whose(bench, case)) == 3
    bench.act(case, "sign", "zhoufu", "reject")
    assert bench.result(case) == ("DONE", "rejected", [])


def test_signers_in_turn_are_asked_one_after_the_other_in_the_order_of_the_rules(bench: Bench) -> None:
    case = bench.start(signing(bench, "in_turn", deadline={"days": 3}))
    for number, login in enumerate(LINE):
        assert (whose(bench, case), bench.timers(case)) == ([login], 1), number
        bench.act(case, "sign", login, "approve")
    assert bench.result(case) == ("DONE", "done", [])
    assert case.data["outcomes"]["sign"] == "approve"


def test_whose_turn_it_is_not_cannot_sign_yet(bench: Bench) -> None:
    case = bench.start(signing(bench, "in_turn"))
    with pytest.raises(Conflict) as refusal:
        services.act(
            task_id=bench.task(case, "sign").pk, actor=bench.actor("shenjie"), outcome="approve", now=bench.now
        )
    assert refusal.value.code == "held_by_another"


@pytest.mark.parametrize(
    ("outcome", "left"), [("reject", ("DONE", "rejected", [])), ("return", ("NEW", "", ["start"]))]
)
def test_in_turn_a_refusal_or_a_return_decides_at_once(
    bench: Bench, outcome: str, left: tuple[str, str, list[str]]
) -> None:
    case = bench.start(signing(bench, "in_turn"))
    bench.act(case, "sign", "zhoufu", "approve")
    bench.act(case, "sign", "lishuji", outcome)
    assert bench.result(case) == left


def test_after_a_return_the_line_begins_anew(bench: Bench) -> None:
    case = bench.start(signing(bench, "in_turn"))
    bench.act(case, "sign", "zhoufu", "approve")
    bench.act(case, "sign", "lishuji", "return")
    bench.act(case, "start", "member1", what="改过了")
    for login in LINE:
        assert whose(bench, case) == [login]
        bench.act(case, "sign", login, "approve")
    assert bench.result(case)[:2] == ("DONE", "done")


def test_a_turn_may_be_handed_over_but_not_to_somebody_whose_turn_comes(bench: Bench) -> None:
    # Else one person would have signed twice, and the line would have been shorter than the flow says.
    case = bench.start(signing(bench, "in_turn"))
    task = bench.task(case, "sign")
    handed = {"task_id": task.pk, "actor": bench.actor("zhoufu"), "reason": "出差", "now": bench.now}
    with pytest.raises(Invalid) as refusal:
        services.reassign(to_user=bench.cast.users["shenjie"], **handed)
    assert refusal.value.code == "same_person"
    services.reassign(to_user=bench.cast.users["org1"], **handed)
    bench.act(case, "sign", "org1", "approve")
    assert whose(bench, case) == ["lishuji"]


def test_an_opinion_is_asked_for_and_the_turn_stays(bench: Bench) -> None:
    case = bench.start(signing(bench, "in_turn"))
    task, asker = bench.task(case, "sign"), bench.actor("zhoufu")
    services.delegate(task_id=task.pk, actor=asker, to_user=bench.cast.users["org1"], words="怎么看？", now=bench.now)
    assert whose(bench, case) == ["org1"]
    services.answer(task_id=task.pk, actor=bench.actor("org1"), words="可以", now=bench.now)
    bench.act(case, "sign", "zhoufu", "approve")
    assert whose(bench, case) == ["lishuji"]


def test_whoever_left_before_his_turn_is_not_waited_for(bench: Bench) -> None:
    case = bench.start(signing(bench, "in_turn"))
    User.objects.filter(username="lishuji").update(is_active=False)
    bench.act(case, "sign", "zhoufu", "approve")
    task = bench.task(case, "sign")
    assert (task.owner_id, task.why["code"]) == (None, "nobody"), "the administrators sign in his place"
    bench.act(case, "sign", "admin", "approve")
    assert whose(bench, case) == ["shenjie"]


def test_whoever_lost_the_role_before_his_turn_is_replaced_by_who_holds_it_now(bench: Bench) -> None:
    cast = bench.cast
    rules = [{"rule": "user", "user": cast.users["org1"].pk}, {"rule": "role", "roles": ["community_secretary"]}]
    case = bench.start(flow(approval("sign", assignee=rules, mode="in_turn")))
    held = cast.appointments["lishuji"]
    people.end_appointment(actor=bench.actor("admin"), appointment=held, until=cast.today, now=bench.now)
    people.appoint(
        actor=bench.actor("admin"),
        member=cast.members["zhoufu"],
        role=cast.roles["community_secretary"],
        unit=cast.units["fangta"],
        since=cast.today,
        now=bench.now,
    )
    bench.later(days=1)
    bench.act(case, "sign", "org1", "approve")
    assert whose(bench, case) == ["zhoufu"]


def test_turns_inside_a_parallel_branch_join_once(bench: Bench) -> None:
    document = signing(bench, "in_turn")
    document["steps"] = [parallel("p", document["steps"], [fill("y")]), fill("last")]
    case = bench.start(document)
    bench.act(case, "y", remark="好")
    for login in LINE:
        bench.act(case, "sign", login, "approve")
    assert bench.open(case) == ["last"]


def test_the_case_says_who_has_decided_and_what_is_still_needed(bench: Bench) -> None:
    case = bench.start(signing(bench, "in_turn"))
    assert said(case) == (
        "一起审批的 3 人都还没有办理。",
        "还需 3 人同意。",
        "之后还有 2 人依次办理。",
    )
    bench.act(case, "sign", "zhoufu", "approve")
    assert said(case)[0] == "3 人中已有 1 人办理：周*。"
    assert said(case)[1:] == ("还需 2 人同意。", "之后还有 1 人依次办理。")


def test_names_in_the_tally_are_masked_and_votes_stay_secret(bench: Bench) -> None:
    case = bench.start(signing(bench, "ratio", percent=50))
    bench.act(case, "sign", "lishuji", "reject")
    assert said(case) == ("3 人中已有 1 人办理：李*华。", "还需 2 人同意。")


@pytest.mark.parametrize(
    ("mode", "words"),
    [("ratio", "须 60% 的人同意"), ("in_turn", "依次审批"), ("quorum", "须 2 人同意"), ("all", "须全部同意")],
)
def test_the_outline_says_how_they_decide(bench: Bench, mode: str, words: str) -> None:
    assert words in outline(signing(bench, mode, need=2, percent=60), {})
