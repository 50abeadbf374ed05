"""What it means that a case is on hold: its clocks stand still, and go on by the length of the pause later."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F
from viewflow.workflow.status import STATUS

from core.notices.services import move_window
from workflows import time_limits
from workflows.models import Case, Hold, StepClaim, Task

HELD: Final = "held"  # in the data of a case: since when it is on hold
PAUSED: Final = "paused"  # the same: how many seconds it was on hold before; of a timer: when it would have fired
CAME: Final = "came"  # of a wait: what it waits for has happened meanwhile


def is_held(case: Case) -> bool:
    """Whether the case is on hold."""
    return HELD in case.data


def length(case: Case, now: datetime) -> timedelta:
    """How long the case has stood still in all."""
    before = timedelta(seconds=case.data.get(PAUSED, 0))
    if not is_held(case):
        return before
    return before + max(now - datetime.fromisoformat(case.data[HELD]), timedelta())


def stop(case: Case, now: datetime) -> None:
    """The clocks of a case stop: none of its timers fires. The case is stored by the caller."""
    case.data[HELD] = now.isoformat()
    for timer in _timers(case).exclude(scheduled=None):
        timer.data = {**timer.data, PAUSED: _written(timer.scheduled)}
        timer.scheduled = None
        timer.save(update_fields=["scheduled", "data"])


def go_on(case: Case, now: datetime) -> None:
    """The clocks of a case go on: every moment of what is open moves by the pause. The case is stored by the caller."""
    since = datetime.fromisoformat(case.data[HELD])
    by = max(now - since, timedelta())
    case.data[PAUSED] = length(case, now).total_seconds()
    del case.data[HELD]
    for timer in _timers(case).filter(scheduled=None, data__has_key=PAUSED):
        timer.scheduled = datetime.fromisoformat(timer.data[PAUSED]) + by
        timer.data = {key: value for key, value in timer.data.items() if key != PAUSED}
        timer.save(update_fields=["scheduled", "data"])
    due = Task.objects.filter(process=case, status__in=[STATUS.NEW, STATUS.ASSIGNED]).exclude(due_at=None)
    due.update(due_at=F("due_at") + by)
    StepClaim.objects.filter(case=case, until__isnull=False).update(until=F("until") + by)
    move_window(case_id=case.pk, by=by)
    time_limits.move(case, by)


def end(case: Case, now: datetime, *, by: int | None = None) -> None:
    """Notes when the pause of a case ended, by whom."""
    Hold.objects.filter(case=case, until=None).update(until=now, ended_by=by)


def over(case: Case, now: datetime) -> None:
    """A case that ends while it is on hold is not on hold any more."""
    if is_held(case):
        case.data[PAUSED] = length(case, now).total_seconds()
        del case.data[HELD]
        end(case, now)


def _timers(case: Case) -> Any:
    return Task.objects.filter(process=case, status=STATUS.SCHEDULED)


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""
