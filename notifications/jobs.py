"""The job that hands one delivery to its channel."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.jobs.models import Job
from core.jobs.registry import handler
from notifications.channels import channels
from notifications.models import Delivery


def mark_unknown(job: Job) -> None:
    """The worker died while sending: the message may or may not have got through."""
    waiting = Delivery.objects.filter(pk=job.payload["delivery"], state=Delivery.State.ATTEMPTING)
    waiting.update(state=Delivery.State.UNKNOWN, changed_at=timezone.now())


@handler(
    "notifications.deliver",
    where="outside",
    queue="notify",
    lease=timedelta(seconds=330),
    on_unknown=mark_unknown,
)
def deliver_message(job: Job) -> None:
    """Send one delivery. An unknown outcome is sent again, under the same Message-ID: twice is better than never."""
    delivery = Delivery.objects.select_related("message").filter(pk=job.payload["delivery"]).first()
    if delivery is None or delivery.state == Delivery.State.SENT:
        return  # its recipient was deleted, or an earlier attempt got through and could not say so
    _set_state(delivery, Delivery.State.ATTEMPTING, attempts=delivery.attempts + 1)
    try:
        channels[delivery.channel].deliver(delivery)
    except Exception:  # whatever a channel raises: note it here, and let the job decide about the next attempt
        _set_state(delivery, Delivery.State.FAILED, attempts=delivery.attempts)
        raise
    _set_state(delivery, Delivery.State.SENT, attempts=delivery.attempts)


@transaction.atomic
def _set_state(delivery: Delivery, state: Delivery.State, *, attempts: int) -> None:
    delivery.state, delivery.attempts, delivery.changed_at = state, attempts, timezone.now()
    delivery.save(update_fields=["state", "attempts", "changed_at"])
