"""The text inside the blocks of a page, as plain data: reading it all, replacing words in it."""

from collections.abc import Iterator
from typing import Any

from django.utils.html import strip_tags

NOT_TEXT = {"id", "type"}


def texts(value: Any) -> Iterator[str]:
    """Every text in stored blocks, without its markup."""
    if isinstance(value, str):
        yield strip_tags(value)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in NOT_TEXT:
                yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def replaced(value: Any, old: str, new: str) -> Any:
    """Stored blocks with `old` replaced by `new` in every text."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {key: part if key in NOT_TEXT else replaced(part, old, new) for key, part in value.items()}
    if isinstance(value, list):
        return [replaced(part, old, new) for part in value]
    return value
