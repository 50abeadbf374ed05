"""Handing over in one go what somebody who leaves has in hand, with what came of each task."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.exceptions import DandelionError
from core.people.models import User
from workflows.delegations import is_delegated
from workflows.models import Task
from workflows.services.acting import reassign
from workflows.services.deciding_together import MOST_AT_ONCE, Decided, sentence_of

ONLY_ASKED = _("The person was only asked for an opinion here; whoever asked can call it back.")
GONE = _("The person does not have this in hand any more, so nothing was handed over.")


def hand_over_all(
    *, task_ids: Sequence[int], of: User, to_user: User, actor: Actor, reason: str, now: datetime
) -> list[Decided]:
    """Hand up to 100 open tasks `of` somebody to another person, each by itself as `reassign` would.

    A refusal, as where the other person took part in an earlier step, is in the result and keeps no other task.
    """
    tasks = Task.objects.in_bulk(list(dict.fromkeys(task_ids))[:MOST_AT_ONCE])
    found = []
    for task in tasks.values():
        sentence = ""
        if task.owner_id != of.pk or task.status != STATUS.ASSIGNED:
            sentence = str(GONE)
        elif is_delegated(task):
            sentence = str(ONLY_ASKED)
        else:
            try:
                reassign(task_id=task.pk, actor=actor, to_user=to_user, reason=reason, now=now)
            except DandelionError as error:
                sentence = sentence_of(error)
        found.append(Decided(task.pk, task.process_id, sentence))
    return found
