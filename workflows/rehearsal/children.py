"""Cases that the rehearsed one started: they really begin, and the tester says how each of them ends."""

from dataclasses import dataclass
from datetime import datetime

from viewflow.workflow.status import PROCESS, STATUS

from core.actors import SYSTEM
from core.exceptions import WrongState
from workflows.activations.cancelling import cancel_tasks
from workflows.models import Case, Task
from workflows.names import step_name
from workflows.results import flow_title, result_name
from workflows.running import working_on
from workflows.services.subcases import call_off_child, resume_parent
from workflows.subflows import results_of


@dataclass(frozen=True)
class Child:
    """A case for whose end the rehearsed one waits. `results`: (id, name) of every end it can have."""

    step_id: str
    step: str
    flow: str
    results: list[tuple[str, str]]


def waiting_for(case: Case) -> list[Child]:
    """The cases for which it waits now."""
    return [
        Child(
            child.parent_task.step_id,
            step_name(case.flow_class.tree, child.parent_task.step_id),
            flow_title(child),
            [(one, result_name(child.version.document, one)) for one in results_of(child.version.document)],
        )
        for child in _awaited(case)
        if child.parent_task is not None
    ]


def _awaited(case: Case) -> list[Case]:
    rows = Case.objects.filter(parent_task__process=case, parent_task__status=STATUS.STARTED, status=PROCESS.NEW)
    return list(rows.select_related("version__definition", "parent_task").order_by("parent_task_id"))


def let_end(case: Case, step_id: str, result: str, now: datetime) -> None:
    """End the case that a step waits for. Raises: WrongState when there is none, or it cannot end so."""
    awaited = _awaited(case)
    child = next((one for one in awaited if one.parent_task is not None and one.parent_task.step_id == step_id), None)
    if child is None or result not in results_of(child.version.document):
        raise WrongState
    with working_on(child.pk, actor=SYSTEM, now=now) as run:
        cancel_tasks(Task.objects.filter(process=run.case), now)
        run.close(PROCESS.DONE, result)


def settle(case: Case, now: datetime) -> bool:
    """Do at once what jobs would do a moment later; whether there was anything."""
    rows, anything = Case.objects.filter(parent_task__process=case), False
    while True:
        ended = rows.filter(parent_task__status=STATUS.STARTED).exclude(status=PROCESS.NEW).first()
        off = rows.filter(parent_task__status=STATUS.CANCELED, status=PROCESS.NEW).first()
        if ended is not None:
            anything = resume_parent(child_id=ended.pk) or anything
        elif off is not None and off.parent_task_id is not None:
            anything = call_off_child(task_id=off.parent_task_id, now=now) or anything
        else:
            return anything
