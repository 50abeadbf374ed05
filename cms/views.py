"""Public addresses beside the page tree: one wish, one figure, search, robots, the site map, the source."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms import board, claiming, figures, roll, selectors
from cms.models import FiguresPage, WishBoardPage
from core.actors import Actor
from core.exceptions import NotFound
from core.honours.selectors import honours_in_charge_of
from core.honours.services import withdraw_consent
from core.ledger.selectors import figure

ROWS_PER_PAGE = 20
SEARCH_LIMIT = 40
LONGEST_NUMBER = 18  # digits that a database key can have
CLOSED_TO_CRAWLERS = ["desk", "login", "status", "case", "task", "inbox", "me", "messages", "start", "search", "demo"]


@require_safe
def wish(request: HttpRequest, pk: int) -> HttpResponse:
    """One wish, with the way to claim it."""
    card = board.card_of(pk)
    context = {
        "card": card,
        "way": claiming.way_for(request, card),
        "crumbs": selectors.crumbs_to(WishBoardPage, request),
    }
    return render(request, "cms/wish.html", context)


@require_safe
def one_figure(request: HttpRequest, slug: str) -> HttpResponse:
    """One figure: what it means, where it comes from, and the masked lines behind it."""
    shown = figure(slug)
    page = Paginator(figures.entries_of(shown.metric), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "figure": shown,
        "page": page,
        "rows": [figures.row(entry) for entry in page],
        "crumbs": selectors.crumbs_to(FiguresPage, request),
    }
    return render(request, "cms/figure.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_honours(request: HttpRequest) -> HttpResponse:
    """The honours that I answer for, and the button that takes the consent to be named back."""
    actor, now = Actor(user=request.user), timezone.now()  # type: ignore[arg-type]  # signed in
    if request.method == "POST":
        number = request.POST.get("honour", "")
        if not number.isdecimal() or len(number) > LONGEST_NUMBER:
            raise NotFound
        withdraw_consent(actor=actor, commendation_id=int(number), now=now)
        messages.success(request, _("Your consent is withdrawn: the name is off the roll, and the story goes with it."))
        return redirect("my_honours")
    honours = honours_in_charge_of(request.user, on=timezone.localdate(now))  # type: ignore[arg-type]  # signed in
    return render(request, "cms/my_honours.html", {"cards": roll.cards(list(honours))})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Pages and stories that contain the words asked for."""
    query = request.GET.get("q", "").strip()[:100]
    return render(request, "cms/search.html", {"query": query, "pages": selectors.search(query, limit=SEARCH_LIMIT)})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may visit: the public pages, nothing behind a login or a code."""
    closed = [
        "/desk/",
        "/login/",
        "/status/",
        "/case/",
        "/task/",
        "/inbox/",
        "/me/",
        "/messages/",
        "/notices/",
        "/start/",
        "/search/",
        "/demo/",
    ]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """Where to get the program's source code (AGPL §13)."""
    return render(request, "cms/source.html")
