"""Job handlers of the engine: what one case means for another, each under the lock of the one that changes."""

from datetime import datetime

from core.jobs.models import Job
from core.jobs.registry import handler
from workflows.activations.cancelling import CALL_OFF_CHILD
from workflows.running import RESUME_PARENT
from workflows.services import subcases


@handler(RESUME_PARENT, where="inside")
def resume_parent(job: Job) -> None:
    """Let the case go on that waited for the end of another."""
    subcases.resume_parent(child_id=job.payload["child"])


@handler(CALL_OFF_CHILD, where="inside")
def call_off_child(job: Job) -> None:
    """Withdraw what a cancelled row had started."""
    subcases.call_off_child(task_id=job.payload["task"], now=datetime.fromisoformat(job.payload["at"]))
