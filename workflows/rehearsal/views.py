"""The desk's screen on which a draft of a flow is tried, and the buttons that lead there."""

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
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets.button import BaseButton, HeaderButton, ListingButton

from core.actors import Actor
from core.exceptions import DandelionError, NotFound
from core.people.models import User
from workflows.models import FlowDefinition
from workflows.rehearsal.pressing import turn
from workflows.rehearsal.script import Script
from workflows.rehearsal.stage import Draft, draft_of
from workflows.services.keeping_scenarios import keep_scenario
from workflows.views import sentence_of

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
    if shown.to_keep is not None and _keep(request, draft, shown.to_keep, request.user):
        return redirect("desk_flow_scenarios", pk=pk)
    return render(request, "workflows/desk/try.html", {**context, "turn": shown}, status=shown.status)


def _keep(request: HttpRequest, draft: Draft, script: Script, user: User) -> bool:
    """Keep what was played as a scenario; a refusal becomes a message, and the rehearsal goes on."""
    from workflows.scenarios.playing import recorded  # scenarios play what rehearsals are made of

    name, now = request.POST.get("keep-name", ""), timezone.now()
    try:
        actions, led = recorded(draft, script)
        by: dict[str, Any] = {"actor": Actor(user=user), "now": now}
        keep_scenario(flow=draft.definition, name=name, actions=actions, expected=led.as_json(), **by)
    except DandelionError as refusal:
        messages.error(request, sentence_of(refusal))
        return False
    messages.success(request, _("Kept: whenever this flow is published, the scenario is played."))
    return True


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
