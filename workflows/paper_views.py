"""A case as a page that is printed and filed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.actors import Actor
from core.exceptions import NotFound
from workflows import selectors
from workflows.guests import actor_of
from workflows.presenters.dates import clock_at
from workflows.presenters.papers import paper_page


@require_safe
@never_cache
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers of a case with its number and versions, for members and staff who may see it."""
    actor = Actor(user=actor_of(request).user)
    if actor.user is None:
        raise NotFound
    case = selectors.case_for(actor, pk)
    page = paper_page(case, actor, clock_at(timezone.now()))
    return render(request, "workflows/paper.html", {"page": page})
