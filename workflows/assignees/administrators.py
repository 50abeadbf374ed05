"""Who manages the cases of units, and the last resort for every task."""

from datetime import date

from django.db.models import Q, QuerySet

from core.people.models import Appointment, User
from core.people.selectors import in_force


def managing(on: date) -> QuerySet[Appointment]:
    """The appointments whose role gives the right to manage cases, in their unit and below."""
    right = {"role__group__permissions__codename": "manage_case"}
    right |= {"role__group__permissions__content_type__app_label": "workflows"}
    return Appointment.objects.filter(in_force(on), member__is_active=True, **right)


def administrators(on: date) -> QuerySet[User]:
    """The last resort for every task: system administrators, and those who manage the cases of the whole programme."""
    of_all = managing(on).filter(unit__depth=1).values("member__user_id")
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=of_all), is_active=True)
