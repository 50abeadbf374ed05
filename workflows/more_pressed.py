"""What a person pressed behind “More” on the page of a task: calls the one service that the button means."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from core.actors import Actor
from core.exceptions import Invalid
from core.people.models import User
from workflows import added, services
from workflows.models import Task
from workflows.presenters.actions import Typed
from workflows.presenters.colleagues import colleagues
from workflows.presenters.dates import clock_at

DELEGATING: Final = ("delegate", "answer", "give_back", "call_back")
MORE: Final = ("reassign", "take_back", "add_approver", "remove_approver", *DELEGATING)


def press(task: Task, actor: Actor, typed: Typed, now: datetime) -> Task:
    """Do it; the task as it is then. Raises: whatever refusal it meets."""
    if typed.do == "reassign":
        to_user = _person(task, actor, typed, now)
        return services.reassign(task_id=task.pk, actor=actor, to_user=to_user, reason=typed.reassign, now=now)
    if typed.do == "delegate":
        to_user = _person(task, actor, typed, now)
        words = typed.reason("delegate")
        return services.delegate(task_id=task.pk, actor=actor, to_user=to_user, words=words, now=now)
    if typed.do == "add_approver":
        to_user, words = _person(task, actor, typed, now), typed.reason("add_approver")
        services.add_approver(task_id=task.pk, actor=actor, to_user=to_user, place=typed.place, words=words, now=now)
        return task
    if typed.do.startswith("remove_approver:"):
        number = typed.do.partition(":")[2]
        mine = {str(one.pk): one.pk for one in added.standing(task)}
        return services.remove_approver(added_id=mine.get(number, 0), actor=actor, now=now)
    if typed.do == "answer":
        words = typed.reason("answer")
        return services.answer(task_id=task.pk, actor=actor, words=words, suggested=typed.suggested, now=now)
    if typed.do == "give_back":
        return services.give_back(task_id=task.pk, actor=actor, reason=typed.reason("give_back"), now=now)
    if typed.do == "take_back":
        return services.take_back(task_id=task.pk, actor=actor, now=now)
    return services.call_back(task_id=task.pk, actor=actor, now=now)


def _person(task: Task, actor: Actor, typed: Typed, now: datetime) -> User:
    """Who was chosen, of those who were offered. Raises: Invalid."""
    offered = {str(one.pk): one.user for one in colleagues(task, actor, clock_at(now), typed)}
    if typed.person not in offered:
        raise Invalid(_("Please choose one of the people in the list."), code="unknown_colleague")
    return offered[typed.person]
