"""How far a case is, as its pages say it: who has it, until when, and what may lie ahead."""

from typing import Any

from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, SECRETARY, approval, branch, fill, flow, parallel
from workflows.models import Case
from workflows.presenters.steps import StepRow, step_rows, steps_ahead
from workflows.selectors import StepProgress, progress

BIG = {">": [{"var": "start.value"}, 100]}


def rows(case: Case) -> dict[str, StepProgress]:
    case = Case.objects.select_related("version", "unit").get(pk=case.pk)
    return {row.step_id: row for row in progress(case)}


def test_after_the_first_vote_a_step_still_says_who_has_it_and_until_when(bench: Bench) -> None:
    # The row in which the votes meet stood for the step, and it has neither owner nor deadline.
    both = approval("sign", assignee=[SECRETARY, DEPUTY], mode="all", deadline={"days": 3, "calendar": "working"})
    case = bench.start(flow(both))
    before = rows(case)["sign"]
    assert before.with_whom == "方塔社区的社区书记、方塔社区的社区副书记"
    bench.act(case, "sign", "lishuji", "approve")
    after = rows(case)["sign"]
    assert (after.state, after.with_whom, after.due_at) == ("current", "方塔社区的社区副书记", before.due_at)
    bench.act(case, "sign", "zhoufu", "approve")
    assert rows(case)["sign"].state == "done"


def test_a_parallel_block_is_under_way_until_all_its_ways_have_arrived(bench: Bench) -> None:
    # Its beginning leaves a finished row, which read as if all of it were done.
    case = bench.start(flow(parallel("both", [fill("a")], [fill("b")])))
    for step, state in (("a", "current"), ("b", "current")):
        assert rows(case)["both"].state == state
        bench.act(case, step, "lishuji", remark="好")
    assert rows(case)["both"].state == "done"


def possible(shown: list[StepRow]) -> list[str]:
    return [row.name for row in shown if row.lines == ("视情况",)]


def two_ways() -> dict[str, Any]:
    small: list[dict[str, Any]] = [approval("small")]
    return flow(
        approval("first", APPROVE),
        branch("size", BIG, [parallel("p", [approval("big")], [fill("note")])], small),
        approval("last"),
    )


def test_steps_of_ways_that_nobody_has_chosen_yet_are_marked_as_possible(bench: Bench) -> None:
    # A list of everything ahead promised steps of both ways, of which one is never taken.
    case = bench.start(two_ways(), value=500)
    assert possible(step_rows(list(rows(case).values()))) == ["审核", "填写", "审核"]
    bench.act(case, "first", outcome="approve")
    assert possible(step_rows(list(rows(case).values()))) == []
    assert rows(case)["small"].state == "skipped"


def test_before_starting_one_reads_the_same_steps_as_afterwards(bench: Bench) -> None:
    # The list before starting left out everything inside branches and parallel blocks.
    document = two_ways()
    ahead = steps_ahead(document)
    case = bench.start(document, value=500)
    assert [row.name for row in ahead] == [row.name for row in step_rows(list(rows(case).values()))]
    assert possible(ahead) == ["审核", "填写", "审核"]
