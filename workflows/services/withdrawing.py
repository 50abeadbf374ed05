"""Withdrawing a case before anybody has decided on it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.exceptions import NotAllowed, WrongState
from workflows import announcements, effects, notices, remarks
from workflows.activations.cancelling import cancel_tasks
from workflows.claims import standing
from workflows.lengths import LONGEST_REASON, fitting
from workflows.models import Case, Task
from workflows.pauses import is_held
from workflows.running import Run, require_going, require_open, working_on
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
    is_going = case.status == PROCESS.NEW and not is_held(case)
    return is_going and is_starter(case, actor) and not is_decided(case)


def withdraw(*, case_id: int, actor: Actor, reason: str = "", now: datetime) -> Case:
    """Take back what one started, until the first decision; with a login or with the code. The system always may.

    Raises: NotFound; NotAllowed; WrongState when it is decided or over; Invalid; TryLater.
    """
    reason = fitting(reason, LONGEST_REASON, "reason")
    with working_on(case_id, actor=actor, now=now) as run:
        (require_open if actor.system else require_going)(run)
        if not (actor.system or is_starter(run.case, actor)):
            raise NotAllowed(NOT_YOURS, code="not_your_case")
        if not actor.system and is_decided(run.case):
            raise WrongState(DECIDED, code="already_decided")
        end_early(run, remarks.WITHDRAWN, reason)
    return run.case


def end_early(run: Run, how: str, reason: str, result: str = "") -> None:
    """Closes everything that is open, gives back what is claimed, and undoes what the flow names for it.

    `how`: the result, unless another is given. Works for a broken version too, whose effects at its claims are unknown.
    """
    case = run.case
    run.reason = reason
    remarks.ended_by(case, how, run.actor.user_id, reason)
    run.dirty.add("data")
    announcements.called_off(run, how)
    cancel_tasks(Task.objects.filter(process=case), run.now)
    for row in standing(case):
        run.give_back(row)
    notices.call_off(run)
    effects.perform((case.version.document.get("start") or {}).get("on_withdraw"), run)
    run.close(PROCESS.CANCELED, result or how)
    run.audit(f"case.{how}")
