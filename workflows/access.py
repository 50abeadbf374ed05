"""Which keys an actor holds, and thereby which open tasks are his to take."""

from collections.abc import Container
from datetime import date

from django.utils.timezone import localdate

from core.actors import Actor
from core.people.selectors import KEY_FAMILIES, candidate_keys, lineage, successor
from workflows.assignees import ADMINS, administrators, managing
from workflows.models import Case, Task, TaskCandidate


def keys_of(actor: Actor, on: date, families: Container[str] = (*KEY_FAMILIES, ADMINS)) -> list[str]:
    """The candidate keys of an actor on a day. `families`: the words before the colon that are wanted."""
    keys: list[str] = []
    if actor.user is not None and actor.user.is_active:
        keys += candidate_keys(actor.user, on=on, families=families)
        if ADMINS in families and administrators(on).filter(pk=actor.user.pk).exists():
            keys.append(ADMINS)
    if actor.guest_case is not None:
        keys.append(f"guest:{actor.guest_case}")
    return keys


def holds_a_key(task: Task, actor: Actor, on: date) -> bool:
    """Whether the actor is among those who may take an open task that nobody holds."""
    wanted = set(TaskCandidate.objects.filter(task=task).values_list("key", flat=True))
    families = {key.partition(":")[0] for key in wanted}
    return not wanted.isdisjoint(keys_of(actor, on, families))


def may_repair(case: Case, actor: Actor) -> bool:
    """Whether the actor may repair the case: whoever manages cases in its unit or above, and system administrators."""
    if actor.system:
        return True
    if actor.user is None or not actor.user.is_active:
        return False
    if actor.user.is_superuser:
        return True
    above = [unit.pk for unit in lineage(successor(case.unit))]
    return managing(localdate()).filter(member__user=actor.user, unit__in=above).exists()
