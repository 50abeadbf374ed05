"""The answers of a case by step: storing a round of them, reading the current ones, working out expressions on them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from forms.carrying import Carried, carried
from forms.display import typed
from forms.groupschema import column_names
from forms.models import FormVersion
from forms.rules import evaluate, names_in
from forms.services import submit
from workflows.models import Case, StepSubmission, Task
from workflows.tree import Step, outcomes_of, own_form_key, props_of


def pinned_form(case: Case, slug: str) -> FormVersion:
    """The version of the form that the case's flow version pinned at publishing."""
    found: FormVersion = case.version.pinned(slug)
    return found


def own_access(step: Step, version: FormVersion) -> dict[str, str]:
    """What a step lets its person do in the form it asks: field key, or `group.column`, → state, or rights on rows.

    The one place that says so, for every page and service; `version`: of that form.
    """
    own = {name for field in version.fields for name in (field["key"], *column_names(field))}
    return {name: str(state) for name, state in (step.get("access") or {}).items() if name in own}


def store(
    case: Case,
    task: Task,
    step_id: str,
    form: str,
    answers: Mapping[str, Any],
    *,
    step: Step | None = None,
    passed_on: bool = False,
    first: bool = False,
) -> Mapping[str, Any]:
    """Keeps what was answered at a step and returns it; an earlier round's answers stay as evidence, no longer current.

    `step`: whose access holds. `first`: the case has just begun, so that there was no earlier round.
    Raises: Invalid with sentences per field key.
    """
    run = case.run
    version = pinned_form(case, form)
    earlier = None if first else _current(case.pk, step_id)
    submission = submit(
        version=version,
        answers=answers,
        actor=run.actor,
        now=run.now,
        access=own_access(step, version) if step is not None else {},
        earlier=_answering(earlier, version).answers,
        passed_on=passed_on,
    )
    if earlier is not None:
        StepSubmission.objects.filter(case=case, step_id=step_id, is_current=True).update(is_current=False)
    StepSubmission.objects.create(case=case, task=task, step_id=step_id, submission=submission)
    kept: Mapping[str, Any] = submission.answers
    return kept


def raw_answers(case_id: int) -> dict[str, dict[str, Any]]:
    """Step id → field key → value in JSON form, of the current round."""
    rows = StepSubmission.objects.filter(case_id=case_id, is_current=True).select_related("submission")
    return {row.step_id: row.submission.answers for row in rows.order_by("pk")}


def standing(case_id: int, step_id: str, version: FormVersion) -> Carried:
    """What stands at a step from an earlier round, as answers to this version of its form, and what did not fit."""
    return _answering(_current(case_id, step_id), version)


def _current(case_id: int, step_id: str) -> StepSubmission | None:
    rows = StepSubmission.objects.filter(case_id=case_id, step_id=step_id, is_current=True)
    return rows.select_related("submission").first()


def _answering(row: StepSubmission | None, version: FormVersion) -> Carried:
    if row is None:
        return Carried()
    was = row.submission
    if was.version_id == version.pk or was.version.definition_id != version.definition_id:  # mostly the first
        return Carried(dict(was.answers))
    return carried(was.version.document, version.document, was.answers, today=localdate())


def given_at(case_id: int, step_id: str, key: str) -> tuple[Any, datetime | None]:
    """The current answer to one field in JSON form, and when it was given; (None, None) when there is none."""
    rows = StepSubmission.objects.filter(case_id=case_id, is_current=True, step_id=step_id)
    row = rows.select_related("submission").first()
    if row is None or key not in row.submission.answers:
        return None, None
    return row.submission.answers[key], row.submission.submitted_at


def typed_answers(case_id: int, step_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Step id → field key → Python value, of the current round of the named steps."""
    rows = StepSubmission.objects.filter(case_id=case_id, is_current=True, step_id__in=list(step_ids))
    return {
        row.step_id: typed(row.submission.version, row.submission.answers)
        for row in rows.select_related("submission__version__definition")
    }


def value_of(expression: Any, case: Case) -> Any:
    """What an expression gives for the case; reads only the answers that it names."""
    steps = {name.split(".")[0] for name in names_in(expression)} - {"outcomes"}
    data: dict[str, Any] = typed_answers(case.pk, sorted(steps)) if steps else {}
    for step_id, score in case.data.get("scores", {}).items():
        data.setdefault(step_id, {})["score"] = Decimal(score)
    data["outcomes"] = case.data.get("outcomes", {})
    return evaluate(expression, data, today=localdate(case.run.now))


def form_asked(step: Step, outcome: str) -> tuple[str, str]:
    """The form that a step asks of whoever chooses this outcome ("" for none), and the key of its answers."""
    chosen = next((one for one in outcomes_of(step) if one["id"] == outcome), None)
    if chosen is not None and chosen.get("form"):
        return str(chosen["form"]), own_form_key(step["id"], outcome)
    return form_of(step), str(step["id"])


def form_of(step: Step) -> str:
    """The form slug of a step, "" if it asks nothing."""
    return str(props_of(step).get("form") or "")
