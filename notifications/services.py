"""Writing messages: one row in the transaction of its cause, deliveries and their jobs beside it; reading marks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.actors import Actor
from core.exceptions import NotFound
from core.jobs.services import enqueue_all
from core.people.models import User
from notifications.channels import channels
from notifications.models import Delivery, Message
from notifications.muting import Heard, ears
from notifications.placeholders import one_line

DELIVER = "notifications.deliver"


@dataclass(frozen=True)
class Letter:
    """A message to be written: to a login, or to the e-mail address of somebody without one. `link`: a path of ours.

    `key` names the cause: whatever happens again with the same key writes nothing.
    """

    key: str
    kind: str
    subject: str
    body: str = ""
    link: str = ""
    user: User | None = None
    email: str = ""

    @property
    def addresses(self) -> dict[str, str]:
        """Channel → where its receiver is reached outside the application."""
        found = {name: channel.address_of(self.user, self.email) for name, channel in channels.items()}
        return {name: address for name, address in found.items() if address}

    @property
    def line(self) -> str:
        """The subject as it is kept."""
        return one_line(self.subject)[:200]


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
) -> None:
    """Write the message `key` once: for the user's list, and by e-mail where there is an address.

    `link` is a path of ours. Nothing when there is nobody to reach, neither a user nor an address.
    """
    send_all([Letter(key, kind, subject, body, link, user, email)], now=now)


@transaction.atomic(savepoint=False)  # part of what its caller does, or of nothing
def send_all(letters: Iterable[Letter], *, now: datetime) -> None:
    """Write messages, with their deliveries and jobs: however many, with one statement for each of the three tables.

    Letters that reach nobody, neither a login nor an address, are left out.
    """
    first: dict[str, Letter] = {}
    for letter in letters:
        first.setdefault(letter.key, letter)
    addressed = [(letter, letter.addresses) for letter in first.values()]
    reaching = [(letter, found) for letter, found in addressed if found or letter.user is not None]
    heard = ears()
    if heard is not None:
        for letter, found in reaching:
            heard.setdefault(letter.key, Heard(letter.kind, letter.line, letter.body, letter.user, tuple(found)))
    elif reaching:
        _write(reaching, now)


def _write(letters: list[tuple[Letter, dict[str, str]]], now: datetime) -> None:
    # An older row of the same key wins; "updating" its key to itself lets the database name it.
    new = [
        Message(
            key=letter.key,
            user=letter.user,
            kind=letter.kind,
            subject=letter.line,
            body=letter.body,
            link=letter.link,
            created_at=now,
        )
        for letter, _found in letters
    ]
    messages = Message.objects.bulk_create(new, update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    deliveries = [
        Delivery(message=message, channel=channel, address=address, changed_at=now)
        for message, (_letter, found) in zip(messages, letters, strict=True)
        for channel, address in found.items()
    ]
    Delivery.objects.bulk_create(
        deliveries, update_conflicts=True, unique_fields=["message", "channel"], update_fields=["channel"]
    )
    jobs = {f"delivery:{one.pk}": {"delivery": one.pk} for one in deliveries}
    enqueue_all(DELIVER, jobs, now=now)


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
