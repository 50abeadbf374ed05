"""The desk's screens about the versions of a form: all of them, one as it was, two beside each other, going back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages as wagtail_messages
from wagtail.admin.widgets.button import BaseButton, HeaderButton, ListingButton

from core.actors import Actor
from core.exceptions import DandelionError, NotFound
from core.people.models import User
from forms import services
from forms.building import FillContext, build_form_class
from forms.impact import begun_with, uses_of
from forms.messages import sentence
from forms.models import FIRST_DRAFT, FormDefinition, FormVersion
from forms.versions.words import differences

CHANGE = "forms.change_formdefinition"
EDIT_PAGE = "wagtailsnippets_forms_formdefinition:edit"
DRAFT = "draft"


@dataclass(frozen=True)
class VersionRow:
    """One version in the list. `submissions`: how many answers were handed in to it; `is_current`: new ones are."""

    version: FormVersion
    submissions: int
    is_current: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return version_name(self.version)


@require_safe
@never_cache
@permission_required(CHANGE, login_url="login", raise_exception=True)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version: when, by whom, how many submissions."""
    form = form_of(pk)
    current = form.current_version
    context = {
        "form": form,
        "rows": rows_of(form),
        "has_draft": _has_draft(form),
        "uses": uses_of(form, current.document) if current is not None else [],
        "edit_url": _edit_url(form),
    }
    return render(request, "forms/desk/versions.html", context)


def rows_of(form: FormDefinition) -> list[VersionRow]:
    """Every version, the newest first."""
    rows = form.versions.filter(number__lt=FIRST_DRAFT).select_related("published_by__member", "definition")
    counted = rows.annotate(handed_in=Count("submissions")).order_by("-number")
    return [VersionRow(row, row.handed_in, place == 0) for place, row in enumerate(counted)]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(CHANGE, login_url="login", raise_exception=True)
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was given out; bringing it back as the draft."""
    form = form_of(pk)
    row = version_of(form, number)
    if request.method == "POST":
        return _restore(request, row)
    shown = build_form_class(row.document)(context=FillContext(user=None))
    context = {
        "form": form,
        "version": row,
        "name": version_name(row),
        "shown": shown,
        "submissions": row.submissions.count(),
        "is_current": row == form.current_version,
        "edit_url": _edit_url(form),
    }
    return render(request, "forms/desk/version.html", context)


def _restore(request: HttpRequest, row: FormVersion) -> HttpResponse:
    try:
        services.restore(version=row, actor=actor_of(request), now=timezone.now())
    except DandelionError as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_form_version", pk=row.definition_id, number=row.number)
    values = {"name": version_name(row)}
    messages.success(request, _("%(name)s is the draft now. What was the draft before stays in the history.") % values)
    return redirect("desk_form_compare", pk=row.definition_id)


@require_safe
@never_cache
@permission_required(CHANGE, login_url="login", raise_exception=True)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions, or a version and the newest draft, in words."""
    form = form_of(pk)
    newest = form.current_version
    asked = request.GET.get("from", "") or str(newest.number if newest is not None else "")
    old, new = _side(form, asked), _side(form, request.GET.get("to", DRAFT))
    is_draft = request.GET.get("to", DRAFT) == DRAFT and newest is not None
    problems = form.problems_with(new[1]) if is_draft else []
    context = {
        "form": form,
        "old": old[0],
        "new": new[0],
        "groups": differences(old[1], new[1]),
        "problems": [sentence(problem) for problem in problems],
        "uses": uses_of(form, new[1]) if is_draft and not problems else [],
        "begun": begun_with(form, new[1]) if is_draft and not problems else None,
        "is_draft": is_draft,
        "edit_url": _edit_url(form),
    }
    return render(request, "forms/desk/compare.html", context)


def _side(form: FormDefinition, named: str) -> tuple[str, Any]:
    """(what it is called, its document). Raises: NotFound."""
    if named == DRAFT:
        return _("Draft"), draft_of(form).document
    row = version_of(form, int(named) if named.isdecimal() and len(named) < 9 else 0)
    return version_name(row), row.document


def draft_of(form: FormDefinition) -> FormDefinition:
    """The form as it was saved last."""
    found: FormDefinition = form.get_latest_revision_as_object()
    return found


def _has_draft(form: FormDefinition) -> bool:
    current = form.current_version
    return current is not None and draft_of(form).document != current.document


def version_name(row: FormVersion) -> str:
    """What a version is called."""
    return _("Version %(number)d") % {"number": row.number}


def form_of(pk: int) -> FormDefinition:
    """The form. Raises: NotFound."""
    form = FormDefinition.objects.select_related("latest_revision").filter(pk=pk).first()
    if form is None:
        raise NotFound
    return form


def version_of(form: FormDefinition, number: int) -> FormVersion:
    """A version of the form by its number. Raises: NotFound."""
    wanted = form.versions.select_related("published_by__member", "definition").filter(number=number)
    row = wanted.first() if 0 < number < FIRST_DRAFT else None
    if row is None:
        raise NotFound
    return row


def actor_of(request: HttpRequest) -> Actor:
    """Who acts. Raises: NotFound for somebody who is no login of ours."""
    if not isinstance(request.user, User):
        raise NotFound
    return Actor(user=request.user)


def _edit_url(form: FormDefinition) -> str:
    return reverse(EDIT_PAGE, args=[form.pk])


def version_urls() -> list[URLPattern]:
    """Addresses below /desk/."""
    return [
        path("forms/<int:pk>/versions/", versions, name="desk_form_versions"),
        path("forms/<int:pk>/versions/<int:number>/", version, name="desk_form_version"),
        path("forms/<int:pk>/compare/", compare, name="desk_form_compare"),
    ]


def versions_button(form: FormDefinition, user: Any, kind: type[BaseButton] = HeaderButton) -> list[BaseButton]:
    """The button that leads from a form to its versions, for those who may edit it."""
    if form.pk is None or not user.has_perm(CHANGE):
        return []
    return [kind(lazy("Versions"), url=reverse("desk_form_versions", args=[form.pk]), icon_name="history", priority=6)]


def tell_what_is_behind(request: HttpRequest, form: FormDefinition) -> None:
    """After publishing in the editor: what still uses an earlier version, and where it can be brought on."""
    current = form.current_version
    if "action-publish" not in request.POST or current is None:
        return
    behind = [use for use in uses_of(form, current.document) if use.is_behind]
    if behind:
        told = ngettext(
            "%(count)d flow still uses an earlier version of this form.",
            "%(count)d flows still use an earlier version of this form.",
            len(behind),
        )
        button = wagtail_messages.button(reverse("desk_form_versions", args=[form.pk]), _("Bring them on"))
        wagtail_messages.info(request, told % {"count": len(behind)}, buttons=[button])


def versions_in_list(form: FormDefinition, user: Any) -> list[BaseButton]:
    """The same for a row of the list."""
    return versions_button(form, user, ListingButton)
