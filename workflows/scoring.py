"""Scores of a jury: what each juror fills in, and the exact mean that comes of it."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import Invalid
from forms.building import FillContext, as_posted, form_class
from forms.models import FIRST_DRAFT, FormVersion
from workflows.kinds import FAILED, PASSED
from workflows.models import Task
from workflows.tree import DONE, SCORED, Step, props_of

FEWEST_TO_DROP = 3  # without the highest and the lowest one is left
PLACES = Decimal("0.0001")
SCORES_NEEDED = _("Please give your scores.")


def sheet_of(step: Step) -> FormVersion:
    """What a juror fills in: a number per criterion, as a form that is never stored."""
    fields = [
        {
            "id": key_of(one),
            "key": key_of(one),
            "kind": "decimal",
            "label": one["label"],
            "required": True,
            "min": 0,
            "max": one["max"],
            "places": 2,
            "help": _("0 to %(most)s") % {"most": one["max"]},
        }
        for one in props_of(step)["criteria"]
    ]
    document = {"v": 1, "sections": [{"id": "scores", "title": _("Your scores"), "fields": fields}]}
    return FormVersion(number=FIRST_DRAFT, document=document)


def key_of(criterion: Mapping[str, Any]) -> str:
    """The name of a criterion's field; no button of the page is called like it."""
    return f"score_{criterion['id']}"


def keep(task: Task, step: Step, outcome: str, answers: Mapping[str, Any] | None) -> None:
    """Keeps a juror's scores in his task. Raises: Invalid with sentences per field."""
    if outcome != SCORED:
        return
    if answers is None:
        raise Invalid(SCORES_NEEDED, code="form_missing")
    version = sheet_of(step)
    form = form_class(version)(data=as_posted(version.document, answers), answers={}, context=FillContext(user=None))
    if not form.is_valid():
        raise Invalid(errors=form.sentences())
    task.data = {**task.data, "scores": form.answers()}


def needed(step: Step, jurors: int) -> int:
    """How many scores it takes: as many as the step says, else all of them; enough of them to drop two."""
    props = props_of(step)
    least = FEWEST_TO_DROP if props.get("drop") else 1
    wanted: int = props.get("need", jurors)
    return max(least, wanted)


def total_of(step: Step, scores: Mapping[str, Any]) -> Fraction:
    """What one juror gives in all, weights included."""
    return sum(
        (Fraction(str(scores[key_of(one)])) * one.get("weight", 1) for one in props_of(step)["criteria"]), Fraction(0)
    )


def mean_of(step: Step, totals: Sequence[Fraction]) -> Fraction:
    """The mean; without the highest and the lowest where the step says so."""
    counted = sorted(totals)
    if props_of(step).get("drop") and len(counted) >= FEWEST_TO_DROP:
        counted = counted[1:-1]
    return sum(counted, Fraction(0)) / len(counted)


def decimal_of(number: Fraction) -> Decimal:
    """The number to four places."""
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(PLACES, ROUND_HALF_UP)


def outcome_of(step: Step, mean: Fraction) -> str:
    """What the mean amounts to, compared before it is rounded."""
    threshold = props_of(step).get("pass")
    if threshold is None:
        return DONE
    return PASSED if mean >= threshold else FAILED
