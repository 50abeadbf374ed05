"""Bringing a task that nobody can do any more to those whom its rule finds now, else to the administrators."""

import logging
from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.actors import SYSTEM, Actor
from core.exceptions import DandelionError, Invalid, NotAllowed, WrongState
from workflows import added, assignees, opening
from workflows.access import may_repair
from workflows.assignees import Assigned
from workflows.models import Task
from workflows.running import Run, open_task_of, working_on
from workflows.services.acting import CLAIM_INSTEAD, case_of, step_of
from workflows.stranded import stranded_tasks
from workflows.tree import Step

log = logging.getLogger(__name__)
BATCH = 100
MANAGERS_ONLY = _("Only those who manage the cases of this unit can do this.")
AS_BEFORE = _("The rule of this step finds the same people as before. You can hand the task over to somebody instead.")


def find_again(*, task_id: int, actor: Actor, now: datetime) -> Task:
    """Ask the rule of an open task anew to whom it goes; its deadline stays, and the people it finds are told.

    Whoever manages the cases of its unit may. Raises: NotFound, NotAllowed; WrongState when it is over or the rule
    finds the same people; Invalid for an offer that is open to claim.
    """
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        task = open_task_of(run, task_id, even_held=True)
        if not may_repair(run.case, actor):
            raise NotAllowed(MANAGERS_ONLY)
        step = step_of(task)
        if step["kind"] == "claim":
            raise Invalid(CLAIM_INSTEAD, code="claim_instead")
        assigned = _assigned(task, step, run)
        if opening.is_as_before(task, assigned):
            raise WrongState(AS_BEFORE, code="same_people")
        previous = task.owner_id
        opening.hand_on(task, assigned, run)
        run.audit("task.found_again", {"task": task.pk, "from": previous, "to": assigned.owner_id})
    return task


def _assigned(task: Task, step: Step, run: Run) -> Assigned:
    """To whom the task goes now; one of several signers is replaced by somebody who does not sign already.

    A decision that several share goes to whoever stands in, so that nobody decides it twice.
    """
    barred = assignees.barred_users(task, step, run.case)
    if added.is_shared(task):
        return assignees.nobody(step, run.case, barred)
    if not task.flow_task.signs:
        return assignees.for_step(step, run.case, may_pass=False)
    asked = [one for one in assignees.signers(step, run.case) if not one.passes]
    free = [one for one in asked if one.owner_id is None or one.owner_id not in barred]
    return free[0] if free else assignees.nobody(step, run.case, barred)


def mend_stranded(*, now: datetime, limit: int = BATCH) -> int:
    """Bring up to `limit` tasks that nobody can do any more to those whom their rules find now; how many there were.

    Safe in several copies at once and on its own again: what has been mended is not stranded any more.
    """
    mended = 0
    for task_id in list(stranded_tasks(localdate(now)).order_by("pk").values_list("pk", flat=True)[:limit]):
        try:
            find_again(task_id=task_id, actor=SYSTEM, now=now)
            mended += 1
        except DandelionError as error:
            log.info("task %s stays as it is: %s", task_id, error.code)
        except Exception as error:  # the other tasks must go on; no text, it might be personal
            log.error("task %s cannot be mended: %s", task_id, type(error).__name__)
    return mended
