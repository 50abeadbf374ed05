"""Filters of public lists that live in the address: one choice with its count, and the address without it."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True)
class Option:
    """One choice of a filter with the number of rows behind it; `without` is the query string that removes it."""

    value: str
    label: Any
    count: int | None
    is_chosen: bool
    without: str = ""


Group = tuple[str, Any, str, list[Option]]  # parameter, label, input type, options


def chips(groups: list[Group]) -> list[Option]:
    """The filters that are set, each with the address that drops it."""
    return [option for *_rest, options in groups for option in options if option.is_chosen and option.value]


def without(query: QueryDict, name: str, value: str) -> str:
    """The address without one choice; back on the first page."""
    rest = query.copy()
    rest.setlist(name, [other for other in rest.getlist(name) if other != value])
    rest.pop("page", None)
    return "?" + rest.urlencode()


def changed(query: QueryDict, name: str, value: str) -> str:
    """The address with another choice; back on the first page."""
    rest = query.copy()
    rest[name] = value
    rest.pop("page", None)
    return "?" + rest.urlencode()
