"""The desk's screen on which a draft of a flow is tried, and the buttons that lead there."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets.button import BaseButton, HeaderButton, ListingButton

from core.exceptions import NotFound
from core.people.models import User
from workflows.models import FlowDefinition
from workflows.rehearsal.pressing import turn
from workflows.rehearsal.stage import draft_of

CHANGE = "workflows.change_flowdefinition"
EDIT_PAGE = "wagtailsnippets_workflows_flowdefinition:edit"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@permission_required(CHANGE, login_url="login", raise_exception=True)
def try_flow(request: HttpRequest, pk: int) -> HttpResponse:
    """Play the newest draft of a flow as each role; for those who may edit it."""
    definition = FlowDefinition.objects.select_related("latest_revision").filter(pk=pk).first()
    if definition is None or not isinstance(request.user, User):
        raise NotFound
    draft = draft_of(definition)
    context = {"draft": draft, "edit_url": reverse(EDIT_PAGE, args=[pk])}
    if draft.problems:
        return render(request, "workflows/desk/try_problems.html", context)
    shown = turn(request, draft, request.user, timezone.now())
    return render(request, "workflows/desk/try.html", {**context, "turn": shown}, status=shown.status)


def try_urls() -> list[URLPattern]:
    """Addresses below /desk/."""
    return [path("flows/<int:pk>/try/", try_flow, name="desk_try_flow")]


def try_button(flow: FlowDefinition, user: User, kind: type[BaseButton] = HeaderButton) -> list[BaseButton]:
    """The button that leads from a flow to its rehearsal, for those who may edit it."""
    if flow.pk is None or not user.has_perm(CHANGE):
        return []
    return [kind(_("Try it"), url=reverse("desk_try_flow", args=[flow.pk]), icon_name="view", priority=5)]


def try_in_list(flow: FlowDefinition, user: User) -> list[BaseButton]:
    """The same for a row of the list."""
    return try_button(flow, user, ListingButton)
