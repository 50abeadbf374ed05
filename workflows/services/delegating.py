"""Asking a colleague about a task, which comes back to be decided: delegating, answering, giving and calling back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.exceptions import Invalid, NotAllowed, WrongState
from core.people.models import User
from workflows import asides, delegations
from workflows.assignees import barred_users
from workflows.lengths import LONGEST_COMMENT, LONGEST_REASON, fitting
from workflows.models import Delegation, Task, TaskCandidate
from workflows.running import Run, open_task_of, working_on
from workflows.services.acting import (
    CLAIM_INSTEAD,
    INACTIVE,
    OTHER_SAME_PERSON,
    REASON_NEEDED,
    UNKNOWN_OUTCOME,
    case_of,
    require_holder,
    step_of,
)
from workflows.tree import Step, outcomes_of

MOST_LINKS = 2  # whoever was asked may ask one more
WORDS_NEEDED = _("Please say what you would like to know or have done.")
ANSWER_NEEDED = _("Please write what you found or did.")
TOO_LONG_A_CHAIN = _("This has been passed on for an opinion already. Please answer it yourself, or give it back.")
IN_THE_CHAIN = _("This person is waiting for the answer already. Please choose somebody else.")
YOURSELF = _("You have it already. Please choose somebody else.")
NOT_ASKED = _("Nobody is asking you about this any more. Please reload the page.")
NOT_ASKING = _("You are not waiting for an opinion here any more. Please reload the page.")


def delegate(*, task_id: int, actor: Actor, to_user: User, words: str, now: datetime) -> Task:
    """Hand a task to a colleague for his opinion; when he is done it comes back for the decision. Its deadline stays.

    Whoever has the task or may take it may; so may the colleague himself, once more. Raises: NotFound, NotAllowed,
    WrongState, Conflict, TryLater; Invalid without words, or for somebody who must not act here or asks already.
    """
    words = fitting(words, LONGEST_REASON, "reason")
    if not words:
        raise Invalid(errors={"reason": [str(WORDS_NEEDED)]}, code="reason_missing")
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        task = open_task_of(run, task_id)
        step = step_of(task)
        require_holder(task, step, run)
        if step["kind"] == "claim":
            raise Invalid(CLAIM_INSTEAD, code="claim_instead")
        if actor.user is None:
            raise NotAllowed
        _require_suitable(task, step, run, to_user)
        asked = Delegation.objects.create(
            task=task, by=actor.user, to=to_user, words=words, why=task.why, created_at=now
        )
        TaskCandidate.objects.filter(task=task).delete()
        _bring(task, to_user, {"code": "delegated", "by": actor.user_id}, asked.pk, now)
        run.audit("task.delegated", {"task": task.pk, "from": actor.user_id, "to": to_user.pk})
        asides.delegated(asked, task, run)
    return task


def _require_suitable(task: Task, step: Step, run: Run, to_user: User) -> None:
    chain = delegations.chain_of(task)
    problem: Any = None
    if len(chain) >= MOST_LINKS:
        raise WrongState(TOO_LONG_A_CHAIN, code="chain_too_long")
    if not to_user.is_active:
        problem, code = INACTIVE, "inactive_user"
    elif to_user.pk == run.actor.user_id:
        problem, code = YOURSELF, "yourself"
    elif to_user.pk in {one.by_id for one in chain}:
        problem, code = IN_THE_CHAIN, "in_the_chain"
    elif to_user.pk in barred_users(task, step, run.case):
        problem, code = OTHER_SAME_PERSON, "same_person"
    if problem is not None:
        raise Invalid(errors={"to_user": [str(problem)]}, code=code)


def answer(*, task_id: int, actor: Actor, words: str, suggested: str = "", now: datetime) -> Task:
    """Say what one found or did, and which outcome one would take; the task goes back to whoever asked.

    Raises: NotFound, NotAllowed, WrongState, TryLater; Invalid without words or for an outcome that is not there.
    """
    words = fitting(words, LONGEST_COMMENT, "reason")
    if not words:
        raise Invalid(errors={"reason": [str(ANSWER_NEEDED)]}, code="answer_missing")
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        task = open_task_of(run, task_id)
        step = step_of(task)
        asked = _asked(task, actor)
        require_holder(task, step, run)
        if suggested and suggested not in {one["id"] for one in outcomes_of(step)}:
            raise Invalid(errors={"suggested": [str(UNKNOWN_OUTCOME)]}, code="unknown_outcome")
        asked.answer, asked.suggested = words, suggested
        _end([asked], Delegation.ANSWERED, now)
        _return(task, asked, now)
        run.audit("task.answered", {"task": task.pk, "to": asked.by_id})
        asides.answered(asked, task, run)
    return task


def give_back(*, task_id: int, actor: Actor, reason: str, now: datetime) -> Task:
    """Give a task back to whoever asked, without an opinion but with a reason.

    Raises: NotFound, NotAllowed, WrongState, TryLater; Invalid without a reason.
    """
    reason = fitting(reason, LONGEST_REASON, "reason")
    if not reason:
        raise Invalid(errors={"reason": [str(REASON_NEEDED)]}, code="reason_missing")
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        task = open_task_of(run, task_id)
        asked = _asked(task, actor)
        asked.answer = reason
        _end([asked], Delegation.GIVEN_BACK, now)
        _return(task, asked, now)
        run.audit("task.given_back", {"task": task.pk, "to": asked.by_id})
        asides.answered(asked, task, run)
    return task


def call_back(*, task_id: int, actor: Actor, now: datetime) -> Task:
    """Take a task back that one handed to a colleague for his opinion; whoever has it now hears that it is off.

    Raises: NotFound, NotAllowed when one did not ask, WrongState, TryLater.
    """
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        task = open_task_of(run, task_id)
        chain = delegations.chain_of(task)
        mine = next((index for index, one in enumerate(chain) if one.by_id == actor.user_id), None)
        if mine is None:
            raise NotAllowed(NOT_ASKING, code="not_asking")
        last = chain[-1].to
        _end(chain[mine:], Delegation.CALLED_BACK, now)
        _return(task, chain[mine], now)
        run.audit("task.called_back", {"task": task.pk, "from": last.pk})
        asides.called_back(last, task, run)
    return task


def _asked(task: Task, actor: Actor) -> Delegation:
    """The open delegation by which the actor has the task."""
    chain = delegations.chain_of(task)
    if not chain or actor.user_id is None or chain[-1].to_id != actor.user_id or task.owner_id != actor.user_id:
        raise NotAllowed(NOT_ASKED, code="not_asked")
    return chain[-1]


def _end(chain: list[Delegation], ending: str, now: datetime) -> None:
    for one in chain:
        one.ending, one.ended_at = ending, now
        one.save(update_fields=["ending", "ended_at", "answer", "suggested"])


def _return(task: Task, asked: Delegation, now: datetime) -> None:
    """Back to whoever asked, for the reason for which he had it."""
    before = Delegation.objects.filter(task=task, ended_at=None).order_by("pk").last()
    _bring(task, asked.by, asked.why, before.pk if before is not None else None, now)


def _bring(task: Task, to_user: User, why: dict[str, Any], delegated: int | None, now: datetime) -> None:
    offered = [*task.data.get("offered", []), f"user:{to_user.pk}"]
    data = {**task.data, "offered": list(dict.fromkeys(offered)), "handed": task.data.get("handed", 0) + 1}
    data.pop("delegated", None)
    if delegated is not None:
        data["delegated"] = delegated
    task.owner, task.status, task.assigned, task.why, task.data = to_user, STATUS.ASSIGNED, now, why, data
    task.save(update_fields=["owner", "status", "assigned", "why", "data"])
