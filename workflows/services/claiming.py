"""Taking something on for oneself, a team or an organisation, and giving it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.exceptions import Conflict, Invalid, NotAllowed, NotFound, WrongState
from core.people.models import User
from core.people.selectors import Claimant, claimants_for, may_act_for
from workflows import announcements, effects
from workflows.access import may_repair
from workflows.activations.cancelling import cancel_region, cut
from workflows.assignees import excluded_users, scope_unit
from workflows.lengths import LONGEST_REASON, fitting
from workflows.models import Case, Task
from workflows.pauses import is_held
from workflows.running import Run, open_task_of, require_going, working_on
from workflows.services.acting import REASON_NEEDED, SAME_PERSON, case_id_of, step_of, take
from workflows.tree import Step, outcomes_of, props_of

ALREADY = _("Somebody else was a moment faster and has taken this on. Thank you for being ready to help!")
NOT_FOR_THEM = _("You cannot take this on for them: they are not open to it here, or you do not act for them.")
NOT_YOURS = _("Only whoever took this on can give it back.")
NOTHING_CLAIMED = _("Nobody has taken this on at the moment, so there is nothing to give back.")


def claimants_at(case: Case, step: Step, user: User, now: datetime) -> list[Claimant]:
    """For whom the user may take on what the claim step offers."""
    kinds = list(props_of(step)["claimants"])
    unit = scope_unit(step, case)
    return claimants_for(user, kinds=kinds, scope_unit_id=unit.pk, on=localdate(now))


def claim(
    *, task_id: int, actor: Actor, claimant: Claimant, answers: Mapping[str, Any] | None = None, now: datetime
) -> Case:
    """Take on what a claim step offers, for `claimant`; exactly one of several at the same moment succeeds.

    Raises: NotFound; Conflict (`already_claimed`) for everybody after the first; NotAllowed; WrongState when the case
    is over; Invalid with sentences per field key; TryLater.
    """
    with working_on(case_id_of(task_id), actor=actor, now=now) as run:
        task = _offer(run, task_id)
        step = step_of(task)
        allowed = claimants_at(run.case, step, actor.user, now) if actor.user is not None else []
        if not any(one.kind == claimant.kind and one.pk == claimant.pk for one in allowed):
            raise NotAllowed(NOT_FOR_THEM, code="not_for_them")
        if actor.user_id in excluded_users(step, run.case):
            raise NotAllowed(SAME_PERSON, code="same_person")
        claimants = run.case.data.setdefault("claimants", {})
        turn = 1 + max((entry["turn"] for entry in claimants.values()), default=0)
        claimants[step["id"]] = {"kind": claimant.kind, "pk": claimant.pk, "task": task.pk, "turn": turn}
        run.dirty.add("data")
        effects.perform(props_of(step).get("on_claim"), run, claim_step=step["id"])
        run.audit("task.claimed", {"task": task.pk, "kind": claimant.kind, "claimant": claimant.pk})
        take(run, task, step, outcomes_of(step)[0], answers, "")
    return run.case


def _offer(run: Run, task_id: int) -> Task:
    done = Task.objects.filter(pk=task_id, process_id=run.case.pk, status=STATUS.DONE)
    if done.exists():
        raise Conflict(ALREADY, code="already_claimed")
    task = open_task_of(run, task_id)
    if step_of(task)["kind"] != "claim":
        raise NotFound
    return task


def claim_to_release(case: Case, actor: Actor, now: datetime) -> str | None:
    """The step of the latest claim that the actor may give back, or None."""
    if case.status != PROCESS.NEW or is_held(case):
        return None
    for step_id in case.claims:
        if _acts_for(actor, effects.claimant_of(case, step_id), now) or may_repair(case, actor):
            return step_id
    return None


def _acts_for(actor: Actor, claimant: Claimant | None, now: datetime) -> bool:
    return actor.user is not None and claimant is not None and may_act_for(actor.user, claimant, on=localdate(now))


def is_claimed_by(task: Task, actor: Actor, now: datetime) -> bool:
    """Whether the claim made with this very task stands, and the actor acts for the claimant."""
    made = task.process.data.get("claimants", {}).get(task.step_id, {})
    return made.get("task") == task.pk and _acts_for(actor, effects.claimant_of(task.process, task.step_id), now)


def release(*, case_id: int, actor: Actor, reason: str, now: datetime) -> Case:
    """Give back what was claimed, so that others can take it on; the claimant may, and administrators.

    Raises: NotFound; NotAllowed; WrongState when nothing is claimed or the case is over; Invalid without a reason.
    """
    reason = fitting(reason, LONGEST_REASON, "reason")
    if not reason:
        raise Invalid(errors={"reason": [str(REASON_NEEDED)]}, code="reason_missing")
    with working_on(case_id, actor=actor, now=now) as run:
        require_going(run)
        tree = run.tree
        if not run.case.claims:
            raise WrongState(NOTHING_CLAIMED, code="nothing_claimed")
        step_id = claim_to_release(run.case, actor, now)
        if step_id is None:
            raise NotAllowed(NOT_YOURS, code="not_your_claim")
        run.reason = reason
        previous = Task.objects.get(pk=run.case.data["claimants"][step_id]["task"])
        cancel_region(run.case, tree.anew(step_id).region)
        previous.process = run.case
        node = previous.flow_task
        node._create(node.activation_class(previous), cut(previous.token, tree.parallel_depth(step_id)))
        run.audit("claim.released", {"step": step_id})
        announcements.given_back(run, step_id, previous.pk)
    return run.case
