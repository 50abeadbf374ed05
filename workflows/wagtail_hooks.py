"""Puts flows into the desk, and keeps there what was published."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import BaseButton
from wagtail.snippets.models import register_snippet

from forms.models import FormDefinition
from workflows.designer import views
from workflows.desk import FlowDefinitionViewSet
from workflows.export_views import answers_in_list, export_urls
from workflows.lookup_views import lookup_urls
from workflows.models import FlowDefinition, FlowVersion
from workflows.rehearsal.views import try_in_list, try_urls
from workflows.repairs.views import attention_panels, case_urls, cases_menu_item, overview_menu_item
from workflows.scenarios.views import scenario_urls, tell_broken
from workflows.versions.views import tell_what_stays, version_urls, versions_in_list

register_snippet(FlowDefinitionViewSet)


@hooks.register("before_delete_snippet")
def keep_published_flows(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    """Send back whoever deletes a flow that was published: cases run by it."""
    wanted = [instance.pk for instance in instances if isinstance(instance, FlowDefinition)]
    if not FlowVersion.objects.filter(definition__in=wanted).exists():
        return None
    messages.error(
        request, gettext("A flow that was published is kept, since cases run by it. You can unpublish it instead.")
    )
    return redirect("wagtailsnippets_workflows_flowdefinition:list")


@hooks.register("before_bulk_action")
def keep_published_flows_in_bulk(
    request: HttpRequest, action: str, instances: Iterable[Any], _view: Any
) -> HttpResponse | None:
    """The same for many at once."""
    return keep_published_flows(request, instances) if action == "delete" else None


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """What the designer asks the server, where drafts are tried, and where cases are looked after."""
    designer = [
        path("designer/flows/check/", views.check, name="flow_designer_check"),
        path("designer/flows/who/", views.who_now, name="flow_designer_who"),
    ]
    return [*designer, *try_urls(), *scenario_urls(), *version_urls(), *case_urls(), *lookup_urls(), *export_urls()]


@hooks.register("register_admin_menu_item")
def cases_in_the_menu() -> MenuItem:
    """“Cases” in the desk's menu."""
    return cases_menu_item()


@hooks.register("register_admin_menu_item")
def overview_in_the_menu() -> MenuItem:
    """“Overview” in the desk's menu."""
    return overview_menu_item()


@hooks.register("construct_homepage_panels")
def what_needs_attention(request: HttpRequest, panels: list[Any]) -> None:
    """How many cases need somebody, on top of the desk's home."""
    panels[:0] = attention_panels(request)


@hooks.register("register_snippet_listing_buttons")
def try_from_the_list(snippet: Any, user: Any, _next_url: str | None = None) -> list[BaseButton]:
    """“Try it” and “Versions” beside each flow in the list."""
    if not isinstance(snippet, FlowDefinition):
        return []
    return [*try_in_list(snippet, user), *versions_in_list(snippet, user)]


@hooks.register("after_edit_snippet")
def what_stays_after_publishing(request: HttpRequest, instance: Any) -> None:
    """Say how many cases run by earlier versions, and which scenarios lead elsewhere now."""
    if isinstance(instance, FlowDefinition):
        tell_what_stays(request, instance)
        tell_broken(request, instance)


@hooks.register("register_snippet_listing_buttons")
def answers_from_the_list(snippet: Any, user: Any, _next_url: str | None = None) -> list[BaseButton]:
    """“Export answers” beside each form in the list."""
    return answers_in_list(snippet, user) if isinstance(snippet, FormDefinition) else []
