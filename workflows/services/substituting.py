"""Naming somebody who stands in while one is away, for oneself or for another, and ending it early."""

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
from workflows.assignees import managing
from workflows.models import Substitution

LONGEST = timedelta(days=366)
BEFORE_TODAY = _("Please choose a day from today on.")
NOT_IN_ORDER = _("The last day cannot be before the first.")
TOO_LONG = _("At most a year. For longer than that, please have your appointments changed.")
NOT_OFFERED = _("Please choose one of the people in the list.")
TWICE = _("Somebody stands in for you on some of these days already. Please end that first, or choose other days.")
AWAY_TOO = _("This person is away on some of these days too. Please choose somebody else, or other days.")
TWICE_FOR_HIM = _("Somebody stands in for this person on some of these days already. Please end that first.")
NOT_YOURSELF = _("You cannot name yourself for somebody else. Please have another administrator do it.")
OVER = _("This is over already. Please reload the page.")


def who_may_stand_in(user: User, on: date) -> list[Appointment]:
    """The appointments of those who may stand in: in the units in which the login is appointed, or above them."""
    held = Appointment.objects.filter(in_force(on), member__user=user).select_related("unit")
    units = {unit.pk for row in held for unit in lineage(row.unit)}
    rows = Appointment.objects.filter(in_force(on), unit__in=units, member__is_active=True)
    rows = rows.filter(member__user__is_active=True).exclude(member__user=user)
    return list(rows.select_related("member__user", "role", "unit").order_by("-unit__depth", "unit__path", "pk"))


def may_name_for(actor: Actor, absent: User, on: date) -> bool:
    """Whether the actor may name who stands in for another: he manages the cases of every unit in which that one is
    appointed. What stands in passes on everything, so one of several units is not enough.
    """
    if actor.user is None or not actor.user.is_active or actor.user.pk == absent.pk:
        return False
    held = Appointment.objects.filter(in_force(on), member__user=absent).select_related("unit")
    units = {row.unit.pk: row.unit for row in held}
    if actor.user.is_superuser:
        return bool(units)
    mine = set(managing(on).filter(member__user=actor.user).values_list("unit", flat=True))
    return bool(units) and all(not mine.isdisjoint(one.pk for one in lineage(unit)) for unit in units.values())


def name_substitute(
    *, actor: Actor, substitute: int, since: date, until: date, absent: User | None = None, now: datetime
) -> Substitution:
    """Somebody stands in for the actor from `since` until `until`; he is told, and may do whatever comes to the actor.

    `substitute`: primary key of a login. `absent`: for whom instead, told as well. Raises: NotAllowed for guests,
    and for another of whose units the actor does not manage the cases; Invalid with a sentence per field.
    """
    today = localdate(now)
    if actor.user is None or (absent is not None and not may_name_for(actor, absent, today)):
        raise NotAllowed
    away = absent or actor.user
    offered = {row.member.user_id for row in who_may_stand_in(away, today)}
    with transaction.atomic():
        list(User.objects.select_for_update().filter(pk__in=[away.pk, substitute]).order_by("pk"))
        errors = _errors(away.pk, substitute, since, until, today, TWICE if absent is None else TWICE_FOR_HIM)
        if substitute not in offered:
            errors["substitute"] = [str(NOT_OFFERED)]
        elif absent is not None and substitute == actor.user.pk:
            errors["substitute"] = [str(NOT_YOURSELF)]
        if errors:
            raise Invalid(errors=errors, code="bad_substitution")
        made = Substitution.objects.create(
            absent=away, substitute_id=substitute, since=since, until=until, created_at=now
        )
        record(actor=actor, verb="substitute.named", obj=made, now=now, data={"of": away.pk, "to": substitute})
        _tell(made, now)
        if absent is not None:
            _tell_absent(made, now)
    return made


def _errors(absent: int, substitute: int, since: date, until: date, today: date, twice: Any) -> dict[str, list[str]]:
    found: dict[str, Any] = {}
    if since < today:
        found["since"] = BEFORE_TODAY
    if until < since:
        found["until"] = NOT_IN_ORDER
    elif until - since > LONGEST:
        found["until"] = TOO_LONG
    overlapping = Substitution.objects.filter(ended_at=None, since__lte=until, until__gte=since)
    if overlapping.filter(absent=absent).exists():
        found.setdefault("since", twice)
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


def _tell_absent(made: Substitution, now: datetime) -> None:
    """Whoever is away hears who stands in for him, and that he can end it; also that somebody else ended it."""
    values = {"who": made.substitute.display_name, "since": f"{made.since:%Y-%m-%d}", "until": f"{made.until:%Y-%m-%d}"}
    with translation.override(settings.LANGUAGE_CODE):
        if made.ended_at is None:
            subject = gettext("%(who)s stands in for you from %(since)s until %(until)s") % values
            body = gettext("An administrator arranged it for the time that you are away. You can end it yourself.")
        else:
            subject = gettext("%(who)s does not stand in for you any more") % values
            body = gettext("An administrator ended it. What comes to you is yours alone again.")
        send(
            key=f"substitute-for:{made.pk}:{'named' if made.ended_at is None else 'ended'}",
            kind="substitute.named",
            subject=subject,
            body=body,
            link=reverse("away"),
            user=made.absent,
            now=now,
        )


@transaction.atomic
def end_substitution(*, pk: int, actor: Actor, now: datetime) -> Substitution:
    """End it early: whoever is away, or who may name a substitute for him. Raises: NotFound; WrongState when over."""
    found = Substitution.objects.select_for_update().select_related("absent", "substitute").filter(pk=pk).first()
    is_own = found is not None and found.absent_id == actor.user_id
    if found is None or not (is_own or may_name_for(actor, found.absent, localdate(now))):
        raise NotFound
    if found.ended_at is not None or found.until < localdate(now):
        raise WrongState(OVER, code="substitution_over")
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    record(actor=actor, verb="substitute.ended", obj=found, now=now)
    if not is_own:
        _tell_absent(found, now)
    return found
