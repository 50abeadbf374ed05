"""The desk's screens about the versions of a flow: all of them, and two beside each other."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages as wagtail_messages
from wagtail.admin.widgets.button import BaseButton, HeaderButton, ListingButton

from core.actors import Actor
from core.exceptions import DandelionError, NotFound
from core.people.models import User
from workflows import services
from workflows.models import FlowDefinition
from workflows.versions.comparing import compared, impact_of, newer_forms, told_after, versions_of
from workflows.versions.moving import moves_of, verdicts_on
from workflows.versions.sides import DRAFT, side_of
from workflows.views import sentence_of

CHANGE = "workflows.change_flowdefinition"
PUBLISH = "workflows.publish_flowdefinition"
EDIT_PAGE = "wagtailsnippets_workflows_flowdefinition:edit"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(CHANGE, login_url="login", raise_exception=True)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version with its running cases; publishing anew with the newest forms."""
    flow = flow_of(pk)
    if request.method == "POST":
        return _move_all(request, flow) if request.POST.get("do") == "move" else _publish_again(request, flow)
    rows = versions_of(flow)
    newest = rows[0].version if rows else None
    context = {
        "flow": flow,
        "rows": rows,
        "newer_forms": newer_forms(newest) if newest is not None else [],
        "verdicts": verdicts_on(newest) if newest is not None else None,
        "moves": moves_of(flow),
        "may_publish": request.user.has_perm(PUBLISH),
        "edit_url": reverse(EDIT_PAGE, args=[pk]),
    }
    return render(request, "workflows/desk/versions.html", context)


def _move_all(request: HttpRequest, flow: FlowDefinition) -> HttpResponse:
    """Every running case that may goes to the version in use, by jobs."""
    newest = flow.versions.order_by("number").last()
    if newest is None:
        raise NotFound
    try:
        services.start_moving(to=newest, actor=actor_of(request), now=timezone.now())
    except DandelionError as refusal:
        messages.error(request, sentence_of(refusal))
    return redirect("desk_flow_versions", pk=flow.pk)


def _publish_again(request: HttpRequest, flow: FlowDefinition) -> HttpResponse:
    """The same steps with the newest forms: a version of its own, into which running cases may move."""
    try:
        version = services.publish_again(definition=flow, actor=actor_of(request), now=timezone.now())
    except DandelionError as refusal:
        messages.error(request, sentence_of(refusal))
    else:
        values = {"number": version.number}
        messages.success(request, _("Version %(number)d is published; new cases begin in it.") % values)
    return redirect("desk_flow_versions", pk=flow.pk)


@require_safe
@never_cache
@permission_required(CHANGE, login_url="login", raise_exception=True)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions, or a version and the newest draft, beside each other."""
    flow = flow_of(pk)
    newest = flow.versions.order_by("number").last()
    asked_old, asked_new = request.GET.get("from", ""), request.GET.get("to", DRAFT)
    old = side_of(flow, asked_old or str(newest.number if newest is not None else ""))
    try:
        new = side_of(flow, asked_new)
    except NotFound as refusal:
        if asked_new != DRAFT:
            raise
        messages.error(request, sentence_of(refusal))
        return redirect("desk_flow_versions", pk=pk)
    context = {
        "flow": flow,
        "page": compared(old, new),
        "impact": impact_of(flow, new) if not new.number else None,
        "edit_url": reverse(EDIT_PAGE, args=[pk]),
    }
    return render(request, "workflows/desk/compare.html", context)


def flow_of(pk: int) -> FlowDefinition:
    """The flow. Raises: NotFound."""
    flow = FlowDefinition.objects.select_related("latest_revision").filter(pk=pk).first()
    if flow is None:
        raise NotFound
    return flow


def actor_of(request: HttpRequest) -> Actor:
    """Who acts. Raises: NotFound for somebody who is no login of ours."""
    if not isinstance(request.user, User):
        raise NotFound
    return Actor(user=request.user)


def version_urls() -> list[URLPattern]:
    """Addresses below /desk/."""
    return [
        path("flows/<int:pk>/versions/", versions, name="desk_flow_versions"),
        path("flows/<int:pk>/compare/", compare, name="desk_flow_compare"),
    ]


def versions_button(flow: FlowDefinition, user: User, kind: type[BaseButton] = HeaderButton) -> list[BaseButton]:
    """The button that leads from a flow to its versions, for those who may edit it."""
    if flow.pk is None or not user.has_perm(CHANGE):
        return []
    return [kind(lazy("Versions"), url=reverse("desk_flow_versions", args=[flow.pk]), icon_name="history", priority=6)]


def versions_in_list(flow: FlowDefinition, user: User) -> list[BaseButton]:
    """The same for a row of the list."""
    return versions_button(flow, user, ListingButton)


def tell_what_stays(request: HttpRequest, flow: Any) -> None:
    """After publishing in the editor: how many cases run by earlier versions, and where they can be moved."""
    if "action-publish" in request.POST and (told := told_after(flow)):
        url = reverse("desk_flow_versions", args=[flow.pk])
        wagtail_messages.info(request, told, buttons=[wagtail_messages.button(url, _("Look at the versions"))])
