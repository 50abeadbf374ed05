"""Telling people that a case as a whole takes too long, before its time is over and after, and ending it where the
flow says so.
"""

import logging
from datetime import datetime, timedelta

from viewflow.workflow.status import STATUS

from core.actors import SYSTEM
from core.exceptions import DandelionError, TryLater
from workflows import pauses, remarks, time_limits, too_old
from workflows.models import Task, TimeLimit
from workflows.running import working_on
from workflows.services.withdrawing import end_early

log = logging.getLogger(__name__)
DEFAULT_REPEAT_DAYS = 1
LATER = timedelta(hours=1)  # while the case stands still anyway


def tell_limits(*, now: datetime, limit: int) -> int:
    """Tell of up to `limit` cases whose time is nearly or quite over; how many. Safe in several copies at once."""
    due = TimeLimit.objects.filter(scheduled__lte=now, case__status="NEW").exclude(case__data__has_key=pauses.HELD)
    told = 0
    for case_id in list(due.order_by("scheduled", "pk").values_list("case_id", flat=True)[:limit]):
        try:
            told += _end(case_id, now) or _tell(case_id, now)
        except DandelionError as error:
            log.warning("time limit of case %s waits: %s", case_id, error.code)
        except Exception as error:  # the other cases must go on; no text, it might be personal
            log.error("time limit of case %s failed: %s", case_id, type(error).__name__)
            TimeLimit.objects.filter(case=case_id).update(scheduled=now + LATER)
    return told


def _end(case_id: int, now: datetime) -> int:
    """Ends a case whose time has been over for so long, once somebody was told; 0 when it must not be or refuses."""
    try:
        with working_on(case_id, actor=SYSTEM, now=now) as run:
            row = TimeLimit.objects.filter(case=case_id, scheduled__lte=now).first()
            if row is None or run.case.status != "NEW" or pauses.is_held(run.case) or _is_being_corrected(case_id):
                return 0
            found = time_limits.limit_in(run.case.version.document) or {}
            moment = time_limits.ends_at(found, row.due_at)
            if moment is None or now < moment or not (row.is_over or found["end_after"] == 0):
                return 0
            row.is_over = True
            row.save(update_fields=["is_over"])
            end_early(run, remarks.EXPIRED, too_old.reason(), found["end_result"])
    except TryLater:
        raise
    except DandelionError as error:  # an effect that does not let it end: they are told instead, and it is tried again
        log.warning("case %s does not end although its time is over: %s", case_id, error.code)
        return 0
    return 1


def _tell(case_id: int, now: datetime) -> int:
    with working_on(case_id, actor=SYSTEM, now=now, background=True) as run:
        row = TimeLimit.objects.filter(case=case_id, scheduled__lte=now).first()
        if row is None or run.case.status != "NEW" or pauses.is_held(run.case):
            return 0
        found = time_limits.limit_in(run.case.version.document) or {}
        if _is_being_corrected(case_id):
            row.scheduled = now + LATER
            row.save(update_fields=["scheduled"])
            return 0
        row.is_over = now >= row.due_at
        row.times += 1
        repeat = max(row.due_at, now) + timedelta(days=found.get("repeat_days", DEFAULT_REPEAT_DAYS))
        ends = time_limits.ends_at(found, row.due_at) or repeat
        row.scheduled = (min(repeat, ends) if now < ends else repeat) if row.is_over else row.due_at
        row.save(update_fields=["is_over", "times", "scheduled"])
        run.audit("case.too_old" if row.is_over else "case.nearly_too_old", {"times": row.times})
        too_old.tell(row, found.get("tell") or [], run)
    return 1


def _is_being_corrected(case_id: int) -> bool:
    tasks = Task.objects.filter(process=case_id, flow_task_type="HUMAN", status__in=[STATUS.NEW, STATUS.ASSIGNED])
    return any(time_limits.is_correction(task) for task in tasks)
