"""The same decision on many tasks: each by itself as `act` would take it, with what came of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.exceptions import Conflict, DandelionError, WrongState
from workflows.models import Task
from workflows.services.acting import act

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Decided:
    """What came of one task. `sentence`: why it was not decided, or ""; `is_repeated`: the actor had decided so before.

    `case_id` is None for a task that does not exist.
    """

    task_id: int
    case_id: int | None
    sentence: str = ""
    is_repeated: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the decision stands now."""
        return not self.sentence


def decide_together(
    *,
    task_ids: Sequence[int],
    actor: Actor,
    outcome: str,
    answers: Mapping[str, Any] | None = None,
    comment: str = "",
    now: datetime,
) -> list[Decided]:
    """Take one outcome for each of up to 100 tasks, each in its own transaction; one refusal keeps no other waiting.

    `answers`: field key → value in JSON form, the same for each. Never raises what `act` refuses: it is in the result.
    """
    cases = dict(Task.objects.filter(pk__in=task_ids[:MOST_AT_ONCE]).values_list("pk", "process_id"))
    found = []
    for task_id in dict.fromkeys(task_ids[:MOST_AT_ONCE]):
        sentence, is_repeated = "", False
        try:
            act(task_id=task_id, actor=actor, outcome=outcome, answers=answers, comment=comment, now=now)
        except DandelionError as error:
            is_repeated = isinstance(error, Conflict | WrongState) and _did_so(task_id, actor, outcome)
            sentence = "" if is_repeated else sentence_of(error)
        found.append(Decided(task_id, cases.get(task_id), sentence, is_repeated))
    return found


def _did_so(task_id: int, actor: Actor, outcome: str) -> bool:
    """Whether the actor has taken this very outcome already: the second of two clicks."""
    done = Task.objects.filter(pk=task_id, status=STATUS.DONE, owner_id=actor.user_id, outcome=outcome)
    return actor.user_id is not None and done.exists()


def sentence_of(error: DandelionError) -> str:
    """Why one of them was refused."""
    beside = [sentence for sentences in getattr(error, "errors", {}).values() for sentence in sentences]
    return " ".join(beside) or str(error)
