"""The desk's screens of what was recorded: wishes, ledger, audit trail, working calendar and programme."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import register_converter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from cms.desk.fields import YesNoColumn, day_input
from cms.desk.screens import ListView, LookView, RecordForm, Screen
from core import words
from core.actors import Actor
from core.audit.models import AuditEntry
from core.ledger.models import LedgerEntry
from core.programme.models import Programme, WorkDay
from core.programme.selectors import provisional_years
from core.programme.services import set_working_day
from core.promises.models import Wish


class DeedColumn(Column):
    """An audit verb in words."""

    def get_value(self, instance: Any) -> str:
        """The deed."""
        return words.deed(instance.verb)


class ObjectColumn(Column):
    """What it was done to: kind and number, never a name."""

    def get_value(self, instance: Any) -> str:
        """Such as 成员 17."""
        return f"{words.kind_of_object(instance.object_type)} {instance.object_id}"


class ActorColumn(Column):
    """Who did it: the login, or the kind of actor."""

    def get_value(self, instance: Any) -> str:
        """The login's name, or 系统, 访客."""
        return instance.actor.username if instance.actor else str(instance.get_actor_kind_display())


class MomentTitle(TitleColumn):
    """A moment in Shanghai."""

    def get_value(self, instance: Any) -> str:
        """Such as 2026-05-11 09:00."""
        return f"{timezone.localtime(super().get_value(instance)):%Y-%m-%d %H:%M:%S}"


class AuditFilter(WagtailFilterSet):
    """Narrow the trail by days, kind of actor, and number of a case."""

    at = DateFromToRangeFilter(label=_("Days"), widget=DateRangePickerWidget)
    actor_kind = ChoiceFilter(label=_("Kind of actor"), choices=AuditEntry.ActorKind.choices)

    class Meta:
        model = AuditEntry
        fields = ["at", "actor_kind", "case_id"]


class AuditList(ListView):
    """The trail with its actors, newest first."""

    related = ("actor",)
    title_column = MomentTitle


class AuditLook(LookView):
    """One entry of the trail."""

    def get_at_display_value(self) -> str:
        """The moment in Shanghai."""
        return f"{timezone.localtime(self.object.at):%Y-%m-%d %H:%M:%S}"

    def get_verb_display_value(self) -> str:
        """The deed in words."""
        return words.deed(self.object.verb)

    def get_object_type_display_value(self) -> str:
        """The kind of object in words."""
        return words.kind_of_object(self.object.object_type)

    def get_actor_display_value(self) -> str:
        """The login's name."""
        return self.object.actor.username if self.object.actor else ""

    def get_data_display_value(self) -> str:
        """What else is known, in one line."""
        return words.details(self.object)

    def get_page_subtitle(self) -> str:
        """What happened."""
        return f"{words.kind_of_object(self.object.object_type)} · {words.deed(self.object.verb)}"


class AuditScreen(Screen):
    """The audit trail: to read, nothing else."""

    model = AuditEntry
    name = "audit"
    icon = "history"
    index_view_class = AuditList
    inspect_view_class = AuditLook
    inspect_view_fields = ["at", "actor_kind", "actor", "verb", "object_type", "object_id", "case_id", "data"]
    list_display = [
        "at",
        ActorColumn("actor", label=_("Actor")),
        DeedColumn("verb", label=_("Action")),
        ObjectColumn("object", label=_("Object")),
        Column("case_id", label=_("Case")),
    ]
    filterset_class = AuditFilter
    search_fields = ["verb", "object_type", "object_id"]
    ordering = ["-at", "-pk"]


class KindTitle(TitleColumn):
    """A ledger kind in words."""

    def get_value(self, instance: Any) -> str:
        """Such as 心愿 · 认领."""
        return words.result(instance.kind)


def plain_number(quantity: Decimal) -> str:
    """A quantity without idle zeros."""
    return f"{quantity:f}".rstrip("0").rstrip(".")


class QuantityColumn(Column):
    """A quantity with its unit of measure."""

    def get_value(self, instance: Any) -> str:
        """Such as 1 个 or 0.5 吨."""
        return f"{plain_number(instance.quantity)} {words.measure(instance.unit_of_measure)}"


class WhoColumn(Column):
    """For whom a result counts."""

    def get_value(self, instance: Any) -> str:
        """Organisation, team, or member."""
        return str(instance.organisation or instance.team or instance.member or "–")


class LedgerFilter(WagtailFilterSet):
    """Narrow the ledger by days and number of a case."""

    happened_on = DateFromToRangeFilter(label=_("Days"), widget=DateRangePickerWidget)

    class Meta:
        model = LedgerEntry
        fields = ["happened_on", "case_id"]


class LedgerList(ListView):
    """The ledger with what its lines name, newest first."""

    related = ("unit", "organisation", "team", "member")
    title_column = KindTitle


class LedgerLook(LookView):
    """One line of the ledger."""

    labels = {"subject": _("Object")}

    def get_page_subtitle(self) -> str:
        """Kind and number."""
        return f"{words.result(self.object.kind)} · {self.object.pk}"

    def get_source_display_value(self) -> str:
        """Where it came from."""
        return words.reference(self.object.source)

    def get_subject_display_value(self) -> str:
        """What it is about."""
        return words.reference(self.object.subject)

    def get_quantity_display_value(self) -> str:
        """Without idle zeros."""
        return plain_number(self.object.quantity)

    def get_unit_of_measure_display_value(self) -> str:
        """In words."""
        return words.measure(self.object.unit_of_measure)

    def get_reverses_display_value(self) -> str:
        """The number of the line that this one takes back."""
        return str(self.object.reverses_id or "")

    def get_kind_display_value(self) -> str:
        """The kind in words."""
        return words.result(self.object.kind)


class LedgerScreen(Screen):
    """The ledger: to read, nothing else."""

    model = LedgerEntry
    name = "ledger"
    icon = "list-ol"
    index_view_class = LedgerList
    inspect_view_class = LedgerLook
    inspect_view_fields = [
        *("kind", "source", "subject", "quantity", "unit_of_measure", "unit", "organisation", "team", "member"),
        *("evidence", "happened_on", "recorded_at", "case_id", "step_id", "reverses", "reason", "row_hash"),
    ]
    list_display = [
        "kind",
        "happened_on",
        QuantityColumn("quantity", label=_("Quantity")),
        Column("unit", label=_("Unit")),
        WhoColumn("who", label=_("Claimant")),
        Column("case_id", label=_("Case")),
    ]
    filterset_class = LedgerFilter
    search_fields = ["kind", "source", "subject"]
    ordering = ["-happened_on", "-pk"]


class WishList(ListView):
    """Wishes with their units."""

    related = ("unit",)


class WishScreen(Screen):
    """Wishes as the public may see them: to read; they move by their flow."""

    model = Wish
    name = "wishes"
    icon = "pick"
    index_view_class = WishList
    inspect_view_fields = [
        *("public_text", "category", "unit", "state", "needed_by", "registered_at", "published_at", "fulfilled_at"),
        "case_id",
    ]
    list_display = ["public_text", "category", Column("unit", label=_("Unit")), "state", "registered_at"]
    list_filter = ["state", "category"]
    search_fields = ["public_text"]
    ordering = ["-registered_at", "-pk"]


class WorkDayForm(RecordForm):
    """A day and whether people work on it."""

    class Meta:
        model = WorkDay
        fields = ["date", "is_working", "name"]
        widgets = {"date": day_input()}


class WorkDayChangeForm(RecordForm):
    """The same for a day that is in the calendar."""

    class Meta:
        model = WorkDay
        fields = ["is_working", "name"]


class CalendarList(ListView):
    """The calendar, with a banner that names the years one cannot rely on yet."""

    template_name = "desk/calendar.html"

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the provisional years among those shown, this year and the next."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        this_year = timezone.localdate().year
        years = {row.date.year for row in context["object_list"]} | {this_year, this_year + 1}
        return {**context, "provisional_years": provisional_years(years)}


class DayConverter:
    """A day in an address: 2026-10-01; what is no day is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> str:
        """The same text, if there is such a day."""
        return date.fromisoformat(value).isoformat()

    def to_url(self, value: object) -> str:
        """As it stands in the address."""
        return str(value)


register_converter(DayConverter, "day")


class CalendarScreen(Screen):
    """The working calendar."""

    model = WorkDay
    pk_path_converter = "day"
    name = "calendar"
    icon = "calendar-alt"
    index_view_class = CalendarList
    index_template_name = "desk/calendar.html"
    inspect_view_fields = ["date", "is_working", "name", "source", "is_provisional", "is_edited"]
    list_display = [
        "date",
        "name",
        YesNoColumn("is_working", label=_("Working day")),
        YesNoColumn("is_provisional", label=_("Provisional")),
        YesNoColumn("is_edited", label=_("Set by hand")),
    ]
    list_filter = ["is_working", "is_provisional", "is_edited"]
    search_fields = ["name"]
    ordering = ["-date"]
    may_create = may_change = True
    create_form, change_form = WorkDayForm, WorkDayChangeForm

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Set the day."""
        return set_working_day(day=values.pop("date"), actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: WorkDay, values: dict[str, Any], now: datetime) -> Model:
        """Set the day again."""
        return set_working_day(day=obj.date, actor=actor, now=now, **values)


class ProgrammeScreen(Screen):
    """The programme: to read; its pack brings it."""

    model = Programme
    name = "programme"
    icon = "globe"
    inspect_view_fields = ["slug", "unit", "pack_version", "pack_sha256"]
    list_display = ["__str__", "slug", Column("unit", label=_("Leading unit")), "pack_version"]
    search_fields = ["slug"]
