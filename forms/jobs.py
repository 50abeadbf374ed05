"""The daily jobs that remove files which came with a form that was never handed in, and drafts that grew old."""

from datetime import datetime

from django.utils import timezone

from core.jobs.models import Job
from core.jobs.registry import handler
from core.jobs.services import enqueue
from forms import drafts, uploads

PURGE_UPLOADS = "forms.purge_uploads"
PURGE_DRAFTS = "forms.purge_drafts"


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
