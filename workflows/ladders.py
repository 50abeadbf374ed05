"""The ladder of a deadline: what happens when a step is overdue, rung by rung, and when. Plain reading, no writes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from core.programme.selectors import due_at

REMIND, REASSIGN, UP, OUTCOME, STEP, WIDEN = "remind", "reassign", "up", "outcome", "step", "widen"
LAST: Final = frozenset({OUTCOME, STEP})  # the task is over after these
CLIMBED: Final = "climbed"  # of a timer: the rungs that it has climbed
BY_DEADLINE: Final = "by_deadline"  # of a task: nobody did it in time, and the flow went on without
SLIP: Final = "slip"  # of a timer: seconds by which its latest rung came late, when the dispatcher had stood still
NOTABLE: Final = timedelta(days=1)
Rung = Mapping[str, Any]  # one entry of `deadline.overdue`


def rungs_of(deadline: Mapping[str, Any]) -> list[Rung]:
    """What a deadline says shall happen when it is over, in order."""
    return list(deadline.get("overdue") or ())


def moment_of(rung: Rung, deadline: Mapping[str, Any], due: datetime) -> datetime:
    """When a rung is climbed: so many days beyond the deadline, counted as the deadline counts."""
    if rung["after"] == 0:
        return due
    return due_at(due, days=rung["after"], calendar=deadline.get("calendar", "working"))


def next_rung(deadline: Mapping[str, Any], data: Mapping[str, Any], due: datetime) -> tuple[Rung, datetime] | None:
    """The rung that is climbed next and when, for a timer with this `data`; None behind the last one.

    A rung that came late moves the ones above it, so that whoever got the task then has the time that the flow gives.
    """
    rungs, climbed = rungs_of(deadline), len(data.get(CLIMBED, ()))
    if climbed >= len(rungs):
        return None
    rung = rungs[climbed]
    return rung, moment_of(rung, deadline, due + timedelta(seconds=data.get(SLIP, 0)))


def slip_of(moment: datetime, now: datetime) -> float:
    """By how much a rung came late, in seconds; 0 for what a dispatcher needs anyway."""
    late = now - moment
    return late.total_seconds() if late > NOTABLE else 0
