"""Withdrawing a case before anybody has decided on it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.exceptions import NotAllowed, WrongState
from workflows import announcements, effects, notices, remarks
from workflows.access import may_repair
from workflows.activations.cancelling import cancel_tasks
from workflows.lengths import LONGEST_REASON, fitting
from workflows.models import Case, Task
from workflows.running import require_open, working_on
from workflows.tree import START

NOT_YOURS = _("Only whoever started this can withdraw it.")
DECIDED = _("Somebody has already decided on this, so it cannot be withdrawn any more. Please tell whoever has it now.")


def is_starter(case: Case, actor: Actor) -> bool:
    """Whether the actor started the case, with his login or as its guest."""
    by_login: bool = actor.user_id is not None and actor.user_id == case.starter_id
    return by_login or actor.guest_case == case.pk


def is_decided(case: Case) -> bool:
    """Whether somebody has taken a decision that still stands."""
    decided = Task.objects.filter(process=case, flow_task_type="HUMAN", status=STATUS.DONE).exclude(step_id=START)
    outcomes = case.data.get("outcomes", {})
    return any(step_id in outcomes for step_id in decided.values_list("step_id", flat=True))


def may_withdraw(case: Case, actor: Actor) -> bool:
    """Whether `withdraw` would succeed."""
    if case.status != PROCESS.NEW:
        return False
    return (is_starter(case, actor) and not is_decided(case)) or may_repair(case, actor)


def withdraw(*, case_id: int, actor: Actor, reason: str = "", now: datetime) -> Case:
    """End a case: its starter or guest may until the first decision, whoever manages the cases of its unit always.

    Raises: NotFound; NotAllowed; WrongState when it is decided or over; Invalid; TryLater.
    """
    reason = fitting(reason, LONGEST_REASON, "reason")
    with working_on(case_id, actor=actor, now=now) as run:
        require_open(run)
        case = run.case
        if not may_repair(case, actor):
            if not is_starter(case, actor):
                raise NotAllowed(NOT_YOURS, code="not_your_case")
            if is_decided(case):
                raise WrongState(DECIDED, code="already_decided")
        run.reason = reason
        remarks.withdrawn_by(case, actor.user_id, reason)
        run.dirty.add("data")
        announcements.called_off(run)
        cancel_tasks(Task.objects.filter(process=case), now)
        for step_id in case.claims:
            announcements.lapsed(run, step_id)
        notices.call_off(run)
        effects.perform((case.version.document.get("start") or {}).get("on_withdraw"), run)  # even of a broken version
        run.close(PROCESS.CANCELED, "withdrawn")
        run.audit("case.withdrawn")
    return run.case
