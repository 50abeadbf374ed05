"""Rules as people read them."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from django.utils.translation import gettext as _

from core.text import localised
from forms.rules import MalformedRule
from forms.rules.evaluation import operation

SIGNS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "+": "+", "-": "−", "*": "×", "/": "÷"}
LONGEST: Final = 80


class Names(Protocol):
    """How the names that a rule uses are called."""

    def variable(self, name: str) -> str:
        """What a name of the rule is called, in quotation marks where it is a question."""

    def word(self, name: str, value: Any) -> str:
        """A value that stands beside this name, such as the label of an option."""


def condition(expression: Any, names: Names) -> str:
    """An expression in words; unusual calculations keep their operator."""
    if not isinstance(expression, Mapping):
        return literal(expression)
    try:
        name, arguments = operation(expression)
    except MalformedRule:  # a draft may hold anything
        return "…"
    if name == "var":
        return names.variable(str(arguments[0]))
    parts = [_argument(one, arguments, names) for one in arguments]
    if name in ("and", "or"):
        return (_(" and ") if name == "and" else _(" or ")).join(parts)
    sentences = {
        "==": _("%(a)s is %(b)s"),
        "!=": _("%(a)s is not %(b)s"),
        "in": _("%(a)s is among %(b)s"),
        "blank": _("%(a)s is empty"),
        "!": _("not: %(a)s"),
        "today": _("today"),
    }
    if name in sentences and len(parts) < 3:
        return sentences[name] % dict(zip("ab", parts, strict=False))
    if name in SIGNS and len(parts) > 1:
        return f" {SIGNS[name]} ".join(parts)
    return f"{name}({', '.join(parts)})"


def _argument(part: Any, siblings: list[Any], names: Names) -> str:
    """One argument; a word beside a choice is told by its label."""
    beside = [one["var"] for one in siblings if isinstance(one, Mapping) and isinstance(one.get("var"), str)]
    if not isinstance(part, str | list) or not beside:
        return condition(part, names)
    return " / ".join(names.word(beside[0], word) for word in (part if isinstance(part, list) else [part]))


def literal(value: Any) -> str:
    """A value of a document as text; "" when it is too rich to be shown in a sentence."""
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return " / ".join(map(str, value)) or _("nothing")
    if isinstance(value, dict):
        value = localised(value) if all(isinstance(one, str) for one in value.values()) else ""
    text = "" if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
