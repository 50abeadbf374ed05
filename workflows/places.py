"""How people stand at offers with places, for lists: who has a place, and which full offers one may wait for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import localdate
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.people.models import User
from core.people.selectors import candidate_keys
from workflows.models import Case, StepClaim, Task
from workflows.services.waiting import may_wait
from workflows.tree import Step, props_of

LOOKED_AT: Final = 500  # claims, the newest, among which full offers are looked for
MOST_FULL: Final = 10
MOST_TRIED: Final = 30


@dataclass(frozen=True)
class Standing:
    """How an offer stands: places `taken`, how many `waiting`; `mine`: held, offered or waiting, "" without any."""

    taken: int
    waiting: int
    has_list: bool
    mine: str


@dataclass(frozen=True)
class FullOffer:
    """An offer whose places are all taken and for which the actor may wait. `task`: its newest row."""

    task: Task
    waiting: int


def has_places(step: Step) -> bool:
    """Whether there is more to say of a claim step than that somebody took it on."""
    return step["kind"] == "claim" and (props_of(step).get("slots", 1) != 1 or "waitlist" in props_of(step))


def claims_for(user: User, on: date) -> Q:
    """The claims of those for whom a login acts on the day: himself, the teams he leads, the organisations."""
    found: dict[str, list[int]] = {"person": [user.member.pk]} if getattr(user, "member", None) is not None else {}
    for key in candidate_keys(user, on=on, families=("for",)):
        kind, _at, pk = key.partition(":")[2].partition("@")
        found.setdefault(kind, []).append(int(pk))
    wanted = Q(pk__in=[])
    for kind, pks in found.items():
        wanted |= Q(kind=kind, claimant__in=pks)
    return wanted


def offers_with_place(user: User, on: date) -> list[int]:
    """The open offers, as tasks, at which somebody for whom the login acts has a place already."""
    held = StepClaim.objects.filter(claims_for(user, on), state=StepClaim.HELD, case__status=PROCESS.NEW)
    same = held.filter(case=OuterRef("process_id"), step_id=OuterRef("step_id"))
    rows = Task.objects.filter(process__in=held.values("case"), flow_task_type="HUMAN", status=STATUS.NEW)
    return list(rows.filter(Exists(same)).order_by("pk").values_list("pk", flat=True))


def standings(tasks: Iterable[Task], user: User | None, on: date) -> dict[int, Standing]:
    """Task → how its offer stands, for open offers with places; three queries for any number of them."""
    offers = {(task.process_id, task.step_id): task for task in tasks if _is_offer(task)}
    if not offers:
        return {}
    rows = StepClaim.objects.filter(case__in={case for case, _step in offers}, state__in=StepClaim.OPEN)
    counted: Counter[tuple[int, str, str]] = Counter()
    for case, step, state, number in rows.values_list("case", "step_id", "state").annotate(Count("pk")).order_by():
        counted[case, step, state] = number
    own = rows.filter(claims_for(user, on)) if user is not None else rows.none()
    mine: dict[tuple[int, str], set[str]] = {}
    for case, step, state in own.values_list("case", "step_id", "state"):
        mine.setdefault((case, step), set()).add(state)
    order = (StepClaim.OFFERED, StepClaim.HELD, StepClaim.WAITING)  # a place that is kept has to be taken
    return {
        task.pk: Standing(
            taken=counted[*key, StepClaim.HELD],
            waiting=counted[*key, StepClaim.WAITING],
            has_list="waitlist" in props_of(task.flow_task.step),
            mine=next((state for state in order if state in mine.get(key, ())), ""),
        )
        for key, task in offers.items()
    }


def _is_offer(task: Task) -> bool:
    return task.why.get("code") == "pool" and task.flow_task is not None and has_places(task.flow_task.step)


def waiting_at(case_ids: Sequence[int]) -> dict[int, int]:
    """Case → how many wait, for running cases all of whose places are taken and in which one may wait for one."""
    cases = Case.objects.filter(pk__in=case_ids, status=PROCESS.NEW).select_related("version__definition")
    steps: dict[int, set[str]] = {case.pk: _with_list(case) for case in cases}
    rows = StepClaim.objects.filter(case__in=[pk for pk, found in steps.items() if found], state__in=StepClaim.OPEN)
    taken: Mapping[tuple[int, str, str], int] = Counter(rows.values_list("case", "step_id", "state"))
    still_open = set(
        Task.objects.filter(process__in=list(steps), flow_task_type="HUMAN", status=STATUS.NEW, why__code="pool")
        .values_list("process", "step_id")
        .order_by()
    )
    return {
        case: sum(taken[case, step, StepClaim.WAITING] for step in found)
        for case, found in steps.items()
        if any(taken[case, step, StepClaim.HELD] and (case, step) not in still_open for step in found)
    }


def _with_list(case: Case) -> set[str]:
    if case.flow_class is None:
        return set()
    claims = [step for step in case.flow_class.tree.walk() if step["kind"] == "claim"]
    return {step["id"] for step in claims if props_of(step).get("waitlist")}


def full_offers(actor: Actor, now: datetime) -> list[FullOffer]:
    """What was taken on by others lately and the actor may wait for; the newest first, at most `MOST_FULL`."""
    if actor.user is None or not actor.user.is_active:
        return []
    newest = StepClaim.objects.filter(state=StepClaim.HELD).order_by("-pk")
    there = dict.fromkeys(newest.values_list("case", "step_id", "case__status")[:LOOKED_AT])
    running = [(case, step) for case, step, status in there if status == PROCESS.NEW]
    waiting = waiting_at([case for case, _step in running])
    found: list[FullOffer] = []
    for case, step in [one for one in running if one[0] in waiting][:MOST_TRIED]:
        row = _newest_row(case, [step])
        if row is not None and may_wait(row, actor, now):
            found.append(FullOffer(row, waiting[case]))
    return found[:MOST_FULL]


def line_of(case_id: int, actor: Actor, now: datetime) -> Task | None:
    """The offer of a case in whose line the actor stands already or may stand; None without any."""
    case = Case.objects.select_related("version__definition", "unit").filter(pk=case_id).first()
    row = _newest_row(case_id, _with_list(case)) if case is not None else None
    if row is None or actor.user is None:
        return None
    mine = StepClaim.objects.filter(
        claims_for(actor.user, localdate(now)), case=case_id, step_id=row.step_id, state__in=StepClaim.OPEN
    )
    return row if mine.exists() or may_wait(row, actor, now) else None


def _newest_row(case_id: int, steps: Iterable[str]) -> Task | None:
    rows = Task.objects.select_related("process__version__definition", "process__unit")
    return rows.filter(process=case_id, step_id__in=list(steps), flow_task_type="HUMAN").order_by("-pk").first()
