"""Events for which a rehearsed case waits: the tester lets them happen."""

from dataclasses import dataclass
from datetime import datetime

from viewflow.workflow.status import STATUS

from core.exceptions import WrongState
from workflows.following import event_label
from workflows.models import Case, EventWait
from workflows.names import step_name
from workflows.services.happening import end_wait


@dataclass(frozen=True)
class Awaited:
    """An event for which the case waits."""

    step_id: str
    step: str
    event: str


def awaited_events(case: Case) -> list[Awaited]:
    """The events for which it waits now."""
    tree = case.flow_class.tree if case.flow_class is not None else None
    if tree is None:
        return []
    found = [wait.task.step_id for wait in _open(case)]
    return [Awaited(one, step_name(tree, one), event_label(tree.steps[one])) for one in found]


def let_happen(case: Case, step_id: str, now: datetime) -> None:
    """Let the event of a step happen, to whom it must. Raises: WrongState when nothing waits there."""
    wait = next((one for one in _open(case) if one.task.step_id == step_id), None)
    if wait is None:
        raise WrongState
    end_wait(task_id=wait.task_id, now=now)


def _open(case: Case) -> list[EventWait]:
    rows = EventWait.objects.filter(task__process=case, task__status=STATUS.SCHEDULED)
    return list(rows.select_related("task").order_by("task_id"))
