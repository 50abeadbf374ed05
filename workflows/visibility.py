"""Who may see a case: those concerned with it, and those who answer for its unit or a unit above."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.people.models import Appointment, User
from core.people.selectors import in_force, lineage, successor
from workflows.access import keys_of
from workflows.models import OPEN_HUMAN, Case, CaseCopy, Delegation, Task, TaskCandidate
from workflows.services.withdrawing import is_starter
from workflows.substitutes import absent_of


def may_see(case: Case, actor: Actor) -> bool:
    """Starter and guest; whoever has, had or may take a task or got a copy; desk readers above; administrators."""
    return _is_concerned(case, actor) or _candidates(case, actor).exists() or _copies(case, actor).exists()


def once_had(task: Task, actor: Actor) -> bool:
    """Whether a task, which somebody may not see any more, was his to do: he held it, or could have taken it."""
    if actor.user is None or not actor.user.is_active:
        return False
    keys = keys_of(actor, timezone.localdate())
    return task.owner_id == actor.user_id or not set(task.data.get("offered", [])).isdisjoint(keys)


def is_only_offered(case: Case, actor: Actor) -> bool:
    """Whether the actor sees the case for no other reason than that it is open to be claimed, by him like by others.

    Such a person reads no more of it than the board shows.
    """
    if _is_concerned(case, actor) or _copies(case, actor).exists():
        return False
    return set(_candidates(case, actor).values_list("task__why__code", flat=True)) == {"pool"}


def discussion_read_by(case: Case, actor: Actor) -> str:
    """Which remarks of the discussion the actor reads: `all`; `open`, those meant for whoever started; "" none."""
    if _sees_as_a_person(case, actor):
        if _has_only_a_copy(case, actor):
            return "all" if _copies(case, actor).filter(is_internal=True).exists() else "open"
        is_for_him = actor.user_id == case.starter_id and not _works_for(case, actor)
        return "open" if is_for_him else "all"
    return "open" if actor.guest_case == case.pk else ""


def may_discuss(case: Case, actor: Actor) -> bool:
    """Whether the actor may write in the discussion: whoever sees the case with his login, not only as an offer."""
    return _sees_as_a_person(case, actor)


def may_urge(case: Case, actor: Actor) -> bool:
    """Whether the actor may remind those who have the case in hand: starter, guest and those concerned with it."""
    return is_starter(case, actor) or _is_in_it(case, actor)


def may_copy(case: Case, actor: Actor) -> bool:
    """Whether the actor may send copies: colleagues concerned with the case, not whoever only got one himself.

    A colleague is appointed in the unit of the case or above it: to the others the names of these are not shown.
    """
    if actor.user is None or not _is_in_it(case, actor):
        return False
    units = [unit.pk for unit in lineage(successor(case.unit))]
    held = Appointment.objects.filter(in_force(timezone.localdate()), member__user=actor.user, unit__in=units)
    return actor.user.is_superuser or held.exists()


def _is_in_it(case: Case, actor: Actor) -> bool:
    """Whether the actor is concerned with the case, not only by a copy or an offer."""
    return _sees_as_a_person(case, actor) and not _has_only_a_copy(case, actor)


def _has_only_a_copy(case: Case, actor: Actor) -> bool:
    himself = Actor(user=actor.user)
    return not (_is_concerned(case, himself) or _candidates(case, himself).exists())


def _sees_as_a_person(case: Case, actor: Actor) -> bool:
    if actor.user is None or not actor.user.is_active:
        return False
    himself = Actor(user=actor.user)
    return may_see(case, himself) and not is_only_offered(case, himself)


def _works_for(case: Case, actor: Actor) -> bool:
    """Whether the actor, who started the case, also answers for it."""
    if actor.user is None:
        return False
    return actor.user.is_superuser or (actor.user.has_perm("workflows.view_case") and _answers_for(case, actor))


def _is_concerned(case: Case, actor: Actor) -> bool:
    """Whether the actor may see the case even when none of its open tasks is his to take."""
    if actor.system or is_starter(case, actor):
        return True
    if actor.user is None or not actor.user.is_active:
        return False
    if actor.user.is_superuser:
        return True
    if Task.objects.filter(process=case, owner=actor.user).exclude(status=STATUS.CANCELED).exists():
        return True
    absent = absent_of(actor.user, timezone.localdate())
    if absent and Task.objects.filter(OPEN_HUMAN, process=case, owner__in=absent).exists():
        return True
    if Delegation.objects.filter(_asked_or_answered(actor.user), task__process=case).exists():
        return True
    return actor.user.has_perm("workflows.view_case") and _answers_for(case, actor)


def _asked_or_answered(user: User) -> Q:
    return Q(by=user) | Q(to=user, ending=Delegation.ANSWERED)


def _candidates(case: Case, actor: Actor) -> QuerySet[TaskCandidate]:
    """The rows by which the actor may take open tasks of a case."""
    return TaskCandidate.objects.filter(task__process=case, key__in=keys_of(actor, timezone.localdate()))


def _copies(case: Case, actor: Actor) -> QuerySet[CaseCopy]:
    """The copies of a case that were sent to the actor."""
    is_there = actor.user is not None and actor.user.is_active
    return CaseCopy.objects.filter(case=case, to=actor.user) if is_there else CaseCopy.objects.none()


def _answers_for(case: Case, actor: Actor) -> bool:
    """Whether the actor holds an appointment in the unit of the case or a unit above."""
    units = [unit.pk for unit in lineage(successor(case.unit))]
    held = Appointment.objects.filter(in_force(timezone.localdate()), member__user=actor.user, unit__in=units)
    return held.exists()
