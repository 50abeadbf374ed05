"""Channels outside the application: where a message finds its recipient, and how it gets there."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urljoin, urlparse

from django.conf import settings
from django.core.mail import EmailMessage

from core.people.models import User
from core.registry import Registry
from notifications.models import Delivery, Message


@dataclass(frozen=True)
class Channel:
    """One way out.

    `address_of(user, email)` is where the recipient is reached, "" when he is not; `deliver` hands one delivery over
    and raises when that certainly failed. The in-app list is no channel: the row of the message is its delivery.
    """

    address_of: Callable[[User | None, str], str]
    deliver: Callable[[Delivery], None]


channels: Registry[Channel] = Registry("channel")


def email_address(user: User | None, email: str) -> str:
    """The address given with the message, else that of the user's member, else that of the login."""
    member = getattr(user, "member", None)
    address = email or (member.email if member else "") or (user.email if user else "")
    return parseaddr(address)[1]


def deliver_email(delivery: Delivery) -> None:
    """Send one message as plain text. Raises `smtplib.SMTPException` or `OSError`."""
    message = delivery.message
    EmailMessage(
        subject=message.subject,
        body=mail_text(message),
        to=[delivery.address],
        # The same for every attempt, so that mail servers and programs can drop a copy.
        headers={"Message-ID": f"<{message_id(message)}>"},
    ).send()


def mail_text(message: Message) -> str:
    """Text and absolute link of a message."""
    link = urljoin(settings.WAGTAILADMIN_BASE_URL, message.link) if message.link else ""
    return "\n\n".join(part for part in (message.body, link) if part) or message.subject


def message_id(message: Message) -> str:
    """A stable id that does not reveal the key."""
    host = urlparse(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    return f"{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@{host}"


channels.register("email", Channel(email_address, deliver_email))
