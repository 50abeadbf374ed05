"""The list of one's own messages: read, open, mark as read."""

from datetime import datetime
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.actors import Actor
from core.people.models import User
from notifications import selectors, services

LONGEST_KEY = 18  # digits of a primary key; Python refuses to read thousands of them


@require_safe
@never_cache
@login_required
def list_messages(request: HttpRequest) -> HttpResponse:
    """One page of messages, newest first; `?before=` is the last message already seen."""
    before = request.GET.get("before", "")
    user = cast(User, request.user)
    last = int(before) if before.isdecimal() and len(before) <= LONGEST_KEY else None
    page, following = selectors.page_of_messages(user, last)
    context = {"page_of_messages": page, "following": following, "is_first_page": not before, "as_of": timezone.now()}
    return render(request, "notifications/list.html", context)


@require_POST
@login_required
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read and go where it leads; one without a link leads back to the list."""
    message = services.mark_read(actor=_actor(request), message_id=pk, now=timezone.now())
    return HttpResponseRedirect(message.link) if _is_ours(message.link) else redirect("messages")


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Mark as read what was there when the list was shown; a message that came since stays unread."""
    now = timezone.now()
    services.mark_all_read(actor=_actor(request), until=_moment(request.POST.get("as_of", "")) or now, now=now)
    return redirect("messages")


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast(User, request.user))


def _is_ours(link: str) -> bool:
    return link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)
