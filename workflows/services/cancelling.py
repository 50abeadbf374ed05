"""Cancelling a case: whoever manages the cases of its unit ends it, at any time, with a reason."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS

from core.actors import Actor
from core.exceptions import Invalid, NotAllowed
from workflows.access import may_repair
from workflows.lengths import LONGEST_REASON, fitting
from workflows.models import Case
from workflows.remarks import CANCELLED
from workflows.running import require_open, working_on
from workflows.services.acting import REASON_NEEDED
from workflows.services.withdrawing import end_early

MANAGERS_ONLY = _("Only those who manage the cases of this unit can cancel it.")


def may_cancel(case: Case, actor: Actor) -> bool:
    """Whether `cancel_case` would succeed."""
    return case.status == PROCESS.NEW and may_repair(case, actor)


def cancel_case(*, case_id: int, actor: Actor, reason: str, now: datetime) -> Case:
    """End a case for good, whatever is open in it; its starter, and whoever has something in hand, read the reason.

    Raises: NotFound; NotAllowed; WrongState when it is over; Invalid without a reason; whatever its effects refuse.
    """
    reason = fitting(reason, LONGEST_REASON, "reason")
    if not reason:
        raise Invalid(errors={"reason": [str(REASON_NEEDED)]}, code="reason_missing")
    with working_on(case_id, actor=actor, now=now) as run:
        require_open(run)
        if not may_repair(run.case, actor):
            raise NotAllowed(MANAGERS_ONLY)
        end_early(run, CANCELLED, reason)
    return run.case
