"""The desk's screens of members, their appointments and affiliations, and of roles."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from cms.desk.fields import LocalNameMixin, MemberField, PhoneColumn, UnitField, YesNoColumn, day_input
from cms.desk.logins import GiveLoginView
from cms.desk.screens import ListView, LookView, RecordForm, Screen
from core.actors import Actor
from core.people import services
from core.people.models import Affiliation, Appointment, Member, Role
from forms.masks import masked_email, masked_phone


class MemberForm(RecordForm):
    """A member's own data."""

    class Meta:
        model = Member
        fields = ["number", "name", "category", "phone", "email"]


class MemberChangeForm(MemberForm):
    """The same, and whether the member is active."""

    class Meta(MemberForm.Meta):
        fields = [*MemberForm.Meta.fields, "is_active"]


class MemberLook(LookView):
    """A member with affiliations, appointments and teams; contacts only for those who may change them."""

    template_name = "desk/member.html"

    def get_phone_display_value(self) -> str:
        """The number, or its masked form."""
        return self._contact(self.object.phone, masked_phone)

    def get_email_display_value(self) -> str:
        """The address, or its masked form."""
        return self._contact(self.object.email, masked_email)

    def get_user_display_value(self) -> str:
        """The login's name."""
        return self.object.user.username if self.object.user else "–"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the lists that the person may see."""
        member, user = self.object, self.request.user
        lists: dict[str, Any] = {"may_appoint": user.has_perm("core.add_appointment")}
        lists["may_give_login"] = member.user_id is None and user.has_perm("core.add_user")
        if user.has_perm("core.view_affiliation"):
            lists["affiliations"] = member.affiliations.select_related("unit").order_by("-since", "pk")
        if user.has_perm("core.view_appointment"):
            lists["appointments"] = member.appointments.select_related("role", "unit").order_by("-since", "pk")
        if user.has_perm("core.view_teammembership"):
            lists["memberships"] = member.team_memberships.select_related("team").order_by("-since", "pk")
        return {**super().get_context_data(**kwargs), **lists}

    def _contact(self, value: str, mask: Any) -> str:
        if not value:
            return "–"
        return value if self.user_has_permission("change") else str(mask(value))


class MemberList(ListView):
    """Members with their logins."""

    related = ("user",)


class MemberScreen(Screen):
    """Members."""

    model = Member
    name = "members"
    icon = "user"
    index_view_class = MemberList
    inspect_view_class = MemberLook
    inspect_view_fields = ["number", "name", "category", "phone", "email", "user", "is_active"]
    list_display = [
        "name",
        "number",
        "category",
        PhoneColumn("phone", label=_("Phone")),
        YesNoColumn("is_active", label=_("Active")),
    ]
    list_filter = ["category", "is_active"]
    search_fields = ["name", "number"]
    ordering = ["number"]
    may_create = may_change = True
    create_form, change_form = MemberForm, MemberChangeForm

    def get_urlpatterns(self) -> list[URLPattern]:
        """Also the form for a login."""
        return [*super().get_urlpatterns(), path("login/<int:pk>/", GiveLoginView.as_view(), name="login")]

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Register the member."""
        return services.create_member(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: Member, values: dict[str, Any], now: datetime) -> Model:
        """Change the member's data."""
        return services.change_member(actor=actor, member=obj, changes=values, now=now)


class AppointmentForm(RecordForm):
    """A new appointment."""

    member = MemberField()
    unit = UnitField()

    class Meta:
        model = Appointment
        fields = ["role", "include_children", "since", "until"]
        widgets = {"since": day_input(), "until": day_input()}

    field_order = ["member", "role", "unit", "include_children", "since", "until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", timezone.localdate())


class EndForm(RecordForm):
    """The last day of something that has dates; nothing else of it changes."""

    until = forms.DateField(label=_("Last day"), widget=day_input(), help_text=_("This day still counts."))


class AppointmentEndForm(EndForm):
    """The last day of an appointment."""

    class Meta:
        model = Appointment
        fields = ["until"]


class AppointmentList(ListView):
    """Appointments with who, what and where."""

    related = ("member", "role", "unit")


class AppointmentScreen(Screen):
    """Appointments: made and ended, never rewritten."""

    model = Appointment
    name = "appointments"
    icon = "clipboard-list"
    index_view_class = AppointmentList
    inspect_view_fields = ["member", "role", "unit", "include_children", "since", "until"]
    list_display = [
        "member",
        "role",
        "unit",
        YesNoColumn("include_children", label=_("With the units below")),
        "since",
        "until",
    ]
    list_filter = ["role"]
    search_fields = ["member__name", "member__number", "unit__name"]
    ordering = ["-since", "-pk"]
    may_create = may_change = True
    create_form, change_form = AppointmentForm, AppointmentEndForm
    change_label = submit_label = _("End")

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Appoint."""
        return services.appoint(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: Appointment, values: dict[str, Any], now: datetime) -> Model:
        """End the appointment."""
        return services.end_appointment(actor=actor, appointment=obj, until=values["until"], now=now)


class AffiliationForm(RecordForm):
    """A new affiliation."""

    member = MemberField()
    unit = UnitField()

    class Meta:
        model = Affiliation
        fields = ["relation", "since", "until"]
        widgets = {"since": day_input(), "until": day_input()}

    field_order = ["member", "relation", "unit", "since", "until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", timezone.localdate())


class AffiliationEndForm(EndForm):
    """The last day of an affiliation."""

    class Meta:
        model = Affiliation
        fields = ["until"]


class AffiliationList(ListView):
    """Affiliations with who and where."""

    related = ("member", "unit")


class AffiliationScreen(Screen):
    """Affiliations: made and ended."""

    model = Affiliation
    name = "affiliations"
    icon = "site"
    index_view_class = AffiliationList
    inspect_view_fields = ["member", "relation", "unit", "since", "until"]
    list_display = ["member", "relation", "unit", "since", "until"]
    list_filter = ["relation"]
    search_fields = ["member__name", "member__number", "unit__name"]
    ordering = ["-since", "-pk"]
    may_create = may_change = True
    create_form, change_form = AffiliationForm, AffiliationEndForm
    change_label = submit_label = _("End")

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Affiliate."""
        return services.affiliate(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: Affiliation, values: dict[str, Any], now: datetime) -> Model:
        """End the affiliation."""
        return services.end_affiliation(actor=actor, affiliation=obj, until=values["until"], now=now)


class RoleForm(LocalNameMixin, RecordForm):
    """A role with its name in two languages."""

    group = forms.ModelChoiceField(
        label=_("Desk group"),
        queryset=Group.objects.order_by("name"),
        required=False,
        help_text=_("Whoever holds the role belongs to this group of the desk, and to it alone by the role."),
    )

    welcome_zh = forms.CharField(
        label=_("Welcome in Chinese"),
        max_length=200,
        required=False,
        help_text=_("What its holder does here; said at the first login."),
    )
    welcome_en = forms.CharField(label=_("Welcome in English"), max_length=200, required=False)

    class Meta:
        model = Role
        fields = ["slug", "represents"]

    field_order = ["slug", "name_zh", "name_en", "welcome_zh", "welcome_en", "represents", "group"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "welcome"):
            text = getattr(self.instance, name)
            self.initial.update({f"{name}_zh": text.get("zh-hans", ""), f"{name}_en": text.get("en", "")})
        self.initial["group"] = self.instance.group_id

    def values(self) -> dict[str, Any]:
        """Name and welcome, each in two languages as one."""
        kept = ("slug", "represents", "group")
        said = {"zh-hans": self.cleaned_data["welcome_zh"], "en": self.cleaned_data["welcome_en"]}
        welcome = {language: text for language, text in said.items() if text}
        return {"name": self.local_name(), "welcome": welcome, **{name: self.cleaned_data[name] for name in kept}}


class RoleList(ListView):
    """Roles with their groups."""

    related = ("group",)


class RoleScreen(Screen):
    """Roles."""

    model = Role
    name = "roles"
    icon = "key"
    index_view_class = RoleList
    inspect_view_fields = ["slug", "represents", "group"]
    list_display = [
        "__str__",
        "slug",
        YesNoColumn("represents", label=_("May act for the organisation")),
        Column("group", label=_("Desk group")),
    ]
    search_fields = ["slug"]
    ordering = ["slug"]
    may_create = may_change = True
    create_form = change_form = RoleForm

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Add the role."""
        return services.create_role(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: Role, values: dict[str, Any], now: datetime) -> Model:
        """Change the role."""
        return services.change_role(actor=actor, role=obj, changes=values, now=now)
