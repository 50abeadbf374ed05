"""The desk's first page: what can be done here, for whoever signed in, and what was published last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Locale, Page
from wagtail.permissions import page_permission_policy

from core.jobs.selectors import standing
from core.people.models import User
from core.text import localised
from forms.models import FormDefinition, FormVersion
from workflows.models import FlowDefinition, FlowVersion

SHOWN = 6


@dataclass(frozen=True)
class Work:
    """One thing that can be done here. `links`: (words, address)."""

    title: str
    text: str
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class Published:
    """Something that was published: a flow, a form, a page."""

    kind: str
    title: str
    url: str
    at: datetime
    by: str


class WorkPanel(Component):
    """The cards of the desk's home."""

    template_name = "desk/home.html"
    order = 90  # above Wagtail's own panels

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """What this login may do, and what was published last of what it may see."""
        request: HttpRequest = parent_context["request"]
        user = request.user
        if not isinstance(user, User):
            return {"works": [], "published": [], "dead": 0}
        latest = sorted(_published(user), key=lambda row: row.at, reverse=True)[:SHOWN]
        dead = standing(now=timezone.now()).dead if user.has_perm("core.view_job") else 0
        return {"works": list(_works(user)), "published": latest, "dead": dead}


def _list_of(model: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name("list"))


def _works(user: User) -> Iterator[Work]:
    if user.has_perm("workflows.change_flowdefinition"):
        links = [(_("Flows"), _list_of(FlowDefinition)), (_("Forms"), _list_of(FormDefinition))]
        text = _(
            "Add a step, change who does it or by when, ask for something else. New cases follow what is published."
        )
        yield Work(_("Design flows and forms"), text, links)
    people = [
        (_("All members"), "members", "core.view_member"),
        (_("Appointments"), "appointments", "core.view_appointment"),
        (_("Units"), "units", "core.view_orgunit"),
        (_("Teams"), "teams", "core.view_team"),
    ]
    if links := [(words, reverse(f"{name}:index")) for words, name, right in people if user.has_perm(right)]:
        yield Work(_("Keep the people"), _("Who holds which role in which unit decides to whom tasks come."), links)
    if page_permission_policy.user_has_any_permission(user, ["add", "change", "publish"]):
        links = [(_("Pages of the site"), reverse("wagtailadmin_explore_root"))]
        if user.has_perm("core.view_themeperiod"):
            links.append((_("Periods of themes"), reverse("periods:index")))
        text = _(
            "Campaign pages and stories are put together from blocks. Names are masked, and personal data is refused."
        )
        yield Work(_("Write the site"), text, links)
    records = [
        (_("Ledger"), "ledger", "core.view_ledgerentry"),
        (_("Audit trail"), "audit", "core.view_auditentry"),
        (_("Working calendar"), "calendar", "core.view_workday"),
    ]
    if links := [(words, reverse(f"{name}:index")) for words, name, right in records if user.has_perm(right)]:
        yield Work(
            _("Look things up"), _("What was done, by whom, and what it counts. Nothing here can be deleted."), links
        )


def _published(user: User) -> Iterator[Published]:
    for kind, right, model, definition in (
        (_("Flow"), "workflows.view_flowdefinition", FlowVersion, FlowDefinition),
        (_("Form"), "forms.view_formdefinition", FormVersion, FormDefinition),
    ):
        if user.has_perm(right):
            yield from (_version(kind, row, definition) for row in _latest(model))
    pages = page_permission_policy.instances_user_has_any_permission_for(user, ["add", "change", "publish"])
    shown = Page.objects.filter(
        pk__in=pages.values("pk"), live=True, locale=Locale.get_active(), last_published_at__isnull=False
    )
    for page in shown.select_related("live_revision__user").order_by("-last_published_at")[:SHOWN]:
        by = page.live_revision.user if page.live_revision is not None else None
        url = reverse("wagtailadmin_pages:edit", args=(page.pk,))
        yield Published(_("Page"), page.title, url, page.last_published_at, _name(by))


def _latest(model: type[Model]) -> list[Any]:
    rows = model._default_manager.select_related("definition", "published_by__member").defer("document")
    return list(rows.order_by("-published_at", "-pk")[:SHOWN])


def _version(kind: str, row: Any, definition: Any) -> Published:
    title = _("%(title)s, version %(number)s") % {"title": localised(row.definition.title), "number": row.number}
    url = reverse(definition.snippet_viewset.get_url_name("edit"), args=(row.definition_id,))
    return Published(kind, title, url, row.published_at, _name(row.published_by))


def _name(user: Any) -> str:
    return user.display_name if isinstance(user, User) else _("System")
