"""The kind for a day of the calendar."""

import re
from datetime import date
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forms.context import FillContext
from forms.fieldschema import bound
from forms.kinds.base import AnswerField, Definition, Stored, WrittenKind, register
from forms.rules.values import as_date
from forms.widgets import Text

WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200


class DateField(AnswerField):
    """A day between `min` and `max`, either of which may be `today`."""

    default_error_messages = {
        "date": _("Please enter a date such as 2026-09-30."),
        "min": _("Please enter a date not before %(limit)s."),
        "max": _("Please enter a date not after %(limit)s."),
    }

    def __init__(self, definition: Definition, **options: Any) -> None:
        self.today: date | None = None
        super().__init__(definition, **options)

    def parsed(self, text: str) -> date | None:
        """The day, written as 2026-09-30, 2026/9/30 or 2026年9月30日."""
        plain = self.plain(text, 60)
        if not plain:
            return None
        day = written_day(plain)
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise self.refuse("date")
        self.within(day)
        return day

    def within(self, day: date) -> None:
        """Raises: `ValidationError` when the day lies before `min` or after `max`."""
        least, most = self.limit("min"), self.limit("max")
        if least and day < least:
            raise self.refuse("min", limit=in_words(least))
        if most and day > most:
            raise self.refuse("max", limit=in_words(most))

    def limit(self, name: str) -> date | None:
        """The limit as a day."""
        value = bound(self.definition.get(name), "date")
        return (self.today or localdate()) if value == "today" else value


class DateKind(WrittenKind):
    """A day, stored as 2026-09-30."""

    name = "date"

    def form_field(self, definition: Definition) -> AnswerField:
        """The browser's date picker."""
        return DateField(definition, widget=Text(attrs={"autocomplete": "off"}, input_type="date", short=True))

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Today is the day of filling in; the picker learns the limits."""
        form_field.today = context.today
        for name in ("min", "max"):
            limit = form_field.limit(name)
            if limit:
                form_field.widget.attrs[name] = limit.isoformat()

    def stored(self, value: date, definition: Definition) -> Stored:
        """The ISO form."""
        return value.isoformat()

    def default(self, definition: Definition, context: FillContext) -> Stored:
        """A day, or the day of filling in."""
        value = definition.get("default")
        return context.today.isoformat() if value == "today" else value

    def typed(self, stored: Stored) -> date | None:
        """The day."""
        return as_date(stored)

    def from_rule(self, value: Any, definition: Definition) -> Stored:
        """The ISO form."""
        return value.isoformat() if isinstance(value, date) else None

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The day in the reader's way of writing."""
        day = as_date(stored)
        return in_words(day) if day else super().shown(stored, definition)


def written_day(text: str) -> date | None:
    """The day that 2026-9-30, 2026/9/30 or 2026年9月30日 names; None for anything else."""
    match = WRITTEN.fullmatch(text)
    return as_date("{}-{:0>2}-{:0>2}".format(*match.groups())) if match else None


def in_words(day: date) -> str:
    """2026年9月30日, or 30 September 2026."""
    return date_format(day, gettext("j F Y"))


register(DateKind())
