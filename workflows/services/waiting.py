"""The waiting list of a claim step, and what happens when an offer or the time for the work runs out."""

import logging
from datetime import datetime, timedelta

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS

from core.actors import SYSTEM, Actor
from core.exceptions import Conflict, DandelionError, NotAllowed, NotFound, WrongState
from core.people.selectors import Claimant, may_act_for
from workflows import claim_letters, offers, pauses
from workflows.claims import claimant_of, open_claim, pools_of
from workflows.eligibility import those_who_meet
from workflows.models import Case, StepClaim, Task
from workflows.pools import TWICE, free_places, open_pool
from workflows.running import Run, atomic_or_later, require_going, working_on
from workflows.services.acting import case_of
from workflows.services.claiming import claimants_at, give_up, is_carried_out, require_may_claim
from workflows.tree import props_of

log = logging.getLogger(__name__)
AFTER_FAILURE = timedelta(hours=1)
NO_LIST = _("There is no waiting list here.")
IS_FREE = _("There is a place free: you can take it on right now.")
LIST_FULL = _("The waiting list is full (%(most)s).")
ON_LIST = _("They are on the waiting list already.")
NOT_YOURS = _("Only whoever is on the waiting list can leave it.")
TIME_IS_UP = _("It was not carried out in time.")


def wait(*, task_id: int, actor: Actor, claimant: Claimant, now: datetime) -> StepClaim:
    """Put the claimant on the waiting list of an offer, taken on by others.

    Raises: NotFound; WrongState without a list or when the case is over; Conflict when a place is free, the list is
    full, or they are on it or have a place; NotAllowed; TryLater.
    """
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        pool = _latest_pool(run, task_id)
        step = run.tree.steps[pool.step_id]
        terms = props_of(step).get("waitlist")
        if not terms:
            raise WrongState(NO_LIST, code="no_waiting_list")
        require_may_claim(run, pool, claimant)
        theirs = open_claim(run.case, pool.step_id, claimant)
        if theirs is not None:
            raise Conflict(TWICE if theirs.state == StepClaim.HELD else ON_LIST, code="already_theirs")
        if open_pool(run.case, pool.step_id) is not None and free_places(run.case, step):
            raise Conflict(IS_FREE, code="place_free")
        waiting = StepClaim.objects.filter(case=run.case, step_id=pool.step_id, state=StepClaim.WAITING).count()
        if waiting >= terms.get("most", waiting + 1):
            raise Conflict(LIST_FULL % {"most": terms["most"]}, code="list_full")
        row = StepClaim.objects.create(
            case=run.case,
            step_id=pool.step_id,
            kind=claimant.kind,
            claimant=claimant.pk,
            by=actor.user,
            state=StepClaim.WAITING,
            asked_at=now,
        )
        run.audit("claim.waits", {"claim": row.pk, "step": row.step_id})
    return row


def _latest_pool(run: Run, task_id: int) -> Task:
    """The newest row of the claim step to which a task belongs. Raises: NotFound."""
    require_going(run)
    task = Task.objects.filter(pk=task_id, process=run.case).first()
    if task is None or run.tree.steps.get(task.step_id, {}).get("kind") != "claim":
        raise NotFound
    pool: Task = pools_of(run.case, task.step_id)[0]
    pool.process = run.case
    return pool


def may_wait(task: Task, actor: Actor, now: datetime) -> list[Claimant]:
    """Those for whom the actor may ask for a place on the waiting list of a claim step."""
    case = task.process
    if actor.user is None or case.status != PROCESS.NEW or pauses.is_held(case) or case.flow_class is None:
        return []
    step = case.flow_class.tree.steps.get(task.step_id)
    if step is None or step["kind"] != "claim" or not props_of(step).get("waitlist"):
        return []
    if open_pool(case, task.step_id) is not None and free_places(case, step):
        return []
    pool = pools_of(case, task.step_id).first()
    if pool is None:
        return []
    pool.process = case
    there = {(row.kind, row.claimant) for row in open_rows(case, task.step_id)}
    able = [one for one in claimants_at(pool, actor.user, now) if (one.kind, one.pk) not in there]
    return those_who_meet(step, case, able, now)


def open_rows(case: Case, step_id: str) -> list[StepClaim]:
    """Who stands at a claim step, in the order in which they asked."""
    rows = StepClaim.objects.filter(case=case, step_id=step_id, state__in=StepClaim.OPEN)
    return list(rows.order_by("asked_at", "pk"))


def ended_rows(case: Case, step_id: str) -> list[StepClaim]:
    """Who had a place at a claim step and has it no more, the latest first."""
    rows = StepClaim.objects.filter(case=case, step_id=step_id, state__in=[StepClaim.RELEASED, StepClaim.LAPSED])
    return list(rows.filter(taken_at__isnull=False).order_by("-ended_at", "-pk"))


def leave(*, claim_id: int, actor: Actor, now: datetime) -> StepClaim:
    """Leave the waiting list, or let a place go that is kept.

    Raises: NotFound; NotAllowed; WrongState when they do not wait any more; TryLater.
    """
    case_id = StepClaim.objects.filter(pk=claim_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound
    with working_on(case_id, actor=actor, now=now) as run:
        row = StepClaim.objects.get(pk=claim_id)
        if actor.user is None or not may_act_for(actor.user, claimant_of(row), on=localdate(now)):
            raise NotAllowed(NOT_YOURS, code="not_your_claim")
        if row.state not in (StepClaim.WAITING, StepClaim.OFFERED):
            raise WrongState(code="not_waiting")
        offers.end(run, row, StepClaim.LEFT)
        run.freed.add(row.step_id)
        run.audit("claim.left_list", {"claim": row.pk, "step": row.step_id})
    return row


def lapse_due(*, now: datetime, limit: int, case_id: int | None = None) -> int:
    """End offers that nobody took and claims that nobody carried out in time, each by itself; how many ended."""
    rows = StepClaim.objects.filter(until__lte=now, state__in=[StepClaim.OFFERED, StepClaim.HELD])
    rows = rows.filter(case__status=PROCESS.NEW).exclude(case__data__has_key=pauses.HELD)
    if case_id is not None:
        rows = rows.filter(case=case_id)
    ended = 0
    for pk, its_case in list(rows.order_by("until", "pk").values_list("pk", "case_id")[:limit]):
        try:
            with atomic_or_later():
                ended += _lapse(pk, its_case, now)
        except DandelionError as error:
            log.warning("claim %s of case %s waits: %s", pk, its_case, error.code)
        except Exception as error:  # the other cases must go on; no text, it might be personal
            log.error("claim %s of case %s failed: %s", pk, its_case, type(error).__name__)
            StepClaim.objects.filter(pk=pk, until__lte=now).update(until=now + AFTER_FAILURE)
    return ended


def _lapse(pk: int, case_id: int, now: datetime) -> int:
    with working_on(case_id, actor=SYSTEM, now=now, background=True) as run:
        row = StepClaim.objects.filter(pk=pk, until__lte=now).first()
        if row is None or run.case.status != PROCESS.NEW or pauses.is_held(run.case):
            return 0
        if row.state == StepClaim.OFFERED:
            offers.end(run, row, StepClaim.LAPSED)
            run.freed.add(row.step_id)
            claim_letters.offer_lapsed(run, row)
            run.audit("claim.offer_lapsed", {"claim": row.pk, "step": row.step_id})
        elif is_carried_out(row, run.tree, run.case.data.get("outcomes", {})):
            row.until = None
            row.save(update_fields=["until"])
            return 0
        else:
            run.reason = str(TIME_IS_UP)
            give_up(run, row, StepClaim.LAPSED)
            run.audit("claim.lapsed", {"claim": row.pk, "step": row.step_id})
    return 1
