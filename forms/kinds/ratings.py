"""The kind for an opinion in stars: one to `max` of them, each named in words."""

from decimal import Decimal
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.text import localised
from forms.fieldschema import USUAL_STARS, exact, whole
from forms.kinds.base import AnswerField, Definition, Kind, Stored, register
from forms.kinds.choices import ChoiceField
from forms.widgets import Stars

Label = str


def stars_text(number: int, definition: Definition) -> Label:
    """3 stars; the first and the last with what they mean, where the document says so."""
    words = ngettext("%(count)s star", "%(count)s stars", number) % {"count": number}
    ends = {1: definition.get("low"), most(definition): definition.get("high")}
    meaning = localised(ends.get(number) or "")
    return f"{words} · {meaning}" if meaning else words


stars_lazy = lazy(stars_text, str)


def most(definition: Definition) -> int:
    """How many stars there are."""
    return int(definition.get("max", USUAL_STARS))


class RatingField(ChoiceField):
    """A whole number of stars."""

    default_error_messages = {"choice": _("Please choose one of the stars.")}


class RatingKind(Kind):
    """Stars, stored as their number."""

    name = "rating"
    is_chosen = True

    def form_field(self, definition: Definition) -> AnswerField:
        """A row of radio buttons, drawn as stars."""
        numbers = range(1, most(definition) + 1)
        choices = [(str(number), stars_lazy(number, definition)) for number in numbers]
        ends = {"low": definition.get("low", ""), "high": definition.get("high", "")}
        return RatingField(definition, values=[value for value, _label in choices], widget=Stars(choices, **ends))

    def stored(self, value: str, definition: Definition) -> Stored:
        """The number."""
        return int(value)

    def posted(self, stored: Stored) -> list[Any]:
        """As the radio buttons send it."""
        return super().posted(str(stored) if is_stars(stored) else stored)

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """As the radio buttons are named."""
        return str(stored) if is_stars(stored) else None

    def typed(self, stored: Stored) -> Decimal | None:
        """The number."""
        return exact(stored) if is_stars(stored) else None

    def words(self, stored: Stored) -> list[str]:
        """None: a number stands in many a text."""
        return []

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The stars in words, out of how many."""
        if not is_stars(stored):
            return super().shown(stored, definition)
        return f"{stars_text(stored, definition)} ({stored}/{most(definition)})"


def is_stars(stored: Stored) -> bool:
    """True for what may be a number of stars."""
    return whole(stored, 1, 10)


register(RatingKind())
