"""Kinds that are counted or measured: whole numbers, decimals, money. Exact throughout, stored without floats."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.text import localised
from forms.fieldschema import MAX_PLACES, bound, exact
from forms.kinds.base import AnswerField, Definition, Stored, WrittenKind, local_lazy, register
from forms.rules.values import as_number
from forms.widgets import Text

WRITTEN = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?", re.ASCII)


class NumberField(AnswerField):
    """A decimal number with at most `places` digits after the point, between `min` and `max`."""

    default_error_messages = {
        "number": _("Please enter a number in digits, such as 12."),
        "whole": _("Please enter a whole number."),
        "places": _("Please enter at most %(places)s digits after the point."),
        "min": _("Please enter at least %(limit)s."),
        "max": _("Please enter at most %(limit)s."),
    }

    def __init__(self, definition: Definition, *, places: int, **options: Any) -> None:
        self.places = places
        super().__init__(definition, **options)

    def parsed(self, text: str) -> Decimal | None:
        """The number. Spaces, thousands separators and a yuan sign are taken away."""
        plain = re.sub(r"[\s,¥]", "", self.plain(text, 60))
        if not plain:
            return None
        if not WRITTEN.fullmatch(plain):
            raise self.refuse("number")
        number = Decimal(plain)
        shortest = number.normalize()
        if -int(shortest.as_tuple().exponent) > self.places:
            raise self.refuse("places" if self.places else "whole", places=self.places)
        self._within(number)
        return number

    def _within(self, number: Decimal) -> None:
        least, most = (bound(self.definition.get(name), self.definition["kind"]) for name in ("min", "max"))
        if least is not None and number < least:
            raise self.refuse("min", limit=grouped(least))
        if most is not None and number > most:
            raise self.refuse("max", limit=grouped(most))


class DecimalKind(WrittenKind):
    """A decimal number; `places` digits after the point, two when the document does not say."""

    name = "decimal"
    usual_unit: Any = ""  # text, shown when the document names no unit

    def places(self, definition: Definition) -> int:
        """How many digits may follow the point."""
        return int(definition.get("places", 2))

    def form_field(self, definition: Definition) -> AnswerField:
        """A short input with the unit behind it; of type text, since number inputs swallow what they dislike."""
        places = self.places(definition)
        attrs = {"inputmode": "decimal" if places else "numeric", "autocomplete": "off"}
        unit = local_lazy(definition["unit"]) if "unit" in definition else self.usual_unit
        widget = Text(attrs=attrs, short=True, unit=unit)
        return NumberField(definition, places=places, widget=widget)

    def stored(self, value: Decimal, definition: Definition) -> Stored:
        """The number as text, so that it stays exact in JSON."""
        return f"{value:f}"

    def posted(self, stored: Stored) -> list[Any]:
        """Numbers in JSON are taken as well."""
        number = None if isinstance(stored, str) else exact(stored)
        return super().posted(stored if number is None else f"{number:f}")

    def default(self, definition: Definition, context: Any) -> Stored:
        """The number as text."""
        number = exact(definition.get("default"))
        return None if number is None else f"{number:f}"

    def written(self, stored: Stored, definition: Definition) -> str | None:
        """The shortest digits: 12.50 → 12.5, 300.00 → 300."""
        number = self.typed(stored)
        return None if number is None else f"{number.normalize():f}"

    def typed(self, stored: Stored) -> Decimal | None:
        """The exact number."""
        return as_number(stored) if isinstance(stored, str) else exact(stored)

    def from_rule(self, value: Any, definition: Definition) -> Stored:
        """The number, rounded half up to the field's places."""
        if not isinstance(value, Decimal) or abs(value) >= Decimal(10) ** 15:
            return None
        return self.stored(rounded(value, self.places(definition)), definition)

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The number in groups of three, with its unit."""
        number = self.typed(stored)
        if number is None:
            return super().shown(stored, definition)
        unit = localised(definition["unit"]) if "unit" in definition else self.usual_unit
        return f"{grouped(number)} {unit}".strip()


class IntegerKind(DecimalKind):
    """A whole number."""

    name = "integer"

    def places(self, definition: Definition) -> int:
        """None."""
        return 0

    def stored(self, value: Decimal, definition: Definition) -> Stored:
        """A JSON number."""
        return int(value)

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """The digits."""
        return stored if stored is None else str(stored)


class MoneyKind(DecimalKind):
    """An amount in yuan and fen."""

    name = "money"
    usual_unit = _("yuan")

    def places(self, definition: Definition) -> int:
        """Fen."""
        return 2

    def stored(self, value: Decimal, definition: Definition) -> Stored:
        """The amount with two digits after the point."""
        return f"{rounded(value, 2):f}"


def rounded(number: Decimal, places: int) -> Decimal:
    """The number with exactly so many digits after the point, rounded half up."""
    return number.quantize(Decimal(1).scaleb(-min(places, MAX_PLACES)), ROUND_HALF_UP)


def grouped(number: Decimal) -> str:
    """1234.50 → 1,234.50; without empty decimals: 300.00 → 300."""
    whole = number.to_integral_value()
    return f"{whole:,f}" if number == whole else f"{number:,f}"


for _kind in (IntegerKind(), DecimalKind(), MoneyKind()):
    register(_kind)
