"""A case on paper: what its page shows this reader of the answers, with what a file needs."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from core.actors import Actor
from workflows.models import Case
from workflows.presenters.answers import AnswerGroup
from workflows.presenters.cases import case_page
from workflows.presenters.dates import Clock
from workflows.results import state_text


@dataclass(frozen=True)
class PaperPage:
    """What is printed. `version`: number of the flow's version; `sheets`: the answers, masked as on the screen."""

    number: str
    title: str
    flow: str
    version: int
    unit: str
    state: str
    sheets: list[AnswerGroup]
    case_url: str
    now: datetime


def paper_page(case: Case, actor: Actor, clock: Clock) -> PaperPage:
    """The case on paper, for somebody who may see it; nothing that its page does not show him."""
    shown = case_page(case, actor, clock, is_guest=False)
    return PaperPage(
        number=shown.number,
        title=shown.name,
        flow=shown.flow,
        version=case.version.number,
        unit=shown.unit,
        state=state_text(case),
        sheets=shown.answers,
        case_url=reverse("case", args=(case.pk,)),
        now=clock.now,
    )
