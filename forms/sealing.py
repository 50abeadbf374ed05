"""Answers as they are kept: the values of sensitive fields sealed, everything else as it was given.

What is sealed says so itself, and is read whatever the level of its field is today.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core import crypto
from core.exceptions import CannotBeRead
from forms.markers import CLEARED, SEALED, UNREADABLE, entry_of
from forms.schema import fields_of, level_of

Change = Callable[[Any], Any]


def sealed(document: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to a valid document as they are kept. What could not be read before goes back as it was found."""
    return _changed(document, answers, _seal, _unread)


def opened(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Kept answers in JSON form; {"unreadable": token} for what no key opens."""
    return {key: _in_rows(value, _open) for key, value in kept.items()}


def resealed(document: Mapping[str, Any], kept: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """(answers as the first key would keep them now, how many values no key opens)."""
    lost: list[str] = []

    def anew(value: Any) -> Any:
        token = entry_of(value, SEALED)
        try:
            return value if token is None else {SEALED: crypto.rotated(token)}
        except CannotBeRead:
            lost.append(token or "")
            return value

    def first(value: Any) -> Any:
        return anew(value) if entry_of(value, SEALED) is not None else _seal(value)

    return _changed(document, kept, first, anew), len(lost)


def _changed(
    document: Mapping[str, Any], answers: Mapping[str, Any], sensitive: Change, other: Change
) -> dict[str, Any]:
    return _values(fields_of(document), answers, sensitive, other)


def _values(
    fields: Iterable[dict[str, Any]], answers: Mapping[str, Any], sensitive: Change, other: Change
) -> dict[str, Any]:
    """The values changed by what their fields are; of a list of rows, each cell by what its column is."""
    known = {field["key"]: field for field in fields}
    found = {}
    for key, value in answers.items():
        field = known.get(key)
        if field is not None and "fields" in field and are_rows(value):
            found[key] = [_values(field["fields"], row, sensitive, other) for row in value]
        elif field is not None and level_of(field) == "sensitive":
            found[key] = sensitive(value)
        else:
            found[key] = _in_rows(value, other)
    return found


def are_rows(value: Any) -> bool:
    """Whether a stored value is a list of rows, each field key → value."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _in_rows(value: Any, change: Change) -> Any:
    """The value changed, or, of a list of rows, each value of each row."""
    if are_rows(value):
        return [{key: change(cell) for key, cell in row.items()} for row in value]
    return change(value)


def _seal(value: Any) -> Any:
    if value is None or entry_of(value, CLEARED) is not None:
        return value
    token = entry_of(value, UNREADABLE)
    return {SEALED: token if token is not None else crypto.seal(value)}


def _unread(value: Any) -> Any:
    token = entry_of(value, UNREADABLE)
    return value if token is None else {SEALED: token}


def _open(value: Any) -> Any:
    token = entry_of(value, SEALED)
    if token is None:
        return value
    try:
        return crypto.unseal(token)
    except CannotBeRead:
        return {UNREADABLE: token}
