"""Open tasks that wait for the same decision: which of an inbox go together, and what stands out in each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count

from forms.kinds import KINDS
from forms.models import FormVersion
from forms.schema import level_of
from forms.shapes import SHAPES
from workflows.inbox import InboxRow
from workflows.models import Case, Delegation, DiscussionNote, StepSubmission
from workflows.tree import START

FEWEST = 2
FEWEST_TO_COMPARE, FAR_ABOVE = 4, 3  # a number stands out above three times the median of at least four
Key = tuple[int, str]  # (flow version, step)


@dataclass
class Remarkable:
    """What sets one case apart. `returns`: how often it was returned; `far`: fields far above what others say."""

    returns: int = 0
    opinions: int = 0
    notes: int = 0
    far: list[str] = field(default_factory=list)


def offers(rows: Iterable[InboxRow]) -> list[tuple[Key, int]]:
    """The steps of which at least two approvals wait, with their number, the most first."""
    counted = Counter((row.version_id, row.step_id) for row in rows if may_be_together(row))
    return [(key, count) for key, count in counted.most_common() if count >= FEWEST]


def may_be_together(row: InboxRow) -> bool:
    """Whether a task is a decision of the actor's own, not an opinion that he was asked for."""
    return row.kind == "approval" and not row.is_asked


def handed_in(case_ids: Sequence[int]) -> dict[int, StepSubmission]:
    """Case → what was handed in at its start, with the version of the form."""
    rows = StepSubmission.objects.filter(case__in=case_ids, step_id=START, is_current=True)
    return {row.case_id: row for row in rows.select_related("submission__version__definition")}


def remarkable(rows: Sequence[InboxRow], submissions: Mapping[int, StepSubmission]) -> dict[int, Remarkable]:
    """Task → what sets its case apart from the others; a fixed number of queries for any number of tasks."""
    cases = {row.case_id for row in rows}
    data = dict(Case.objects.filter(pk__in=cases).values_list("pk", "data"))
    notes = _counted(DiscussionNote.objects.filter(case__in=cases, retracted_at=None), "case")
    tasks = [row.task_id for row in rows]
    opinions = _counted(Delegation.objects.filter(task__in=tasks, ending=Delegation.ANSWERED), "task")
    far = _far_above({pk: row for pk, row in submissions.items() if pk in cases})
    return {
        row.task_id: Remarkable(
            returns=sum((data.get(row.case_id) or {}).get("returns", {}).values()),
            opinions=opinions.get(row.task_id, 0),
            notes=notes.get(row.case_id, 0),
            far=far.get(row.case_id, []),
        )
        for row in rows
    }


def _counted(rows: Any, by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(Count("pk")))


def _far_above(submissions: Mapping[int, StepSubmission]) -> dict[int, list[str]]:
    """Case → the fields whose numbers are far above what the others say."""
    numbers: dict[str, dict[int, Decimal]] = {}
    for case_id, row in submissions.items():
        for one in _numeric(row.submission.version):
            value = KINDS[one["kind"]].typed(row.submission.answers.get(one["key"]))
            if isinstance(value, Decimal):
                numbers.setdefault(one["key"], {})[case_id] = value
    found: dict[int, list[str]] = {}
    for key, given in numbers.items():
        if len(given) < FEWEST_TO_COMPARE:
            continue
        limit = FAR_ABOVE * median(given.values())
        for case_id, value in given.items():
            if limit > 0 and value > limit:
                found.setdefault(case_id, []).append(key)
    return found


def _numeric(version: FormVersion) -> list[dict[str, Any]]:
    """The fields whose numbers can be compared: amounts, hours, counts; no keys of people or teams."""
    return [
        one
        for one in version.fields
        if SHAPES[one["kind"]].value == "number"
        and not SHAPES[one["kind"]].needs_login
        and level_of(one) in ("public", "internal")
    ]
