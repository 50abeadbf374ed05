"""Who may act in a rehearsal: those whom the rules find, named only as far as the tester may know members."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.people.models import Affiliation, Appointment, OrgUnit, TeamMembership, User
from core.people.selectors import in_force
from core.text import localised, masked_name
from workflows.assignees import barred_users, excluded_users, persons_behind, scope_unit
from workflows.models import Case, Task, TaskCandidate
from workflows.pools import widened
from workflows.rehearsal.script import GUEST, SYSTEM, VISITOR
from workflows.selectors import step_of
from workflows.tree import Step, props_of

MOST_PEOPLE: Final = 12  # offered for one task; more would only be more of the same


@dataclass(frozen=True)
class Person:
    """Somebody as whom the tester may act. `who`: as the script names him; `about`: role and unit."""

    who: str
    name: str
    about: str = ""


@dataclass(frozen=True)
class People:
    """Those who may do a task. `more`: how many are not listed; `barred`: who took part earlier and must not."""

    persons: list[Person]
    more: int = 0
    barred: tuple[str, ...] = ()


class Names:
    """Names logins for one tester: whole for those who may see members, else masked."""

    def __init__(self, tester: User, on: date) -> None:
        self.is_open, self.on = tester.has_perm("core.view_member"), on

    def of(self, user: User) -> str:
        """The name."""
        return user.display_name if self.is_open else masked_name(user.display_name)

    def persons(self, users: Sequence[User]) -> list[Person]:
        """The logins with what they are, in one query."""
        held = Appointment.objects.filter(in_force(self.on), member__user__in=users).select_related("role", "unit")
        about: dict[int | None, str] = {}
        for row in held.order_by("-since", "-pk").select_related("member"):
            about[row.member.user_id] = f"{localised(row.role.name)} · {row.unit.name}"
        return [Person(f"user:{one.pk}", self.of(one), about.get(one.pk, self._plain(one))) for one in users]

    def _plain(self, user: User) -> str:
        return _("System administrator") if user.is_superuser else _("Volunteer")


def who_may_do(task: Task, step: Step, case: Case, names: Names) -> People:
    """Those to whom an open task has come, the guest first."""
    barred = barred_users(task, step, case)
    may, guest = _offered(task, step, case, names.on, barred)
    persons = names.persons(may[:MOST_PEOPLE])
    if guest:
        persons.insert(0, Person(GUEST, _("Whoever holds the status code"), _("without a login")))
    others = User.objects.filter(pk__in=barred).select_related("member").order_by("pk")
    return People(persons, max(len(may) - MOST_PEOPLE, 0), tuple(names.of(user) for user in others))


def first_to_do(task: Task, now: datetime) -> str:
    """Somebody who may do an open task, as a script names him; the guest first, "" for nobody."""
    step, case = step_of(task), task.process
    may, guest = _offered(task, step, case, localdate(now), barred_users(task, step, case))
    return GUEST if guest else f"user:{may[0].pk}" if may else ""


def _offered(task: Task, step: Step, case: Case, on: date, barred: Set[int]) -> tuple[list[User], bool]:
    """Those to whom an open task has come without those who must not do it, and whether a guest may."""
    if task.owner is not None:
        found, guest = [task.owner], False
    else:
        keys = list(TaskCandidate.objects.filter(task=task).values_list("key", flat=True))
        guest = any(key.startswith("guest:") for key in keys)
        found = claimers(widened(step, task), case, on) if step["kind"] == "claim" else persons_behind(keys, on)
    return [user for user in found if user.pk not in barred], guest


def claimers(step: Step, case: Case, on: date) -> list[User]:
    """Some of those who may take on what a claim step offers."""
    path, kinds, found = scope_unit(step, case).path, props_of(step)["claimants"], Q(pk__in=[])
    active = {"member__is_active": True, "member__user__is_active": True}
    if "organisation" in kinds:
        held = Appointment.objects.filter(in_force(on), role__represents=True, unit__path__startswith=path, **active)
        found |= _behind(held.filter(unit__kind__is_organisation=True, unit__is_active=True))
    if "team" in kinds:
        led = TeamMembership.objects.filter(in_force(on), position__in=["head", "deputy"], **active)
        found |= _behind(led.filter(team__unit__path__startswith=path, team__is_active=True))
    if "person" in kinds:
        relations = [Affiliation.Relation.HOME, Affiliation.Relation.REPORTED_IN]
        homes = Affiliation.objects.filter(in_force(on), relation__in=relations, **active)
        found |= _behind(homes.filter(unit__path__startswith=path, unit__is_active=True))
    rows = User.objects.filter(found).exclude(pk__in=excluded_users(step, case)).select_related("member")
    return list(rows.order_by("pk")[: MOST_PEOPLE + 1])


def _behind(rows: Any) -> Q:
    return Q(pk__in=rows.values("member__user_id"))


def starters(who: Any, tester: User, names: Names) -> list[Person]:
    """As whom a case may be started: the system, where nobody starts it by hand; else a visitor, and some logins."""
    if who is None:
        return [Person(SYSTEM, _("the system"), _("begins by itself"))]
    found = list(_may_start(who, names.on)[:MOST_PEOPLE])
    if not isinstance(who, list) and tester not in found:
        found.append(tester)
    persons = names.persons(found)
    if who == "anyone":
        persons.insert(0, Person(VISITOR, _("A visitor"), _("without a login")))
    return persons or names.persons([user for user in [tester] if user.is_superuser])


def first_starter(who: Any, now: datetime) -> str:
    """Somebody who may start a case, as a script names him; "" for nobody."""
    if who is None or who == "anyone":
        return SYSTEM if who is None else VISITOR
    user = _may_start(who, localdate(now)).first()
    return f"user:{user.pk}" if user is not None else ""


def _may_start(who: Any, on: date) -> QuerySet[User]:
    users = User.objects.filter(is_active=True, member__is_active=True).select_related("member").order_by("pk")
    if isinstance(who, list):
        held = Appointment.objects.filter(in_force(on), role__slug__in=who)
        users = users.filter(pk__in=held.values("member__user_id"))
    return users


def units(rows: Iterable[OrgUnit] | None = None) -> list[tuple[int, str]]:
    """Every active unit, indented by its depth."""
    found = OrgUnit.objects.filter(is_active=True).order_by("path") if rows is None else rows
    return [(unit.pk, f"{'　' * (unit.depth - 1)}{unit.name}") for unit in found]


def chooser(tester: User) -> User:
    """Within whose reach the tester chooses members where nobody starts by hand: his own, else somebody's high up."""
    if Appointment.objects.filter(member__user=tester).exists():
        return tester
    held = Appointment.objects.filter(member__is_active=True, member__user__is_active=True).select_related(
        "member__user"
    )
    found = held.order_by("unit__depth", "pk").first()
    return found.member.user if found is not None and found.member.user is not None else tester
