"""Urging those who have a case in hand: once per working day and person who waits."""

from datetime import date, datetime
from typing import Final

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.exceptions import NotFound, WrongState
from core.programme.calendar import add_working_days
from core.programme.selectors import exceptions_from
from core.templatetags.dandelion import day
from workflows import asides
from workflows.access import acts_as
from workflows.added import awaited
from workflows.models import Case, Task
from workflows.pauses import is_held
from workflows.running import require_going, working_on
from workflows.visibility import may_urge

URGINGS: Final = "urgings"  # data of a task: list of {at, by}, `by` None for a guest
PAUSE: Final = 1  # working days from one time to the next
NOBODY = _("Nobody but you has this in hand at the moment, so there is nobody to remind.")
AGAIN_FROM = _("You have reminded them already. You can do so again from %(day)s.")


def urge(*, case_id: int, actor: Actor, now: datetime) -> int:
    """Remind whoever has open tasks of a case that somebody waits; how many tasks. Open offers are nobody's yet.

    Its starter and guest may, and whoever is concerned with it. Raises: NotFound; TryLater; WrongState when
    it is over, when nobody else has it in hand, and to the same person within the same working day.
    """
    with working_on(case_id, actor=actor, now=now) as run:
        case = run.case
        if not may_urge(case, actor):
            raise NotFound
        require_going(run)
        tasks = tasks_to_urge(case, actor, now)
        if not tasks:
            raise WrongState(NOBODY, code="nobody_to_urge")
        again = urging_again(case, actor)
        if again is not None and localdate(now) < again:
            raise WrongState(AGAIN_FROM % {"day": day(again)}, code="urged_already")
        case.data["urged"] = {**case.data.get("urged", {}), _key(actor): localdate(now).isoformat()}
        run.dirty.add("data")
        for task in tasks:
            entry = {"at": now.isoformat(), "by": actor.user_id}
            task.data = {**task.data, "urged": times_urged(task) + 1, URGINGS: [*task.data.get(URGINGS, ()), entry]}
            task.save(update_fields=["data"])
            run.audit("task.urged", {"task": task.pk, "times": times_urged(task)})
            asides.urged(task, run)
    return len(tasks)


def times_urged(task: Task) -> int:
    """How often whoever had the task was reminded by those who wait."""
    return int(task.data.get("urged", 0))


def tasks_to_urge(case: Case, actor: Actor, now: datetime) -> list[Task]:
    """The open tasks that others than the actor have in hand and can act on: who waits for one he added cannot."""
    if case.status != PROCESS.NEW or is_held(case):
        return []
    tasks = Task.objects.filter(process=case, flow_task_type="HUMAN", status__in=[STATUS.NEW, STATUS.ASSIGNED])
    return [
        task
        for task in tasks.select_related("owner").order_by("pk")
        if task.why.get("code") != "pool" and not awaited(task) and not _is_his(task, actor, localdate(now))
    ]


def _is_his(task: Task, actor: Actor, on: date) -> bool:
    return bool(acts_as(task, actor, on))


def urging_again(case: Case, actor: Actor) -> date | None:
    """The first day on which the actor may urge again; None when he has not urged yet."""
    last = case.data.get("urged", {}).get(_key(actor))
    if last is None:
        return None
    then = date.fromisoformat(last)
    return add_working_days(then, PAUSE, exceptions_from(then))


def _key(actor: Actor) -> str:
    return f"user:{actor.user_id}" if actor.user_id is not None else "guest"
