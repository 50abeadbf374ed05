"""Describes property sheets as plain data; `static/forms/designer/controls.js` draws each kind of control.

A control edits one place of the document directly, so that the document is the only state: what no control touches
stays as it was.
"""

from collections.abc import Iterable
from typing import Any

Control = dict[str, Any]  # JSON: kind, path, label, and what the kind needs
Sheet = list[dict[str, Any]]  # groups: {"heading", "controls", "closed"}


def control(kind: str, path: str, label: Any, *, help: Any = "", **more: Any) -> Control:  # as Django says it
    """One control. `path`: the property it edits, with dots; `more`: what its kind needs, see controls.js."""
    return {"kind": kind, "path": path, "label": label, "help": help, **more}


def options(pairs: Iterable[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """Choices as controls want them."""
    return [{"value": value, "label": label} for value, label in pairs]


def group(heading: Any, *controls: Control, closed: bool = False) -> dict[str, Any]:
    """Controls under one heading. `closed`: folded away until somebody opens it or it holds something."""
    return {"heading": heading, "controls": list(controls), "closed": closed}
