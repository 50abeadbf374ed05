"""The daily job that removes files which came with a form that was never handed in."""

from datetime import datetime

from django.utils import timezone

from core.jobs.models import Job
from core.jobs.registry import handler
from core.jobs.services import enqueue
from forms import uploads

PURGE_UPLOADS = "forms.purge_uploads"


@handler(PURGE_UPLOADS, where="inside", queue="bulk")
def purge_uploads(job: Job) -> None:  # noqa: ARG001  # it looks at what is there when it runs
    """Remove what has been kept for longer than a day; what is too much for one transaction waits for the next day."""
    uploads.purge(now=timezone.now())


def purge_daily(now: datetime) -> None:
    """Enqueue the job of the day; that of the same day is not written twice."""
    key = f"purge-uploads:{timezone.localdate(now).isoformat()}"
    if not Job.objects.filter(key=key).exists():
        enqueue(key=key, kind=PURGE_UPLOADS, payload={}, now=now)
