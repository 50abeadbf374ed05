"""Whether a value is JSON that both databases keep and give back unchanged: plain Python, no recursion."""

from math import isfinite
from typing import Any

MAX_NESTING = 100
MAX_BITS = 400  # beyond any number that a definition or an answer may hold


def unfit(document: Any) -> str | None:
    """Why it cannot be kept: `too_deep`, `not_json` or `control`; None when it can."""
    level = [document]
    for _depth in range(MAX_NESTING):
        reason = next(filter(None, map(_unfit_alone, level)), None)
        if reason:
            return reason
        level = [child for value in level for child in _children(value)]
        if not level:
            return None
    return "too_deep"


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _unfit_alone(value: Any) -> str | None:
    if value is None or isinstance(value, (bool, list)):
        return None
    if isinstance(value, str):
        return "control" if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value) else None
    if isinstance(value, dict):
        return None if all(isinstance(name, str) for name in value) else "not_json"
    if isinstance(value, int):
        return None if value.bit_length() <= MAX_BITS else "not_json"
    return None if isinstance(value, float) and isfinite(value) else "not_json"
