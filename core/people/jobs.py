"""The job that lets desk groups follow appointments which begin or end on a later day."""

from django.utils import timezone

from core.jobs.models import Job
from core.jobs.registry import handler
from core.people.models import Member
from core.people.services.appointments import FOLLOW_DATES, refresh_groups


@handler(FOLLOW_DATES, where="inside")
def follow_dates(job: Job) -> None:
    """Give the member's login the desk groups of today."""
    member = Member.objects.select_related("user").get(pk=job.payload["member"])
    refresh_groups(member, on=timezone.localdate())
