"""The inputs of our forms, as the design draws them; Django keeps reading and preparing their values."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from core.text import localised
from forms import regions

MOST_LETTERS = 60  # of a region as somebody writes it
SEARCHED = 15  # more options than this are searched by typing, with scripts


class Renderer(TemplatesSetting):
    """Finds form and widget templates among the project's."""

    form_template_name = "forms/form.html"


class Text(forms.TextInput):
    """One line; `short` for what is known to be short, `unit` behind the input."""

    template_name = "forms/widgets/text.html"

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, input_type: str = "text", short: bool = False, unit: Any = ""
    ) -> None:
        super().__init__({"class": "input input--s" if short else "input", **(attrs or {})})
        self.input_type = input_type
        self.unit = unit

    def format_value(self, value: Any) -> Any:
        """The value as it is: our values are text, and the browser's date picker wants the ISO form."""
        return None if value is None or value == "" else str(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with the unit."""
        return {**super().get_context(name, value, attrs), "unit": self.unit}


class TextArea(forms.Textarea):
    """Several lines."""

    template_name = "forms/widgets/text_area.html"

    def __init__(self) -> None:
        super().__init__({"class": "textarea", "rows": 5, "cols": None})


def _with_search(context: dict[str, Any]) -> dict[str, Any]:
    """The context of a widget with options, and whether they are so many that they are searched."""
    count = sum(len(options) for _group, options, _index in context["widget"]["optgroups"])
    return {**context, "is_long": count > SEARCHED}


class Selection(forms.Select):
    """A list to open, with headings; a long one is searched by typing."""

    template_name = "forms/widgets/selection.html"

    def __init__(self, choices: Any = ()) -> None:
        super().__init__({"class": "select"}, choices)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with whether it is long."""
        return _with_search(super().get_context(name, value, attrs))


class _Choices:
    """Help texts beside options, and cards, for radio buttons and checkboxes alike."""

    def __init__(self, choices: Any = (), helps: dict[str, Any] | None = None, cards: bool = False) -> None:
        super().__init__(choices=choices)  # type: ignore[call-arg]  # of the Django widget beside this class
        self.helps = helps or {}
        self.cards = cards

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with help texts and the look."""
        context: dict[str, Any] = super().get_context(name, value, attrs)  # type: ignore[misc]  # as above
        for _group, options, _index in context["widget"]["optgroups"]:
            for option in options:
                option["help"] = self.helps.get(option["value"], "")
        return {**_with_search(context), "cards": self.cards}


class Radios(_Choices, forms.RadioSelect):
    """One of the options, all in view."""

    template_name = "forms/widgets/choices.html"


class Checks(_Choices, forms.CheckboxSelectMultiple):
    """Any of the options, all in view."""

    template_name = "forms/widgets/choices.html"


class Checkbox(forms.TextInput):
    """One box to tick, with its label beside it, which says whether it must be ticked; sends `on`."""

    template_name = "forms/widgets/checkbox.html"
    input_type = "checkbox"

    def __init__(self, label: Any, *, required: bool) -> None:
        super().__init__()
        self.label = label
        self.must_tick = required
        self.is_conditional = False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with the label, whether the box must be ticked and whether it is."""
        context = super().get_context(name, value, attrs)
        mark = {"required": self.must_tick, "conditional": self.is_conditional}
        return {**context, "label": self.label, "mark": mark, "checked": value == "on"}


class Stars(forms.RadioSelect):
    """Radio buttons in a row, drawn as stars; `low` and `high` say what the ends mean."""

    template_name = "forms/widgets/stars.html"

    def __init__(self, choices: Any, *, low: Any = "", high: Any = "") -> None:
        super().__init__(choices=choices)
        self.ends = {"low": low, "high": high}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with the meaning of the ends in the reader's language."""
        ends = {end: localised(text) for end, text in self.ends.items()}
        return {**super().get_context(name, value, attrs), **ends}


class TwoInputs(forms.Widget):
    """Two inputs for one value, sent as `name-…` of either of `parts`; its value is the list of both."""

    parts: tuple[str, str]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What stands in the inputs, or both under `name`, as only our own code sends it."""
        if name in data:
            return data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        return self.entered(data, name)

    def entered(self, data: Any, name: str) -> list[Any] | None:
        """What stands in the inputs; None when nothing does."""
        found = [data.get(f"{name}-{part}") or "" for part in self.parts]
        return found if any(found) else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # Django's signature
        """Whether neither form of the value was sent."""
        return {name, *(f"{name}-{part}" for part in self.parts)}.isdisjoint(data)

    def format_value(self, value: Any) -> Any:
        """The value as it is."""
        return value

    @staticmethod
    def pair_of(value: Any) -> Any:
        """What is to stand in either input."""
        return value if isinstance(value, list) and len(value) == 2 else ("", "")


class Quantity(TwoInputs):
    """A number with its unit: fixed when `units` (id, label) has one, else chosen. Its value is [number, unit]."""

    template_name = "forms/widgets/quantity.html"
    parts = ("number", "unit")

    def __init__(self, units: Any, *, is_whole: bool) -> None:
        super().__init__()
        self.units = units
        self.is_whole = is_whole
        self.use_fieldset = len(units) > 1

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with what stands in either input."""
        number, unit = self.pair_of(value)
        return {
            **super().get_context(name, value, attrs),
            "number": number,
            "unit": unit,
            "units": self.units,
            "one": "" if self.use_fieldset else self.units[0][1],
            "inputmode": "numeric" if self.is_whole else "decimal",
        }


class Address(TwoInputs):
    """A line for the region and, with `street`, one for street and number. Its value is [region, line]."""

    template_name = "forms/widgets/address.html"
    parts = ("place", "line")
    use_fieldset = True

    def __init__(self, *, street: bool) -> None:
        super().__init__()
        self.street = street

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with what stands in the inputs, a code in words, and the code of a place that is known."""
        place, line = self.pair_of(value)
        found = regions.matching(place) if isinstance(place, str) and 0 < len(place) <= MOST_LETTERS else []
        code = found[0] if len(found) == 1 else ""
        shown = "".join(regions.path_of(code)) if code else place
        more = {"place": shown, "line": line, "code": code, "street": self.street}
        return {**super().get_context(name, value, attrs), **more}


class HoursAndMinutes(TwoInputs):
    """Two short inputs for one length of time; its value is the text `hours:minutes` as entered."""

    template_name = "forms/widgets/duration.html"
    parts = ("hours", "minutes")
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What stands in the two inputs, or `name` itself: whole minutes, which only our own code sends."""
        if name in data:
            return data.get(name)
        parts = self.entered(data, name)
        if parts is None or not all(isinstance(part, str) for part in parts):
            return parts
        # a colon inside an input would move its digits to the other one
        return ":".join(part.replace(":", ";").strip() for part in parts)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with what stands in either input."""
        hours, colon, minutes = value.partition(":") if isinstance(value, str) else ("", ":", "")
        parts = {"hours": hours, "minutes": minutes} if colon else {"hours": "", "minutes": hours}
        return {**super().get_context(name, value, attrs), **parts}


class Uploads(forms.Widget):
    """Several files: a list of those that are there, each with a box to drop it, and an input for more.

    `accept`: as HTML has it; `most`: how many files; `largest`: megabytes of each; `takes`: a sentence that says so.
    """

    template_name = "forms/widgets/uploads.html"
    needs_multipart_form = True

    def __init__(self, *, accept: str, most: int, largest: int, takes: Any = "") -> None:
        super().__init__({"accept": accept, "data-most": most, "data-largest": largest})
        self.takes = takes

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, list[Any]]:
        """`files` that were sent, tokens `kept` and `dropped`, and `stored` entries, which only our own code passes."""
        return {
            "files": files.getlist(name) if hasattr(files, "getlist") else [],
            "kept": self._all(data, f"{name}-kept"),
            "dropped": self._all(data, f"{name}-drop"),
            "stored": self._all(data, name),
        }

    @staticmethod
    def _all(data: Any, name: str) -> list[Any]:
        found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [one for one in found if one != ""] if isinstance(found, list) else [found]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # Django's signature
        """Never known: an input without files sends nothing."""
        return False

    def format_value(self, value: Any) -> Any:
        """The list as it is."""
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with the sentence that says what is taken, and the limits."""
        attrs = dict(attrs or {})
        if self.takes and attrs.get("id"):
            attrs["aria-describedby"] = f"{attrs.get('aria-describedby', '')} {attrs['id']}-takes".strip()
        limits = {"most": self.attrs["data-most"], "largest": self.attrs["data-largest"]}
        return {**super().get_context(name, value, attrs), "takes": self.takes, **limits}
