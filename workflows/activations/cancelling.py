"""Calling off what is open: single tasks, or a whole region of the flow when it goes back."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from core.jobs.services import enqueue
from workflows import delegations, notices, pools, undoing
from workflows.claims import has_pools, standing
from workflows.models import OPEN_STATUSES, Case, Task, TaskCandidate
from workflows.straight_rules import STRAIGHT

SUBCASE = "SUBCASE"
CALL_OFF_CHILD = "workflows.call_off_child"
KEPT = ("outcomes", "lapsed", STRAIGHT)
UNFINISHED = [*OPEN_STATUSES, STATUS.ERROR]


def cut(token: Token, depth: int) -> Token:
    """The token as it was inside `depth` parallel blocks."""
    return Token("/".join(token.token.split("/")[: depth + 1]))


def cancel_tasks(tasks: Any, now: Any) -> list[tuple[int, str, str, dict[str, Any]]]:
    """Cancels the open tasks of a queryset and takes them out of every inbox; what they started is called off too.

    Returns what they were: (primary key, kind, state, data).

    A started case is called off by a job, so that nobody ever holds the locks of two cases.
    """
    rows = list(tasks.filter(status__in=UNFINISHED).values_list("pk", "flow_task_type", "status", "data"))
    ids = [pk for pk, *_rest in rows]
    if ids:
        Task.objects.filter(pk__in=ids).update(status=STATUS.CANCELED, finished=now)
        TaskCandidate.objects.filter(task_id__in=ids).delete()
        delegations.void(ids, now)
    for pk in (pk for pk, kind, *_rest in rows if kind == SUBCASE):
        enqueue(key=f"child-off:{pk}", kind=CALL_OFF_CHILD, payload={"task": pk, "at": now.isoformat()}, now=now)
    return rows


def end_tasks(tasks: Any, run: Any) -> None:
    """As `cancel_tasks`; notes what ended with the decision under way, for whoever takes it back."""
    for pk, kind, status, data in cancel_tasks(tasks, run.now):
        run.led_to.setdefault("ended", []).append([pk, status])
        is_elsewhere = kind == "HUMAN" and ("delegated" in data or (status == STATUS.NEW and data.get("handed")))
        if kind == SUBCASE or is_elsewhere:
            run.led_to["final"] = True


def cancel_region(case: Case, region: Iterable[str], *, stands: Iterable[str] = (), keep: str = "") -> None:
    """Cancels everything open in the steps of `region` and forgets what they decided.

    Claims in it are given back except at the step `keep`, public notices called off, effects undone except in the steps
    of `stands`.
    """
    run = case.run
    steps = set(region)
    run.led_to["before"] = {
        "steps": sorted(steps),
        **{part: {key: case.data[part][key] for key in steps & set(case.data.get(part, {}))} for part in KEPT},
    }
    if notices.call_off(run, steps):
        run.led_to["final"] = True
    end_tasks(Task.objects.filter(process=case, step_id__in=steps), run)
    behind = steps - set(stands)
    for row in standing(case):
        if row.step_id in steps and row.step_id != keep:
            undoing.undo_effects(run, behind, after=row.task_id or 0)
            run.give_back(row)
    undoing.undo_effects(run, behind)
    if has_pools(case):
        pools.take_offers_back(case, steps - {keep})
    for part in ("outcomes", "scores", STRAIGHT):
        kept = {step_id: value for step_id, value in case.data.get(part, {}).items() if step_id not in steps}
        case.data[part] = kept
    newest = Task.objects.filter(process=case).aggregate(Max("pk"))["pk__max"]
    case.data["lapsed"] = {**case.data.get("lapsed", {}), **dict.fromkeys(sorted(steps), newest)}
    run.dirty.add("data")
