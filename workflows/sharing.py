"""How a decision goes on to which approvers were added: whose turn it is, and when it stands."""

from typing import Any

from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from workflows import asides, opening
from workflows.activations.cancelling import end_tasks
from workflows.added import ADDED_TO, awaited, is_added, is_shared, standing
from workflows.assignees import Assigned, excluded_users, nobody
from workflows.models import AddedApprover, Case, Task


def open_one(one: AddedApprover, case: Case) -> None:
    """His turn has come: he gets a task of his own, in the round of whoever added him."""
    host, step, run = one.host, one.host.flow_task.step, case.run
    host.process = case
    kind = host.flow_task.activation_class
    activation = kind.build(host.flow_task, kind(host), Token(str(host.token.token)), data={ADDED_TO: host.pk})
    excluded = excluded_users(step, case)
    why = {"code": "added", "by": one.by_id, "place": one.place}
    can = one.to.is_active and one.to_id not in excluded
    opening.open_task(activation.task, step, Assigned((), one.to_id, why) if can else nobody(step, case, excluded), run)
    one.task = activation.task
    one.save(update_fields=["task"])


def goes_on(task: Task, effect: str, run: Any) -> bool:
    """Whether the case goes on with a decision that was just made; opens the tasks of those who come after it.

    Whoever sends back or refuses decides for all who share the decision.
    """
    if not is_shared(task):
        return True
    group = standing(task)
    host = task if not is_added(task) else Task.objects.get(pk=task.data[ADDED_TO])
    host.process = run.case
    activation = task.flow_task.activation_class(task)
    if effect != "continue":
        shared = [host.pk, *(one.task_id for one in group if one.task_id is not None)]
        end_tasks(Task.objects.filter(pk__in=shared).exclude(pk=task.pk), run)
        activation.conclude(task.outcome)
        return True
    for one in group:
        if host is task and one.task is None:
            one.host = host
            open_one(one, run.case)
    if any(one.task_id == task.pk and one.place == AddedApprover.BEFORE for one in group) and not awaited(host):
        asides.turn_has_come(host, run)
    return concludes(host, activation)


def concludes(host: Task, activation: Any) -> bool:
    """Whether all who share a decision have agreed; then what the host decided is the outcome."""
    if host.status != STATUS.DONE or any(one.is_open for one in standing(host)):
        return False
    activation.conclude(host.outcome)
    return True
