"""Puts forms into the desk, and keeps there what was published."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin.widgets.button import BaseButton
from wagtail.snippets.models import register_snippet

from forms.designer import views
from forms.desk import FormDefinitionViewSet
from forms.models import FormDefinition, FormVersion
from forms.versions.views import tell_what_is_behind, version_urls, versions_in_list

register_snippet(FormDefinitionViewSet)


@hooks.register("before_delete_snippet")
def keep_published_forms(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    """Send back whoever deletes a form that was published: answers were given to it."""
    wanted = [instance.pk for instance in instances if isinstance(instance, FormDefinition)]
    if not FormVersion.objects.filter(definition__in=wanted).exists():
        return None
    messages.error(
        request,
        gettext("A form that was published is kept, since answers belong to it. You can unpublish it instead."),
    )
    return redirect("wagtailsnippets_forms_formdefinition:list")


@hooks.register("before_bulk_action")
def keep_published_forms_in_bulk(
    request: HttpRequest, action: str, instances: Iterable[Any], _view: Any
) -> HttpResponse | None:
    """The same for many at once."""
    return keep_published_forms(request, instances) if action == "delete" else None


@hooks.register("register_admin_urls")
def designer_urls() -> list[URLPattern]:
    """What the designer asks the server, and the versions of forms."""
    return [path("designer/forms/<int:pk>/check/", views.check, name="form_designer_check"), *version_urls()]


@hooks.register("register_snippet_listing_buttons")
def versions_from_the_list(snippet: Any, user: Any, _next_url: str | None = None) -> list[BaseButton]:
    """“Versions” beside each form in the list."""
    return versions_in_list(snippet, user) if isinstance(snippet, FormDefinition) else []


@hooks.register("after_edit_snippet")
def what_is_behind_after_publishing(request: HttpRequest, instance: Any) -> None:
    """Say which flows still use an earlier version of a form that was just published."""
    if isinstance(instance, FormDefinition):
        tell_what_is_behind(request, instance)
