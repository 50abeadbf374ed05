"""The lists of what waits for me, what I started, what I did and what I may read, as pages and as files."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.actors import Actor
from core.exports import KINDS, table_response
from workflows.guests import actor_of
from workflows.presenters import lists
from workflows.presenters.dates import clock_at
from workflows.presenters.tables import MOST_CASES, cases_table, tasks_table
from workflows.views import page


@page
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """My open tasks, the most urgent first."""
    get, kind = request.GET, _kind(request)
    shown = lists.inbox_page(
        actor_of(request),
        clock_at(timezone.now()),
        scope=get.get("scope", "all"),
        query=get.get("q", "")[:60],
        before="" if kind else get.get("before", ""),
        flow=get.get("flow", "")[:60],
        due=get.get("due", ""),
        size=lists.SEARCHED if kind else lists.PAGE_SIZE,
    )
    if kind:
        return table_response("inbox", *tasks_table(shown), kind)
    return render(request, "workflows/inbox.html", {"page": shown})


@page
@login_required
def started_by_me(request: HttpRequest) -> HttpResponse:
    """The cases that I started."""
    return _cases(request, lists.started_page)


@page
@login_required
def done_by_me(request: HttpRequest) -> HttpResponse:
    """The tasks that I did."""
    return _cases(request, lists.done_page)


@page
@login_required
def copied_to_me(request: HttpRequest) -> HttpResponse:
    """The cases that others sent me to read."""
    return _cases(request, lists.copied_page)


def _cases(request: HttpRequest, listed: Callable[[Actor, int, int], lists.CasesPage]) -> HttpResponse:
    actor, kind = actor_of(request), _kind(request)
    if kind:
        shown = listed(actor, 1, MOST_CASES)
        return table_response(shown.name, *cases_table(shown), kind)
    shown = listed(actor, _number(request), lists.CASES_PER_PAGE)
    return render(request, "workflows/cases.html", {"page": shown})


def _kind(request: HttpRequest) -> str:
    """As which kind of file the list is wanted; "" for the page."""
    kind = request.GET.get("export", "")
    return kind if kind in KINDS else ""


def _number(request: HttpRequest) -> int:
    """The page number in the address; 1 for none and for anything else."""
    number = request.GET.get("page", "1")
    return max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
