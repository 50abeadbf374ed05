"""Sensitive answers are encrypted in their form; a flow may not copy them to where they would stand in plain."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from forms.rules import names_in
from workflows.tree import START

if TYPE_CHECKING:
    from workflows.checks import Meaning

COPIED_AT_START = ("title_from", "unit_from", "guest_email_from")


def check_start_copies(meaning: "Meaning") -> None:
    """Reports a title, a unit or an address of the case that comes from a sensitive answer."""
    for name in COPIED_AT_START:
        key = meaning.tree.start.get(name)
        if key is not None:
            _report(meaning, [f"{START}.{key}"], f"start.{name}")


def check_inputs(
    meaning: "Meaning", inputs: Mapping[str, Any], place: str, target: Mapping[str, str] | None = None
) -> None:
    """Reports inputs that read a sensitive answer. `target`: field key → privacy in the form that takes them."""
    for name, expression in inputs.items():
        if (target or {}).get(name) != "sensitive":
            _report(meaning, sorted(names_in(expression)), f"{place}.{name}")


def _report(meaning: "Meaning", names: Iterable[str], place: str) -> None:
    for name in names:
        if meaning.privacy.get(name) == "sensitive":
            meaning._report("sensitive_copied", place, name=name)
