"""Who was added to a decision, in which order, and how far they are: for those who share it."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.actors import Actor
from core.text import masked_name
from workflows import added
from workflows.models import AddedApprover, Task

ORDERS: Final[dict[str, str | Promise]] = {
    AddedApprover.BEFORE: lazy("approves first"),
    AddedApprover.BESIDE: lazy("approves at the same time"),
    AddedApprover.AFTER: lazy("approves afterwards"),
}


@dataclass(frozen=True)
class AddedRow:
    """One approver who was added. `remove`: what the button that removes him sends, or ""."""

    who: str
    order: str
    state: str
    words: str
    is_done: bool
    remove: str


def added_to(task: Task, actor: Actor) -> list[AddedRow]:
    """Those who were added to the decision on a task, the first added first."""
    return [_row(one, task, actor) for one in added.standing(task)]


def _row(one: AddedApprover, task: Task, actor: Actor) -> AddedRow:
    may_remove = not one.is_done and actor.user_id in (one.by_id, one.host.owner_id) and task.pk == one.host_id
    state = _("has agreed") if one.is_done else _("has it now") if one.is_open else _("comes later")
    return AddedRow(
        who=masked_name(one.to.display_name),
        order=str(ORDERS[one.place]),
        state=state,
        words=one.words,
        is_done=one.is_done,
        remove=f"remove_approver:{one.pk}" if may_remove else "",
    )


def asked_to_approve(task: Task) -> str:
    """With which words the holder of the task was asked to approve too; "" for everybody else."""
    if not added.is_added(task):
        return ""
    return next((one.words for one in added.standing(task) if one.task_id == task.pk), "")
