"""The kinds of fields, by name. docs/forms.md says how to add one."""

from forms.kinds import (
    addresses,
    awards,
    choices,
    dates,
    durations,
    hidden,
    identities,
    numbers,
    people,
    photos,
    quantities,
    ratings,
    snapshots,
    texts,
    times,
    units,
    venues,
)
from forms.kinds.base import KINDS, Kind

__all__ = [
    "KINDS",
    "Kind",
    "addresses",
    "awards",
    "choices",
    "dates",
    "durations",
    "hidden",
    "identities",
    "numbers",
    "people",
    "photos",
    "quantities",
    "ratings",
    "snapshots",
    "texts",
    "times",
    "units",
    "venues",
]
