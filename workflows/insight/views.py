"""The pages of the overview: all flows, one flow, and its tables as files."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.exceptions import NotFound
from core.exports import KINDS, table_response
from workflows.guests import actor_of
from workflows.insight.presenting import PERIODS, Lens, flow_page, heads_of_overview, lens_of, overview
from workflows.presenters.dates import clock_at


def _lens(request: HttpRequest) -> Lens:
    return lens_of(actor_of(request), clock_at(timezone.now()), request.GET.dict())


@require_safe
@never_cache
@login_required
def all_flows(request: HttpRequest) -> HttpResponse:
    """Every flow of the units that the person answers for."""
    lens = _lens(request)
    rows = overview(lens)
    if (kind := request.GET.get("export")) in KINDS:
        return table_response("overview", heads_of_overview(), [row.cells for row in rows], str(kind))
    context = {"lens": lens, "rows": rows, "periods": PERIODS.items()}
    return render(request, "workflows/overview.html", context)


@require_safe
@never_cache
@login_required
def one_flow(request: HttpRequest, slug: str) -> HttpResponse:
    """One flow: counts, the picture with where work piles up, and the tables behind it."""
    lens = _lens(request)
    page = flow_page(slug, lens)
    if (kind := request.GET.get("export")) in KINDS:
        table = next((one for one in page.tables if one.name == request.GET.get("table")), None)
        if table is None:
            raise NotFound
        return table_response(f"{slug}-{table.name}", table.heads, table.rows, str(kind))
    return render(request, "workflows/overview_flow.html", {"lens": lens, "page": page, "periods": PERIODS.items()})
