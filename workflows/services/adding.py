"""Adding approvers to one's own decision, and taking them off again as long as they have not acted."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.exceptions import Invalid, NotAllowed, NotFound, WrongState
from core.people.models import User
from workflows import added, asides, sharing
from workflows.access import may_repair
from workflows.assignees import barred_users
from workflows.lengths import LONGEST_REASON, fitting
from workflows.models import AddedApprover, Task, TaskCandidate
from workflows.running import Done, Run, open_task_of, require_going, working_on
from workflows.services.acting import INACTIVE, OTHER_SAME_PERSON, case_of, require_turn, step_of
from workflows.tree import Step, props_of

MOST_ADDED = 3  # to one task
WORDS_NEEDED = _("Please say why this person should approve too.")
NOT_HERE = _("The flow lets nobody add an approver in this way at this step.")
NOT_BY_ADDED = _("You were asked to approve too, so you cannot add anybody yourself. Please tell whoever asked you.")
ENOUGH = _("Three others approve already. Please remove one of them first, or ask for an opinion instead.")
YOURSELF = _("You decide anyway. Please choose somebody else.")
IN_IT_ALREADY = _("This person approves this already. Please choose somebody else.")
NOT_YOURS = _("Only whoever added somebody, or has the task now, can remove him.")
ACTED_ALREADY = _("This person has approved in the meantime and cannot be removed any more. Please reload the page.")


def add_approver(*, task_id: int, actor: Actor, to_user: User, place: str, words: str, now: datetime) -> AddedApprover:
    """Have somebody else approve too: before oneself, at the same time, or after. All have to agree.

    Whoever has the task or may take it may, where the step allows it. `place`: before, beside or after.
    Raises: NotFound, NotAllowed, WrongState, Conflict, TryLater; Invalid without words, or for somebody who must not
    act here or does so already.
    """
    words = fitting(words, LONGEST_REASON, "reason")
    if not words:
        raise Invalid(errors={"reason": [str(WORDS_NEEDED)]}, code="reason_missing")
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        task = open_task_of(run, task_id)
        step = step_of(task)
        require_turn(task, step, run)
        if actor.user is None or place not in (props_of(step).get("may_add") or ()):
            raise NotAllowed(NOT_HERE, code="may_not_add")
        _require_suitable(task, step, run, to_user)
        _keep(task, actor.user, now)
        one = AddedApprover.objects.create(
            host=task, place=place, by=actor.user, to=to_user, words=words, created_at=now
        )
        if place != AddedApprover.AFTER:
            sharing.open_one(one, run.case)
        run.audit("task.approver_added", {"task": task.pk, "to": to_user.pk, "place": place})
    return one


def _require_suitable(task: Task, step: Step, run: Run, to_user: User) -> None:
    if added.is_added(task):
        raise WrongState(NOT_BY_ADDED, code="added_himself")
    if len(added.standing(task)) >= MOST_ADDED:
        raise WrongState(ENOUGH, code="too_many_added")
    problem, code = None, ""
    if not to_user.is_active:
        problem, code = INACTIVE, "inactive_user"
    elif to_user.pk == run.actor.user_id:
        problem, code = YOURSELF, "yourself"
    elif to_user.pk in added.others_of(task):
        problem, code = IN_IT_ALREADY, "added_already"
    elif to_user.pk in barred_users(task, step, run.case):
        problem, code = OTHER_SAME_PERSON, "same_person"
    if problem is not None:
        raise Invalid(errors={"to_user": [str(problem)]}, code=code)


def _keep(task: Task, user: User, now: datetime) -> None:
    """Whoever adds somebody has the task in hand from then on."""
    TaskCandidate.objects.filter(task=task).delete()
    if task.owner_id is None:
        task.owner, task.status, task.assigned = user, STATUS.ASSIGNED, now
    task.data = {**task.data, added.HAS_ADDED: True}
    task.save(update_fields=["owner", "status", "assigned", "data"])


def remove_approver(*, added_id: int, actor: Actor, now: datetime) -> Task:
    """Take somebody off whom one added and who has not acted; if all others have agreed, the case goes on.

    Returns the task to which he had been added. Raises: NotFound; NotAllowed; WrongState when he has acted; TryLater.
    """
    case_id = AddedApprover.objects.filter(pk=added_id).values_list("host__process_id", flat=True).first()
    if case_id is None:
        raise NotFound
    with working_on(case_id, actor=actor, now=now) as run:
        require_going(run)
        one = AddedApprover.objects.select_related("host", "task", "to").get(pk=added_id)
        host = one.host
        host.process = run.case
        if actor.user_id not in (one.by_id, host.owner_id) and not may_repair(run.case, actor):
            raise NotAllowed(NOT_YOURS, code="not_your_addition")
        if one.removed_at is not None or not (one.is_open or (one.task is None and _is_current(host))):
            raise WrongState(ACTED_ALREADY, code="acted_already")
        one.removed_at, one.removed_by = now, actor.user
        one.save(update_fields=["removed_at", "removed_by"])
        run.audit("task.approver_removed", {"task": host.pk, "from": one.to_id, "place": one.place})
        if one.task is not None:
            losers = asides.holders_of([one.task], run, but={actor.user_id})
            one.task.process = run.case
            one.task.flow_task.activation_class(one.task).cancel()
            asides.approver_removed(losers, one, run)
        activation = host.flow_task.activation_class(host)
        if sharing.concludes(host, activation):
            run.done = Done(host, host.step_id)
            activation.activate_next()
    return host


def _is_current(host: Task) -> bool:
    return host.status in (STATUS.NEW, STATUS.ASSIGNED)
