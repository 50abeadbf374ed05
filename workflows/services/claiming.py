"""Taking something on for oneself, a team or an organisation, and giving it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.exceptions import Conflict, Invalid, NotAllowed, NotFound, TryLater, WrongState
from core.people.models import User
from core.people.selectors import Claimant, claimants_for, may_act_for
from forms import drafts
from workflows import claim_letters, effects, pools
from workflows.access import may_repair
from workflows.activations.cancelling import cancel_region, cut
from workflows.assignees import excluded_users, scope_unit
from workflows.claims import claimant_of, pools_of, standing
from workflows.eligibility import meets, those_who_meet
from workflows.lengths import LONGEST_REASON, fitting
from workflows.models import Case, StepClaim, Task
from workflows.pauses import is_held
from workflows.pools import ALREADY
from workflows.running import Done, Run, open_task_of, require_going, working_on
from workflows.services.acting import REASON_NEEDED, SAME_PERSON, case_of, step_of, take
from workflows.subjects import task_subject
from workflows.tree import Step, outcomes_of, props_of, works_for

NOT_FOR_THEM = _("You cannot take this on for them: they are not open to it here, or you do not act for them.")
NOT_ELIGIBLE = _("They do not meet what is asked of whoever takes this on. The page of the offer says what that is.")
NOT_YOURS = _("Only whoever took this on can give it back.")
NOTHING_CLAIMED = _("Nobody has taken this on at the moment, so there is nothing to give back.")


def claimants_at(pool: Task, user: User, now: datetime) -> list[Claimant]:
    """For whom the user may take on what an offer asks for, as it is open now."""
    step = pools.widened(step_of(pool), pool)
    kinds = list(props_of(step)["claimants"])
    unit = scope_unit(step, pool.process)
    return claimants_for(user, kinds=kinds, scope_unit_id=unit.pk, on=localdate(now))


def claim(
    *, task_id: int, actor: Actor, claimant: Claimant, answers: Mapping[str, Any] | None = None, now: datetime
) -> Case:
    """Take on what a claim step offers, for `claimant`; of several at the same moment as many succeed as it has places.

    Raises: NotFound; Conflict (`already_claimed` when all places are taken, `places_kept` when the last ones are kept
    for those who wait, `already_theirs`); NotAllowed, also over the limit; WrongState when the case is over; Invalid
    with sentences per field key; TryLater.
    """
    _refuse_late(task_id)
    try:
        with working_on(case_of(task_id), actor=actor, now=now) as run:
            _refuse_late(task_id)
            pool = _offer(run, task_id)
            require_may_claim(run, pool, claimant)
            _claim(run, pool, claimant, answers)
            drafts.remove(actor.user, task_subject(task_id))
    except TryLater:  # so many at once that the wait was too long: for most of them it is decided by now
        _refuse_late(task_id)
        raise
    return run.case


def who_may_take(pool: Task, step: Step, claimants: Sequence[Claimant], now: datetime) -> tuple[list[Claimant], str]:
    """Those of the claimants who can have a place now; if none can, the code of the reason."""
    if claimants and not (claimants := those_who_meet(step, pool.process, claimants, now)):
        return [], "not_eligible"
    rows = StepClaim.objects.filter(case=pool.process, step_id=step["id"], state__in=StepClaim.OPEN)
    states = {(kind, pk): state for kind, pk, state in rows.values_list("kind", "claimant", "state")}
    without = [one for one in claimants if states.get((one.kind, one.pk)) != StepClaim.HELD]
    if not without:
        return [], "already_theirs" if claimants else ""
    if states and not pools.free_places(pool.process, step):
        kept = [one for one in without if states.get((one.kind, one.pk)) == StepClaim.OFFERED]
        return kept, "" if kept else "places_kept"
    return without, ""


def _refuse_late(task_id: int) -> None:
    """Raises: Conflict when everything is taken on already."""
    if Task.objects.filter(pk=task_id, status=STATUS.DONE).exists():
        raise Conflict(ALREADY, code="already_claimed")


def _offer(run: Run, task_id: int) -> Task:
    task = open_task_of(run, task_id)
    if step_of(task)["kind"] != "claim":
        raise NotFound
    return task


def require_may_claim(run: Run, pool: Task, claimant: Claimant) -> None:
    """Raises: NotAllowed unless the actor may take it on for the claimant."""
    actor = run.actor
    allowed = claimants_at(pool, actor.user, run.now) if actor.user is not None else []
    if not any(one.kind == claimant.kind and one.pk == claimant.pk for one in allowed):
        raise NotAllowed(NOT_FOR_THEM, code="not_for_them")
    if actor.user_id in excluded_users(step_of(pool), run.case):
        raise NotAllowed(SAME_PERSON, code="same_person")
    if not meets(step_of(pool), run.case, claimant, localdate(run.now)):
        raise NotAllowed(NOT_ELIGIBLE, code="not_eligible")


def _claim(run: Run, pool: Task, claimant: Claimant, answers: Mapping[str, Any] | None) -> None:
    step = step_of(pool)
    row = pools.take_place(run, step, claimant)
    row.save()
    is_last = pools.is_full(run.case, step)
    task = pool if is_last else _row_of_place(run, pool, row)
    row.task = task
    row.save(update_fields=["task"])
    effects.perform(props_of(step).get("on_claim"), run, claim=row)
    run.audit("task.claimed", {"task": task.pk, "kind": claimant.kind, "claimant": claimant.pk})
    if is_last:
        pools.conclude(run, step, pool)
        take(run, pool, step, outcomes_of(step)[0], answers, "")
    else:
        run.done = Done(task, step["id"])


def _row_of_place(run: Run, pool: Task, row: StepClaim) -> Task:
    """One of several places is taken; the offer stays open for the others."""
    task = Task(
        process=run.case,
        flow_task=pool.flow_task,
        flow_task_type=pool.flow_task_type,
        step_id=pool.step_id,
        token=pool.token,
        previous_task_id=pool.pk,
        created=run.now,
        started=run.now,
        finished=run.now,
        status=STATUS.DONE,
        owner=run.actor.user,
        outcome=outcomes_of(step_of(pool))[0]["id"],
        why=pool.why,
        data={"place": row.place},
    )
    task.save(force_insert=True)
    return task


def claims_to_release(case: Case, actor: Actor, now: datetime) -> list[StepClaim]:
    """The claims that the actor may give back, his own first, the latest first."""
    if case.status != PROCESS.NEW or is_held(case):
        return []
    held = standing(case)
    own = [row for row in held if _acts_for(actor, row, now)]
    others = [row for row in held if row not in own] if held and may_repair(case, actor) else []
    return [*own, *others]


def _acts_for(actor: Actor, row: StepClaim, now: datetime) -> bool:
    return actor.user is not None and may_act_for(actor.user, claimant_of(row), on=localdate(now))


def is_claimed_by(task: Task, actor: Actor, now: datetime) -> bool:
    """Whether a claim made at this offer stands, and the actor acts for the claimant."""
    rows = StepClaim.objects.filter(case=task.process_id, step_id=task.step_id, state=StepClaim.HELD)
    return any(_acts_for(actor, row, now) for row in rows)


def release(*, case_id: int, actor: Actor, reason: str, claim_id: int | None = None, now: datetime) -> Case:
    """Give back what was claimed, so that others can take it on; the claimant may, and administrators.

    `claim_id`: which of several; else the actor's latest, for administrators the latest of all.
    Raises: NotFound; NotAllowed; WrongState when nothing is claimed or the case is over; Invalid without a reason.
    """
    reason = fitting(reason, LONGEST_REASON, "reason")
    if not reason:
        raise Invalid(errors={"reason": [str(REASON_NEEDED)]}, code="reason_missing")
    with working_on(case_id, actor=actor, now=now) as run:
        require_going(run)
        if not standing(run.case):
            raise WrongState(NOTHING_CLAIMED, code="nothing_claimed")
        may = [row for row in claims_to_release(run.case, actor, now) if claim_id in (None, row.pk)]
        if not may:
            raise NotAllowed(NOT_YOURS, code="not_your_claim")
        run.reason = reason
        give_up(run, may[0], StepClaim.RELEASED)
        run.audit("claim.released", {"step": may[0].step_id})
    return run.case


def give_up(run: Run, row: StepClaim, state: str) -> None:
    """A claim ends, and its place is open again: if its case had gone on, it comes back for that."""
    case, tree, step_id = run.case, run.tree, row.step_id
    is_back = pools.open_pool(case, step_id) is None
    if is_back:
        cancel_region(case, tree.anew(step_id).region, keep=step_id)
    run.give_back(row, state)
    if is_back:
        previous = pools_of(case, step_id).filter(status=STATUS.DONE)[0]
        previous.process = case
        node = previous.flow_task
        node._create(node.activation_class(previous), cut(previous.token, tree.parallel_depth(step_id)))
    run.freed.add(step_id)
    claim_letters.given_back(run, row)


def is_carried_out(row: StepClaim, tree: Any, outcomes: Mapping[str, Any]) -> bool:
    """Whether the work for which a place was taken on is done: by all of them, or by somebody who acts for this one."""
    works = [step["id"] for step in tree.walk() if works_for(step, row.step_id)]
    if any(step_id in outcomes for step_id in works):
        return True
    done = Task.objects.filter(process=row.case_id, step_id__in=works, flow_task_type="HUMAN", status=STATUS.DONE)
    claimant = claimant_of(row)
    return any(
        may_act_for(task.owner, claimant, on=localdate(task.finished))
        for task in done.filter(pk__gt=row.task_id or 0, owner__isnull=False).select_related("owner")
        if task.owner is not None
    )
