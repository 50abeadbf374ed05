"""Whom the holder of a task added to his decision: with him they are one voice, which stands when all have agreed.

A task to which somebody was added notes it in its `data`, and so does the task of whoever was added, so that all other
tasks cost nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import STATUS

from core.exceptions import WrongState
from workflows.models import AddedApprover, Task
from workflows.tree import Step, effect_of, outcomes_of, props_of

ADDED_TO: Final = "added_to"  # data of the task of whoever was added: the task to which
HAS_ADDED: Final = "has_added"  # data of a task to which somebody was added
WAITS = _("You asked somebody to approve before you; it is your turn once that is done.")


def is_added(task: Task) -> bool:
    """Whether this is the task of somebody whom another added."""
    return ADDED_TO in task.data


def is_shared(task: Task) -> bool:
    """Whether the decision on this task needs others who were added."""
    return is_added(task) or HAS_ADDED in task.data


def standing(task: Task) -> list[AddedApprover]:
    """Whom was added to the task, or to that of whoever added its holder, and not removed; the first added first."""
    if not is_shared(task):
        return []
    rows = AddedApprover.objects.filter(host=task.data.get(ADDED_TO, task.pk), removed_at=None)
    return list(rows.select_related("task", "by__member", "to__member", "host").order_by("pk"))


def awaited(task: Task) -> list[AddedApprover]:
    """Those who have to approve before the holder of the task may."""
    if HAS_ADDED not in task.data:
        return []
    return [one for one in standing(task) if one.place == AddedApprover.BEFORE and one.is_open]


def require_turn(task: Task) -> None:
    """Raises: WrongState while somebody who was added before has not approved yet."""
    if awaited(task):
        raise WrongState(WAITS, code="waits_for_added")


def others_of(task: Task) -> frozenset[int]:
    """The logins that share the decision on a task, its own holder left out."""
    found: set[int | None] = set()
    for one in standing(task):
        found |= {one.to_id if one.task is None else one.task.owner_id} if one.task_id != task.pk else set()
        found |= {one.host.owner_id} if one.host_id != task.pk else set()
    return frozenset(user_id for user_id in found if user_id is not None)


def asked_step(task: Task, step: Step) -> Step:
    """The step as it asks the holder of the task: whoever was added fills in no form of it."""
    if not is_added(task):
        return step
    return {**step, "props": {name: value for name, value in props_of(step).items() if name != "form"}}


def voices(step: Step, rows: Sequence[Task]) -> list[str | None]:
    """What each of those who decide together says, with all whom he added; None as long as it is open.

    `rows`: the tasks of one round, those of added approvers among them.
    """
    effects: Mapping[str, str] = {one["id"]: effect_of(one)[0] for one in outcomes_of(step)}
    shared: dict[int, list[Task]] = {}
    for row in rows:
        if is_added(row):
            shared.setdefault(row.data[ADDED_TO], []).append(row)
    return [_voice([row, *shared.get(row.pk, ())], effects) for row in rows if not is_added(row)]


def _voice(rows: Sequence[Task], effects: Mapping[str, str]) -> str | None:
    done = [row.outcome for row in rows if row.status == STATUS.DONE]
    against = next((outcome for outcome in done if effects.get(outcome, "continue") != "continue"), None)
    if against is not None:
        return against
    is_open = any(row.status in (STATUS.NEW, STATUS.ASSIGNED) for row in rows)
    return None if is_open or rows[0].status != STATUS.DONE else rows[0].outcome


def was_followed(task: Task) -> bool:
    """Whether somebody who shares the decision has acted after the holder of the task."""
    if not is_shared(task):
        return False
    group = standing(task)
    rows = [one.task for one in group if one.task is not None] + [one.host for one in group[:1]]
    moment = task.finished
    return any(
        row.pk != task.pk and row.status == STATUS.DONE and moment and row.finished and row.finished > moment
        for row in rows
    )


def close_again(task_ids: Sequence[int]) -> None:
    """The turn of those who were added after has not come after all: what opened it was taken back."""
    AddedApprover.objects.filter(task__in=task_ids, place=AddedApprover.AFTER).update(task=None)
