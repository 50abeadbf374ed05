"""The desk's list of running cases, the screen of one, and the alert on the desk's home."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from core.actors import Actor
from core.exceptions import DandelionError, NotFound
from core.exports import KINDS, table_response
from core.people.models import OrgUnit, User
from core.people.selectors import units_answered_for
from workflows.models import Case
from workflows.presenters.dates import clock_at
from workflows.repairs.attention import COUNTED, cases_of, count_needing_attention
from workflows.repairs.handing_over import hand_over
from workflows.repairs.listing import STATES, Chosen, all_rows, flows, page_of_cases
from workflows.repairs.mending import desk_of, mend
from workflows.repairs.standing_in import away_desk
from workflows.views import sentence_of

VIEW = "workflows.view_case"
INDENT = "　"
HEADS = [
    _("Number"),
    _("Flow"),
    _("Unit"),
    _("Step"),
    _("With whom"),
    _("There since"),
    _("Due"),
    _("Age"),
    _("State"),
]


@require_safe
@never_cache
@permission_required(VIEW, login_url="login", raise_exception=True)
def list_cases(request: HttpRequest) -> HttpResponse:
    """Running cases with their filters."""
    actor, clock, get = _actor(request), clock_at(timezone.now()), request.GET
    unit = get.get("unit", "")
    chosen = Chosen(
        flow=get.get("flow", "")[:60],
        unit=int(unit) if unit.isdecimal() and len(unit) < 18 else None,
        state=get.get("state", "") if get.get("state", "") in STATES else "",
        number=get.get("number", "")[:40],
    )
    if (kind := get.get("export")) in KINDS:
        return table_response("cases", HEADS, all_rows(actor, chosen, clock), str(kind))
    page, rows = page_of_cases(actor, chosen, clock, get.get("page", "1"))
    context = {
        "page": page,
        "rows": rows,
        "chosen": chosen,
        "flows": flows(),
        "units": _units(actor),
        "states": [("", _("All running")), ("attention", _("Needs attention")), ("overdue", _("Overdue"))],
    }
    return render(request, "workflows/desk/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@permission_required(VIEW, login_url="login", raise_exception=True)
def one_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, and repairing it."""
    actor, now = _actor(request), timezone.now()
    case = _case_of(actor, pk)
    answer = 200
    if request.method == "POST":
        try:
            messages.success(request, mend(request, case, actor, now))
            return redirect("desk_case", pk=pk)
        except DandelionError as refusal:
            messages.error(request, sentence_of(refusal))
            answer, case = refusal.status, _case_of(actor, pk)
    context = {"case": case, "desk": desk_of(case, actor, clock_at(now))}
    return render(request, "workflows/desk/case.html", context, status=answer)


def _case_of(actor: Actor, pk: int) -> Case:
    """The case, if the actor answers for its unit. Raises: NotFound for unknown and forbidden alike."""
    cases = cases_of(actor, on=timezone.localdate())
    case = cases.select_related("version__definition", "unit__merged_into", "starter").filter(pk=pk).first()
    if case is None:
        raise NotFound
    return case


def _actor(request: HttpRequest) -> Actor:
    if not isinstance(request.user, User):
        raise NotFound
    return Actor(user=request.user)


def _units(actor: Actor) -> list[tuple[int, str]]:
    """The units that the actor may filter by, indented by depth."""
    units = OrgUnit.objects.filter(is_active=True).order_by("path")
    if actor.user is not None and not actor.user.is_superuser:
        units = units.filter(pk__in=units_answered_for(actor.user, on=timezone.localdate()))
    return [(unit.pk, f"{INDENT * (unit.depth - 1)}{unit.name}") for unit in units]


def case_urls() -> list[URLPattern]:
    """Addresses below /desk/."""
    return [
        path("cases/", list_cases, name="desk_cases"),
        path("cases/hand-over/", hand_over, name="desk_hand_over"),
        path("cases/away/", away_desk, name="desk_away"),
        path("cases/<int:pk>/", one_case, name="desk_case"),
    ]


class CasesMenuItem(MenuItem):
    """The entry in the menu, for those who may see cases."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may see cases."""
        return request.user.has_perm(VIEW)


def cases_menu_item() -> MenuItem:
    """“Cases” in the desk's menu."""
    return CasesMenuItem(Case._meta.verbose_name_plural, reverse("desk_cases"), icon_name="tasks", order=205)


class OverviewMenuItem(CasesMenuItem):
    """The entry for the figures of flows, which are pages outside the desk."""


def overview_menu_item() -> MenuItem:
    """“Overview” in the desk's menu."""
    return OverviewMenuItem(_("Overview"), reverse("overview"), icon_name="table", name="overview", order=206)


class AttentionPanel(Component):
    """On the desk's home: how many cases need somebody; nothing when there are none."""

    order = 10
    template_name = "workflows/desk/attention.html"

    def __init__(self, count: int) -> None:
        self.count = count

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The number, capped."""
        url = reverse("desk_cases") + "?state=attention"
        return {"count": self.count, "shown": f"{COUNTED - 1}+" if self.count >= COUNTED else self.count, "url": url}


def attention_panels(request: HttpRequest) -> list[Component]:
    """The panel, for those who may see cases, if any of theirs needs somebody."""
    if not request.user.has_perm(VIEW):
        return []
    count = count_needing_attention(_actor(request), on=timezone.localdate())
    return [AttentionPanel(count)] if count else []
