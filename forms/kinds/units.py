"""The kind for a unit of the organisation tree, chosen inside a scope and stored by its code, which packs can name."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.people.models import OrgUnit
from core.people.selectors import unit_path_name
from forms.context import FillContext
from forms.kinds.base import AnswerField, Definition, Kind, Stored, register
from forms.widgets import Selection

Choices = list[tuple[str, Any]]  # Any: a label, or a list of (code, label) under one heading


class UnitField(AnswerField):
    """A unit by its code; which ones are offered is decided when the form is filled in."""

    default_error_messages = {"unit": _("Please choose a unit from the list.")}
    allowed: frozenset[str] = frozenset()

    def parsed(self, text: str) -> str:
        """The code."""
        if text not in self.allowed:
            raise self.refuse("unit")
        return text


class UnitKind(Kind):
    """An active unit of the given kinds below a root, grouped by the unit above it."""

    name = "unit"
    is_chosen = True

    def words(self, stored: Stored) -> list[str]:
        """None: a code, such as "no", stands in many a text."""
        return []

    def form_field(self, definition: Definition) -> AnswerField:
        """A list to open; it is filled when somebody fills in the form."""
        return UnitField(definition, widget=Selection())

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Offer the units of the scope that the person may choose."""
        units = units_in_scope(definition.get("scope", {}), context)
        form_field.allowed = frozenset(unit.slug for unit in units)
        form_field.widget.choices = [("", _("Please choose")), *grouped(units)]

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The unit's name with the one above it; of a unit that is gone, its code."""
        unit = unit_of(stored)
        return unit_path_name(unit) if unit else super().shown(stored, definition)


def unit_of(stored: Stored) -> OrgUnit | None:
    """The unit that an answer names, whether still active or not."""
    return OrgUnit.objects.filter(slug=stored).first() if isinstance(stored, str) else None


def units_in_scope(scope: dict[str, Any], context: FillContext) -> list[OrgUnit]:
    """The active units that may be chosen, in the order of the tree."""
    units = OrgUnit.objects.filter(is_active=True).order_by("path")
    if scope.get("kinds"):
        units = units.filter(kind_id__in=scope["kinds"])
    if scope.get("under"):
        root = OrgUnit.objects.filter(slug=scope["under"]).first()
        units = units.filter(path__startswith=root.path).exclude(pk=root.pk) if root else units.none()
    if context.unit_ids is not None:
        units = units.filter(pk__in=context.unit_ids)
    return list(units)


def grouped(units: list[OrgUnit]) -> Choices:
    """Choices with the unit above as heading; top units stand alone."""
    parents = {unit.path[: -OrgUnit.steplen] for unit in units if len(unit.path) > OrgUnit.steplen}
    names = dict(OrgUnit.objects.filter(path__in=parents).values_list("path", "name"))
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in units:
        groups.setdefault(unit.path[: -OrgUnit.steplen], []).append((unit.slug, unit.name))
    choices: Choices = []
    for parent, members in groups.items():
        choices += [(names[parent], members)] if parent in names else members
    return choices


register(UnitKind())
