"""Which keys an actor holds, and thereby which open tasks are his to take."""

from collections.abc import Container, Set
from datetime import date

from django.utils.timezone import localdate

from core.actors import Actor
from core.people.models import User
from core.people.selectors import KEY_FAMILIES, candidate_keys, lineage, successor
from workflows.assignees import ADMINS, administrators, managing
from workflows.delegations import is_delegated
from workflows.models import Case, Task, TaskCandidate
from workflows.substitutes import absent_of

PASSED_ON = ("user", "role", "for")  # families of keys that go to whoever stands in


def keys_of(actor: Actor, on: date, families: Container[str] = (*KEY_FAMILIES, ADMINS)) -> list[str]:
    """The candidate keys of an actor on a day, and those of whom he stands in for.

    `families`: the words before the colon that are wanted.
    """
    keys = own_keys(actor, on, families)
    if actor.user is not None and actor.user.is_active:
        passed_on = [family for family in PASSED_ON if family in families]
        others = absent_of(actor.user, on) if passed_on else []
        keys += [key for one in others for key in candidate_keys(one, on=on, families=passed_on)]
    return list(dict.fromkeys(keys))


def own_keys(
    actor: Actor, on: date, families: Container[str] = (*KEY_FAMILIES, ADMINS), wanted: Set[str] = frozenset()
) -> list[str]:
    """The candidate keys that an actor holds himself; `wanted` as for `candidate_keys`."""
    keys: list[str] = []
    if actor.user is not None and actor.user.is_active:
        keys += candidate_keys(actor.user, on=on, families=families, wanted=wanted)
        if ADMINS in families and administrators(on).filter(pk=actor.user.pk).exists():
            keys.append(ADMINS)
    if actor.guest_case is not None:
        keys.append(f"guest:{actor.guest_case}")
    return keys


def acts_as(task: Task, actor: Actor, on: date) -> list[int | None]:
    """For whom the actor may do an open task: himself where it is his, else those who are away whose it is; or nobody.

    Taking on what is offered, and giving an opinion for which somebody else was asked, passes to nobody.
    """
    if actor.user is not None and not actor.user.is_active:
        return []
    if task.owner_id is not None and task.owner_id == actor.user_id:
        return [actor.user_id]
    wanted: set[str] = set()
    if task.owner_id is None:
        wanted = set(TaskCandidate.objects.filter(task=task).values_list("key", flat=True))
        if not wanted.isdisjoint(own_keys(actor, on, {key.partition(":")[0] for key in wanted}, wanted)):
            return [actor.user_id]
    return [one.pk for one in _away(actor, on) if _comes_to(one, task, wanted, on)]


def _away(actor: Actor, on: date) -> list[User]:
    return absent_of(actor.user, on) if actor.user is not None and actor.user.is_active else []


def _comes_to(user: User, task: Task, wanted: set[str], on: date) -> bool:
    if task.owner_id is not None:
        return task.owner_id == user.pk and not is_delegated(task)
    families = [family for family in PASSED_ON if any(key.startswith(f"{family}:") for key in wanted)]
    return not wanted.isdisjoint(candidate_keys(user, on=on, families=families))


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
