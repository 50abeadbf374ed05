"""Who fills in a form and when: what kinds need to know beside the document."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

if TYPE_CHECKING:
    from core.people.models import User


@dataclass(frozen=True)
class FillContext:
    """`unit_ids`: units that may be chosen at all, None = every one inside a field's own scope.

    `by_system`: a flow fills it in, with rows that somebody chose before or that an event named.
    """

    user: "User | None" = None
    unit_ids: Sequence[int] | None = None
    by_system: bool = False
    today: date = field(default_factory=localdate)
