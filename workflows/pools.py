"""The places of a claim step, under the lock of its case: who gets one, when all are taken, and opening it again."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.exceptions import Conflict, NotAllowed, TryLater
from core.people.selectors import Claimant
from core.programme.selectors import due_at
from workflows import assignees, deadlines, opening, pauses
from workflows.claims import MODELS, open_claim, pools_of, slots_of
from workflows.locks import BUSY
from workflows.models import Case, StepClaim, Task
from workflows.tree import START, Step, props_of

if TYPE_CHECKING:
    from workflows.running import Run

WIDENED: Final = "widened"  # data of an open pool: whom else its ladder has admitted
STOOD: Final = "stood"  # data of a pool that is over: how many seconds its case had been on hold until then
TIMED: Final = (STATUS.DONE, STATUS.CANCELED, STATUS.SCHEDULED)
ALREADY = _("Somebody else was a moment faster and has taken this on. Thank you for being ready to help!")
KEPT = _("The places that are left are kept for those at the top of the waiting list.")
TWICE = _("You have taken this on for them already.")
ENOUGH = _("They have taken on as much as they may at the same time (%(most)s). Please finish something first.")


def widened(step: Step, pool: Task | None) -> Step:
    """The step as it is open now: with those whom its ladder has admitted."""
    more = pool.data.get(WIDENED) if pool is not None else None
    return {**step, "props": {**props_of(step), **more}} if more else step


def open_pool(case: Case, step_id: str) -> Task | None:
    """The row in which a claim step is open to be claimed, or None."""
    task: Task | None = pools_of(case, step_id).filter(status=STATUS.NEW).first()
    if task is not None:
        task.process = case
    return task


def free_places(case: Case, step: Step) -> list[int]:
    """The places that nobody has and that are kept for nobody."""
    rows = StepClaim.objects.filter(case=case, step_id=step["id"], place__isnull=False)
    taken = set(rows.values_list("place", flat=True))
    return [place for place in range(1, slots_of(step, case) + 1) if place not in taken]


def take_place(run: "Run", step: Step, claimant: Claimant) -> StepClaim:
    """The claim with which the claimant has a place from now on; not yet stored.

    Raises: Conflict when none is free for him or he has one already; NotAllowed over the limit; TryLater.
    """
    theirs = open_claim(run.case, step["id"], claimant)
    if theirs is not None and theirs.state == StepClaim.HELD:
        raise Conflict(TWICE, code="already_theirs")
    _require_within_limit(run, step, claimant)
    row = theirs or StepClaim(
        case=run.case, step_id=step["id"], kind=claimant.kind, claimant=claimant.pk, asked_at=run.now
    )
    if row.state != StepClaim.OFFERED:
        free = free_places(run.case, step)
        if not free:
            raise Conflict(KEPT, code="places_kept")
        row.place = free[0]
    row.state, row.taken_at, row.until, row.by = StepClaim.HELD, run.now, None, run.actor.user
    return row


def _require_within_limit(run: "Run", step: Step, claimant: Claimant) -> None:
    """Raises: NotAllowed when the claimant holds as many of this step in running cases as he may; TryLater."""
    most = props_of(step).get("per_claimant")
    if most is None:
        return
    try:
        list(MODELS[claimant.kind].objects.select_for_update(no_key=True).filter(pk=claimant.pk).values_list("pk"))
    except OperationalError as error:
        raise TryLater(BUSY, code="case_busy") from error
    held = StepClaim.objects.filter(
        kind=claimant.kind,
        claimant=claimant.pk,
        state=StepClaim.HELD,
        step_id=step["id"],
        case__status=PROCESS.NEW,
        case__version__definition=run.case.version.definition_id,
    )
    if held.count() >= most:
        raise NotAllowed(ENOUGH % {"most": most}, code="limit_reached")


def is_full(case: Case, step: Step) -> bool:
    """Whether every place is taken."""
    held = StepClaim.objects.filter(case=case, step_id=step["id"], state=StepClaim.HELD)
    return held.count() >= slots_of(step, case)


def conclude(run: "Run", step: Step, pool: Task) -> None:
    """The case goes on from the pool: the time in which the work must be done begins."""
    take_offers_back(run.case, [step["id"]])
    pool.data[STOOD] = pauses.length(run.case, run.now).total_seconds()
    hold = props_of(step).get("hold")
    if hold:
        until = due_at(run.now, days=hold["days"], calendar=hold.get("calendar", "working"))
        StepClaim.objects.filter(case=run.case, step_id=step["id"], state=StepClaim.HELD).update(until=until)


def take_offers_back(case: Case, step_ids: Iterable[str]) -> None:
    """Those for whom a place was kept wait again, since the steps are not open any more; they keep their turn."""
    rows = StepClaim.objects.filter(case=case, step_id__in=list(step_ids), state=StepClaim.OFFERED)
    rows.update(state=StepClaim.WAITING, place=None, until=None)


def start_pool(task: Task, step: Step, run: "Run") -> None:
    """Opens a claim step; one that was open before in the same round goes on as it was: admitting whom it had admitted,
    its clock never begins anew.
    """
    before = _previous(run.case, step["id"], run)
    now = widened(step, before)
    opening.open_task(task, step, assignees.for_step(now, run.case), run)
    StepClaim.objects.filter(case=run.case, step_id=step["id"], state=StepClaim.HELD).update(until=None)
    if before is not None:
        _go_on_counting(task, before, run)
    run.freed.add(step["id"])


def _previous(case: Case, step_id: str, run: "Run") -> Task | None:
    """The row in which the step was open before, unless the case has gone back to an earlier step since."""
    before: Task | None = pools_of(case, step_id).first()
    if before is None:
        return None
    tree, own = run.tree, run.tree.anew(step_id).region
    for other, newest in case.data.get("lapsed", {}).items():
        if newest >= before.pk and other not in own and _leads_through(tree, other, step_id):
            return None
    return before


def _leads_through(tree: Any, other: str, step_id: str) -> bool:
    return other == START or (other in tree.steps and step_id in tree.from_onward(other).region)


def _go_on_counting(task: Task, before: Task, run: "Run") -> None:
    """The clock of a pool that opens again is that of the one before; only what the case stood still is added."""
    if WIDENED in before.data:
        task.data[WIDENED] = before.data[WIDENED]
    if task.due_at is None or before.due_at is None:
        task.save(update_fields=["data"])
        return
    by = pauses.length(run.case, run.now) - timedelta(seconds=before.data.get(STOOD, 0))
    task.due_at = before.due_at + by
    task.save(update_fields=["due_at", "data"])
    timer = _timer_of(task)
    was = _timer_of(before)
    if timer is not None and was is not None:
        timer.data = {key: value for key, value in was.data.items() if key != pauses.PAUSED}
        timer.scheduled = max((was.scheduled or task.due_at) + by, run.now)
        timer.save(update_fields=["data", "scheduled"])


def _timer_of(task: Task) -> Task | None:
    rows = Task.objects.filter(process=task.process_id, previous_task=task.pk, flow_task_type=deadlines.REMINDER)
    return rows.filter(status__in=TIMED).order_by("-pk").first()


def widen(pool: Task, step: Step, rung: Mapping[str, Any], run: "Run") -> bool:
    """Opens a pool to others as well; False when it is open to all of them already."""
    more = {key: rung[key] for key in ("claimants", "scope") if key in rung}
    pool.data = {**pool.data, WIDENED: {**pool.data.get(WIDENED, {}), **more}}
    assigned = assignees.for_step(widened(step, pool), run.case)
    if opening.is_as_before(pool, assigned):
        return False
    opening.hand_on(pool, assigned, run)
    return True
