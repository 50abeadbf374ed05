"""Who is acting: a user, the guest of one case, or the system. Services take actors, never requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.people.models import User


@dataclass(frozen=True)
class Actor:
    """One of: a signed-in `user`; the guest of `guest_case` (primary key); the `system`; or nobody (a visitor).

    A signed-in user who also entered a status code carries both.
    """

    user: User | None = None
    guest_case: int | None = None
    system: bool = False

    @property
    def kind(self) -> str:
        """`user`, `guest`, `system` or `visitor`."""
        if self.user is not None:
            return "user"
        if self.guest_case is not None:
            return "guest"
        return "system" if self.system else "visitor"

    @property
    def user_id(self) -> int | None:
        """Primary key of the user, or None."""
        return self.user.pk if self.user is not None else None


SYSTEM = Actor(system=True)
VISITOR = Actor()
