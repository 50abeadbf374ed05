"""Putting a case on hold and resuming it: whoever manages the cases of its unit does so, with a reason."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.exceptions import Invalid, NotAllowed, WrongState
from core.jobs.services import enqueue
from workflows import asides, pauses
from workflows.access import may_repair
from workflows.activations.cancelling import SUBCASE
from workflows.lengths import LONGEST_REASON, fitting
from workflows.models import Case, Hold, Task
from workflows.running import ON_HOLD, RESUME_PARENT, Run, require_open, working_on
from workflows.services.acting import REASON_NEEDED
from workflows.services.happening import END_WAIT

MANAGERS_ONLY = _("Only those who manage the cases of this unit can put it on hold and resume it.")
NOT_HELD = _("This case is not on hold; somebody has resumed it already.")


def may_hold(case: Case, actor: Actor) -> bool:
    """Whether `hold_case` would succeed."""
    return case.status == PROCESS.NEW and not pauses.is_held(case) and may_repair(case, actor)


def may_resume(case: Case, actor: Actor) -> bool:
    """Whether `resume_case` would succeed."""
    return case.status == PROCESS.NEW and pauses.is_held(case) and may_repair(case, actor)


def hold_case(*, case_id: int, actor: Actor, reason: str, now: datetime) -> Case:
    """Let a case stand still: nobody acts in it, no deadline, reminder or wait runs on; those in it read why.

    Raises: NotFound; NotAllowed; WrongState when it is over or on hold already; Invalid without a reason; TryLater.
    """
    reason = fitting(reason, LONGEST_REASON, "reason")
    if not reason:
        raise Invalid(errors={"reason": [str(REASON_NEEDED)]}, code="reason_missing")
    with working_on(case_id, actor=actor, now=now) as run:
        _require_manager(run)
        if pauses.is_held(run.case):
            raise WrongState(ON_HOLD, code="on_hold")
        hold = Hold.objects.create(case=run.case, by=actor.user, reason=reason, since=now)
        pauses.stop(run.case, now)
        run.dirty.add("data")
        run.audit("case.held", {"hold": hold.pk})
        asides.held(hold, run)
    return run.case


def resume_case(*, case_id: int, actor: Actor, now: datetime) -> Case:
    """Let a case go on: every moment in it moves by the pause, and what happened meanwhile arrives now.

    Raises: NotFound; NotAllowed; WrongState when it is over or not on hold; TryLater.
    """
    with working_on(case_id, actor=actor, now=now) as run:
        _require_manager(run)
        hold = Hold.objects.filter(case=run.case, until=None).first()
        if hold is None:
            raise WrongState(NOT_HELD, code="not_on_hold")
        pauses.go_on(run.case, now)
        pauses.end(run.case, now, by=actor.user_id)
        run.dirty.add("data")
        _catch_up(run, hold)
        run.audit("case.resumed", {"hold": hold.pk})
        asides.resumed(hold, run)
    return run.case


def _require_manager(run: Run) -> None:
    require_open(run)
    if not may_repair(run.case, run.actor):
        raise NotAllowed(MANAGERS_ONLY)


def _catch_up(run: Run, hold: Hold) -> None:
    """Events that happened and started cases that ended during the pause are told again."""
    rows = Task.objects.filter(process=run.case, status__in=[STATUS.SCHEDULED, STATUS.STARTED])
    for task in rows.filter(status=STATUS.SCHEDULED, data__has_key=pauses.CAME):
        _tell(END_WAIT, {"task": task.pk, "at": run.now.isoformat()}, f"event-wait:{task.pk}:{hold.pk}", run)
    ended = Case.objects.filter(parent_task__in=rows.filter(flow_task_type=SUBCASE)).exclude(status=PROCESS.NEW)
    for child in ended:
        payload = {"child": child.pk, "at": run.now.isoformat()}
        _tell(RESUME_PARENT, payload, f"child-ended:{child.pk}:{hold.pk}", run)


def _tell(kind: str, payload: dict[str, Any], key: str, run: Run) -> None:
    enqueue(key=key, kind=kind, payload=payload, now=run.now)
