"""What people wrote when they sent back, refused, withdrew or cancelled a case, and what may go into a message."""

from dataclasses import dataclass
from typing import Any

from core.leaks import leaks_in
from forms.kinds import KINDS
from forms.models import FormVersion
from forms.rowvalues import leaves
from forms.schema import level_of
from workflows.models import Case, Hold, StepSubmission, Task

WITHDRAWN, CANCELLED = "withdrawn", "cancelled"  # results of cases that ended before their flow did
EXPIRED = "expired"  # how a case ended whose time as a whole was over; its result is what the flow says
PRIVATE = ("personal", "sensitive")
BACKWARD = ("return", "again")
LONGEST_IN_A_MESSAGE = 300


@dataclass(frozen=True)
class Remark:
    """The words with which a case came back; `is_correction`: something was missing, else it was not done yet."""

    text: str
    is_correction: bool


def remember(task: Task, decision: Task, effect: str) -> None:
    """Notes on a task that is about to be stored with which decision the case came back to it."""
    task.data = {**task.data, "sent_back": {"task": decision.pk, "effect": effect}}


def sent_back(task: Task) -> Remark | None:
    """With which words the case came back to this task; None when it did not, or without a word."""
    noted = task.data.get("sent_back")
    text = _written(noted["task"]) if noted else ""
    return Remark(text, noted["effect"] == "return") if text else None


def end_by(case: Case, decision: Task) -> None:
    """Notes which decision refused a case."""
    case.data["refused_by"] = decision.pk


def ended_by(case: Case, how: str, user_id: int | None, reason: str) -> None:
    """Notes who withdrew or cancelled a case (None: its guest, or the system), and why."""
    case.data[how] = {"by": user_id, "reason": reason}


def ended_early(case: Case) -> tuple[str, dict[str, Any]] | None:
    """How a case ended before its flow did, with who did it and why; None when it did not."""
    return next(((how, case.data[how]) for how in (WITHDRAWN, CANCELLED, EXPIRED) if how in case.data), None)


def why_ended(case: Case) -> str:
    """The reason of the refusal, withdrawal or cancellation of a case, or ""."""
    early = ended_early(case)
    if early is not None:
        return str(early[1]["reason"])
    return _written(case.data["refused_by"]) if "refused_by" in case.data else ""


def why_it_stands(case: Case) -> str:
    """Why a case ended, or why it is on hold, or ""."""
    hold = Hold.objects.filter(case=case, until=None).first()
    return hold.reason if hold is not None else why_ended(case)


def _written(task_id: int) -> str:
    data = Task.objects.filter(pk=task_id).values_list("data", flat=True).first() or {}
    return str(data.get("comment", ""))


def for_a_message(text: str, case: Case) -> str:
    """The words as a message may carry them: "" when they hold anything personal, which stays on the pages."""
    if not text or leaks_in(text) or any(word in text for word in personal_words(case)):
        return ""
    return text if len(text) <= LONGEST_IN_A_MESSAGE else f"{text[:LONGEST_IN_A_MESSAGE]}…"


def personal_words(case: Case) -> set[str]:
    """What was given as personal in the forms of a case, e.g. the name."""
    rows = StepSubmission.objects.filter(case=case).select_related("submission__version")
    return {word for row in rows for word in _given(row.submission.version, row.submission.answers)}


def _given(version: FormVersion, answers: dict[str, Any]) -> set[str]:
    given = [(one, stored) for one, stored in leaves(version.fields, answers) if level_of(one) in PRIVATE]
    return {word for one, stored in given for word in KINDS[one["kind"]].words(stored) if len(word) > 1}
