"""The desk's page on which one takes the answers to a form along, and the private files that come of it."""

from datetime import date
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.widgets.button import BaseButton, Button

from core.actors import Actor
from core.exceptions import Invalid, NotFound, TooMany
from core.exports import KINDS
from core.people.models import OrgUnit
from core.people.selectors import units_answered_for
from forms import storage
from forms.models import FormDefinition
from workflows.answer_tables import FILES, Wanted
from workflows.models import AnswerExport
from workflows.services import exporting
from workflows.services.reading import PERMISSION as UNMASK
from workflows.services.reading import REASONS
from workflows.views import sentence_of

SHOWN = 10
TYPES = {**KINDS, "json": "application/json"}
NAMES = {"xlsx": _("Excel"), "csv": _("CSV"), "json": _("JSON, for programs")}
PRIVATE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


class WantedForm(forms.Form):
    """Which answers are taken along, and how."""

    version = forms.TypedChoiceField(label=_("Version"), required=False, coerce=int, empty_value=None)
    since = forms.DateField(label=_("Handed in from"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("Handed in until"), required=False, widget=forms.DateInput({"type": "date"}))
    unit = forms.TypedChoiceField(label=_("Unit and those below"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("File"), choices=[(kind, NAMES[kind]) for kind in FILES])
    unmasked = forms.BooleanField(label=_("Personal answers in full instead of masked"), required=False)
    reason = forms.ChoiceField(label=_("Why in full"), required=False, choices=[("", "—"), *REASONS.items()])
    words = forms.CharField(label=_("In your own words"), required=False, max_length=200)

    def __init__(self, definition: FormDefinition, actor: Actor, *args: Any, may_unmask: bool) -> None:
        super().__init__(*args)
        numbers = [(one.number, one.number) for one in definition.versions.order_by("-number") if not one.is_draft]
        self.fields["version"].choices = [("", _("All")), *numbers]  # type: ignore[attr-defined]  # a choice field
        self.fields["unit"].choices = [("", _("All")), *_units(actor)]  # type: ignore[attr-defined]  # a choice field
        if not may_unmask:
            for name in ("unmasked", "reason", "words"):
                del self.fields[name]

    def wanted(self) -> Wanted:
        """What was chosen."""
        chosen = {name: self.cleaned_data[name] for name in ("version", "since", "until", "unit")}
        return Wanted(**chosen, unmasked=self.cleaned_data.get("unmasked", False))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(exporting.VIEW, login_url="login", raise_exception=True)
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what to take along; get it at once, or find it here once it is written."""
    definition, actor = get_object_or_404(FormDefinition, pk=pk), Actor(user=request.user)  # type: ignore[arg-type]
    may_unmask = request.user.has_perm(UNMASK)
    form = WantedForm(definition, actor, request.POST or None, may_unmask=may_unmask)
    status = 200
    if request.method == "POST":
        try:
            export = _asked(form, definition, actor)
        except (Invalid, TooMany) as error:
            form.add_error(None, sentence_of(error))
            export = None
        if export is not None and exporting.is_short(export):
            return _at_once(export)
        if export is not None:
            messages.success(request, _("The file is being written. You will find it below in a little while."))
            return redirect("desk_answers", pk=pk)
        status = 422
    mine = AnswerExport.objects.filter(definition=definition, by=actor.user).order_by("-pk")[:SHOWN]
    context = {"definition": definition, "form": form, "exports": mine, "may_unmask": may_unmask}
    return render(request, "workflows/desk/answers.html", context, status=status)


def _asked(form: WantedForm, definition: FormDefinition, actor: Actor) -> AnswerExport | None:
    if not form.is_valid():
        return None
    given = form.cleaned_data
    return exporting.ask(
        definition=definition,
        actor=actor,
        wanted=form.wanted(),
        kind=given["kind"],
        reason=given.get("reason", ""),
        words=given.get("words", ""),
        now=timezone.now(),
    )


def _at_once(export: AnswerExport) -> HttpResponse:
    file = BytesIO()
    exporting.write_at_once(export, file)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{_name(export)}"'}
    return HttpResponse(file.getvalue(), content_type=TYPES[export.kind], headers=headers)


@require_safe
@permission_required(exporting.VIEW, login_url="login", raise_exception=True)
def answers_file(request: HttpRequest, pk: int) -> FileResponse:
    """A file that was written in the background, for whoever asked for it, as long as it is kept."""
    mine = AnswerExport.objects.filter(pk=pk, by=request.user.pk, state=AnswerExport.State.DONE)
    export = mine.filter(expires_at__gt=timezone.now()).exclude(path="").first()
    file = storage.open_file(export.path) if export is not None else None
    if export is None or file is None:
        raise NotFound
    exporting.require_export(Actor(user=request.user), unmasked=export.wanted["unmasked"])  # type: ignore[arg-type]
    return FileResponse(
        file, as_attachment=True, filename=_name(export), content_type=TYPES[export.kind], headers=PRIVATE
    )


def _name(export: AnswerExport) -> str:
    day: date = timezone.localdate(export.asked_at)
    return f"{export.definition.slug}-{day:%Y%m%d}.{export.kind}"


def _units(actor: Actor) -> list[tuple[int, str]]:
    units = OrgUnit.objects.filter(is_active=True).order_by("path")
    if actor.user is not None and not actor.user.is_superuser:
        units = units.filter(pk__in=units_answered_for(actor.user, on=timezone.localdate()))
    return [(unit.pk, "　" * (unit.depth - 1) + unit.name) for unit in units]


def export_urls() -> list[URLPattern]:
    """Addresses below /desk/."""
    return [
        path("forms/<int:pk>/answers/", answers, name="desk_answers"),
        path("forms/answers/<int:pk>/", answers_file, name="desk_answers_file"),
    ]


def answers_in_list(definition: FormDefinition, user: Any) -> list[BaseButton]:
    """“Answers” beside a form in the list, for those who may take them along."""
    if not user.has_perm(exporting.VIEW):
        return []
    url = reverse("desk_answers", args=[definition.pk])
    return [Button(_("Export answers"), url=url, icon_name="download", priority=40)]
