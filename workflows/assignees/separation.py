"""Separation of duties: who must not act on a task, whatever the rules find."""

from collections.abc import Sequence

from django.utils.timezone import localdate

from core.people.models import Affiliation, Member
from core.people.selectors import in_force
from workflows import rounds
from workflows.added import others_of
from workflows.assignees.answered import key_answered
from workflows.models import Case, Delegation, Task
from workflows.tree import START, Step, is_together, props_of

NOT_SELF = ("above", "admins")  # policies by which whoever started must not decide


def excluded_users(step: Step, case: Case) -> frozenset[int]:
    """Whom a step keeps out: as `not_same_as` says, and whoever started where he must not decide for himself."""
    kept_out = kept_apart(step, case)
    if props_of(step).get("when_self") in NOT_SELF and case.starter_id is not None:
        return kept_out | {case.starter_id}
    return kept_out


def kept_apart(step: Step, case: Case) -> frozenset[int]:
    """Whom `not_same_as` and `not_same_unit_as` keep out of a step."""
    props = props_of(step)
    return persons_at(props.get("not_same_as") or (), case) | unit_kept_out(step, case)


def unit_kept_out(step: Step, case: Case) -> frozenset[int]:
    """Logins at home in the units of those whom `not_same_unit_as` names, and these themselves."""
    persons = persons_at(props_of(step).get("not_same_unit_as") or (), case)
    if not persons:
        return persons
    homes = Affiliation.objects.filter(in_force(localdate()), relation=Affiliation.Relation.HOME)
    units = homes.filter(member__user__in=persons).values("unit")
    mates = homes.filter(unit__in=units, member__user__isnull=False).values_list("member__user_id", flat=True)
    return persons | frozenset(mates)


def persons_at(others: Sequence[str], case: Case) -> frozenset[int]:
    """Logins that acted or gave an opinion at one of these steps, or were chosen in one of these member fields."""
    if not others:
        return frozenset()
    fields = [name for name in others if "." in name]
    acted = Task.objects.filter(
        process=case, step_id__in=[name for name in others if "." not in name], status="DONE", owner__isnull=False
    )
    found = set(acted.values_list("owner_id", flat=True))
    asked = Delegation.objects.filter(task__in=acted, ending=Delegation.ANSWERED)
    found |= set(asked.values_list("to_id", flat=True))
    if START in others and case.starter_id:
        found.add(case.starter_id)
    if fields:
        chosen = Member.objects.filter(pk__in=[key_answered(name, case) for name in fields])
        found |= set(chosen.values_list("user_id", flat=True))
    return frozenset(user_id for user_id in found if user_id is not None)


def barred_users(task: Task, step: Step, case: Case) -> frozenset[int]:
    """Persons who must not act on an open task: those excluded, and who shares the decision.

    That is who was added to it, or added whoever has the task, and who signs in the same round with another task.
    """
    excluded = excluded_users(step, case) | others_of(task)
    if not is_together(step):
        return excluded
    fellows = Task.objects.filter(
        process=case, step_id=step["id"], flow_task_type="HUMAN", status__in=["ASSIGNED", "DONE"]
    ).filter(token__startswith=rounds.prefix_of(task))
    others = fellows.exclude(pk=task.pk)
    waiting = rounds.waiting_users(task) if props_of(step).get("mode") == "in_turn" else frozenset()
    asking = Delegation.objects.filter(task__in=others, ended_at=None).values_list("by_id", flat=True)
    return excluded | waiting | frozenset(others.values_list("owner_id", flat=True)) | frozenset(asking)
