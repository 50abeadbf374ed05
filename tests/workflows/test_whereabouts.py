"""With whom a case is, in sentences: nobody in particular, a pause, two at once, the person whom it concerns."""

from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, RETURN, approval, claim, fill, flow, parallel
from workflows.models import Case
from workflows.presenters.cases import case_page
from workflows.presenters.dates import clock_at
from workflows.selectors import progress
from workflows.whereabouts import lines_of


def rows_of(case: Case) -> dict[str, str]:
    return {row.step_id: row.with_whom for row in progress(Case.objects.get(pk=case.pk))}


def sentences(case: Case) -> str:
    rows = [row for row in progress(Case.objects.get(pk=case.pk)) if row.state == "current" and row.kind != "parallel"]
    return "".join(lines_of(rows))


def test_what_is_open_to_all_is_not_said_to_be_with_anybody(bench: Bench) -> None:
    # 由等待认领负责
    said = sentences(bench.start(flow(claim(deadline={"days": 7}))))
    assert "负责" not in said
    assert "有人认领" in said


def test_a_pause_until_a_day_names_the_day_and_promises_no_answer(bench: Bench) -> None:
    # 最晚 9月11日 00:00 有答复
    wait = {"id": "pause", "kind": "wait", "props": {"until": {"var": "start.day"}}}
    case = bench.start(flow(wait, approval("last")), day="2026-09-11")
    page = case_page(Case.objects.get(pk=case.pk), bench.actor("member1"), clock_at(bench.now), is_guest=False)
    said = sentences(case) + page.subline + "".join(line for step in page.steps for line in step.lines)
    assert "9月11日" in said
    assert "00:00" not in said
    assert "答复" not in said


def test_of_two_ways_that_are_open_both_are_named_with_whoever_has_them(bench: Bench) -> None:
    left, right = approval("left"), approval("right", assignee={"rule": "role", "roles": ["community_deputy"]})
    case = bench.start(flow(parallel("p", [left], [right])))
    page = case_page(Case.objects.get(pk=case.pk), bench.actor("member1"), clock_at(bench.now), is_guest=False)
    assert "社区书记" in page.subline
    assert "社区副书记" in page.subline


def test_what_the_person_did_with_the_code_is_not_told_of_the_clerk(bench: Bench) -> None:
    # 发起人 meant the clerk who had registered it.
    case = bench.start(flow(fill("own", {"rule": "guest"}), approval("last"), status_code=True), login="wanggexia")
    assert rows_of(case) == {"start": "王*霞", "own": "本人（凭查询码）或代为登记的人", "last": ""}
    bench.act(case, "own", bench.guest(case), remark="好")
    assert rows_of(case)["own"] == "本人（凭查询码）"


def test_a_step_that_came_back_to_the_clerk_names_the_clerk(bench: Bench) -> None:
    case = bench.start(flow(approval("first", APPROVE, RETURN), status_code=True), login="wanggexia")
    bench.act(case, "first", outcome="return")
    assert rows_of(case)["start"] == "王*霞"
