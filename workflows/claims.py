"""Reading claims: who stands at a claim step of a case, and how many places it has."""

from typing import Any

from django.utils.timezone import localdate

from core.people.models import Member, OrgUnit, Team
from core.people.selectors import Claimant
from forms.rules import evaluate, names_in
from workflows.answers import typed_answers
from workflows.models import Case, StepClaim, Task
from workflows.tree import Step, props_of

MODELS: dict[str, Any] = {"person": Member, "team": Team, "organisation": OrgUnit}
MOST_PLACES = 1000


def has_pools(case: Case) -> bool:
    """Whether anything can be claimed in the flow of a case; of a version that cannot be read, perhaps."""
    flow = case.flow_class
    return flow is None or any(step["kind"] == "claim" for step in flow.tree.walk())


def standing(case: Case, step_id: str | None = None) -> list[StepClaim]:
    """The claims of a case that are held, the latest first; at one step or at all of them."""
    if not has_pools(case):
        return []
    rows = StepClaim.objects.filter(case=case, state=StepClaim.HELD)
    if step_id is not None:
        rows = rows.filter(step_id=step_id)
    return list(rows.order_by("-taken_at", "-pk"))


def steps_of(case: Case) -> list[str]:
    """The steps at which somebody holds a claim, the latest first."""
    return list(dict.fromkeys(row.step_id for row in standing(case)))


def latest(case: Case) -> StepClaim | None:
    """The latest claim of a case that is held."""
    return next(iter(standing(case)), None)


def claimant_of(row: StepClaim) -> Claimant:
    """Who it is, by name; "" for somebody who is not there any more."""
    found = MODELS[row.kind].objects.filter(pk=row.claimant).first()
    return Claimant(row.kind, row.claimant, found.name if found is not None else "")  # type: ignore[arg-type]


def slots_of(step: Step, case: Case) -> int:
    """How many places a claim step offers in a case: a number, or what was answered in a field; at least one."""
    wanted = props_of(step).get("slots", 1)
    if not isinstance(wanted, int):
        names = sorted({name.split(".")[0] for name in names_in(wanted)} - {"outcomes"})
        data = {**typed_answers(case.pk, names), "outcomes": case.data.get("outcomes", {})}
        wanted = evaluate(wanted, data, today=localdate(case.created))
    return max(1, min(int(wanted or 1), MOST_PLACES))


def least_of(step: Step, case: Case) -> int:
    """With how many taken places the case may go on when time is up."""
    return min(int(props_of(step).get("least") or slots_of(step, case)), slots_of(step, case))


def open_claim(case: Case, step_id: str, claimant: Claimant) -> StepClaim | None:
    """With what the claimant stands at a claim step: holding a place, being offered one, or waiting."""
    rows = StepClaim.objects.filter(case=case, step_id=step_id, state__in=StepClaim.OPEN)
    return rows.filter(kind=claimant.kind, claimant=claimant.pk).first()


def pools_of(case: Case, step_id: str) -> Any:
    """The rows of a claim step that were open to be claimed; not those of single places."""
    rows = Task.objects.filter(process=case, step_id=step_id, flow_task_type="HUMAN")
    return rows.exclude(data__has_key="place").order_by("-pk")
