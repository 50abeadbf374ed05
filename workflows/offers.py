"""The waiting list of a claim step: a place that gets free is kept for whoever has waited longest."""

from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from core.programme.selectors import due_at
from workflows import claim_letters
from workflows.assignees import persons_behind
from workflows.claims import claimant_of, has_pools
from workflows.eligibility import meets
from workflows.models import StepClaim, Task
from workflows.pools import free_places, open_pool
from workflows.tree import Step, props_of

if TYPE_CHECKING:
    from workflows.running import Run


def offer_freed(run: "Run") -> None:
    """Keeps the places that got free in this unit of work for those who wait, the one who asked first coming first."""
    for step_id in sorted(run.freed):
        step = run.tree.steps.get(step_id)
        pool = open_pool(run.case, step_id)
        if step is not None and pool is not None:
            _offer(run, step, pool)
    run.freed.clear()


def _offer(run: "Run", step: Step, pool: Task) -> None:
    waiting = iter(
        StepClaim.objects.filter(case=run.case, step_id=step["id"], state=StepClaim.WAITING).order_by("asked_at", "pk")
    )
    terms = props_of(step).get("waitlist") or {"days": 1}
    for place in free_places(run.case, step):
        for row in waiting:
            if not persons_behind([row.key], localdate(run.now)):
                end(run, row, StepClaim.LEFT)
                continue
            if not meets(step, run.case, claimant_of(row), localdate(run.now)):
                continue
            row.state, row.place = StepClaim.OFFERED, place
            row.until = due_at(run.now, days=terms["days"], calendar=terms.get("calendar", "working"))
            row.save(update_fields=["state", "place", "until"])
            run.audit("claim.offered", {"claim": row.pk, "step": row.step_id})
            claim_letters.place_offered(run, row, pool)
            break


def end(run: "Run", row: StepClaim, state: str) -> None:
    """A claim is over; its place, if it had one, is free."""
    row.state, row.place, row.until, row.ended_at = state, None, None, run.now
    row.save(update_fields=["state", "place", "until", "ended_at", "reason"])


def close(run: "Run") -> None:
    """The case is over: those who still wait hear it."""
    if not has_pools(run.case):
        return
    rows = StepClaim.objects.filter(case=run.case, state__in=[StepClaim.WAITING, StepClaim.OFFERED]).order_by("pk")
    for row in list(rows):
        end(run, row, StepClaim.LEFT)
        claim_letters.list_closed(run, row)
