"""Kinds that are written: short and long text, phone, e-mail; and the note, which asks nothing."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from forms.kinds.base import AnswerField, Definition, Kind, WrittenKind, register
from forms.widgets import Text, TextArea

DEFAULT_TEXT = 200
DEFAULT_LONG_TEXT = 2_000
MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})-?([2-9]\d{6,7})(?:-(\d{1,6}))?", re.ASCII)


class TextField(AnswerField):
    """A text up to `max_length`; a short one keeps to one line."""

    default_error_messages = {"lines": _("Please write this in one line.")}

    def parsed(self, text: str) -> str | None:
        """The text without surrounding space."""
        long = self.definition["kind"] == "long_text"
        limit = self.definition.get("max_length", DEFAULT_LONG_TEXT if long else DEFAULT_TEXT)
        value = self.harmless(text, limit)
        if not long and ("\n" in value or "\t" in value):
            raise self.refuse("lines")
        return value or None


class TextKind(WrittenKind):
    """A short text in one line."""

    name = "text"

    def form_field(self, definition: Definition) -> AnswerField:
        """A one-line input."""
        return TextField(definition, widget=Text(attrs=_autocomplete(definition)))


class LongTextKind(WrittenKind):
    """A text of several lines."""

    name = "long_text"

    def form_field(self, definition: Definition) -> AnswerField:
        """A text area."""
        return TextField(definition, widget=TextArea())


class PhoneField(AnswerField):
    """A Chinese mobile or landline number, in one normal form."""

    default_error_messages = {
        "phone": _("Please enter a mobile number of 11 digits, or a landline with area code such as 021-57812345."),
    }

    def parsed(self, text: str) -> str | None:
        """13812345678, 021-57812345 or 021-57812345-801."""
        digits = re.sub(r"[\s()]|(?<=\d)[.·](?=\d)", "", self.plain(text, 60))
        if not digits:
            return None
        mobile = MOBILE.fullmatch(digits.replace("-", ""))
        if mobile:
            return mobile[1]
        landline = LANDLINE.fullmatch(digits)
        if landline:
            return "-".join(part for part in landline.groups() if part)
        raise self.refuse("phone")


class PhoneKind(WrittenKind):
    """A Chinese phone number."""

    name = "phone"

    def form_field(self, definition: Definition) -> AnswerField:
        """A telephone input."""
        attrs = {"inputmode": "tel", **_autocomplete(definition, "tel")}
        return PhoneField(definition, widget=Text(attrs=attrs, input_type="tel"))


class EmailField(AnswerField):
    """An e-mail address with its domain in small letters."""

    default_error_messages = {"email": _("Please enter an e-mail address such as name@example.com.")}

    def parsed(self, text: str) -> str | None:
        """The address."""
        address = self.plain(text, 254)
        if not address:
            return None
        try:
            validate_email(address)
        except ValidationError:
            raise self.refuse("email") from None
        name, _at, domain = address.rpartition("@")
        return f"{name}@{domain.lower()}"


class EmailKind(WrittenKind):
    """An e-mail address."""

    name = "email"

    def form_field(self, definition: Definition) -> AnswerField:
        """An e-mail input; of type text, so that the server's sentence is the one that is read."""
        attrs = {"inputmode": "email", "spellcheck": "false", **_autocomplete(definition, "email")}
        return EmailField(definition, widget=Text(attrs=attrs))


class NoteKind(Kind):
    """A text to read between the fields; it asks nothing."""

    name = "note"

    def form_field(self, definition: Definition) -> AnswerField:
        """A note has none."""
        raise TypeError("a note asks nothing")

    def typed(self, stored: Any) -> None:
        """A note has no value."""


def _autocomplete(definition: Definition, usual: str = "") -> dict[str, str]:
    value = definition.get("autocomplete", usual)
    return {"autocomplete": value} if value else {}


for _kind in (TextKind(), LongTextKind(), PhoneKind(), EmailKind(), NoteKind()):
    register(_kind)
