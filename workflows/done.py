"""What a person did, as one list: the steps he took care of, and the opinions that he gave on steps of others."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Value
from viewflow.workflow.status import STATUS

from core.actors import Actor
from workflows.models import Case, Delegation, Task


@dataclass(frozen=True)
class Deed:
    """One thing that the actor did at a step. `outcome`: what he decided, or would have."""

    at: datetime
    case: Case
    step_id: str
    outcome: str
    is_opinion: bool
    task: Task


def done_by(actor: Actor, *, start: int = 0, limit: int = 20) -> list[Deed]:
    """What the actor did, newest first, from the `start`-th on."""
    if actor.user_id is None:
        return []
    tasks = Task.objects.filter(owner_id=actor.user_id, flow_task_type="HUMAN", status=STATUS.DONE)
    given = Delegation.objects.filter(to_id=actor.user_id, ending=Delegation.ANSWERED)
    names = ("at", "pk", "is_opinion")
    own = tasks.order_by().annotate(at=F("finished"), is_opinion=Value(0)).values_list(*names)
    others = given.order_by().annotate(at=F("ended_at"), is_opinion=Value(1)).values_list(*names)
    rows = list(own.union(others, all=True).order_by("-at", "-pk")[start : start + limit])
    case = "process__version__definition", "process__unit"
    done = tasks.select_related(*case).in_bulk([pk for _at, pk, is_opinion in rows if not is_opinion])
    asked = given.select_related(*(f"task__{name}" for name in case))
    answered = asked.in_bulk([pk for _at, pk, is_opinion in rows if is_opinion])
    return [_opinion(answered[pk]) if is_opinion else _decision(done[pk]) for _at, pk, is_opinion in rows]


def _decision(task: Task) -> Deed:
    return Deed(task.finished or task.created, task.process, task.step_id, task.outcome, is_opinion=False, task=task)


def _opinion(asked: Delegation) -> Deed:
    task = asked.task
    at = asked.ended_at or asked.created_at
    return Deed(at, task.process, task.step_id, asked.suggested, is_opinion=True, task=task)
