"""Running job rows: claim, run, settle. The row decides; whoever calls, and how often, does not matter."""

import logging
import random
import traceback
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.celery import waiting_messages
from core.jobs.models import Job
from core.jobs.registry import QUEUES, Handler, handlers
from core.jobs.services import beat, wake
from core.jobs.ticks import tick

logger = logging.getLogger(__name__)

BACKOFF_BASE = timedelta(seconds=2)
BACKOFF_CAP = timedelta(hours=1)
SWEEP_LIMIT = 500
LOST = "AttemptLost"  # the worker died, and the world may or may not have been reached
WORKER_LOST = "WorkerLost"  # the last attempt of a job inside the database died with its worker
NO_HANDLER = "NoHandler"


def run(job_id: int) -> bool:
    """Run one job if it is due and nobody has it; whether an attempt was made."""
    job = _claim(Job.objects.filter(pk=job_id))
    return _attempt(job) if job else False


def run_next(queues: Iterable[str] = QUEUES) -> bool:
    """Run the oldest due job of the first queue that has one; whether an attempt was made."""
    for queue in queues:
        job = _claim(Job.objects.filter(queue=queue))
        if job:
            return _attempt(job)
    return False


def drain(queues: Iterable[str] = QUEUES) -> int:
    """Run what is due until nothing is; how many attempts were made."""
    queues = tuple(queues)
    attempts = 0
    while settle_lost(now=timezone.now()) or run_next(queues):
        attempts += 1
    return attempts


def sweep() -> None:
    """Settle died attempts, wake workers for due jobs that nobody has, call the ticks, and leave a sign of life."""
    now = timezone.now()
    settle_lost(now=now)
    for queue in QUEUES:
        # A queue that nobody serves must not fill the broker: a message for each row, but only up to the limit.
        room = max(0, SWEEP_LIMIT - waiting_messages(queue))
        for job_id in _due(Job.objects.filter(queue=queue), now).values_list("pk", flat=True)[:room]:
            wake(job_id, queue)
    tick(now)
    beat(name="sweep", now=now)


def settle_lost(*, now: datetime, limit: int = SWEEP_LIMIT) -> int:
    """Decide about attempts whose worker died: again after a pause, or dead; how many there were.

    An inside attempt that died left no trace and is simply claimed again, except after the last one: whatever kills
    each worker that touches it must not go on doing so.
    """
    spent = Q(state=Job.State.READY, attempts__gte=F("max_attempts"))
    lost = Job.objects.filter(Q(state=Job.State.ATTEMPTING) | spent, lease_until__lt=now)
    if not lost.exists():
        return 0
    with transaction.atomic():
        jobs = list(_skip_locked(lost)[:limit])
        for job in jobs:
            _settle(job, now)
    return len(jobs)


def _settle(job: Job, now: datetime) -> None:
    if job.state == Job.State.READY:
        _put_back(job, WORKER_LOST, now, again=False)
        return
    handler = handlers.get(job.kind)
    _put_back(job, LOST, now, again=handler is not None and handler.retry_unknown)
    if handler and handler.on_unknown:
        handler.on_unknown(job)


def _due(jobs: QuerySet[Job], now: datetime) -> QuerySet[Job]:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = jobs.filter(free, state=Job.State.READY, run_at__lte=now, attempts__lt=F("max_attempts"))
    return due.order_by("run_at", "pk")


def _skip_locked(jobs: QuerySet[Job]) -> QuerySet[Job]:
    # SQLite has no row locks and needs none: atomic() begins with BEGIN IMMEDIATE, one writer at a time.
    if connection.features.has_select_for_update_skip_locked:
        return jobs.select_for_update(skip_locked=True)
    return jobs


def _claim(jobs: QuerySet[Job]) -> Job | None:
    """Take one due job and commit that: an outside attempt is on record before the world is called."""
    now = timezone.now()
    due = _due(jobs, now)
    if not due.exists():  # a plain read; an idle drain must not ask SQLite for its one write lock
        return None
    with transaction.atomic(durable=True):
        job = _skip_locked(due).first()
        if job is None:
            return None
        handler = handlers.get(job.kind)
        if handler and handler.where == "outside":
            job.state = Job.State.ATTEMPTING
        job.lease_until = now + (handler.lease if handler else timedelta(seconds=30))
        job.attempts += 1
        job.save(update_fields=["state", "lease_until", "attempts"])
        return job


def _attempt(job: Job) -> bool:
    handler = handlers.get(job.kind)
    if handler is None:
        _fail(job, NO_HANDLER)
        return True
    try:
        _run_inside(job, handler) if handler.where == "inside" else _run_outside(job, handler)
    except Exception as error:  # whatever a handler raises belongs to its job, and must not stop the next one
        logger.warning("job %s (%s) failed: %s in %s", job.pk, job.kind, type(error).__name__, _place(error))
        _fail(job, type(error).__name__)
    return True


def _place(error: Exception) -> str:
    """Where the error was raised; its text and the frame's variables stay out of the logs, they may be personal."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"


def _run_inside(job: Job, handler: Handler) -> None:
    with transaction.atomic(durable=True):
        if _still_ours(job):
            handler.run(job)
            _finish(job)


def _run_outside(job: Job, handler: Handler) -> None:
    handler.run(job)
    with transaction.atomic(durable=True):
        if _still_ours(job):
            _finish(job)


def _still_ours(job: Job) -> bool:
    """Lock the row and see whether our claim still stands; each claim sets another lease, which tells them apart."""
    claim = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, lease_until=job.lease_until)
    return claim.select_for_update().first() is not None


def _finish(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.DONE, lease_until=None, finished_at=timezone.now(), error_class=""
    )


def _fail(job: Job, error_class: str) -> None:
    with transaction.atomic(durable=True):
        if _still_ours(job):
            _put_back(job, error_class, timezone.now(), again=True)


def _put_back(job: Job, error_class: str, now: datetime, *, again: bool) -> None:
    """Let the job wait for its next attempt, or declare it dead. Class names only: texts may carry personal data."""
    again = again and job.attempts < job.max_attempts
    job.state = Job.State.READY if again else Job.State.DEAD
    job.run_at = now + backoff(job.attempts) if again else job.run_at
    job.finished_at = None if again else now
    job.error_class = error_class[:100]
    job.lease_until = None
    job.save(update_fields=["state", "run_at", "finished_at", "error_class", "lease_until"])


def backoff(attempts: int) -> timedelta:
    """How long to wait after the given number of attempts: random up to a bound that doubles.

    Source: "full jitter", M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015.
    """
    bound = min(BACKOFF_CAP, BACKOFF_BASE * (1 << min(attempts, 20)))
    return bound * random.random()  # noqa: S311  spreads load, guards nothing
