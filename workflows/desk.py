"""The desk's screens for flows: list, editor with checks on publishing, history, preview."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from forms.designer.widget import DesignerWidget
from forms.desk import DefinitionForm, DocumentField
from forms.fieldschema import is_hostile
from workflows.designer.configuration import configuration, state_of
from workflows.models import FlowDefinition
from workflows.publishing import sentences
from workflows.rehearsal.views import try_button
from workflows.scenarios.views import scenarios_button
from workflows.versions.views import versions_button

EMPTY: dict[str, Any] = {"v": 1, "prefix": "", "start": {"kind": "manual", "who": "members", "form": ""}, "steps": []}


class FlowField(DocumentField):
    """As for forms, but an empty one shows what a flow begins with."""

    def prepare_value(self, value: Any) -> str:
        """The text to edit."""
        return super().prepare_value(value or EMPTY)


class FlowForm(DefinitionForm):
    """The editor's form. A draft may have problems; on publishing each is told beside the document."""

    document = FlowField(
        label=_("Steps"),
        required=False,
        widget=DesignerWidget("flow-designer", "workflows/designer/flow-designer.js", configuration),
    )

    class Meta:
        model = FlowDefinition
        fields = ("slug",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].widget.state = state_of(self.instance)

    def clean_document(self) -> Any:
        """Refuse what a database cannot keep, and on publishing what the format does not allow."""
        document = self.cleaned_data["document"]
        text = json.dumps(document, ensure_ascii=False)
        if is_hostile(text) or "\\u0000" in json.dumps(document):
            raise ValidationError(_("The document holds invisible control characters. Please remove them."))
        if "action-publish" in self.data:
            found = sentences(self.data.get("slug", "") or self.instance.slug, document)
            if found:
                raise ValidationError(found)
        return document


class VersionColumn(Column):
    """The number of the version in which new cases begin."""

    def get_value(self, instance: FlowDefinition) -> Any:
        """The number, or a dash before the first publishing."""
        return instance.versions.order_by("number").values_list("number", flat=True).last() or "–"


class FlowEditView(EditView):
    """The editor, with the buttons that try what was saved last and compare it with what is in use."""

    @property
    def header_buttons(self) -> list[Any]:
        """“Try it”, “Scenarios” and “Versions” in sight."""
        user = self.request.user
        own = [
            *try_button(self.object, user),
            *scenarios_button(self.object, user),
            *versions_button(self.object, user),
        ]
        return [*super().header_buttons, *own]


class FlowDefinitionViewSet(SnippetViewSet):
    """Flows in the desk."""

    model = FlowDefinition
    edit_view_class = FlowEditView
    icon = "list-ol"
    menu_label = _("Flows")
    menu_name = "flows"
    menu_order = 310
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
        ],
        base_form_class=FlowForm,
    )
