"""The page of what I have begun to fill in and not handed in yet."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import NotFound
from forms import drafts
from workflows.guests import actor_of
from workflows.presenters.drafts import draft_rows
from workflows.views import page


@page
@login_required
def my_drafts(request: HttpRequest) -> HttpResponse:
    """My drafts, each with a way on and a button that throws it away."""
    user = actor_of(request).user
    if user is None:
        raise NotFound
    if request.method == "POST":
        if drafts.remove(user, request.POST.get("subject", "").replace("\x00", "")[:80]):
            messages.success(request, _("Thrown away."))
        return redirect("drafts")
    return render(request, "workflows/drafts.html", {"rows": draft_rows(user), "kept_for": drafts.KEPT_FOR.days})
