"""Trying a draft with juries, decisions in turn, forms of outcomes, ladders and claim pools."""

from typing import Any

from django.test import Client

from tests.workflows import flows
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, approval, fill, flow
from tests.workflows.test_rehearsal import trying


def jury(bench: Bench, *logins: str) -> list[dict[str, Any]]:
    return [{"rule": "user", "user": bench.cast.users[login].pk} for login in logins]


def test_a_jury_scores_and_one_of_it_recuses_himself(client: Client, bench: Bench) -> None:
    criteria = [{"id": "use", "label": "实效", "max": 10}, {"id": "care", "label": "用心", "max": 10}]
    jurors = jury(bench, "zhoufu", "lishuji", "shenjie")
    step = {"id": "points", "kind": "score", "props": {"assignee": jurors, "criteria": criteria, "pass": 12}}
    tester = trying(client, bench, flow(step, approval("decide"), unit_from="where"))
    tester.starts()
    assert len(tester.seats) == 3
    tester.presses("outcome:scored", score_use="8", score_care="7")
    tester.presses("outcome:recused", reason_recused="认识申报人")
    tester.presses("outcome:scored", score_use="6", score_care="9")
    assert tester.playing[0].startswith("decide:0@")


def test_approvers_decide_in_turn(client: Client, bench: Bench) -> None:
    both = approval("review", assignee=jury(bench, "zhoufu", "lishuji"), mode="in_turn")
    tester = trying(client, bench, flow(both, approval("last"), unit_from="where"))
    tester.starts()
    assert tester.seats == [f"review:0@user:{bench.cast.users['zhoufu'].pk}"]
    tester.presses("outcome:approve")
    assert tester.playing[0].endswith(f"user:{bench.cast.users['lishuji'].pk}")
    tester.presses("outcome:approve")
    assert tester.playing[0].startswith("last:0@")


def test_an_outcome_asks_its_own_form(client: Client, bench: Bench) -> None:
    refuse = {"id": "refuse", "label": "不同意", "effect": "end:refused", "form": "note"}
    tester = trying(client, bench, flow(approval("review", APPROVE, refuse), unit_from="where"))
    tester.starts()
    assert "再点一次" in tester.presses("outcome:refuse")
    page = tester.presses("outcome:refuse", remark="日期不合适")
    assert "已经结束" in page


def test_a_ladder_is_climbed_as_time_passes(client: Client, bench: Bench) -> None:
    rungs = [{"after": 1, "do": "reassign", "assignee": DEPUTY}, {"after": 3, "do": "outcome", "outcome": "approve"}]
    slow = approval("review", deadline={"days": 2, "calendar": "calendar", "repeat_days": 60, "overdue": rungs})
    tester = trying(client, bench, flow(slow, fill("last"), unit_from="where"))
    tester.starts()
    for _number in range(3):
        tester.presses("try:time")
    assert tester.playing[0].endswith(f"user:{bench.cast.users['zhoufu'].pk}")
    tester.presses("try:time")
    assert tester.playing[0].startswith("last:0@")


def test_several_places_a_limit_in_time_and_a_waiting_list_are_played(client: Client, bench: Bench) -> None:
    offer = flows.claim(slots=2, hold={"days": 2, "calendar": "calendar"}, waitlist={"days": 1})
    work = fill("work", {"rule": "claimant", "step": "claim"})
    tester = trying(client, bench, flow(offer, work, unit_from="where"))
    tester.starts()
    tester.plays("claim", f"user:{bench.cast.users['org2'].pk}")
    tester.presses("claim")
    tester.plays("claim", f"user:{bench.cast.users['org1'].pk}")
    tester.presses("claim")
    assert tester.playing[0].startswith("work:0@")
    page = tester.presses("try:time")
    assert tester.playing[0].startswith("claim:0@"), "nobody carried it out in time"
    assert "不用再办" in page
