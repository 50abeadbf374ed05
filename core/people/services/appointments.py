"""Appoints members to roles, and says where they belong; logins get the desk groups that follow."""

from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.events import raise_event
from core.exceptions import NotAllowed, WrongState
from core.jobs.services import enqueue
from core.people.models import Affiliation, Appointment, Member, OrgUnit, Role
from core.people.selectors import in_force
from core.rights import require, require_every_right_of
from core.saving import Refusals, save

FOLLOW_DATES = "people.follow_dates"
UNTIL_BEFORE_SINCE = _("The last day is before the first. Please correct one of the two dates.")
APPOINTMENT_REFUSALS: Refusals = {
    "appointment_one_open": _("This member already holds this role in this unit. End the running appointment first."),
    "appointment_until_after_since": UNTIL_BEFORE_SINCE,
}
AFFILIATION_REFUSALS: Refusals = {
    "affiliation_one_open_home": _("This member already has a home unit. End that affiliation first."),
    "affiliation_one_open_residence": _("This member already has a residence. End that affiliation first."),
    "affiliation_one_open_per_unit": _("This member is already affiliated with this unit in this way."),
    "affiliation_until_after_since": UNTIL_BEFORE_SINCE,
}


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    member: Member,
    role: Role,
    unit: OrgUnit,
    since: date,
    until: date | None = None,
    include_children: bool = False,
    now: datetime,
) -> Appointment:
    """Give the role in the unit from `since` to `until`, both days included, and the role's desk group with it.

    Raises: `NotAllowed` also to appoint oneself or when the group may do more than the actor; `Conflict` when he
    holds it already; `WrongState` when unit or member is no longer active; `Invalid` dates.
    """
    require(actor, "core.add_appointment")
    _refuse_self(actor, member)
    if role.group is not None:
        require_every_right_of(actor, [role.group])
    _refuse_inactive(member, unit)
    held = Appointment(member=member, role=role, unit=unit, since=since, until=until, include_children=include_children)
    save(held, refusals=APPOINTMENT_REFUSALS)
    _follow(held, now)
    record(actor=actor, verb="appointment.made", obj=held, now=now, data={"role": role.slug, "unit": unit.pk})
    return held


@transaction.atomic
def end_appointment(*, actor: Actor, appointment: Appointment, until: date, now: datetime) -> Appointment:
    """Let the appointment end with this day; the desk group goes when no other appointment gives it.

    Raises: `NotAllowed`, `WrongState` when it has ended, `Invalid` when `until` is before its first day.
    """
    require(actor, "core.change_appointment")
    appointment = Appointment.objects.select_for_update(of=("self",)).select_related("member").get(pk=appointment.pk)
    today = timezone.localdate(now)
    if appointment.until is not None and appointment.until < today:
        raise WrongState(_("This appointment has ended already."))
    appointment.until = until
    save(appointment, refusals=APPOINTMENT_REFUSALS, fields=["until"])
    _follow(appointment, now)
    record(actor=actor, verb="appointment.ended", obj=appointment, now=now, data={"until": until.isoformat()})
    return appointment


def refresh_groups(member: Member, *, on: date) -> None:
    """Make the login's membership in the desk groups of roles exactly what the member's appointments give on the day.

    Groups that belong to no role are left alone.
    """
    if member.user is None:
        return
    given = set(Group.objects.filter(role__appointments__in=member.appointments.filter(in_force(on))))
    has = set(member.user.groups.filter(role__isnull=False))
    member.user.groups.add(*(given - has))
    member.user.groups.remove(*(has - given))


@transaction.atomic
def affiliate(
    *,
    actor: Actor,
    member: Member,
    unit: OrgUnit,
    relation: str,
    since: date,
    until: date | None = None,
    now: datetime,
) -> Affiliation:
    """Say where a member belongs: one home unit and one residence at a time, any number of units reported in to.

    Raises: `NotAllowed`, `Conflict` when he has an open one already, `WrongState` when unit or member is inactive.
    """
    require(actor, "core.add_affiliation")
    _refuse_inactive(member, unit)
    row = Affiliation(member=member, unit=unit, relation=relation, since=since, until=until)
    save(row, refusals=AFFILIATION_REFUSALS)
    record(actor=actor, verb="affiliation.made", obj=row, now=now, data={"relation": relation, "unit": unit.pk})
    if relation == Affiliation.Relation.HOME and not actor.system:
        raise_event("member.joined", occurrence=row.pk, values={"member": member.pk, "unit": unit.slug}, now=now)
    return row


@transaction.atomic
def end_affiliation(*, actor: Actor, affiliation: Affiliation, until: date, now: datetime) -> Affiliation:
    """Let the affiliation end with this day. Raises: `NotAllowed`, `WrongState` when it has ended, `Invalid`."""
    require(actor, "core.change_affiliation")
    row = Affiliation.objects.select_for_update().get(pk=affiliation.pk)
    if row.until is not None:
        raise WrongState(_("This affiliation has ended already."))
    row.until = until
    save(row, refusals=AFFILIATION_REFUSALS, fields=["until"])
    record(actor=actor, verb="affiliation.ended", obj=row, now=now, data={"until": until.isoformat()})
    return row


def _follow(held: Appointment, now: datetime) -> None:
    """Bring the groups in line now, and again on the later days on which the appointment begins or has ended."""
    today = timezone.localdate(now)
    refresh_groups(held.member, on=today)
    ended = held.until + timedelta(days=1) if held.until else None
    for day in (held.since, ended):
        if day is not None and day > today:
            enqueue(
                key=f"{FOLLOW_DATES}:{held.pk}:{day.isoformat()}",
                kind=FOLLOW_DATES,
                payload={"member": held.member_id},
                run_at=datetime.combine(day, time(), tzinfo=timezone.get_default_timezone()),
                now=now,
            )


def _refuse_self(actor: Actor, member: Member) -> None:
    if actor.user is not None and member.user_id == actor.user.pk:
        raise NotAllowed(_("Nobody appoints himself. Please ask another administrator."))


def _refuse_inactive(member: Member, unit: OrgUnit) -> None:
    if not unit.is_active:
        raise WrongState(_("This unit is dissolved. Please choose the unit that took over."))
    if not member.is_active:
        raise WrongState(_("This member is no longer active."))
