"""The job handler behind `JobRowBackend`: runs one task of a library."""

from django.utils.module_loading import import_string
from django_tasks.base import Task

from core.jobs.models import Job
from core.jobs.registry import handler


# Outside, although most tasks only write to the database: a library's task may manage transactions and connections
# itself, which it cannot inside ours. They repeat without harm: they bring an index or a folder up to date.
@handler("background", where="outside", queue="fast")
def run_background_task(job: Job) -> None:
    """Call the task's function with its arguments. Raises `LookupError` when the path names no task."""
    task = import_string(job.payload["task"])
    if not isinstance(task, Task):
        raise LookupError
    task.call(*job.payload["args"], **job.payload["kwargs"])
