"""Naming somebody who stands in while one is away, and ending it early."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid, NotAllowed, NotFound, WrongState
from core.people.models import Appointment, User
from core.people.selectors import in_force, lineage
from notifications.services import send
from workflows.models import Substitution

LONGEST = timedelta(days=366)
BEFORE_TODAY = _("Please choose a day from today on.")
NOT_IN_ORDER = _("The last day cannot be before the first.")
TOO_LONG = _("At most a year. For longer than that, please have your appointments changed.")
NOT_OFFERED = _("Please choose one of the people in the list.")
TWICE = _("Somebody stands in for you on some of these days already. Please end that first, or choose other days.")
AWAY_TOO = _("This person is away on some of these days too. Please choose somebody else, or other days.")
OVER = _("This is over already. Please reload the page.")


def who_may_stand_in(user: User, on: date) -> list[Appointment]:
    """The appointments of those who may stand in: in the units in which the login is appointed, or above them."""
    held = Appointment.objects.filter(in_force(on), member__user=user).select_related("unit")
    units = {unit.pk for row in held for unit in lineage(row.unit)}
    rows = Appointment.objects.filter(in_force(on), unit__in=units, member__is_active=True)
    rows = rows.filter(member__user__is_active=True).exclude(member__user=user)
    return list(rows.select_related("member__user", "role", "unit").order_by("-unit__depth", "unit__path", "pk"))


def name_substitute(*, actor: Actor, substitute: int, since: date, until: date, now: datetime) -> Substitution:
    """Somebody stands in for the actor from `since` until `until`; he is told, and may do whatever comes to the actor.

    `substitute`: primary key of a login. Raises: NotAllowed for guests; Invalid with a sentence per field.
    """
    if actor.user is None:
        raise NotAllowed
    today = localdate(now)
    offered = {row.member.user_id for row in who_may_stand_in(actor.user, today)}
    with transaction.atomic():
        list(User.objects.select_for_update().filter(pk__in=[actor.user.pk, substitute]).order_by("pk"))
        errors = _errors(actor.user.pk, substitute, since, until, today)
        if substitute not in offered:
            errors["substitute"] = [str(NOT_OFFERED)]
        if errors:
            raise Invalid(errors=errors, code="bad_substitution")
        made = Substitution.objects.create(
            absent=actor.user, substitute_id=substitute, since=since, until=until, created_at=now
        )
        record(actor=actor, verb="substitute.named", obj=made, now=now, data={"to": substitute})
        _tell(made, now)
    return made


def _errors(absent: int, substitute: int, since: date, until: date, today: date) -> dict[str, list[str]]:
    found: dict[str, Any] = {}
    if since < today:
        found["since"] = BEFORE_TODAY
    if until < since:
        found["until"] = NOT_IN_ORDER
    elif until - since > LONGEST:
        found["until"] = TOO_LONG
    overlapping = Substitution.objects.filter(ended_at=None, since__lte=until, until__gte=since)
    if overlapping.filter(absent=absent).exists():
        found.setdefault("since", TWICE)
    if overlapping.filter(absent=substitute).exists():
        found["substitute"] = AWAY_TOO
    return {name: [str(text)] for name, text in found.items()}


def _tell(made: Substitution, now: datetime) -> None:
    values = {"who": made.absent.display_name, "since": f"{made.since:%Y-%m-%d}", "until": f"{made.until:%Y-%m-%d}"}
    with translation.override(settings.LANGUAGE_CODE):
        send(
            key=f"substitute:{made.pk}",
            kind="substitute.named",
            subject=gettext("You stand in for %(who)s from %(since)s until %(until)s") % values,
            body=gettext("During these days whatever comes to them comes to your inbox too; either of you can do it."),
            link=reverse("inbox"),
            user=made.substitute,
            now=now,
        )


@transaction.atomic
def end_substitution(*, pk: int, actor: Actor, now: datetime) -> Substitution:
    """End it early; only whoever named the substitute. Raises: NotFound; WrongState when it is over."""
    found = Substitution.objects.select_for_update().filter(pk=pk, absent=actor.user_id).first()
    if found is None:
        raise NotFound
    if found.ended_at is not None or found.until < localdate(now):
        raise WrongState(OVER, code="substitution_over")
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    record(actor=actor, verb="substitute.ended", obj=found, now=now)
    return found
