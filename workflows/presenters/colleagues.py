"""The people near a case: to whom a task may be handed, who may be asked about it, who may get a copy."""

from dataclasses import dataclass

from core.actors import Actor
from core.people.models import Appointment, User
from core.people.selectors import in_force, lineage, successor
from core.text import localised
from workflows.assignees import barred_users
from workflows.models import Case, Task
from workflows.presenters.actions import Typed
from workflows.presenters.dates import Clock
from workflows.selectors import step_of

MOST_COLLEAGUES = 60


@dataclass(frozen=True)
class Colleague:
    """One of them."""

    user: User
    name: str
    is_chosen: bool = False

    @property
    def pk(self) -> int:
        """What the form sends."""
        return int(self.user.pk)


def colleagues(task: Task, actor: Actor, clock: Clock, typed: Typed) -> list[Colleague]:
    """Those appointed in the unit of the case or above it, nearest first, without those who must not decide here."""
    excluded = {actor.user_id, task.owner_id, *barred_users(task, step_of(task), task.process)}
    return people_near(task.process, clock, excluded, {typed.person})


def people_near(case: Case, clock: Clock, excluded: set[int | None], chosen: set[str]) -> list[Colleague]:
    """Those appointed in the unit of the case or above it, nearest first. `chosen`: what was chosen before."""
    units = lineage(successor(case.unit))
    nearness = {unit.pk: place for place, unit in enumerate(units)}
    held = Appointment.objects.filter(
        in_force(clock.today), unit__in=list(nearness), member__is_active=True, member__user__is_active=True
    ).select_related("member__user", "role", "unit")
    found: dict[int, Colleague] = {}
    for row in sorted(held[:MOST_COLLEAGUES], key=lambda one: (nearness[one.unit_id], one.pk)):
        user = row.member.user
        if user is not None and user.pk not in excluded:
            name = f"{localised(row.role.name)} {row.member.name} · {row.unit.name}"
            found.setdefault(user.pk, Colleague(user, name, str(user.pk) in chosen))
    return list(found.values())
