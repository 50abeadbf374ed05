"""The page on which one sees the places of an offer, joins its waiting list, leaves it, or gives a place back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.exceptions import DandelionError, Invalid, NotFound, Unreadable
from workflows import services
from workflows.guests import actor_of
from workflows.handling import legible
from workflows.models import Task
from workflows.presenters.claimants import claimant_key
from workflows.presenters.dates import clock_at
from workflows.presenters.places import offer_for, places_page
from workflows.services.waiting import may_wait
from workflows.views import page, sentence_of


@page
@login_required
def places(request: HttpRequest, pk: int) -> HttpResponse:
    """How many places are taken and how one stands in line; joining, leaving, giving back."""
    user = actor_of(request).user
    if user is None:
        raise NotFound
    actor, now = Actor(user=user), timezone.now()
    task = offer_for(actor, pk, clock_at(now))
    problem, status = "", 200
    if request.method == "POST":
        try:
            messages.success(request, _press(request, task, actor))
            return redirect("places", pk=pk)
        except DandelionError as error:
            problem, status = sentence_of(error), error.status
            task = offer_for(actor, pk, clock_at(now))
    shown = places_page(task, actor, clock_at(now), request.POST.get("claimant", ""))
    context = {"page": shown, "problem": problem, "typed": request.POST}
    return render(request, "workflows/places.html", context, status=status)


def _press(request: HttpRequest, task: Task, actor: Actor) -> str:
    now = timezone.now()
    do, _colon, number = request.POST.get("do", "").partition(":")
    pk = int(number) if number.isdecimal() and len(number) < 19 else 0
    if do == "join":
        able = {claimant_key(one): one for one in may_wait(task, actor, now)}
        key = request.POST.get("claimant", "") or (next(iter(able)) if len(able) == 1 else "")
        if key not in able:
            raise Invalid(_("Please say for whom you wait."), code="claimant_missing")
        services.wait(task_id=task.pk, actor=actor, claimant=able[key], now=now)
        return _("You are on the waiting list. We tell you as soon as a place is kept for you.")
    if do == "leave":
        services.leave(claim_id=pk, actor=actor, now=now)
        return _("You are not on the waiting list any more.")
    if do == "release":
        reason = legible(request.POST.get(f"reason-{pk}", "")).strip()
        services.release(case_id=task.process_id, actor=actor, reason=reason, claim_id=pk, now=now)
        return _("It is given back and open for others.")
    raise Unreadable
