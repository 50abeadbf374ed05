"""The desk's screen with the scenarios of a flow: playing them, expecting something else, dropping them."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets.button import BaseButton, HeaderButton

from core.actors import Actor
from core.exceptions import DandelionError, NotFound
from core.people.models import User
from workflows.models import FlowDefinition, Scenario
from workflows.rehearsal.stage import Draft, draft_of
from workflows.scenarios.judging import broken_sentences, pinned_forms
from workflows.scenarios.playing import Verdict, played
from workflows.scenarios.words import sentence_of, visit_name
from workflows.services import keeping_scenarios
from workflows.tree import Tree

CHANGE = "workflows.change_flowdefinition"
EDIT_PAGE = "wagtailsnippets_workflows_flowdefinition:edit"


@dataclass(frozen=True)
class ScenarioRow:
    """One scenario as the page lists it. `verdict`: None as long as it was not played."""

    scenario: Scenario
    path: list[str]
    verdict: Verdict | None
    sentence: str


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(CHANGE, login_url="login", raise_exception=True)
def scenarios(request: HttpRequest, pk: int) -> HttpResponse:
    """All scenarios of a flow; playing them with the newest draft when the button is pressed."""
    flow = FlowDefinition.objects.select_related("latest_revision").filter(pk=pk).first()
    if flow is None or not isinstance(request.user, User):
        raise NotFound
    draft, rows, do = draft_of(flow), list(flow.scenarios.all()), request.POST.get("do", "")
    verdicts: dict[int, Verdict] = {}
    if request.method == "POST" and not draft.problems and do == "play":
        verdicts = {one.pk: played(draft, one.actions, one.expected, now=timezone.now()) for one in rows}
    elif request.method == "POST":
        _pressed(request, draft, do)
        return redirect("desk_flow_scenarios", pk=pk)
    tree = Tree(draft.document)
    context = {
        "flow": flow,
        "draft": draft,
        "rows": [_row(one, tree, verdicts.get(one.pk)) for one in rows],
        "is_played": bool(verdicts),
        "fine": sum(verdict.is_fine for verdict in verdicts.values()),
        "edit_url": reverse(EDIT_PAGE, args=[pk]),
    }
    return render(request, "workflows/desk/scenarios.html", context)


def _row(scenario: Scenario, tree: Tree, verdict: Verdict | None) -> ScenarioRow:
    path_names = [visit_name(tree, visit) for visit in scenario.expected.get("path", [])]
    why = sentence_of(verdict, tree.document, scenario.actions) if verdict is not None else ""
    return ScenarioRow(scenario, path_names, verdict, why)


def _pressed(request: HttpRequest, draft: Draft, do: str) -> None:
    """Expect anew or drop one scenario; a refusal becomes a message."""
    actor, now = Actor(user=request.user if isinstance(request.user, User) else None), timezone.now()
    name, _colon, number = do.partition(":")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    scenario = draft.definition.scenarios.filter(pk=pk).first()
    if scenario is None:
        messages.error(request, str(NotFound.sentence))
        return
    try:
        if name == "drop":
            keeping_scenarios.drop_scenario(scenario_id=pk, flow=draft.definition, actor=actor, now=now)
            messages.success(request, _("The scenario is gone."))
        elif name == "anew" and not draft.problems:
            led = played(draft, scenario.actions, scenario.expected, now=now)
            if led.code in ("refused", "unplayable"):
                messages.error(request, sentence_of(led, draft.document, scenario.actions))
                return
            keeping_scenarios.expect_anew(scenario=scenario, expected=led.led.as_json(), actor=actor, now=now)
            messages.success(request, _("From now on the scenario expects where the draft leads."))
    except DandelionError as refusal:
        messages.error(request, str(refusal))


def tell_broken(request: HttpRequest, flow: FlowDefinition) -> None:
    """Say which scenarios lead elsewhere in the version that was just published."""
    if "action-publish" not in request.POST:
        return
    version = flow.versions.order_by("number").last()
    if version is None or not flow.scenarios.exists():
        return
    found = broken_sentences(flow, version.document, pinned_forms(version), now=timezone.now())
    if not found:
        return
    messages.warning(request, _("It is published, but not all of its scenarios go as expected:"))
    for sentence in found:
        messages.warning(request, sentence)


def scenario_urls() -> list[URLPattern]:
    """Addresses below /desk/."""
    return [path("flows/<int:pk>/scenarios/", scenarios, name="desk_flow_scenarios")]


def scenarios_button(flow: FlowDefinition, user: User) -> list[BaseButton]:
    """The button that leads from a flow to its scenarios, for those who may edit it."""
    if flow.pk is None or not user.has_perm(CHANGE):
        return []
    url = reverse("desk_flow_scenarios", args=[flow.pk])
    return [HeaderButton(lazy("Scenarios"), url=url, icon_name="tasks", priority=7)]
