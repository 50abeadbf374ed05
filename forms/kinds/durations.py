"""The kind for a length of time: entered as hours and minutes, stored as whole minutes."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.durations import MINUTES_PER_HOUR, duration_text
from forms.fieldschema import bound, exact, whole
from forms.kinds.base import AnswerField, Definition, Kind, Stored, register
from forms.widgets import HoursAndMinutes

PARTS = re.compile(r"(\d{0,4}):(\d{0,4})|(\d{1,6})", re.ASCII)
MOST_MINUTES = 9_999 * MINUTES_PER_HOUR


class DurationField(AnswerField):
    """Whole minutes from `hours:minutes`, either of which may be empty, or from minutes alone."""

    default_error_messages = {
        "duration": _("Please enter whole hours and minutes, such as 1 hour and 30 minutes."),
        "min": _("Please enter at least %(limit)s."),
        "max": _("Please enter at most %(limit)s."),
    }

    def parsed(self, text: str) -> int | None:
        """The minutes; 90 minutes are understood as an hour and a half."""
        plain = re.sub(r"\s", "", self.plain(text, 60))
        if plain in ("", ":"):
            return None
        found = PARTS.fullmatch(plain)
        if found is None:
            raise self.refuse("duration")
        hours, minutes, alone = (int(part or 0) for part in found.groups())
        total = hours * MINUTES_PER_HOUR + minutes + alone
        least, most = (bound(self.definition.get(name), "duration") for name in ("min", "max"))
        if least is not None and total < least:
            raise self.refuse("min", limit=duration_text(int(least)))
        if total > (MOST_MINUTES if most is None else most):
            raise self.refuse("max", limit=duration_text(MOST_MINUTES if most is None else int(most)))
        return total


class DurationKind(Kind):
    """A length of time in whole minutes."""

    name = "duration"

    def form_field(self, definition: Definition) -> AnswerField:
        """Two short inputs side by side."""
        return DurationField(definition, widget=HoursAndMinutes())

    def posted(self, stored: Stored) -> list[Any]:
        """The minutes as text."""
        return super().posted(str(stored) if is_minutes(stored) else stored)

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """`hours:minutes`."""
        if not is_minutes(stored):
            return None
        hours, minutes = divmod(stored, MINUTES_PER_HOUR)
        return f"{hours}:{minutes}"

    def typed(self, stored: Stored) -> Any:
        """The minutes."""
        return exact(stored) if is_minutes(stored) else None

    def shown(self, stored: Stored, definition: Definition) -> str:
        """Hours and minutes in words."""
        return duration_text(stored) if is_minutes(stored) else super().shown(stored, definition)


def is_minutes(stored: Stored) -> bool:
    """True for a number of minutes."""
    return whole(stored, 0, MOST_MINUTES)


register(DurationKind())
