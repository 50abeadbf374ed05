"""Telling people that a case as a whole takes too long: before its time is over, and again and again afterwards."""

import logging
from datetime import datetime, timedelta

from viewflow.workflow.status import STATUS

from core.actors import SYSTEM
from core.exceptions import DandelionError
from workflows import pauses, time_limits, too_old
from workflows.models import Task, TimeLimit
from workflows.running import working_on

log = logging.getLogger(__name__)
DEFAULT_REPEAT_DAYS = 1
LATER = timedelta(hours=1)  # while the case stands still anyway


def tell_limits(*, now: datetime, limit: int) -> int:
    """Tell of up to `limit` cases whose time is nearly or quite over; how many. Safe in several copies at once."""
    due = TimeLimit.objects.filter(scheduled__lte=now, case__status="NEW").exclude(case__data__has_key=pauses.HELD)
    told = 0
    for case_id in list(due.order_by("scheduled", "pk").values_list("case_id", flat=True)[:limit]):
        try:
            told += _tell(case_id, now)
        except DandelionError as error:
            log.warning("time limit of case %s waits: %s", case_id, error.code)
        except Exception as error:  # the other cases must go on; no text, it might be personal
            log.error("time limit of case %s failed: %s", case_id, type(error).__name__)
            TimeLimit.objects.filter(case=case_id).update(scheduled=now + LATER)
    return told


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
        row.scheduled = repeat if row.is_over else row.due_at
        row.save(update_fields=["is_over", "times", "scheduled"])
        run.audit("case.too_old" if row.is_over else "case.nearly_too_old", {"times": row.times})
        too_old.tell(row, found.get("tell") or [], run)
    return 1


def _is_being_corrected(case_id: int) -> bool:
    tasks = Task.objects.filter(process=case_id, flow_task_type="HUMAN", status__in=[STATUS.NEW, STATUS.ASSIGNED])
    return any(time_limits.is_correction(task) for task in tasks)
