"""Writing messages: one row in the transaction of its cause, deliveries and their jobs beside it; reading marks."""

from datetime import datetime

from django.db import transaction

from core.actors import Actor
from core.exceptions import NotFound
from core.jobs.services import enqueue
from core.people.models import User
from notifications.channels import channels
from notifications.models import Delivery, Message
from notifications.muting import Heard, ears
from notifications.placeholders import one_line


@transaction.atomic(savepoint=False)  # part of what its caller does, or of nothing
def send(
    *,
    key: str,
    kind: str,
    subject: str,
    body: str = "",
    link: str = "",
    user: User | None = None,
    email: str = "",
    now: datetime,
) -> Message | None:
    """Write the message `key` once: for the user's list, and by e-mail where there is an address.

    `link` is a path of ours; None when there is nobody to reach, neither a user nor an address.
    """
    addresses = {name: address for name, channel in channels.items() if (address := channel.address_of(user, email))}
    if user is None and not addresses:
        return None
    subject = one_line(subject)[:200]
    message = Message(key=key, user=user, kind=kind, subject=subject, body=body, link=link, created_at=now)
    heard = ears()
    if heard is not None:
        heard.setdefault(key, Heard(kind, subject, body, user, tuple(addresses)))
        return message
    # One INSERT that lets an older row win: a repeated cause neither fails nor sends twice.
    Message.objects.bulk_create([message], ignore_conflicts=True)
    message = Message.objects.get(key=key)
    for channel, address in addresses.items():
        _deliver_later(message, channel, address, now)
    return message


def _deliver_later(message: Message, channel: str, address: str, now: datetime) -> None:
    new = Delivery(message=message, channel=channel, address=address, changed_at=now)
    Delivery.objects.bulk_create([new], ignore_conflicts=True)
    pk = Delivery.objects.values_list("pk", flat=True).get(message=message, channel=channel)
    enqueue(key=f"delivery:{pk}", kind="notifications.deliver", payload={"delivery": pk}, now=now)


def _reader(actor: Actor) -> User:
    if actor.user is None:
        raise NotFound
    return actor.user


@transaction.atomic
def mark_read(*, actor: Actor, message_id: int, now: datetime) -> Message:
    """Mark one of the actor's own messages as read. Raises `NotFound`."""
    message = Message.objects.filter(pk=message_id, user=_reader(actor)).first()
    if message is None:
        raise NotFound
    if message.read_at is None:
        message.read_at = now
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, actor: Actor, until: datetime, now: datetime) -> int:
    """Mark the actor's messages written up to `until` as read; how many there were."""
    unread = Message.objects.filter(user=_reader(actor), read_at=None, created_at__lte=until)
    return unread.update(read_at=now)
