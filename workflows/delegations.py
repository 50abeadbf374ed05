"""What is delegated now, and what becomes of it when its task goes elsewhere."""

from collections.abc import Iterable
from datetime import datetime

from workflows.models import Delegation, Task


def is_delegated(task: Task) -> bool:
    """Whether whoever holds the task was only asked about it, and does not decide."""
    return "delegated" in task.data


def chain_of(task: Task) -> list[Delegation]:
    """The open delegations of a task, the first asked first."""
    if not is_delegated(task):
        return []
    return list(Delegation.objects.filter(task=task, ended_at=None).select_related("by", "to").order_by("pk"))


def void(task_ids: Iterable[int], now: datetime) -> None:
    """Ends the open delegations of tasks that are over or go to somebody else."""
    open_ones = Delegation.objects.filter(task_id__in=list(task_ids), ended_at=None)
    open_ones.update(ended_at=now, ending=Delegation.VOID)


def forget(task: Task, now: datetime) -> None:
    """Ends what is delegated of one task; its row is stored by the caller."""
    if is_delegated(task):
        void([task.pk], now)
        task.data = {key: value for key, value in task.data.items() if key != "delegated"}
