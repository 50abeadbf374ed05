"""Reading job rows: how the queue stands, what failed for good, and who is alive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, QuerySet

from core.jobs.models import Heartbeat, Job

ALIVE = timedelta(seconds=60)  # four missed beats of the drain or the sweep
_OPEN_OR_DEAD = (Job.State.READY, Job.State.ATTEMPTING, Job.State.DEAD)


@dataclass(frozen=True)
class Standing:
    """The queue at a glance. `oldest_due`: since when the job that waits longest could have run."""

    waiting: int
    attempting: int
    dead: int
    oldest_due: datetime | None


@dataclass(frozen=True)
class DeadGroup:
    """Jobs that failed for good in the same way."""

    kind: str
    error_class: str
    count: int
    last: datetime


def standing(*, now: datetime) -> Standing:
    """How the queue stands."""
    states = dict(Job.objects.filter(state__in=_OPEN_OR_DEAD).values_list("state").annotate(Count("pk")))
    due = Job.objects.filter(state=Job.State.READY, run_at__lte=now, lease_until=None)
    return Standing(
        waiting=states.get(Job.State.READY, 0),
        attempting=states.get(Job.State.ATTEMPTING, 0),
        dead=states.get(Job.State.DEAD, 0),
        oldest_due=due.aggregate(oldest=Min("run_at"))["oldest"],
    )


def dead_groups() -> list[DeadGroup]:
    """Dead jobs by kind and error, the largest group first."""
    groups = Job.objects.filter(state=Job.State.DEAD).values("kind", "error_class")
    counted = groups.annotate(count=Count("pk"), last=Max("finished_at")).order_by("-count", "kind", "error_class")
    return [DeadGroup(**group) for group in counted]


def jobs(*, state: str = "", kind: str = "", queue: str = "") -> QuerySet[Job]:
    """Jobs in the given state, of the given kind and queue ("" means any), the newest first."""
    wanted = {"state": state, "kind": kind, "queue": queue}
    return Job.objects.filter(**{name: value for name, value in wanted.items() if value}).order_by("-pk")


def kinds_in_use() -> list[str]:
    """The kinds of which there are jobs, in order."""
    return list(Job.objects.order_by("kind").values_list("kind", flat=True).distinct())


def last_beat() -> datetime | None:
    """The last sign of life of any drain or sweep, or None when there never was one."""
    return Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()


def is_alive(*, now: datetime) -> bool:
    """Whether a drain or a sweep showed up within the last minute."""
    last = last_beat()
    return last is not None and now - last <= ALIVE
