"""Deadlines as a calendar that a telephone subscribes to: a secret address per login, which can be ended."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from core.actors import Actor
from core.audit.services import record
from core.exceptions import NotAllowed, NotFound
from core.people.models import User
from core.text import localised
from workflows.inbox import InboxRow, inbox
from workflows.models import CalendarFeed

SECRET_BYTES: Final = 32
SHORTEST, LONGEST = 20, 100
MOST_EVENTS: Final = 300
LENGTH_OF_EVENT: Final = timedelta(minutes=15)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def new_feed(*, actor: Actor, now: datetime) -> str:
    """The secret of a new feed of the actor, to be shown once; an earlier one ends. Raises: NotAllowed for guests."""
    if actor.user is None:
        raise NotAllowed
    secret = secrets.token_urlsafe(SECRET_BYTES)
    values = {"secret_sha256": _digest(secret), "created_at": now}
    feed, _created = CalendarFeed.objects.update_or_create(user=actor.user, defaults=values)
    record(actor=actor, verb="feed.opened", obj=feed, now=now)
    return secret


@transaction.atomic
def end_feed(*, actor: Actor, now: datetime) -> None:
    """End the feed of the actor, if he has one."""
    if (feed := feed_of(actor)) is not None:
        record(actor=actor, verb="feed.closed", obj=feed, now=now)
        feed.delete()


def feed_of(actor: Actor) -> CalendarFeed | None:
    """The feed of the actor, if he has one."""
    return CalendarFeed.objects.filter(user=actor.user).first() if actor.user is not None else None


def user_of(secret: str) -> User:
    """Whose feed it is. Raises: NotFound for an unknown or ended secret, and for a login that is not active."""
    if not SHORTEST <= len(secret) <= LONGEST:
        raise NotFound
    feed = CalendarFeed.objects.select_related("user").filter(secret_sha256=_digest(secret)).first()
    if feed is None or not feed.user.is_active:
        raise NotFound
    return feed.user


def calendar_of(user: User, *, now: datetime) -> bytes:
    """The open tasks of a login that have a deadline, as iCalendar: step and number, nothing personal."""
    calendar = Calendar()
    calendar.add("prodid", "-//Dandelion//zh-Hans//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Dandelion: what is due"))
    calendar.add("x-published-ttl", "PT1H")
    for row in inbox(Actor(user=user), limit=MOST_EVENTS, now=now):
        if row.due_at is not None:
            calendar.add_component(_event(row, row.due_at, now))
    return bytes(calendar.to_ical())


def _event(row: InboxRow, due_at: datetime, now: datetime) -> Event:
    base = settings.WAGTAILADMIN_BASE_URL
    event = Event()
    event.add("uid", f"task-{row.task_id}@{urlsplit(base).hostname or 'localhost'}")
    event.add("dtstamp", now)
    event.add("dtstart", due_at)
    event.add("dtend", due_at + LENGTH_OF_EVENT)
    step = _("Correction") if row.is_returned else row.step_name
    event.add("summary", f"{step} · {localised(row.flow_title)} · {row.number}")
    event.add("url", base.rstrip("/") + reverse("task", args=(row.task_id,)))
    return event
