"""The public pages of notices: what is posted, and objecting to it without a login."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import DandelionError, Invalid, TooMany
from core.notices import selectors
from core.notices.models import PublicNotice
from workflows import services
from workflows.guests import actor_of
from workflows.handling import legible
from workflows.limits import Limit
from workflows.presenters import notices as presenter
from workflows.presenters.dates import clock_at
from workflows.views import page

OBJECTIONS: Final = Limit("objections", most=5, seconds=600)
TOO_MANY = gettext_lazy(
    "Several objections came from here in a short time. Please wait ten minutes; what you wrote is still here."
)
ROWS_PER_PAGE: Final = 20


@page
def notices(request: HttpRequest) -> HttpResponse:
    """What is open for objections, then what ended a short time ago."""
    clock = clock_at(timezone.now())
    ended = Paginator(selectors.notices_ended(clock.now), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    is_first = ended.number == 1
    context = {
        "open": presenter.rows(selectors.notices_open(clock.now), clock) if is_first else [],
        "is_first": is_first,
        "ended": presenter.rows(ended.object_list, clock),
        "page": ended,
    }
    return render(request, "workflows/notices.html", context)


@page
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, and objecting to it."""
    found = selectors.public_notice(pk, timezone.now())
    written = {name: legible(request.POST.get(name, "")) for name in presenter.FIELDS}
    problem, errors, answer = "", dict[str, list[str]](), 200
    if request.method == "POST":
        try:
            _object(request, found, written)
        except Invalid as error:
            errors, answer = error.errors, error.status
            problem = "" if errors else str(error)
        except DandelionError as error:
            problem, answer = str(error), error.status
        else:
            messages.success(request, _("Thank you. Your objection has arrived and will be looked at."))
            return redirect("notice", pk=pk)
        found = selectors.public_notice(pk, timezone.now())
    shown = presenter.notice_page(found, clock_at(timezone.now()), written, errors)
    return render(request, "workflows/notice.html", {"page": shown, "problem": problem}, status=answer)


def _object(request: HttpRequest, found: PublicNotice, written: dict[str, str]) -> None:
    """Raises: TooMany after too many from one place; whatever the service refuses."""
    address = request.META.get("REMOTE_ADDR", "")
    if OBJECTIONS.is_reached(address):
        raise TooMany(TOO_MANY, code="too_many_objections")
    services.object_to_notice(notice=found, actor=actor_of(request), now=timezone.now(), **written)
    OBJECTIONS.count(address)
