"""The daily jobs: files that came with a form which was never handed in, old drafts, answers whose time is over."""

from datetime import datetime

from django.utils import timezone

from core.jobs.models import Job
from core.jobs.registry import handler
from core.jobs.services import enqueue
from forms import drafts, retention, uploads
from forms.models import FormVersion

PURGE_UPLOADS = "forms.purge_uploads"
PURGE_DRAFTS = "forms.purge_drafts"
CLEAR_ANSWERS = "forms.clear_answers"


@handler(PURGE_UPLOADS, where="inside", queue="bulk")
def purge_uploads(job: Job) -> None:  # noqa: ARG001  # it looks at what is there when it runs
    """Remove what has been kept for longer than a day; what is too much for one transaction waits for the next day."""
    uploads.purge(now=timezone.now())


@handler(PURGE_DRAFTS, where="inside", queue="bulk")
def purge_old_drafts(job: Job) -> None:  # noqa: ARG001  # as above
    """Remove drafts that nobody touched for a long time; what is too much at once waits for the next day."""
    drafts.purge(now=timezone.now())


def purge_daily(now: datetime) -> None:
    """Enqueue the jobs of the day; those of the same day are not written twice."""
    for kind in (PURGE_UPLOADS, PURGE_DRAFTS):
        key = f"{kind.partition('.')[2].replace('_', '-')}:{timezone.localdate(now).isoformat()}"
        if not Job.objects.filter(key=key).exists():
            enqueue(key=key, kind=kind, payload={}, now=now)


@handler(CLEAR_ANSWERS, where="inside", queue="bulk")
def clear_answers(job: Job) -> None:
    """Clear what is due in one batch of one version, and ask for the next batch; without a version, ask for all."""
    now, day = timezone.now(), job.payload["day"]
    if "version" not in job.payload:
        for version in retention.concerned():
            _ask_to_clear(day, version.pk, 0, now)
        return
    version = FormVersion.objects.get(pk=job.payload["version"])
    done = retention.clear(version, after=job.payload["after"], now=now)
    if done.last:
        _ask_to_clear(day, version.pk, done.last, now)


def _ask_to_clear(day: str, version: int, after: int, now: datetime) -> None:
    payload = {"day": day, "version": version, "after": after}
    enqueue(key=f"clear-answers:{day}:{version}:{after}", kind=CLEAR_ANSWERS, payload=payload, now=now)


def clear_daily(now: datetime) -> None:
    """Enqueue the job of the day; that of the same day is not written twice."""
    day = timezone.localdate(now).isoformat()
    key = f"clear-answers:{day}"
    if not Job.objects.filter(key=key).exists():
        enqueue(key=key, kind=CLEAR_ANSWERS, payload={"day": day}, now=now)
