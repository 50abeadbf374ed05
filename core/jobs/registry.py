"""Job handlers: which function does a kind of job, and what may be promised about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from core.jobs.models import Job
from core.registry import Registry

Run = Callable[[Job], None]
Where = Literal["inside", "outside"]

QUEUES = ("fast", "notify", "bulk")  # in the order in which an idle drain serves them


@dataclass(frozen=True)
class Handler:
    """How one kind of job runs.

    `inside`: effect and completion are one short transaction, so database effects happen exactly once. `outside`: the
    attempt is committed, the world is called, the result is committed; at least once. `retry_unknown` says whether an
    attempt whose worker died, and which therefore may have got through, is made again; `on_unknown` is told of it, in
    the transaction that finds it.
    """

    run: Run
    where: Where
    queue: str
    lease: timedelta
    max_attempts: int
    retry_unknown: bool
    on_unknown: Run | None


handlers: Registry[Handler] = Registry("job handler")

# An inside job keeps its row locked while it runs, so its lease only covers the moment between claim and lock. An
# outside job has no lock: its lease must outlast the hard time limit of a worker (300 s, core/celery.py).
LEASES: dict[Where, timedelta] = {"inside": timedelta(seconds=30), "outside": timedelta(seconds=330)}


def handler(
    kind: str,
    *,
    where: Where,
    queue: str = "fast",
    lease: timedelta | None = None,
    max_attempts: int = 8,
    retry_unknown: bool = True,
    on_unknown: Run | None = None,
) -> Callable[[Run], Run]:
    """Register the decorated `f(job)` for jobs of `kind`. Raises `ValueError` for bad names, queues and duplicates."""
    if queue not in QUEUES:
        raise ValueError(f"job handler: {kind!r} names an unknown queue")

    def register(run: Run) -> Run:
        entry = Handler(run, where, queue, lease or LEASES[where], max_attempts, retry_unknown, on_unknown)
        handlers.register(kind, entry)
        return run

    return register
