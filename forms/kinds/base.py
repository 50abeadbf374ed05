"""What every kind of field can do, and the registry of kinds; the registry of shapes holds its plain-data half."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.registry import Registry
from core.text import localised
from forms.context import FillContext
from forms.fieldschema import is_blank, is_hostile
from forms.markers import guarded
from forms.masks import MASK_RULES, masked_all
from forms.schema import mask_of
from forms.shapes import SHAPES

Definition = dict[str, Any]  # Any: one field of a valid document
Stored = Any  # Any: JSON, of the shape of its kind

local_lazy = lazy(localised, str)
MAX_SHOWN = 10_000
LIMITS = frozenset({"min", "max", "too_long", "lines", "places", "whole", "too_many", "too_large"})


class AnswerField(forms.Field):
    """A form field whose requiredness is decided with the whole form, and which takes text from anywhere."""

    default_error_messages = {
        "not_text": _("This answer arrived in a form we cannot read. Please enter it again."),
        "control": _("This holds invisible control characters. Please type it again instead of pasting it."),
        "too_long": _("This is longer than %(limit)s characters. Please shorten it."),
    }

    def __init__(self, definition: Definition, **options: Any) -> None:
        self.definition = definition
        super().__init__(
            required=False,
            label=local_lazy(definition.get("label", "")),
            help_text=local_lazy(definition.get("help", "")),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        """The cleaned value, None when nothing was entered. Raises: `ValidationError`."""
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise ValidationError(self.error_messages["not_text"], code="not_text")
        return self.parsed(value)

    def parsed(self, text: str) -> Any:
        """The value that a text stands for; kinds override this. Raises: `ValidationError`."""
        return text

    def refuse(self, code: str, **params: Any) -> ValidationError:
        """The error of this code."""
        return ValidationError(self.error_messages[code], code=code, params=params)

    def harmless(self, text: str, limit: int) -> str:
        """The text in one normal form. Raises: `ValidationError` when it is too long or holds control characters."""
        if len(text) > limit * 2:  # before anything that costs time
            raise self.refuse("too_long", limit=limit)
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if is_hostile(text):
            raise self.refuse("control")
        text = "" if is_blank(text) else unicodedata.normalize("NFC", text)
        if len(text) > limit:
            raise self.refuse("too_long", limit=limit)
        return text

    def plain(self, text: str, limit: int) -> str:
        """Like `harmless`, with full-width letters and digits of a Chinese keyboard made plain."""
        return unicodedata.normalize("NFKC", self.harmless(text, limit)).strip()


class NotCarried(Exception):
    """An answer to an earlier version of a field does not suit the field as it is now.

    `code`: as in `forms.carrying.SENTENCES`; `why`: a sentence without the answer; `kept`: the part of it that suits.
    """

    def __init__(self, code: str, why: str = "", *, kept: Stored = None) -> None:
        super().__init__(code)
        self.code, self.why, self.kept = code, why, kept


class Kind:
    """One kind of field: between what people enter, what is stored as JSON, what rules see and what is shown."""

    name: str
    is_chosen: bool = False  # whoever has not answered is asked to choose rather than to fill in

    def __init_subclass__(cls) -> None:
        """What stands in the place of a value never reaches a kind."""
        guarded(cls)

    def form_field(self, definition: Definition) -> AnswerField:
        """The Django field; built once per published version."""
        raise NotImplementedError

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Adapt the field of one form to who fills it in, and when."""

    def stored(self, value: Any, definition: Definition) -> Stored:
        """A cleaned value (never None) as JSON."""
        return value

    def posted(self, stored: Stored) -> list[Any]:
        """A stored value as a browser would send it; what is not of this kind goes through, to be refused."""
        return [] if stored is None else [stored]

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """A stored value as the widget wants it."""
        return stored

    def computed(self, definition: Definition, answers: dict[str, Any], kinds: dict[str, str], now: datetime) -> Stored:
        """What the server works out when the answers are handed in, for kinds that ask nobody; None when it cannot.

        `answers`: the whole answers; `kinds`: field key → kind.
        """
        return None

    def default(self, definition: Definition, context: FillContext) -> Stored:
        """What stands in an empty form, or None."""
        return definition.get("default")

    def typed(self, stored: Stored) -> Any:
        """A stored value as rules see it; None for what is not of this kind."""
        return stored if isinstance(stored, str) else None

    def from_rule(self, value: Any, definition: Definition) -> Stored:
        """The result of a calculation as JSON; None when it does not suit."""
        return value if isinstance(value, str) else None

    def is_missing(self, stored: Stored) -> bool:
        """Whether a required field is still to be answered."""
        return stored is None or stored == ""

    def shown(self, stored: Stored, definition: Definition) -> str:
        """A stored value in words; never raises, whatever was stored."""
        return str(stored)[:MAX_SHOWN]

    def shown_html(self, stored: Stored, definition: Definition) -> SafeString | None:
        """A stored value as safe HTML, for kinds that are more than words; None for all others. Never raises."""
        return None

    def exported(self, stored: Stored, definition: Definition) -> Any:
        """A stored value for a cell of a spreadsheet: an exact number, a day, a moment, else text. Never raises."""
        typed = self.typed(stored)
        return typed if isinstance(typed, Decimal | date) else self.shown(stored, definition)

    def carried(self, stored: Stored, was: Definition, definition: Definition, context: FillContext) -> Stored:
        """An answer to the earlier version `was` of a field, read as an answer of this one. Raises: `NotCarried`."""
        if was["kind"] == definition["kind"]:
            return self.read_again(self.posted(stored), definition, context)
        text = KINDS[was["kind"]].written(stored, was)
        if text is None:
            raise NotCarried("kind")
        try:
            return self.understood(text, definition, context)
        except NotCarried as misfit:
            raise misfit if misfit.code == "limit" else NotCarried("kind") from None

    def written(self, stored: Stored, definition: Definition) -> str | None:
        """A stored value as somebody would write it into a field of another kind; None when it is no line of text."""
        return None

    def understood(self, text: str, definition: Definition, context: FillContext) -> Stored:
        """What somebody wrote into a field of another kind, as a value of this one. Raises: `NotCarried`."""
        raise NotCarried("kind")

    def read_again(self, posted: list[Any], definition: Definition, context: FillContext) -> Stored:
        """What a browser would send, checked and stored anew; None for nothing. Raises: `NotCarried`."""
        field = self.form_field(definition)
        self.prepare(field, definition, context)
        data: MultiValueDict[str, Any] = MultiValueDict({"one": posted} if posted else {})
        try:
            value = field.clean(field.widget.value_from_datadict(data, MultiValueDict(), "one"))
        except ValidationError as error:
            code = str(getattr(error, "code", "") or getattr(error.error_list[0], "code", ""))
            raise NotCarried("limit" if code in LIMITS else "unfit", " ".join(error.messages)) from None
        return None if value is None else self.stored(value, definition)

    def words(self, stored: Stored) -> list[str]:
        """The words of an answer that others must not read where it is personal: a text itself."""
        return [stored] if isinstance(stored, str) else []

    def masked(self, stored: Stored, definition: Definition) -> str:
        """A stored value for those who need not know it whole."""
        return MASK_RULES.get(mask_of(definition), masked_all)(self.shown(stored, definition))


guarded(Kind)


class WrittenKind(Kind):
    """A kind that is written into one input, so that what was written into another may be read by it."""

    def written(self, stored: Stored, definition: Definition) -> str | None:
        """The stored text."""
        return stored if isinstance(stored, str) else None

    def understood(self, text: str, definition: Definition, context: FillContext) -> Stored:
        """The text read as if it had been entered here. Raises: `NotCarried`."""
        return self.read_again([text], definition, context)


KINDS: Registry[Kind] = Registry("field kind")


def register(kind: Kind) -> Kind:
    """Add a kind; its shape must have been registered under the same name."""
    if kind.name not in SHAPES:
        raise ValueError(f"field kind {kind.name!r} has no shape")
    return KINDS.register(kind.name, kind)
