"""The desk's screens of organisation units, volunteer teams, who belongs to them, and venues."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from cms.desk.fields import INDENT, MemberField, UnitField, WordsField, YesNoColumn, day_input
from cms.desk.people import EndForm
from cms.desk.screens import ListView, LookView, RecordForm, Screen
from core.actors import Actor
from core.people import selectors, services
from core.people.models import OrgUnit, Team, TeamMembership
from core.places.models import Venue
from core.places.services import change_venue, create_venue

ALERTS = {
    "below_minimum": _("Below minimum strength"),
    "vacant_head": _("No head"),
    "no_deputy": _("No deputy"),
}


def _active() -> YesNoColumn:
    return YesNoColumn("is_active", label=_("Active"))


class UnitForm(RecordForm):
    """A new unit and where it hangs."""

    parent = UnitField(label=_("Unit above"), required=False, help_text=_("Empty: the unit is at the top."))

    class Meta:
        model = OrgUnit
        fields = ["name", "slug", "kind"]

    field_order = ["parent", "name", "slug", "kind"]


class UnitChangeForm(RecordForm):
    """A unit's own data."""

    class Meta:
        model = OrgUnit
        fields = ["name", "slug", "kind", "is_active"]


class IndentedTitle(TitleColumn):
    """The unit's name, indented by its depth."""

    def get_value(self, instance: OrgUnit) -> str:
        """Name after one space per level."""
        return f"{INDENT * (instance.depth - 1)}{instance.name}"


class UnitList(ListView):
    """Units in the order of the tree."""

    related = ("kind",)
    title_column = IndentedTitle

    def get_base_queryset(self) -> QuerySet[Model]:
        """Parents before children."""
        return super().get_base_queryset().order_by("path")


class UnitScreen(Screen):
    """Organisation units as an indented tree."""

    model = OrgUnit
    name = "units"
    icon = "folder-open-inverse"
    index_view_class = UnitList
    inspect_view_fields = ["name", "slug", "kind", "is_active", "merged_into"]
    list_display = ["name", Column("kind", label=_("Kind")), "slug", _active()]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "slug"]
    may_create = may_change = True
    create_form, change_form = UnitForm, UnitChangeForm

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Add the unit."""
        return services.create_unit(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: OrgUnit, values: dict[str, Any], now: datetime) -> Model:
        """Change the unit."""
        return services.change_unit(actor=actor, unit=obj, changes=values, now=now)


class TeamForm(RecordForm):
    """A team's own data."""

    unit = UnitField()
    kinds = WordsField(label=_("Kinds of service"))

    class Meta:
        model = Team
        fields = ["name", "slug", "unit", "kinds", "min_strength", "target_strength"]


class TeamChangeForm(TeamForm):
    """The same, and whether the team is active."""

    class Meta(TeamForm.Meta):
        fields = [*TeamForm.Meta.fields, "is_active"]


class HealthColumn(Column):
    """What a team lacks, in words."""

    def get_value(self, instance: Any) -> str:
        """The alerts of the team, or that all is well."""
        alerts = selectors.team_alerts(
            strength=instance.strength,
            heads=instance.heads,
            deputies=instance.deputies,
            min_strength=instance.min_strength,
        )
        return "、".join(str(ALERTS[alert]) for alert in alerts) or str(_("Complete"))


class StrengthColumn(Column):
    """Members now, and the least there should be."""

    def get_value(self, instance: Any) -> str:
        """Such as 6 / 5."""
        return f"{instance.strength} / {instance.min_strength}"


class TeamList(ListView):
    """Teams with their health today."""

    def get_base_queryset(self) -> QuerySet[Model]:
        """Teams with the numbers behind their health."""
        return selectors.teams_with_health(on=timezone.localdate())


class TeamLook(LookView):
    """A team with its members."""

    template_name = "desk/team.html"

    def get_kinds_display_value(self) -> str:
        """The kinds in one line."""
        return "、".join(self.object.kinds) or "–"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the members, for those who may see them."""
        members = None
        if self.request.user.has_perm("core.view_teammembership"):
            members = (
                self.object.memberships.filter(until__isnull=True).select_related("member").order_by("since", "pk")
            )
        return {**super().get_context_data(**kwargs), "memberships": members}


class TeamScreen(Screen):
    """Volunteer teams."""

    model = Team
    name = "teams"
    icon = "group"
    index_view_class = TeamList
    inspect_view_class = TeamLook
    inspect_view_fields = ["name", "slug", "unit", "kinds", "min_strength", "target_strength", "is_active"]
    list_display = [
        "name",
        Column("unit", label=_("Unit")),
        StrengthColumn("strength", label=_("Members / minimum")),
        HealthColumn("health", label=_("Health")),
        _active(),
    ]
    list_filter = ["is_active"]
    search_fields = ["name", "slug", "unit__name"]
    ordering = ["name", "pk"]
    may_create = may_change = True
    create_form, change_form = TeamForm, TeamChangeForm

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Found the team."""
        return services.create_team(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: Team, values: dict[str, Any], now: datetime) -> Model:
        """Change the team."""
        return services.change_team(actor=actor, team=obj, changes=values, now=now)


class MembershipForm(RecordForm):
    """A new membership."""

    member = MemberField()
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.filter(is_active=True).order_by("name"))

    class Meta:
        model = TeamMembership
        fields = ["relation", "position", "since"]
        labels = {"position": _("Position in the team")}
        widgets = {"since": day_input()}

    field_order = ["member", "team", "relation", "position", "since"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", timezone.localdate())


class MembershipEndForm(EndForm):
    """The last day in a team."""

    class Meta:
        model = TeamMembership
        fields = ["until"]


class PositionColumn(Column):
    """Head, deputy or member."""

    def get_value(self, instance: Any) -> str:
        """The position in words."""
        return str(instance.get_position_display())


def _position() -> PositionColumn:
    return PositionColumn("position", label=_("Position in the team"))


class MembershipList(ListView):
    """Memberships with who and where."""

    related = ("member", "team")


class MembershipScreen(Screen):
    """Who belongs to which team: joined and left."""

    model = TeamMembership
    name = "team-memberships"
    icon = "group"
    index_view_class = MembershipList
    inspect_view_fields = ["member", "team", "relation", "since", "until"]
    list_display = [
        "member",
        Column("team", label=_("Team")),
        "relation",
        _position(),
        "since",
        "until",
    ]
    list_filter = ["relation"]
    search_fields = ["member__name", "member__number", "team__name"]
    ordering = ["-since", "-pk"]
    may_create = may_change = True
    create_form, change_form = MembershipForm, MembershipEndForm
    change_label = submit_label = _("End")

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Join the team."""
        return services.join_team(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: TeamMembership, values: dict[str, Any], now: datetime) -> Model:
        """Leave the team."""
        return services.leave_team(actor=actor, membership=obj, until=values["until"], now=now)


class VenueForm(RecordForm):
    """A venue's data."""

    unit = UnitField()
    facilities = WordsField(label=_("Facilities"))

    class Meta:
        model = Venue
        fields = ["name", "slug", "unit", "tier", "address", "opening_hours", "facilities"]


class VenueChangeForm(VenueForm):
    """The same, and whether the venue is open at all."""

    class Meta(VenueForm.Meta):
        fields = [*VenueForm.Meta.fields, "is_active"]


class VenueList(ListView):
    """Venues with their units."""

    related = ("unit",)


class VenueLook(LookView):
    """A venue."""

    def get_facilities_display_value(self) -> str:
        """The facilities in one line."""
        return "、".join(self.object.facilities) or "–"


class VenueScreen(Screen):
    """Venues."""

    model = Venue
    name = "venues"
    icon = "home"
    index_view_class = VenueList
    inspect_view_class = VenueLook
    inspect_view_fields = ["name", "slug", "unit", "tier", "address", "opening_hours", "facilities", "is_active"]
    list_display = ["name", Column("unit", label=_("Unit")), "tier", "opening_hours", _active()]
    list_filter = ["is_active"]
    search_fields = ["name", "slug", "address"]
    ordering = ["name", "pk"]
    may_create = may_change = True
    create_form, change_form = VenueForm, VenueChangeForm

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Add the venue."""
        return create_venue(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: Venue, values: dict[str, Any], now: datetime) -> Model:
        """Change the venue."""
        return change_venue(actor=actor, venue=obj, changes=values, now=now)
