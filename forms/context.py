"""Who fills in a form and when: what kinds need to know beside the document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

if TYPE_CHECKING:
    from core.people.models import User


@dataclass(frozen=True)
class FillContext:
    """`unit_ids`: units that may be chosen at all, None = every one inside a field's own scope.

    `known`: field key → what stands in it at first, from `forms.prefill`.
    `by_system`: a flow fills it in, with rows that somebody chose before or that an event named.
    """

    user: "User | None" = None
    known: Mapping[str, Any] = field(default_factory=dict)
    unit_ids: Sequence[int] | None = None
    by_system: bool = False
    today: date = field(default_factory=localdate)
