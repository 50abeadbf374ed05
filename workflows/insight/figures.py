"""What the rows of a flow's cases say about it: how many, how fast, on time, sent back, and with whom the work is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import Count, Min, Q, QuerySet
from viewflow.workflow.status import PROCESS, STATUS

from core.people.models import User
from core.text import masked_name
from workflows.models import OPEN_HUMAN, Case, Task, TimeLimit
from workflows.pauses import HELD
from workflows.time_limits import sooner

Returning = Set[tuple[str, str]]  # (step id, outcome id) of the outcomes that send back

DAY: Final = timedelta(days=1)
MOST_TASKS: Final = 50_000  # finished tasks that are looked at, the newest
MOST_NAMED: Final = 20  # persons and units in the tables of workload
HOT: Final = ((0.5, 3), (0.25, 2), (0.1, 1))  # share of all waiting → how hot the step is drawn


@dataclass(frozen=True)
class StepFigures:
    """One step: tasks finished in the period and those open now.

    `days`: median from opening to decision, None without any; `on_time`: share of those with a deadline, None without
    any; `waiting`: days that its open tasks have waited, added up; `heat`: 0 to 3, where the work piles up.
    """

    step_id: str
    done: int
    days: float | None
    on_time: float | None
    returns: int
    open: int
    overdue: int
    waiting: float
    heat: int = 0


@dataclass(frozen=True)
class Load:
    """The open tasks of one person, or cases of one unit. `oldest`: when the oldest came."""

    name: str
    open: int
    overdue: int
    oldest: datetime | None


@dataclass(frozen=True)
class FlowFigures:
    """One flow in one period. `results`: result of the end → cases; `on_time` as in `StepFigures`; `in_limit`: share
    of the finished cases with a time as a whole that were over within it, None without any.
    """

    running: int
    started: int
    finished: int
    results: Mapping[str, int]
    days: float | None
    on_time: float | None
    in_limit: float | None
    returned: int
    steps: Sequence[StepFigures]
    people: Sequence[Load] = field(default_factory=list)
    units: Sequence[Load] = field(default_factory=list)


def figures_of(cases: QuerySet[Case], returning: Returning, *, since: datetime, now: datetime) -> FlowFigures:
    """The figures of some cases, all of one flow. `since`: where the period begins; it ends `now`."""
    finished = list(cases.filter(finished__gte=since).values_list("created", "finished", "result", "data__paused"))
    done = list(_human(cases).filter(status=STATUS.DONE, finished__gte=since).order_by("-finished")[:MOST_TASKS])
    steps = _steps(done, _open(cases), returning, now)
    limited = cases.filter(finished__gte=since, time_limit__isnull=False).values_list("finished", "time_limit__due_at")
    in_time = [task.finished <= task.due_at for task in done if task.due_at is not None]
    return FlowFigures(
        running=cases.filter(status=PROCESS.NEW).count(),
        started=cases.filter(created__gte=since).count(),
        finished=len(finished),
        results=dict(Counter(result for _created, _finished, result, _paused in finished).most_common()),
        days=_median(end - begin - timedelta(seconds=paused or 0) for begin, end, _result, paused in finished),
        on_time=_share(in_time),
        in_limit=_share([end <= due for end, due in limited]),
        returned=sum(step.returns for step in steps),
        steps=steps,
        people=workload_of_people(cases, now=now),
        units=workload_of_units(cases, now=now),
    )


def _human(cases: QuerySet[Case]) -> QuerySet[Task]:
    found = Task.objects.filter(process__in=cases.order_by().values("pk"), flow_task_type="HUMAN")
    return found.only("step_id", "created", "finished", "due_at", "outcome", "process_id", "status")


def _open(cases: QuerySet[Case]) -> list[Task]:
    """Those of cases on hold cannot be late; those of a case whose time as a whole is over are."""
    found = list(_human(cases).filter(OPEN_HUMAN))
    limits = dict(TimeLimit.objects.filter(case__in=cases.order_by().values("pk")).values_list("case", "due_at"))
    held = set(cases.filter(status=PROCESS.NEW, data__has_key=HELD).values_list("pk", flat=True))
    for task in found:
        task.due_at = None if task.process_id in held else sooner(task.due_at, limits.get(task.process_id))
    return found


def _steps(done: Sequence[Task], waiting: Sequence[Task], returning: Returning, now: datetime) -> list[StepFigures]:
    by_step: dict[str, tuple[list[Task], list[Task]]] = defaultdict(lambda: ([], []))
    for task in done:
        by_step[task.step_id][0].append(task)
    for task in waiting:
        by_step[task.step_id][1].append(task)
    found = [_step(step_id, over, still, returning, now) for step_id, (over, still) in by_step.items()]
    total = sum(step.waiting for step in found)
    return [_heated(step, total) for step in found]


def _step(
    step_id: str, over: Sequence[Task], still: Sequence[Task], returning: Returning, now: datetime
) -> StepFigures:
    return StepFigures(
        step_id=step_id,
        done=len(over),
        days=_median(task.finished - task.created for task in over),
        on_time=_share([task.finished <= task.due_at for task in over if task.due_at is not None]),
        returns=sum((step_id, task.outcome) in returning for task in over),
        open=len(still),
        overdue=sum(task.due_at is not None and task.due_at < now for task in still),
        waiting=sum((max(now - task.created, timedelta()) / DAY for task in still), 0.0),
    )


def _heated(step: StepFigures, total: float) -> StepFigures:
    share = step.waiting / total if total else 0.0
    return replace(step, heat=next((heat for least, heat in HOT if share >= least), 0))


def _median(spans: Iterable[timedelta]) -> float | None:
    """In days."""
    found = [span / DAY for span in spans]
    return median(found) if found else None


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def workload_of_people(cases: QuerySet[Case], *, now: datetime) -> list[Load]:
    """Who holds most of the open tasks of some cases, without whole names; whoever is latest first."""
    held = Task.objects.filter(OPEN_HUMAN, process__in=cases.order_by().values("pk")).exclude(owner=None)
    late = (Q(due_at__lt=now) | Q(process__time_limit__due_at__lt=now)) & ~Q(process__data__has_key=HELD)
    rows = (
        held.order_by()
        .values("owner")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=late), oldest=Min("created"))
    )
    found = sorted(rows, key=lambda row: (-row["overdue"], -row["open"], row["owner"]))[:MOST_NAMED]
    users = User.objects.select_related("member").in_bulk([row["owner"] for row in found])
    return [
        Load(masked_name(users[row["owner"]].display_name), row["open"], row["overdue"], row["oldest"]) for row in found
    ]


def workload_of_units(cases: QuerySet[Case], *, now: datetime) -> list[Load]:
    """In which units the running cases of some are."""
    step_late = Q(task_set__in=Task.objects.filter(OPEN_HUMAN, due_at__lt=now))
    late = (step_late | Q(time_limit__due_at__lt=now)) & ~Q(data__has_key=HELD)
    running = cases.filter(status=PROCESS.NEW).order_by().values("unit__path", "unit__name")
    rows = running.annotate(open=Count("pk", distinct=True), overdue=Count("pk", filter=late, distinct=True))
    oldest = dict(running.annotate(oldest=Min("created")).values_list("unit__path", "oldest"))
    found = sorted(rows, key=lambda row: (-row["overdue"], -row["open"], row["unit__path"]))[:MOST_NAMED]
    return [Load(row["unit__name"], row["open"], row["overdue"], oldest[row["unit__path"]]) for row in found]
