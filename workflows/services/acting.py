"""Doing a task, and handing it to somebody else: every check is made here, under the lock of the case."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.exceptions import Conflict, Invalid, NotAllowed
from core.people.models import User
from forms import drafts
from workflows import added, delegations, remarks, scoring, sharing, straight, time_limits
from workflows import answers as given
from workflows.access import acts_as, may_repair
from workflows.assignees import barred_users, unit_kept_out
from workflows.lengths import LONGEST_COMMENT, LONGEST_REASON, fitting
from workflows.models import Case, Task, TaskCandidate
from workflows.running import Done, Run, open_task_of, working_on
from workflows.services.starting import corrected
from workflows.subjects import task_subject
from workflows.tree import START, Step, effect_of, outcomes_of, own_form_key, props_of
from workflows.wording import refuse_personal_answers

MOST_RETURNS = 2
STOOD_IN_FOR = "stood_in_for"  # data of a task: who was away, when somebody else did it for him
TAKEN = _("Somebody else has this task in hand now. Please reload the page.")
NOT_YOURS = _("This task is with somebody else. If it should be yours, ask for it to be handed over.")
SAME_UNIT = _("Somebody of your own unit took part in an earlier step, so somebody of another unit must decide here.")
SAME_PERSON = _("You already took part in an earlier step of this case, so somebody else must decide here.")
OTHER_SAME_PERSON = _("This person already took part in an earlier step of this case. Please choose somebody else.")
UNKNOWN_OUTCOME = _("This choice does not exist here. Please reload the page.")
COMMENT_NEEDED = _("Please write a few words: the person who receives this needs to know why.")
REASON_NEEDED = _("Please write down why.")
FORM_NEEDED = _("Please fill in the form of this step.")
INACTIVE = _("This login is not active.")
ONLY_ASKED = _("You were asked for your opinion; whoever asked decides. Please answer, or give it back.")
ENOUGH_RETURNS = _("This has been returned twice already. Please decide now, or talk to the person.")
CLAIM_INSTEAD = _("Please say for whom you take this on.")


def step_of(task: Task) -> Step:
    """The step of an open human task."""
    step: Step = task.flow_task.step
    return step


def case_of(task_id: int) -> Subquery:
    """The primary key of a task's case, for `working_on` to find it with the same statement that locks it."""
    return Subquery(Task.objects.filter(pk=task_id).values("process_id"))


def returns_made(case: Case, step_id: str) -> int:
    """How often the step has returned the case."""
    made: dict[str, int] = case.data.get("returns", {})
    return made.get(step_id, 0)


def require_turn(task: Task, step: Step, run: Run) -> Sequence[int | None]:
    """As `require_holder`; NotAllowed too for somebody who was only asked for his opinion."""
    persons = require_holder(task, step, run)
    if delegations.is_delegated(task) and not run.actor.system:
        raise NotAllowed(ONLY_ASKED, code="only_asked")
    return persons


def require_holder(task: Task, step: Step, run: Run) -> Sequence[int | None]:
    """For whom the actor may do the task: himself, or those who are away and for whom he stands in.

    Raises: Conflict when somebody else holds the task; NotAllowed when it is not the actor's or may not be.
    """
    actor = run.actor
    if actor.system:
        return [None]
    persons = acts_as(task, actor, localdate(run.now))
    if not persons and task.owner_id is not None:
        raise Conflict(TAKEN, code="held_by_another")
    if not persons:
        raise NotAllowed(NOT_YOURS, code="not_your_task")
    if actor.user_id is None:
        return persons
    barred = barred_users(task, step, run.case)
    if actor.user_id in barred or barred.issuperset(persons):
        is_unit = actor.user_id in unit_kept_out(step, run.case)
        raise NotAllowed(SAME_UNIT if is_unit else SAME_PERSON, code="same_person")
    return [one for one in persons if one not in barred]


def act(
    *,
    task_id: int,
    actor: Actor,
    outcome: str,
    answers: Mapping[str, Any] | None = None,
    comment: str = "",
    now: datetime,
) -> Case:
    """Do a task: store its answers, take its outcome, go on as far as nobody is needed.

    `outcome` may be "" where the step has only one. `answers`: field key → value in JSON form.
    Raises: NotFound; NotAllowed; WrongState when the task or case is over; Conflict when somebody else holds it;
    Invalid with sentences per field key; TryLater.
    """
    comment = fitting(comment, LONGEST_COMMENT, "comment")
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        task = open_task_of(run, task_id)
        step = step_of(task)
        persons = require_turn(task, step, run)
        added.require_turn(task)
        if step["kind"] == "claim":
            raise Invalid(CLAIM_INSTEAD, code="claim_instead")
        _note_absent(task, actor, persons)
        chosen = _chosen(step, outcome)
        _check_comment(chosen, comment)
        count_return(run, step, chosen)
        take(run, task, step, chosen, answers, comment)
        if _may_ask(step):
            drafts.remove(actor.user, task_subject(task_id))
    return run.case


def _may_ask(step: Step) -> bool:
    """Whether somebody can have a draft for a task of this step."""
    asks = step["kind"] in ("form", "score") or bool(props_of(step).get("form"))
    return asks or any(one.get("form") for one in outcomes_of(step))


def _note_absent(task: Task, actor: Actor, persons: Sequence[int | None]) -> None:
    """Keeps with a task that is about to be done for whom it is, when its doer only stands in."""
    task.data.pop(STOOD_IN_FOR, None)
    if actor.user_id not in persons:
        task.data[STOOD_IN_FOR] = persons[0]


def take(
    run: Run, task: Task, step: Step, outcome: Mapping[str, Any], answers: Mapping[str, Any] | None, comment: str
) -> None:
    """The actor, who may, takes an outcome."""
    if step["kind"] == "score":
        scoring.keep(task, step, outcome["id"], answers)
    form, key = given.form_of(added.asked_step(task, step)), step["id"]
    effect, _target = effect_of(outcome)
    if outcome.get("form"):
        form, key = outcome["form"], own_form_key(step["id"], outcome["id"])
        if answers is None:
            raise Invalid(FORM_NEEDED, code="form_missing")
    if form and (answers is not None or effect == "continue"):
        if answers is None:
            raise Invalid(FORM_NEEDED, code="form_missing")
        kept = given.store(run.case, task, key, form, answers, step=step)
        refuse_personal_answers(run.case, run.tree, key, kept)
        if step["id"] == START:
            corrected(run, kept)
    run.reason = comment[:200]
    if comment:
        task.data["comment"] = comment
    run.done = Done(task, step["id"], effect, comment)
    time_limits.after_correction(task, run.now)
    activation = task.flow_task.activation_class(task)
    activation.finish(outcome["id"])
    run.audit("task.done", {"task": task.pk, "step": step["id"], "outcome": outcome["id"]})
    if sharing.goes_on(task, effect, run) and not (effect == "continue" and straight.goes(task, activation, run)):
        activation.activate_next()
    if run.led_to and not run.ended:
        task.data["led_to"] = run.led_to
        task.save(update_fields=["data"])
    if run.ended and effect == "end" and outcome.get("comment") == "required":
        remarks.end_by(run.case, task)
        run.dirty.add("data")


def _chosen(step: Step, outcome: str) -> Mapping[str, Any]:
    outcomes = outcomes_of(step)
    if not outcome and len(outcomes) == 1:
        return outcomes[0]
    for one in outcomes:
        if one["id"] == outcome:
            return one
    raise Invalid(UNKNOWN_OUTCOME, code="unknown_outcome", errors={"outcome": [str(UNKNOWN_OUTCOME)]})


def _check_comment(outcome: Mapping[str, Any], comment: str) -> None:
    if outcome.get("comment") == "required" and not comment:
        raise Invalid(errors={"comment": [str(COMMENT_NEEDED)]}, code="comment_missing")


def count_return(run: Run, step: Step, outcome: Mapping[str, Any]) -> None:
    """Counts a return that is about to be made. Raises: Invalid when the step has made too many."""
    effect, _target = effect_of(outcome)
    if effect != "return":
        return
    made = returns_made(run.case, step["id"])
    if made >= MOST_RETURNS:
        raise Invalid(ENOUGH_RETURNS, code="too_many_returns", errors={"outcome": [str(ENOUGH_RETURNS)]})
    run.case.data.setdefault("returns", {})[step["id"]] = made + 1
    run.dirty.add("data")


def reassign(*, task_id: int, actor: Actor, to_user: User, reason: str, now: datetime) -> Task:
    """Hand an open task to another person; its deadline stays.

    Its owner may, whoever may take it, and administrators. Raises: NotFound, NotAllowed, WrongState, Conflict, Invalid
    without a reason or when the person took part in a step that this one must not share a person with.
    """
    reason = fitting(reason, LONGEST_REASON, "reason")
    if not reason:
        raise Invalid(errors={"reason": [str(REASON_NEEDED)]}, code="reason_missing")
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        repairs = may_repair(run.case, actor)
        task = open_task_of(run, task_id, even_held=repairs)
        step = step_of(task)
        if not repairs:
            require_turn(task, step, run)
        if step["kind"] == "claim":
            raise Invalid(CLAIM_INSTEAD, code="claim_instead")
        if not to_user.is_active:
            raise Invalid(errors={"to_user": [str(INACTIVE)]}, code="inactive_user")
        if to_user.pk in barred_users(task, step, run.case):
            raise Invalid(errors={"to_user": [str(OTHER_SAME_PERSON)]}, code="same_person")
        previous = task.owner_id
        TaskCandidate.objects.filter(task=task).delete()
        delegations.forget(task, now)
        task.owner, task.status, task.assigned = to_user, STATUS.ASSIGNED, now
        task.why = {"code": "reassigned", "by": actor.user_id}
        handed = task.data.get("handed", 0) + 1
        offered = [*task.data.get("offered", []), *([f"user:{previous}"] if previous is not None else [])]
        more = {"reassign_reason": reason, "handed": handed, "offered": offered}
        task.data = {**task.data, **more}
        task.save(update_fields=["owner", "status", "assigned", "why", "data"])
        run.opened.append(task)
        run.audit("task.reassigned", {"task": task.pk, "from": previous, "to": to_user.pk})
    return task
