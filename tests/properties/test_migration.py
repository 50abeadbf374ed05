"""Random versions, cases walked at random, moved: whoever moves can finish, whoever stays has a true reason."""

import os
import random
from typing import Any

import pytest

from core.jobs.running import drain
from tests.properties.test_return_contract import STARTERS, Grower, check, somebody_acts, something_happens
from tests.workflows.changing import Changer
from tests.workflows.conftest import Bench, bench
from workflows import services
from workflows.added import awaited
from workflows.claims import steps_of
from workflows.models import Case, CaseMove, StepSubmission, Task
from workflows.selectors import timeline
from workflows.services.migrating import cases_to_move, from_data
from workflows.tree import Tree, props_of
from workflows.versions.judging import Judge
from workflows.versions.verdict import Reason

__all__ = ["bench"]  # the fixture
SEEDS, MOST_ACTIONS, CASES = range(int(os.environ.get("DANDELION_EXAMPLES", "30"))), 4, 6
ENOUGH = 200  # actions in which every case of such a flow must be over


def walked(bench: Bench, dice: random.Random) -> None:
    """A case of the flow, some way along; time goes on for the others too."""
    case = bench.start(login=dice.choice(STARTERS), value=dice.choice([5, 500]))
    for _number in range(dice.randint(0, MOST_ACTIONS)):
        case.refresh_from_db()
        if case.status != "NEW":
            break
        something_happens(bench, case, dice)


class Forward(random.Random):
    """Dice by which everybody takes the first choice."""

    def random(self) -> float:
        return 0.99


def finish(bench: Bench, case: Case) -> None:
    """Goes on with first choices; what keeps waiting is given time."""
    for _number in range(ENOUGH):
        case.refresh_from_db()
        if case.status != "NEW":
            check(bench, case.pk)
            return
        human = Task.objects.filter(process=case, flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"])
        task = next((one for one in human.order_by("pk") if not awaited(one)), None)
        if task is None:
            bench.later(days=9)
        else:
            somebody_acts(bench, case, task, Forward())
    raise AssertionError(f"never over: {bench.open(case)}")


def is_true(reason: Reason, case: Case, old: Tree, new: Tree) -> bool:
    """Looked at from outside: by the rows of the case, without the code that judged."""
    step = reason.step_id
    open_ones = set(open_steps(case))
    lapsed = case.data.get("lapsed", {})
    rows = Task.objects.filter(process=case, step_id=step, status="DONE", pk__gt=lapsed.get(step, 0))
    was_done = rows.exists() and step not in open_ones
    if reason.code == "gone":
        return step in open_ones and step not in new.steps
    if reason.code == "other_kind":
        return step in open_ones and new.steps[step]["kind"] != old.steps[step]["kind"]
    if reason.code == "elsewhere":
        return step in open_ones and ways_to(old, step) != ways_to(new, step)
    if reason.code == "round":
        return step in open_ones and old.steps[step] != new.steps[step]
    if reason.code == "again":
        return was_done and any(comes_after(new, one, step) for one in open_ones)
    if reason.code == "skipped":
        before = any(comes_after(new, step, one) or beside(new, step, one) for one in open_ones)
        return before and not was_done
    if reason.code == "claim":
        return step in steps_of(case) and props_of(old.steps[step]) != props_of(new.steps.get(step, {"kind": ""}))
    if reason.code == "not_claimed":
        return reason.part not in steps_of(case)
    if reason.code == "not_asked":
        source = reason.part.partition(".")[0]
        return not StepSubmission.objects.filter(case=case, step_id=source).exists()
    return False


def open_steps(case: Case) -> list[str]:
    rows = Task.objects.filter(process=case, status__in=["NEW", "ASSIGNED", "SCHEDULED", "STARTED", "ERROR"])
    rows = rows.exclude(flow_task_type__in=["REMINDER", "JOIN"])
    return list(rows.values_list("step_id", flat=True))


def ways_to(tree: Tree, step_id: str) -> list[tuple[str, str]]:
    """The blocks around a step, found by looking for it from the top."""

    def inside(steps: Any, path: list[tuple[str, str]]) -> list[tuple[str, str]] | None:
        for step in steps:
            if step["id"] == step_id:
                return path
            for way in step.get("branches", ()):
                found = inside(way["steps"], [*path, (step["id"], way["id"])])
                if found is not None:
                    return found
        return None

    return inside(tree.root, []) or []


def order_of(tree: Tree) -> dict[str, int]:
    return {step["id"]: number for number, step in enumerate(tree.walk())}


def comes_after(tree: Tree, one: str, other: str) -> bool:
    """Whether `other` is reached from `one` without going back: further down, and not beside it."""
    if one == "start":
        return other in tree.steps
    if other not in tree.steps or one not in tree.steps:
        return False
    return order_of(tree)[one] < order_of(tree)[other] and not beside(tree, one, other)


def beside(tree: Tree, one: str, other: str) -> bool:
    """Whether two steps stand in different ways of the same block."""
    mine, others = dict(ways_to(tree, one)), dict(ways_to(tree, other))
    return any(mine[block] != others[block] for block in mine.keys() & others.keys())


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_moves_can_finish_and_whoever_stays_has_a_true_reason(bench: Bench, seed: int) -> None:
    """viewflow#74, viewflow#238, loonflow#78, spiff-arena#1671, spiff-arena#1973, camunda#19783."""
    dice = random.Random(seed)  # no secret
    signers = [bench.cast.users[login].pk for login in ("zhoufu", "lishuji", "shenjie")]
    document = Grower(dice, signers).document()
    bench.publish(document)
    for _number in range(CASES):
        walked(bench, dice)
    old = Tree(document)
    to = bench.publish(Changer(dice).changed(document, dice.randint(0, 2)))
    new = Tree(to.document)
    running = list(cases_to_move(to))
    dry = {case.pk: found for case, found in Judge(to).all(cases_to_move(to))}
    if not running:
        return
    mass = services.start_moving(to=to, actor=bench.actor("admin"), now=bench.now)
    drain()
    moves = {one.case_id: one for one in CaseMove.objects.filter(mass=mass)}
    assert set(moves) == {case.pk for case in running}, "a result for every case"
    moved = [one for one in moves.values() if not one.reasons]
    assert len(moved) == Case.objects.filter(pk__in=moves, version=to).count(), "counts reported are counts moved"
    for case in running:
        case.refresh_from_db()
        assert from_data(moves[case.pk].reasons) == dry[case.pk], "the dry run says what happens"
        if case.version_id != to.pk:
            assert all(is_true(reason, case, old, new) for reason in dry[case.pk]), dry[case.pk]
        check(bench, case.pk)
        assert all(event.step_name for event in timeline(case))
    for case in running:
        finish(bench, Case.objects.get(pk=case.pk))
