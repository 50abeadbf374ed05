"""The kind for so many of something: an exact number with its unit, which is fixed or chosen from the field's list."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.text import localised
from forms.kinds.base import AnswerField, Definition, Kind, Stored, local_lazy, register
from forms.kinds.numbers import NumberField, grouped
from forms.rules.values import as_number
from forms.widgets import Quantity


class QuantityField(NumberField):
    """(number, id of the unit) from what stands in the two inputs; a number needs its unit."""

    default_error_messages = {
        "unit": _("Please choose the unit of this number."),
        "no_unit": _("Please choose one of the units shown."),
    }

    def to_python(self, value: Any) -> tuple[Decimal, str] | None:
        """The number and its unit. Raises: `ValidationError`."""
        if value is None or value == "":
            return None
        if not isinstance(value, list) or len(value) != 2 or not all(isinstance(part, str) for part in value):
            raise self.refuse("not_text")
        number = super().to_python(value[0])
        units = unit_ids(self.definition)
        unit = units[0] if len(units) == 1 and not value[1] else value[1]
        if unit and unit not in units:
            raise self.refuse("no_unit")
        if number is None:
            return None
        if not unit:
            raise self.refuse("unit")
        return number, unit


class QuantityKind(Kind):
    """An exact number and a unit: `{"number": "2.5", "unit": "box"}`. Rules see the number."""

    name = "quantity"

    def form_field(self, definition: Definition) -> AnswerField:
        """A short input with the unit behind it, or a list of units."""
        units = [(unit["id"], local_lazy(unit["label"])) for unit in definition["units"]]
        places = int(definition.get("places", 0))
        return QuantityField(definition, places=places, widget=Quantity(units, is_whole=not places))

    def stored(self, value: tuple[Decimal, str], definition: Definition) -> Stored:
        """Number as text and unit as id."""
        number, unit = value
        return {"number": f"{number:f}", "unit": unit}

    def posted(self, stored: Stored) -> list[Any]:
        """Number and unit one after the other."""
        return list(parts(stored) or super().posted(stored))

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """What stands in the two inputs."""
        return list(parts(stored) or ()) or None

    def typed(self, stored: Stored) -> Decimal | None:
        """The number."""
        found = parts(stored)
        return as_number(found[0]) if found else None

    def words(self, stored: Stored) -> list[str]:
        """None: a number stands in many a text."""
        return []

    def shown(self, stored: Stored, definition: Definition) -> str:
        """3 boxes; of a unit that is gone, its id."""
        number, found = self.typed(stored), parts(stored)
        if number is None or found is None:
            return super().shown(stored, definition)
        labels = {unit["id"]: localised(unit["label"]) for unit in definition.get("units", [])}
        return f"{grouped(number)} {labels.get(found[1], found[1][:60])}"

    def exported(self, stored: Stored, definition: Definition) -> Any:
        """The number where the unit is fixed, so that a column can be summed; else both in words."""
        if len(unit_ids(definition)) == 1:
            return super().exported(stored, definition)
        return self.shown(stored, definition)


def unit_ids(definition: Definition) -> list[str]:
    """The ids of a field's units."""
    return [unit["id"] for unit in definition["units"]]


def parts(stored: Stored) -> tuple[str, str] | None:
    """Number and unit of a stored quantity; None for anything else."""
    if not isinstance(stored, dict):
        return None
    number, unit = stored.get("number"), stored.get("unit")
    return (number, unit) if isinstance(number, str) and isinstance(unit, str) and len(number) <= 30 else None


register(QuantityKind())
