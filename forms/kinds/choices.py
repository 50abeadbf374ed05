"""Kinds that are chosen: one option, several options, yes or no, and consent."""

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.text import localised
from forms.context import FillContext
from forms.fieldschema import option_ids
from forms.kinds.base import AnswerField, Definition, Kind, NotCarried, Stored, local_lazy, register
from forms.widgets import Checkbox, Checks, Radios, Selection

MANY = 7  # more options than this become a list to open, unless the document says otherwise
YES, NO = "yes", "no"


class ChoiceField(AnswerField):
    """One of the field's options, by id."""

    default_error_messages = {"choice": _("Please choose one of the options shown.")}

    def __init__(self, definition: Definition, *, values: list[str], **options: Any) -> None:
        self.values = values
        super().__init__(definition, **options)

    def parsed(self, text: str) -> str:
        """The option's id."""
        if text not in self.values:
            raise self.refuse("choice")
        return text


class ChoiceKind(Kind):
    """One of several options."""

    name = "choice"
    is_chosen = True

    def words(self, stored: Stored) -> list[str]:
        """None: a code, such as "no", stands in many a text."""
        return []

    def form_field(self, definition: Definition) -> AnswerField:
        """Radio buttons, cards or a list."""
        choices, helps = labelled(definition)
        style = style_of(definition)
        widget: Any = (
            Selection(choices=[("", _("Please choose")), *choices])
            if style == "select"
            else Radios(choices=choices, helps=helps, cards=style == "cards")
        )
        return ChoiceField(definition, values=option_ids(definition), widget=widget)

    def carried(self, stored: Stored, was: Definition, definition: Definition, context: FillContext) -> Stored:
        """The option, unless it is gone; of several options the only one. Raises: `NotCarried`."""
        chosen = stored if isinstance(stored, list) else [stored]
        if was["kind"] not in (self.name, MultiChoiceKind.name):
            return super().carried(stored, was, definition, context)
        if len(chosen) != 1:
            raise NotCarried("limit", gettext("Please choose one of the options shown."))
        if chosen[0] not in option_ids(definition):
            raise _gone(chosen, was)
        return chosen[0]

    def written(self, stored: Stored, definition: Definition) -> str | None:
        """The option's label."""
        return labels_of(definition).get(str(stored))

    def understood(self, text: str, definition: Definition, context: FillContext) -> Stored:
        """The option that is called so, in any language. Raises: `NotCarried`."""
        plain = " ".join(text.split())
        for option in definition["options"]:
            label = option["label"]
            if plain in (label.values() if isinstance(label, dict) else [label]):
                return option["id"]
        raise NotCarried("kind")

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The option's label; of an option that is gone, its id."""
        return labels_of(definition).get(str(stored)) or super().shown(stored, definition)


class MultiChoiceField(AnswerField):
    """Some of the field's options, by id, in the document's order."""

    default_error_messages = {
        "choice": _("Please choose among the options shown."),
        "min": _("Please choose at least %(limit)s."),
        "max": _("Please choose at most %(limit)s."),
    }

    def to_python(self, value: Any) -> list[str] | None:
        """The ids. Raises: `ValidationError`."""
        chosen = value if isinstance(value, list) else []
        allowed = option_ids(self.definition)
        if any(not isinstance(entry, str) or entry not in allowed for entry in chosen):
            raise self.refuse("choice")
        ids = [option for option in allowed if option in chosen]
        if ids and len(ids) < self.definition.get("min", 0):
            raise self.refuse("min", limit=self.definition["min"])
        if len(ids) > self.definition.get("max", len(ids)):
            raise self.refuse("max", limit=self.definition["max"])
        return ids or None


class MultiChoiceKind(Kind):
    """Any number of options, within `min` and `max`."""

    name = "multi_choice"
    is_chosen = True

    def form_field(self, definition: Definition) -> AnswerField:
        """Checkboxes."""
        choices, helps = labelled(definition)
        cards = definition.get("style") == "cards"
        return MultiChoiceField(definition, widget=Checks(choices=choices, helps=helps, cards=cards))

    def carried(self, stored: Stored, was: Definition, definition: Definition, context: FillContext) -> Stored:
        """The options that are still there, of one or of several. Raises: `NotCarried`, keeping those."""
        if was["kind"] not in (self.name, ChoiceKind.name):
            return super().carried(stored, was, definition, context)
        chosen = stored if isinstance(stored, list) else [stored]
        there = [option for option in option_ids(definition) if option in chosen]
        gone = [option for option in chosen if option not in there]
        if gone:
            raise _gone(gone, was, kept=there[: definition.get("max", len(there))] or None)
        return self.read_again(there, definition, context)

    def posted(self, stored: Stored) -> list[Any]:
        """One entry per id."""
        return stored if isinstance(stored, list) else super().posted(stored)

    def typed(self, stored: Stored) -> list[str] | None:
        """The ids."""
        return stored if isinstance(stored, list) and all(isinstance(entry, str) for entry in stored) else None

    def is_missing(self, stored: Stored) -> bool:
        """Nothing was chosen."""
        return not stored

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The labels, with a Chinese comma between them in Chinese."""
        labels = labels_of(definition)
        entries = stored if isinstance(stored, list) else [stored]
        comma = "、" if (get_language() or "zh").startswith("zh") else ", "
        return comma.join(labels.get(str(entry)) or str(entry)[:60] for entry in entries)


def _gone(options: list[Any], was: Definition, *, kept: Stored = None) -> NotCarried:
    labels = labels_of(was)
    names = " / ".join(labels.get(str(one)) or str(one)[:60] for one in options)
    return NotCarried("option", gettext("“%(names)s” is no longer on offer.") % {"names": names}, kept=kept)


class YesNoKind(Kind):
    """Yes or no; no is an answer."""

    name = "yes_no"
    is_chosen = True

    def form_field(self, definition: Definition) -> AnswerField:
        """Two radio buttons."""
        widget = Radios(choices=[(YES, _("Yes")), (NO, _("No"))])
        return ChoiceField(definition, values=[YES, NO], widget=widget)

    def stored(self, value: str, definition: Definition) -> Stored:
        """True or false."""
        return value == YES

    def posted(self, stored: Stored) -> list[Any]:
        """As the radio buttons send it."""
        return [YES if stored else NO] if isinstance(stored, bool) else super().posted(stored)

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """As the radio buttons are named."""
        return None if stored is None else (YES if stored is True else NO)

    def typed(self, stored: Stored) -> bool | None:
        """True or false."""
        return stored if isinstance(stored, bool) else None

    def from_rule(self, value: Any, definition: Definition) -> Stored:
        """True or false."""
        return value if isinstance(value, bool) else None

    def shown(self, stored: Stored, definition: Definition) -> str:
        """Yes or no in words."""
        if not isinstance(stored, bool):
            return super().shown(stored, definition)
        return gettext("Yes") if stored else gettext("No")


class ConsentKind(Kind):
    """Agreement to a text, which is kept with the answer: `{"agreed": true, "text": …}`."""

    name = "consent"

    def form_field(self, definition: Definition) -> AnswerField:
        """One checkbox beside the label, the text above it."""
        widget = Checkbox(label=local_lazy(definition.get("label", "")), required=definition.get("required", False))
        return ChoiceField(definition, values=["on"], widget=widget)

    def stored(self, value: str, definition: Definition) -> Stored:
        """The agreement and the text that was agreed to, in the language it was read in."""
        return {"agreed": True, "text": localised(definition["text"])}

    def carried(self, stored: Stored, was: Definition, definition: Definition, context: FillContext) -> Stored:
        """Nobody agreed to another text. Raises: `NotCarried`."""
        if was["kind"] == self.name and was.get("text") == definition.get("text"):
            return stored
        raise NotCarried("consent")

    def posted(self, stored: Stored) -> list[Any]:
        """As the checkbox sends it."""
        if stored is False:
            return []
        return ["on"] if self.typed(stored) else super().posted(stored)

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """As the checkbox is named."""
        return "on" if self.typed(stored) else None

    def typed(self, stored: Stored) -> bool | None:
        """True when agreed."""
        if isinstance(stored, dict):
            return stored.get("agreed") is True
        return stored if isinstance(stored, bool) else None

    def is_missing(self, stored: Stored) -> bool:
        """Anything but agreement."""
        return not self.typed(stored)

    def shown(self, stored: Stored, definition: Definition) -> str:
        """Agreed or not, in words."""
        return gettext("Agreed") if self.typed(stored) else gettext("Not agreed")


def style_of(definition: Definition) -> str:
    """`radio`, `cards` or `select`: as the document says, else by the number of options."""
    return str(definition.get("style") or ("radio" if len(option_ids(definition)) <= MANY else "select"))


def labelled(definition: Definition) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """((id, label) …) and id → help of the options, each text in the reader's language when shown."""
    options = definition["options"]
    helps = {option["id"]: local_lazy(option["help"]) for option in options if "help" in option}
    return [(option["id"], local_lazy(option["label"])) for option in options], helps


def labels_of(definition: Definition) -> dict[str, str]:
    """Id → label of the options."""
    return {option["id"]: localised(option["label"]) for option in definition.get("options", [])}


for _kind in (ChoiceKind(), MultiChoiceKind(), YesNoKind(), ConsentKind()):
    register(_kind)
