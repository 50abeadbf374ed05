"""Opinions on a task: what colleagues who were asked about it wrote, for whoever has it in hand."""

from dataclasses import dataclass
from datetime import datetime

from core.text import masked_name
from workflows.models import Delegation, Task
from workflows.names import outcome_label
from workflows.selectors import step_of
from workflows.tree import outcomes_of


@dataclass(frozen=True)
class Opinion:
    """What one colleague wrote. `suggested`: what he would decide; `is_given`: not just given back."""

    at: datetime
    who: str
    asked: str
    words: str
    suggested: str
    is_given: bool


def opinions_on(task: Task) -> list[Opinion]:
    """The opinions that came back, the first first."""
    labels = {one["id"]: outcome_label(one) for one in outcomes_of(step_of(task))}
    rows = Delegation.objects.filter(task=task, ending__in=(Delegation.ANSWERED, Delegation.GIVEN_BACK))
    return [
        Opinion(
            at=row.ended_at or row.created_at,
            who=masked_name(row.to.display_name),
            asked=row.words,
            words=row.answer,
            suggested=labels.get(row.suggested, ""),
            is_given=row.ending == Delegation.ANSWERED,
        )
        for row in rows.select_related("to__member").order_by("ended_at", "pk")
    ]


def question_on(task: Task) -> str:
    """What the person who has the task now was asked, or ""."""
    asked = Delegation.objects.filter(task=task, ended_at=None).order_by("pk").last()
    return asked.words if asked is not None else ""
