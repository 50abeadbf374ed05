"""What cases mean for answers that are kept for a time only: the time begins when the case is closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from viewflow.workflow.status import PROCESS

from forms.retention import HOLDERS, Holder
from workflows.models import Case, GuestAccess, StepSubmission
from workflows.tree import START


def closed(keys: Sequence[int]) -> dict[int, datetime | None]:
    """Submission → when its case was closed, None while it is open."""
    rows = StepSubmission.objects.filter(submission__in=keys).values_list(
        "submission", "case__status", "case__finished"
    )
    return {key: finished if status != PROCESS.NEW else None for key, status, finished in rows}


def forget(cleared: Mapping[int, set[str]]) -> None:
    """Take away the title and the guest's address that a case had from fields that are cleared now."""
    rows = StepSubmission.objects.filter(submission__in=list(cleared), step_id=START).select_related("case__version")
    for row in rows:
        start, keys = row.case.version.document.get("start", {}), cleared[row.submission_id]
        if start.get("title_from") in keys:
            Case.objects.filter(pk=row.case_id).update(title="")
        if start.get("guest_email_from") in keys:
            GuestAccess.objects.filter(case=row.case_id).update(email="")


HOLDERS.register("workflows", Holder(closed, forget))
