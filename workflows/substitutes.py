"""Who stands in for whom on a day. It never passes on: what somebody does for another does not go to his substitute."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from core.people.models import User
from workflows.models import Substitution


def in_force(on: date) -> QuerySet[Substitution]:
    """What counts on the day."""
    return Substitution.objects.filter(since__lte=on, until__gte=on, ended_at=None)


def absent_of(user: User, on: date) -> list[User]:
    """Those who are away on the day and for whom the login stands in."""
    rows = in_force(on).filter(substitute=user, absent__is_active=True).exclude(absent__member__is_active=False)
    return [row.absent for row in rows.select_related("absent__member").order_by("pk")]


def with_substitutes(users: Iterable[User], on: date) -> list[User]:
    """The same logins and those who stand in for them on the day, each once."""
    found = {user.pk: user for user in users}
    rows = in_force(on).filter(absent__in=list(found), substitute__is_active=True)
    for row in rows.exclude(substitute__member__is_active=False).select_related("substitute__member").order_by("pk"):
        found.setdefault(row.substitute_id, row.substitute)
    return list(found.values())


def until(absent: int, user: User, on: date) -> date | None:
    """The last day on which the login stands in for somebody; None when it does not."""
    row = in_force(on).filter(absent=absent, substitute=user).order_by("-until").first()
    return row.until if row is not None else None
