"""The desk's screens of honours: the schemes to read, and the commendations, which can be revoked with a reason."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from cms.desk.fields import YesNoColumn
from cms.desk.screens import ChangeView, ListView, LookView, RecordForm, Screen
from core.actors import Actor
from core.honours.models import AwardScheme, Commendation
from core.honours.services import SUBJECTS, revoke_award, subject_of
from core.text import localised

SUBJECT_WORDS = {"person": _("person"), "team": _("team"), "organisation": _("organisation")}


class SchemeTitle(TitleColumn):
    """The scheme in the reader's language."""

    def get_value(self, instance: Any) -> str:
        """Its name."""
        return str(instance.scheme if isinstance(instance, Commendation) else instance)


class SubjectsColumn(Column):
    """Who can be honoured, in words."""

    def get_value(self, instance: Any) -> str:
        """Such as 个人、团队."""
        return subjects_in_words(instance)


class HonoureeColumn(Column):
    """Who was honoured; the desk sees the whole name."""

    def get_value(self, instance: Any) -> str:
        """The name."""
        return subject_of(instance).name


def subjects_in_words(scheme: AwardScheme) -> str:
    """The kinds of honorees of a scheme."""
    return "、".join(str(SUBJECT_WORDS[kind]) for kind in scheme.subject_kinds if kind in SUBJECTS)


class SchemeList(ListView):
    """Schemes with the units that award them."""

    related = ("unit",)
    title_column = SchemeTitle


class SchemeLook(LookView):
    """One scheme."""

    def get_name_display_value(self) -> str:
        """In the reader's language."""
        return str(self.object)

    def get_description_display_value(self) -> str:
        """In the reader's language."""
        return localised(self.object.description) or "–"

    def get_subject_kinds_display_value(self) -> str:
        """In words."""
        return subjects_in_words(self.object)

    def get_levels_display_value(self) -> str:
        """Their names in order."""
        return "、".join(localised(level["name"]) for level in self.object.levels) or "–"


class SchemeScreen(Screen):
    """Award schemes: to read; their pack brings them."""

    model = AwardScheme
    name = "awards"
    icon = "tag"
    index_view_class = SchemeList
    inspect_view_class = SchemeLook
    inspect_view_fields = ["name", "slug", "description", "subject_kinds", "levels", "unit", "colour", "is_open"]
    list_display = [
        "slug",
        SubjectsColumn("subject_kinds", label=_("Who can be honoured")),
        Column("unit", label=_("Awarding unit")),
        YesNoColumn("is_open", label=_("Open for nominations")),
    ]
    list_filter = ["is_open"]
    search_fields = ["slug"]
    ordering = ["pk"]


class HonourList(ListView):
    """Commendations with their honorees, latest first; a revoked one offers nothing more."""

    related = ("scheme", "unit", "member", "team", "organisation")
    title_column = SchemeTitle

    def get_edit_url(self, instance: Any) -> Any:
        """Where it is revoked, while it stands."""
        return super().get_edit_url(instance) if instance.state == Commendation.State.GRANTED else None


class HonourLook(LookView):
    """One commendation."""

    def get_edit_url(self) -> Any:
        """Where it is revoked, while it stands."""
        return super().get_edit_url() if self.object.state == Commendation.State.GRANTED else None

    def get_level_display_value(self) -> str:
        """Its name in the reader's language."""
        return self.object.scheme.level_name(self.object.level) or "–"


class RevokeForm(RecordForm):
    """Why the honour is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the ledger for ever, so it must not name anybody or hold personal data."),
    )

    class Meta:
        model = Commendation
        fields = ["reason"]


class RevokeView(ChangeView):
    """The form that revokes; afterwards there is nothing left to do with the record."""

    success_message = _("Revoked: %(object)s")

    def get_success_buttons(self) -> list[Any]:
        """None."""
        return []


class HonourScreen(Screen):
    """Commendations: granted by their flow; the desk can only revoke one, with a reason."""

    model = Commendation
    name = "honours"
    icon = "success"
    index_view_class = HonourList
    inspect_view_class = HonourLook
    edit_view_class = RevokeView
    inspect_view_fields = [
        *("scheme", "level", "member", "team", "organisation", "unit", "citation", "document_number"),
        *("is_named", "granted_at", "state", "revoked_at", "reason", "case_id"),
    ]
    list_display = [
        "scheme",
        HonoureeColumn("honoree", label=_("Honoree")),
        Column("unit", label=_("Unit")),
        "granted_at",
        "state",
        YesNoColumn("is_named", label=_("Agrees to be named")),
    ]
    list_filter = ["state", "scheme"]
    search_fields = ["citation", "document_number"]
    ordering = ["-granted_at", "-pk"]
    may_change = True
    change_label = submit_label = _("Revoke")
    change_form = RevokeForm

    def change(self, *, actor: Actor, obj: Commendation, values: dict[str, Any], now: datetime) -> Model:
        """Revoke it."""
        return revoke_award(actor=actor, commendation_id=obj.pk, reason=values["reason"], now=now)
