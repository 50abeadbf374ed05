"""The kinds of fields, by name. docs/forms.md says how to add one."""

from forms.kinds import (
    awards,
    choices,
    dates,
    durations,
    numbers,
    people,
    photos,
    quantities,
    ratings,
    snapshots,
    texts,
    times,
    units,
)
from forms.kinds.base import KINDS, Kind

__all__ = [
    "KINDS",
    "Kind",
    "awards",
    "choices",
    "dates",
    "durations",
    "numbers",
    "people",
    "photos",
    "quantities",
    "ratings",
    "snapshots",
    "texts",
    "times",
    "units",
]
