"""Opening and closing a human task: its row, its candidates and its deadline belong together."""

from datetime import datetime
from typing import Any

from viewflow.workflow.status import STATUS

from workflows import deadlines, delegations, remarks
from workflows.assignees import Assigned
from workflows.models import Task, TaskCandidate
from workflows.tree import Step


def open_task(task: Task, step: Step, assigned: Assigned, run: Any) -> None:
    """Stores a new task, who may take it, and its one timer; the run tells those people in the end."""
    task.why = assigned.why
    task.data = {**task.data, "offered": list(assigned.keys)}  # outlives the candidates, for `visibility.once_had`
    task.due_at = deadlines.due_moment(step, run.now)
    if assigned.owner_id is not None:
        task.owner_id, task.status, task.assigned = assigned.owner_id, STATUS.ASSIGNED, run.now
    if run.done is not None and run.done.effect in remarks.BACKWARD:
        remarks.remember(task, run.done.task, run.done.effect)
    task.save(force_insert=True)
    add_candidates(task, assigned)
    note_persons(task, assigned)
    deadlines.arm(task, step)
    run.opened.append(task)


def add_candidates(task: Task, assigned: Assigned) -> None:
    """Puts a task nobody holds into the inboxes of those who may take it."""
    if assigned.owner_id is None:
        TaskCandidate.objects.bulk_create(
            [TaskCandidate(key=key, created=task.created, task=task) for key in assigned.keys]
        )


def note_persons(task: Task, assigned: Assigned) -> None:
    """Keeps on the object in memory who was found, if that is everybody whom its keys stand for."""
    is_whole = all(key.startswith(("user:", "role:")) for key in assigned.keys)
    task.persons = assigned.persons if is_whole else None


def is_as_before(task: Task, assigned: Assigned) -> bool:
    """Whether an open task is with these very people already."""
    if assigned.owner_id is not None or task.owner_id is not None:
        return bool(assigned.owner_id == task.owner_id)
    keys = TaskCandidate.objects.filter(task=task).values_list("key", flat=True)
    return set(keys) == set(assigned.keys)


def hand_on(task: Task, assigned: Assigned, run: Any) -> None:
    """Gives an open task to others; its deadline and its timer stay, and the run tells the people in the end."""
    offered = [f"user:{task.owner_id}"] if task.owner_id is not None else []
    TaskCandidate.objects.filter(task=task).delete()
    delegations.forget(task, run.now)
    task.owner_id = assigned.owner_id
    task.status = STATUS.NEW if assigned.owner_id is None else STATUS.ASSIGNED
    task.assigned = None if assigned.owner_id is None else run.now
    task.why = assigned.why
    offered = [*task.data.get("offered", []), *offered, *assigned.keys]
    task.data = {**task.data, "offered": list(dict.fromkeys(offered)), "handed": task.data.get("handed", 0) + 1}
    task.save(update_fields=["owner", "status", "assigned", "why", "data"])
    add_candidates(task, assigned)
    note_persons(task, assigned)
    run.opened.append(task)


def close_task(task: Task, step: Step, now: datetime) -> None:
    """Takes a finished or cancelled task out of every inbox and stops its timer."""
    TaskCandidate.objects.filter(task=task).delete()
    if delegations.is_delegated(task):
        delegations.void([task.pk], now)
    if deadlines.deadline_of(step) is not None:
        deadlines.disarm(task, now)
