"""Who is behind a key of an inbox."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from core.people.models import Appointment, Member, OrgUnit, TeamMembership, User
from core.people.selectors import in_force, lineage, successor
from workflows.assignees.administrators import administrators
from workflows.assignees.found import ADMINS


def persons_behind(keys: list[str], on: date) -> list[User]:
    """Active logins that hold one of the keys, without guests and without open pools."""
    where = Q(pk__in=[])
    for key in keys:
        kind, _, rest = key.partition(":")
        name, _, unit_id = rest.partition("@")
        if key == ADMINS:
            where |= Q(pk__in=administrators(on).values("pk"))
        elif kind == "user":
            where |= Q(pk=int(rest))
        elif kind in ("role", "for") and unit_id.isdigit():
            where |= Q(pk__in=_acting(kind, name, int(unit_id), on))
    return list(User.objects.filter(where, is_active=True).select_related("member").order_by("pk"))


def _acting(kind: str, name: str, pk: int, on: date) -> QuerySet[Any]:
    """Logins that hold the role `name` in the unit `pk`, or act for the claimant of that kind."""
    if (kind, name) == ("for", "team"):
        heads = TeamMembership.objects.filter(in_force(on), team=pk, position__in=["head", "deputy"])
        return heads.filter(member__is_active=True, member__user__isnull=False).values("member__user_id")
    if (kind, name) == ("for", "person"):
        return Member.objects.filter(pk=pk, is_active=True, user__isnull=False).values("user_id")
    rows = Appointment.objects.filter(in_force(on), member__is_active=True, member__user__isnull=False)
    unit = OrgUnit.objects.filter(pk=pk).first()
    if unit is None:
        return rows.none().values("member__user_id")
    unit = successor(unit)
    if kind == "for":
        rows = rows.filter(role__represents=True, unit=unit, unit__kind__is_organisation=True)
    else:
        above = [one.pk for one in lineage(unit)[1:]]
        rows = rows.filter(role__slug=name).filter(Q(unit=unit) | Q(unit__in=above, include_children=True))
    return rows.values("member__user_id")
