"""Several dispatchers at once, and one that is killed: real processes on PostgreSQL; every timer fires exactly once."""

import multiprocessing
import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from core.audit.models import AuditEntry
from notifications.models import Message
from tests.cast import build_cast
from tests.workflows.conftest import Bench
from tests.workflows.flows import DEPUTY, approval, flow
from tests.workflows.test_races import race
from workflows import services
from workflows.models import Case, Task
from workflows.services import timing

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
CASES = 150
LADDER = {
    "days": 2,
    "calendar": "calendar",
    "repeat_days": 30,
    "overdue": [
        {"after": 0, "do": "reassign", "assignee": DEPUTY},
        {"after": 2, "do": "outcome", "outcome": "approve"},
    ],
}


@pytest.fixture
def cast(transactional_db):
    return build_cast()


def dispatch(bench: Bench) -> Any:
    """What one dispatcher does: it fires until nothing is due any more."""

    def work() -> None:
        while services.fire_due(now=bench.now, limit=50):
            pass

    return work


def test_four_dispatchers_fire_each_of_hundreds_of_timers_exactly_once(bench: Bench) -> None:
    bench.publish(flow(approval("review", deadline=LADDER)))
    cases = [bench.start() for _number in range(CASES)]
    bench.now += timedelta(days=2, hours=9)
    assert race(*[dispatch(bench)] * 4) == ["done"] * 4
    dispatch(bench)()  # what a copy left because another had its case
    escalated = AuditEntry.objects.filter(verb="task.escalated", case_id__in=[case.pk for case in cases])
    assert escalated.count() == CASES
    assert Message.objects.filter(kind="task.passed_on").count() == CASES
    assert Message.objects.filter(kind="task.overdue", user=bench.cast.users["zhoufu"]).count() == CASES
    assert Task.objects.filter(flow_task_type="REMINDER", status="SCHEDULED").count() == CASES
    bench.now += timedelta(days=2)
    assert race(*[dispatch(bench)] * 4) == ["done"] * 4
    dispatch(bench)()
    assert Case.objects.filter(status="DONE", result="done").count() == CASES
    decided = Task.objects.filter(step_id="review", flow_task_type="HUMAN", outcome="approve", owner=None)
    assert decided.count() == CASES
    assert Task.objects.filter(flow_task_type="REMINDER", status="SCHEDULED").count() == 0


def test_a_dispatcher_killed_in_the_middle_leaves_nothing_half_done(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline=LADDER)))
    bench.now += timedelta(days=2, hours=9)
    context = multiprocessing.get_context("fork")
    reached = context.Event()

    def dies() -> None:
        connections.close_all()
        with transaction.atomic():
            timer = Task.objects.get(process=case, flow_task_type="REMINDER", status="SCHEDULED")
            timing._fire(timer.pk, case.pk, bench.now)
            reached.set()
            signal.pause()  # everything is written, nothing is committed

    connections.close_all()
    worker = context.Process(target=dies)
    worker.start()
    assert reached.wait(timeout=30)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(timeout=30)
    assert (bench.open(case), bench.timers(case)) == (["review"], 1)
    assert Message.objects.filter(kind="task.passed_on").count() == 0
    dispatch(bench)()
    assert AuditEntry.objects.filter(verb="task.escalated", case_id=case.pk).count() == 1
    assert Message.objects.filter(kind="task.passed_on").count() == 1
    bench.act(case, "review", "zhoufu", "approve")
    assert bench.result(case) == ("DONE", "done", [])
