"""Job handlers of the engine: what one case means for another, each under the lock of the one that changes."""

from datetime import datetime

from django.utils import timezone

from core.events import DELIVER
from core.jobs.models import Job
from core.jobs.registry import handler
from workflows.activations.cancelling import CALL_OFF_CHILD
from workflows.running import RESUME_PARENT
from workflows.services import exporting, happening, migrating, scheduling, subcases


@handler(RESUME_PARENT, where="inside")
def resume_parent(job: Job) -> None:
    """Let the case go on that waited for the end of another."""
    at = job.payload.get("at")
    subcases.resume_parent(child_id=job.payload["child"], now=datetime.fromisoformat(at) if at else None)


@handler(CALL_OFF_CHILD, where="inside")
def call_off_child(job: Job) -> None:
    """Withdraw what a cancelled row had started."""
    subcases.call_off_child(task_id=job.payload["task"], now=datetime.fromisoformat(job.payload["at"]))


@handler(DELIVER, where="inside")
def deliver_event(job: Job) -> None:
    """Tell the cases that wait for an event, and the flows that begin with it."""
    happening.deliver(**job.payload, now=timezone.now())


@handler(happening.END_WAIT, where="inside")
def end_wait(job: Job) -> None:
    """Let one case go on for which an event happened."""
    happening.end_wait(task_id=job.payload["task"], now=datetime.fromisoformat(job.payload["at"]))


@handler(happening.START_BY_EVENT, where="inside")
def start_by_event(job: Job) -> None:
    """Begin one case because an event happened."""
    told = {key: job.payload[key] for key in ("flow", "event", "values")}
    happening.start_by_event(**told, now=datetime.fromisoformat(job.payload["at"]))


@handler(scheduling.START_BY_SCHEDULE, where="inside")
def start_by_schedule(job: Job) -> None:
    """Begin one case because its day has come."""
    now = datetime.fromisoformat(job.payload["at"])
    scheduling.start_by_schedule(flow=job.payload["flow"], unit=job.payload["unit"], now=now)


@handler(migrating.MOVE_CASES, where="inside", queue="bulk")
def move_cases(job: Job) -> None:
    """Move the next few cases of a flow to another version."""
    payload = job.payload
    migrating.move_some(mass_id=payload["mass"], after=payload["after"], number=payload["number"], now=timezone.now())


@handler(exporting.EXPORT, where="outside", queue="bulk")
def export_answers(job: Job) -> None:
    """Write a file with the answers to a form."""
    exporting.write_in_background(job.payload["export"])
