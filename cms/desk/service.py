"""The desk's screen of service records: to read; a record that proves wrong is reversed with a reason."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from cms.desk.records import plain_number
from cms.desk.screens import ChangeView, ListView, LookView, RecordForm, Screen
from core.actors import Actor
from core.durations import duration_text
from core.service.models import ServiceRecord
from core.service.services import reverse_service


class LengthColumn(Column):
    """Minutes as people read them."""

    def get_value(self, instance: Any) -> str:
        """Such as 1 小时 30 分钟."""
        return duration_text(instance.minutes)


class ServiceList(ListView):
    """Records with whom and where, the latest first; a reversed one offers nothing more."""

    related = ("member", "team", "unit")

    def get_edit_url(self, instance: Any) -> Any:
        """Where it is reversed, while it stands."""
        return super().get_edit_url(instance) if instance.state == ServiceRecord.State.STANDING else None


class ServiceLook(LookView):
    """One record."""

    labels = {"minutes": _("Time served"), "outcomes": _("outcomes")}

    def get_edit_url(self) -> Any:
        """Where it is reversed, while it stands."""
        return super().get_edit_url() if self.object.state == ServiceRecord.State.STANDING else None

    def get_minutes_display_value(self) -> str:
        """Hours and minutes."""
        return duration_text(self.object.minutes)

    def get_outcomes_display_value(self) -> str:
        """Each in its own unit."""
        rows = self.object.outcomes.all()
        return "、".join(f"{plain_number(row.quantity)} {row.unit_of_measure}" for row in rows) or "–"


class ReverseForm(RecordForm):
    """Why the record is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the ledger for ever, so it must not name anybody or hold personal data."),
    )

    class Meta:
        model = ServiceRecord
        fields = ["reason"]


class ReverseView(ChangeView):
    """The form that reverses; afterwards there is nothing left to do with the record."""

    success_message = _("Reversed: %(object)s")

    def get_success_buttons(self) -> list[Any]:
        """None."""
        return []


class ServiceScreen(Screen):
    """Service records: they come from their flow alone; the desk can only reverse one, with a reason."""

    model = ServiceRecord
    name = "services"
    icon = "time"
    index_view_class = ServiceList
    inspect_view_class = ServiceLook
    edit_view_class = ReverseView
    inspect_view_fields = [
        *("member", "team", "unit", "day", "minutes", "content", "evidence", "beneficiaries", "outcomes"),
        *("recorded_by", "verified_by", "approved_by", "posted_at", "state", "reversed_at", "reason", "case_id"),
    ]
    list_display = [
        "day",
        Column("member", label=_("member")),
        LengthColumn("minutes", label=_("Time served")),
        Column("unit", label=_("Unit")),
        "evidence",
        "state",
        Column("case_id", label=_("Case")),
    ]
    list_filter = ["state", "evidence"]
    search_fields = ["content", "member__name"]
    ordering = ["-day", "-pk"]
    may_change = True
    change_label = submit_label = _("Reverse")
    change_form = ReverseForm

    def change(self, *, actor: Actor, obj: ServiceRecord, values: dict[str, Any], now: datetime) -> Model:
        """Reverse it."""
        return reverse_service(actor=actor, record_id=obj.pk, reason=values["reason"], now=now)
