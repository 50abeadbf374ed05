"""The desk's page on answers that are kept for a time only: what was cleared, and what would be cleared now."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core.audit.models import AuditEntry
from forms.models import FormVersion
from forms.retention import concerned, would_clear

VIEW = "forms.view_formdefinition"
MOST_ENTRIES = 2_000


@dataclass
class Line:
    """How many answers of how many submissions of one version, on one day."""

    day: date
    version: str
    fields: int = 0
    submissions: int = 0


@require_safe
@permission_required(VIEW, login_url="login", raise_exception=True)
def retention(request: HttpRequest) -> HttpResponse:
    """What was cleared, by day and form; with `?now=1` what is due at this moment, which changes nothing."""
    context: dict[str, Any] = {"lines": _past(), "due": None}
    if request.GET.get("now"):
        context["due"] = _due()
    return render(request, "desk/retention.html", context)


def _past() -> list[Line]:
    entries = list(AuditEntry.objects.filter(verb="form.cleared").order_by("-at")[:MOST_ENTRIES])
    versions = FormVersion.objects.select_related("definition").in_bulk({int(one.object_id) for one in entries})
    lines: dict[tuple[date, str], Line] = {}
    for entry in entries:
        key = timezone.localdate(entry.at), entry.object_id
        line = lines.setdefault(key, Line(key[0], str(versions.get(int(entry.object_id), entry.object_id))))
        line.fields += entry.data["cleared"]
        line.submissions += entry.data["submissions"]
    return list(lines.values())


def _due() -> list[Line]:
    now = timezone.now()
    found = [(version, would_clear(version, now=now)) for version in concerned()]
    day = timezone.localdate(now)
    return [Line(day, str(version), one.fields, one.submissions) for version, one in found if one.fields]


class RetentionMenuItem(MenuItem):
    """The entry in the reports menu, for those who may see forms."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may see forms."""
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_urls")
def retention_urls() -> list[URLPattern]:
    """The address below /desk/."""
    return [path("retention/", retention, name="desk_retention")]


@hooks.register("register_reports_menu_item")
def retention_menu_item() -> MenuItem:
    """The entry in the reports menu."""
    label = gettext_lazy("Answers kept for a time")
    return RetentionMenuItem(label, reverse("desk_retention"), icon_name="bin", order=890)
