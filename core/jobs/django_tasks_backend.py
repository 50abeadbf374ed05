"""Wagtail's background work (indexing, clearing away files) as job rows, written in the transaction of its cause."""

from typing import Any

from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.signals import task_enqueued
from django_tasks.utils import get_random_id, normalize_json


class JobRowBackend(BaseTaskBackend):
    """Enqueues a task as one row of kind `background`; the row, not this backend, knows what became of it."""

    supports_defer = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:  # Any: the library's own
        """Write the job row. Raises `InvalidTaskError`, and `TypeError` for arguments that JSON cannot hold."""
        from core.jobs.services import enqueue  # imports models; tasks are defined while models still load

        self.validate_task(task)
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        payload = {"task": task.module_path, "args": result.args, "kwargs": result.kwargs}
        enqueue(
            key=f"background:{result.id}", kind="background", payload=normalize_json(payload), run_at=task.run_after
        )
        task_enqueued.send(type(self), task_result=result)
        return result
