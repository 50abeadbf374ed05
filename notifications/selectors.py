"""Reading one's own messages."""

from django.db.models import Q, QuerySet

from core.people.models import User
from notifications.models import Message

PAGE_SIZE = 20
COUNT_CAP = 100


def unread_count(user: User) -> int:
    """How many unread messages the user has, at most 100."""
    return Message.objects.filter(user=user, read_at=None)[:COUNT_CAP].count()


def messages_of(user: User, before: int | None = None) -> QuerySet[Message]:
    """The user's messages, newest first; `before`: primary key of the last one already seen."""
    messages = Message.objects.filter(user=user).order_by("-created_at", "-pk")
    last = messages.filter(pk=before).first() if before else None
    if last is None:
        return messages
    return messages.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk))


def page_of_messages(user: User, before: int | None = None) -> tuple[list[Message], int | None]:
    """One page of the user's messages, and the `before` of the next page (None at the end)."""
    rows = list(messages_of(user, before)[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    return page, page[-1].pk if len(rows) > PAGE_SIZE else None
