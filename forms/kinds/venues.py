"""The kind for a venue: a service centre or station of a unit, chosen inside a scope and stored by its code."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.people.models import OrgUnit
from core.places.models import Venue
from forms.context import FillContext
from forms.kinds.base import AnswerField, Definition, Kind, Stored, register
from forms.kinds.units import UnitField
from forms.widgets import Selection


class VenueField(UnitField):
    """A venue by its code; which ones are offered is decided when the form is filled in."""

    default_error_messages = {"unit": _("Please choose a venue from the list.")}


class VenueKind(Kind):
    """An active venue of units of the given kinds, below a unit or its own, grouped by the unit that runs it."""

    name = "venue"
    is_chosen = True

    def form_field(self, definition: Definition) -> AnswerField:
        """A list to open; it is filled when somebody fills in the form."""
        return VenueField(definition, widget=Selection())

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Offer the venues of the scope whose units the person may choose."""
        rows = venues_in_scope(definition.get("scope", {}), context).values_list("slug", "name", "unit__name")
        groups: dict[str, list[tuple[str, str]]] = {}
        for slug, name, unit in rows:
            groups.setdefault(unit, []).append((slug, name))
        form_field.allowed = frozenset(slug for venues in groups.values() for slug, _name in venues)
        form_field.widget.choices = [("", _("Please choose")), *groups.items()]

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The venue's name and unit; of a venue that is gone, its code."""
        found = Venue.objects.filter(slug=stored).values_list("name", "unit__name") if isinstance(stored, str) else ()
        return next((f"{name} · {unit}" for name, unit in found), "") or super().shown(stored, definition)

    def words(self, stored: Stored) -> list[str]:
        """None, as of a unit."""
        return []


def venues_in_scope(scope: dict[str, Any], context: FillContext) -> QuerySet[Venue]:
    """The active venues that may be chosen, in the order of the tree of units."""
    venues = Venue.objects.filter(is_active=True, unit__is_active=True).order_by("unit__path", "name")
    if scope.get("kinds"):
        venues = venues.filter(unit__kind_id__in=scope["kinds"])
    if scope.get("under"):
        root = OrgUnit.objects.filter(slug=scope["under"]).first()
        venues = venues.filter(unit__path__startswith=root.path) if root else venues.none()
    if context.unit_ids is not None:
        venues = venues.filter(unit_id__in=context.unit_ids)
    return venues


register(VenueKind())
