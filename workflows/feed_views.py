"""The calendar of deadlines: the page on which one makes or ends its address, and what calendars read there."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.actors import Actor
from core.exceptions import Unreadable
from workflows.feeds import calendar_of, end_feed, feed_of, new_feed, user_of
from workflows.guests import actor_of
from workflows.views import page


@page
@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """Make the address of my calendar, or end it; it is shown once."""
    actor, address = Actor(user=actor_of(request).user), ""
    if request.method == "POST":
        do, now = request.POST.get("do"), timezone.now()
        if do == "new":
            secret = new_feed(actor=actor, now=now)
            address = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("calendar_feed", args=(secret,))
        elif do == "end":
            end_feed(actor=actor, now=now)
            messages.success(request, _("The address of your calendar does not work any more."))
            return redirect("calendar")
        else:
            raise Unreadable
    return render(request, "workflows/calendar.html", {"feed": feed_of(actor), "address": address})


@require_safe
@never_cache
def calendar_feed(_request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar reads: the secret is all it needs."""
    body = calendar_of(user_of(secret), now=timezone.now())
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"X-Robots-Tag": "noindex"})
