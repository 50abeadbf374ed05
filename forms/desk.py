"""The desk's screens for forms: list, editor with checks on publishing, history, preview."""

import json
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from forms.designer.configuration import configuration, state_of
from forms.designer.widget import DesignerWidget
from forms.impact import broken_by
from forms.messages import sentence
from forms.models import FormDefinition
from forms.problem import Problem
from forms.storable import MAX_NESTING, unfit
from forms.versions.views import versions_button

EMPTY = {"v": 1, "sections": []}


class DocumentField(forms.JSONField):
    """JSON as people can read it: indented, Chinese letters as they are. Takes only what both databases can keep."""

    def to_python(self, value: Any) -> Any:
        """The document, {} when empty. Raises: `ValidationError` also for what Python's reader refuses."""
        try:
            document = super().to_python(value)
        except (ValueError, RecursionError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        reason = unfit(document)
        if reason:
            raise forms.ValidationError(sentence(Problem(f"document.{reason}", "", {"limit": MAX_NESTING})))
        return {} if document is None else document

    def bound_data(self, data: Any, initial: Any) -> Any:  # Django's signature
        """What was typed stays as typed."""
        return data

    def prepare_value(self, value: Any) -> str:
        """The text to edit."""
        if isinstance(value, str):
            return value
        return json.dumps(value or EMPTY, ensure_ascii=False, indent=2)


class DefinitionForm(WagtailAdminModelForm):
    """The editor's form. A draft may have problems; on publishing each is told beside the document."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=100)
    title_en = forms.CharField(label=_("Title in English"), max_length=100, required=False)
    document = DocumentField(
        label=_("Sections and fields"),
        required=False,
        widget=DesignerWidget("form-designer", "forms/designer/form-designer.js", configuration),
    )

    class Meta:
        model = FormDefinition
        fields = ("slug",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        title = self.instance.title if isinstance(self.instance.title, dict) else {"zh-hans": str(self.instance.title)}
        self.initial["title_zh"] = title.get("zh-hans", "")
        self.initial["title_en"] = title.get("en", "")
        self.broken: list[str] = []
        if isinstance(self.instance, FormDefinition):
            self.fields["document"].widget.state = state_of(self.instance)

    def clean_document(self) -> Any:
        """On publishing, refuse what the format does not allow."""
        document = self.cleaned_data["document"]
        if "action-publish" in self.data:
            found = self.instance.problems_with(document)
            if found:
                raise forms.ValidationError([sentence(problem) for problem in found])
            self._show_first(document)
        return document

    def _show_first(self, document: Any) -> None:
        """What uses this form and would not go on with it is shown before it is published, and published once seen."""
        self.broken = broken_by(self.instance, document)
        if self.broken and self.data.get("impact_seen") != self.impact:
            told = _("Please look at what this changes elsewhere, then publish once more if it shall be so.")
            raise forms.ValidationError([told, *self.broken])

    @property
    def impact(self) -> str:
        """A digest of what was shown, so that only that counts as seen."""
        return sha256("\n".join(self.broken).encode()).hexdigest() if self.broken else ""

    def save(self, commit: bool = True) -> Any:
        """Put the two titles together."""
        title = {"zh-hans": self.cleaned_data.get("title_zh", ""), "en": self.cleaned_data.get("title_en", "")}
        self.instance.title = {language: text for language, text in title.items() if text}
        return super().save(commit)


class ImpactPanel(Panel):
    """A box to tick below the document, only after something was found that the draft would break elsewhere."""

    class BoundPanel(Panel.BoundPanel):
        """The box for one form."""

        template_name = "forms/desk/impact_panel.html"

        def is_shown(self) -> bool:
            """Whether something was found."""
            return bool(getattr(self.form, "broken", None))


class VersionColumn(Column):
    """The number of the version that is given out at present."""

    def get_value(self, instance: FormDefinition) -> Any:
        """The number, or a dash before the first publishing."""
        version = instance.current_version
        return version.number if version else "–"


class FormEditView(EditView):
    """The editor, with the way to what was published before."""

    @property
    def header_buttons(self) -> list[Any]:
        """“Versions” in sight."""
        return [*super().header_buttons, *versions_button(self.object, self.request.user)]


class FormDefinitionViewSet(SnippetViewSet):
    """Forms in the desk."""

    model = FormDefinition
    edit_view_class = FormEditView
    icon = "form"
    menu_label = _("Forms")
    menu_name = "forms"
    menu_order = 300
    add_to_admin_menu = True
    inspect_view_enabled = True
    list_display = ("__str__", "slug", VersionColumn("version", label=_("Version")), "last_published_at")
    search_fields = ("slug",)
    ordering = ("slug",)
    list_per_page = 100
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("title_zh"), FieldPanel("title_en"), FieldPanel("slug")])],
                heading=_("Name and code"),
            ),
            FieldPanel("document"),
            ImpactPanel(heading=_("What this changes elsewhere")),
        ],
        base_form_class=DefinitionForm,
    )
