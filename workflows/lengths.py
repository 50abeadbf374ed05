"""How long the words may be that people write beside a form; what is longer is refused, never cut."""

from typing import Final

from django.utils.translation import gettext as _

from core.exceptions import Invalid

LONGEST_COMMENT: Final = 500  # of a decision
LONGEST_NOTE: Final = 1000  # in the discussion of a case
LONGEST_REASON: Final = 200  # for handing over, giving back, withdrawing


def fitting(text: str, longest: int, name: str) -> str:
    """The text without space around it. Raises: Invalid under `name` when it is longer than the page allows."""
    plain = text.replace("\r\n", "\n").strip()  # a browser counts a line break once and sends it as two
    if len(plain) > longest:
        values = {"longest": longest, "length": len(plain)}
        sentence = _("You wrote %(length)d characters; please shorten it to %(longest)d.") % values
        raise Invalid(errors={name: [sentence]}, code="too_long")
    return plain
