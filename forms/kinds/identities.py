"""The kind for the number of a resident's identity card (GB 11643): 18 digits that check each other."""

import re
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from forms.kinds.base import AnswerField, Definition, WrittenKind, register
from forms.rules.values import as_date
from forms.widgets import Text

NUMBER = re.compile(r"(\d{2})\d{4}(\d{4})(\d{2})(\d{2})\d{3}[\dX]", re.ASCII)
FIRST_DAY = date(1900, 1, 1)
# also those of Hong Kong, Macau and Taiwan, whose people may hold a residence permit
PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]", re.ASCII)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"


class IdNumberField(AnswerField):
    """The number without spaces, its X in capitals."""

    default_error_messages = {
        "length": _("Please enter all 18 digits of the ID number; the last one may be an X."),
        "id_number": _("This is no valid ID number. Please compare it with the card, digit by digit."),
    }

    def parsed(self, text: str) -> str | None:
        """The number."""
        number = re.sub(r"[\s-]", "", self.plain(text, 40)).upper()
        if not number:
            return None
        if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
            raise self.refuse("length")
        if not is_id_number(number, today=localdate()):
            raise self.refuse("id_number")
        return number


class IdNumberKind(WrittenKind):
    """A resident's ID number. Rules see it as text; neither birthday nor sex is read out of it."""

    name = "id_number"

    def form_field(self, definition: Definition) -> AnswerField:
        """One line that the browser does not remember."""
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        return IdNumberField(definition, widget=Text(attrs=attrs))


def is_id_number(number: str, *, today: date) -> bool:
    """Whether its region, its birthday (until `today`) and its check digit can be right."""
    match = NUMBER.fullmatch(number)
    if match is None or not PROVINCES.fullmatch(match[1]):
        return False
    born = as_date(f"{match[2]}-{match[3]}-{match[4]}")
    if born is None or not FIRST_DAY <= born <= today:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return number[17] == CHECK_DIGITS[total % 11]


register(IdNumberKind())
