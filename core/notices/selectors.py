"""Reads public notices, and the objections for whoever decides on them."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, QuerySet

from core.exceptions import NotFound
from core.notices.models import Objection, PublicNotice
from core.notices.services import PASSED, STANDING

SHOWN_AFTER_THE_END: Final = timedelta(days=30)  # afterwards the public need not read any more whom it was about
State = PublicNotice.State


def notices_open(now: datetime) -> QuerySet[PublicNotice]:
    """The notices to which somebody may object now, those that end first on top, each with its `unit`."""
    found = PublicNotice.objects.filter(state=State.OPEN, closes_at__gt=now).select_related("unit")
    return found.order_by("closes_at", "pk")


def notices_ended(now: datetime) -> QuerySet[PublicNotice]:
    """Notices whose time is over, the latest first, for as long as they are shown; not those called off.

    Each has its `unit` and `objection_count`.
    """
    found = PublicNotice.objects.exclude(state=State.CALLED_OFF).filter(
        closes_at__lte=now, closes_at__gt=now - SHOWN_AFTER_THE_END
    )
    return found.select_related("unit").annotate(objection_count=Count("objections")).order_by("-closes_at", "-pk")


def public_notice(pk: int, now: datetime) -> PublicNotice:
    """One notice as the public may read it. Raises: `NotFound`, also some time after its end."""
    notice = PublicNotice.objects.select_related("unit").filter(pk=pk).first()
    if notice is None or notice.closes_at <= now - SHOWN_AFTER_THE_END:
        raise NotFound
    return notice


def standing_notice(case_id: int, step_id: str) -> PublicNotice | None:
    """The notice of a step that is open or being decided on."""
    return PublicNotice.objects.filter(case_id=case_id, step_id=step_id, state__in=STANDING).first()


def objections_to(case_id: int, step_id: str) -> list[Objection]:
    """The objections to the standing notice of a step, oldest first; for whoever decides, and nobody else."""
    notice = standing_notice(case_id, step_id)
    return list(notice.objections.order_by("received_at", "pk")) if notice is not None else []


def has_passed_notice(case_id: int) -> bool:
    """Whether a public notice of the case ended without an objection that held, and was not made void since."""
    return PublicNotice.objects.filter(case_id=case_id, state__in=PASSED).exists()
