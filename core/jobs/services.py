"""Writing job rows: enqueue in the transaction of the cause; retry and discard by hand; the drain's heartbeat."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from core.actors import Actor
from core.audit.services import record
from core.celery import app, has_broker
from core.exceptions import Invalid, NotFound, WrongState
from core.jobs.models import Heartbeat, Job
from core.jobs.registry import handlers
from core.rights import require

logger = logging.getLogger(__name__)

RETRY_LIMIT = 500
QUIET_SECONDS = 15  # after a failed wake; the sweep, which comes as often, finds the jobs of that time
_quiet_until = 0.0


@transaction.atomic(savepoint=False)  # part of what its caller does, or of nothing
def enqueue(
    *,
    key: str,
    kind: str,
    payload: dict[str, Any],
    queue: str | None = None,
    run_at: datetime | None = None,
    now: datetime | None = None,
) -> Job:
    """The job called `key`, written once in the caller's transaction; `payload`: primary keys and plain values.

    `queue` None means the handler's own. Without `run_at` it is due at once, also when its cause plays in the
    future (as `fire_due --at` makes it). Raises `ValueError` for a kind without a handler.
    """
    now = now or timezone.now()
    # One INSERT that lets an older row win, instead of get_or_create's savepoint: this is on the path of every step.
    Job.objects.bulk_create([_new(key, kind, payload, now, queue, run_at)], ignore_conflicts=True)
    job = Job.objects.get(key=key)
    if job.state == Job.State.READY and job.run_at <= now:
        _wake_after_commit(job)
    return job


@transaction.atomic(savepoint=False)
def enqueue_all(kind: str, payloads: Mapping[str, dict[str, Any]], *, now: datetime) -> None:
    """Write the jobs of one kind that are due at once, with one statement. `payloads`: key → payload.

    Raises `ValueError` for a kind without a handler.
    """
    new = [_new(key, kind, payload, now) for key, payload in payloads.items()]
    Job.objects.bulk_create(new, ignore_conflicts=True)
    if new and has_broker():
        transaction.on_commit(partial(_wake_all, list(payloads)), robust=True)


def _new(
    key: str,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    queue: str | None = None,
    run_at: datetime | None = None,
) -> Job:
    handler = handlers.get(kind)
    if handler is None:
        raise ValueError(f"no handler for jobs of kind {kind!r}")
    return Job(
        key=key,
        kind=kind,
        payload=payload,
        queue=queue or handler.queue,
        run_at=run_at or min(now, timezone.now()),
        max_attempts=handler.max_attempts,
    )


@transaction.atomic
def retry_job(*, job_id: int, actor: Actor, now: datetime) -> Job:
    """Give a job that failed for good or was discarded a fresh set of attempts; for holders of `core.change_job`.

    Raises: `NotAllowed`, `NotFound`, `WrongState`.
    """
    require(actor, "core.change_job")
    job = _locked(job_id, Job.State.DEAD, Job.State.DISCARDED)
    data = {"kind": job.kind, "error_class": job.error_class, "attempts": job.attempts}
    job.state, job.attempts, job.run_at = Job.State.READY, 0, now
    job.lease_until = job.finished_at = None
    job.discard_reason = ""
    job.save(update_fields=["state", "attempts", "run_at", "lease_until", "finished_at", "discard_reason"])
    record(actor=actor, verb="job.retried", obj=job, now=now, data=data)
    _wake_after_commit(job)
    return job


@transaction.atomic
def discard_job(*, job_id: int, actor: Actor, reason: str, now: datetime) -> Job:
    """Give up a job that waits or failed for good; for holders of `core.change_job`.

    Raises: `NotAllowed`, `Invalid` without a reason, `NotFound`, `WrongState`.
    """
    require(actor, "core.change_job")
    reason = reason.strip()
    if not reason:
        raise Invalid(errors={"reason": [_("Please write down why this job is discarded.")]})
    job = _locked(job_id, Job.State.DEAD, Job.State.READY)
    job.state, job.finished_at, job.discard_reason = Job.State.DISCARDED, now, reason[:200]
    job.lease_until = None
    job.save(update_fields=["state", "finished_at", "discard_reason", "lease_until"])
    # The reason is free text and stays on the row; the audit trail takes codes only.
    record(actor=actor, verb="job.discarded", obj=job, now=now, data={"kind": job.kind})
    return job


@transaction.atomic
def retry_dead(*, kind: str, error_class: str, actor: Actor, now: datetime) -> int:
    """Retry the dead jobs of one kind and error, up to 500 at a time; how many there were. Raises `NotAllowed`."""
    dead = Job.objects.filter(state=Job.State.DEAD, kind=kind, error_class=error_class).order_by("pk")
    ids = list(dead.select_for_update().values_list("pk", flat=True)[:RETRY_LIMIT])
    for job_id in ids:
        retry_job(job_id=job_id, actor=actor, now=now)
    return len(ids)


def beat(*, name: str, now: datetime) -> None:
    """Leave a sign of life of the drain or worker `name`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def wake(job_id: int, queue: str) -> None:
    """Ask a Celery worker to run one job now. A lost message costs time, nothing else: the sweep finds the row."""
    global _quiet_until
    if not has_broker() or time.monotonic() < _quiet_until:
        return
    try:
        app.send_task("core.celery.run_job", args=[job_id], queue=queue)
    except OperationalError:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("jobs: the broker does not answer; the sweep takes over (job %s)", job_id)


def _wake_all(keys: list[str]) -> None:
    for pk, queue in Job.objects.filter(key__in=keys, state=Job.State.READY).values_list("pk", "queue"):
        wake(pk, queue)


def _wake_after_commit(job: Job) -> None:
    transaction.on_commit(partial(wake, job.pk, job.queue), robust=True)


def _locked(job_id: int, *states: Job.State) -> Job:
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound
    if job.state not in states:
        raise WrongState
    return job
