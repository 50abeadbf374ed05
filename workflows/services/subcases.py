"""Cases that start other cases: beginning one, going on when it has ended, calling it off when nobody waits any more.

Each case is changed under its own lock only: what concerns the other one is a job, written in the same transaction.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import SYSTEM
from core.exceptions import Invalid, NotFound
from core.people.models import OrgUnit
from forms.rules import names_in
from workflows import effects
from workflows.answers import raw_answers, value_of
from workflows.models import FIRST_REHEARSED, Case, Task
from workflows.pauses import is_held
from workflows.running import Done, Run, working_on
from workflows.services.starting import Parent, begin, latest_version
from workflows.services.withdrawing import withdraw
from workflows.tree import Step, props_of


def start_child(step: Step, task: Task, run: Run) -> Case:
    """Begin the case that a step starts; starter and unit are those of the case, unless a unit was chosen.

    Raises: Invalid with sentences at the fields that fed the starting form, or when the flow would start itself again.
    """
    props, case = props_of(step), run.case
    _refuse_circle(case, props["flow"])
    try:
        version = latest_version(props["flow"])
    except NotFound:
        raise Invalid(_("The flow that should begin now is not in use any more."), code="unknown_flow") from None
    inputs = props.get("inputs") or {}
    answers = {key: given(expression, case) for key, expression in inputs.items()}
    try:
        started = begin(
            version,
            actor=SYSTEM,
            answers={key: value for key, value in answers.items() if value is not None},
            now=run.now,
            unit=_unit_of(props.get("unit", "case"), case),
            pk=FIRST_REHEARSED + secrets.randbelow(2**61) if case.pk >= FIRST_REHEARSED else None,
            parent=Parent(task, case.starter, run.background),
        )
    except Invalid as error:
        raise Invalid(error.sentence, code=error.code, errors=effects.at_fields(error.errors, inputs)) from error
    run.audit("case.child_started", {"task": task.pk, "step": step["id"], "child": started.case.pk})
    return started.case


def given(expression: Any, case: Case) -> Any:
    """What an expression gives, in JSON form; an answer that is passed on stays as it was given."""
    if isinstance(expression, Mapping) and set(expression) == {"var"}:
        step_id, _dot, key = str(expression["var"]).partition(".")
        if step_id != "outcomes":
            return raw_answers(case.pk).get(step_id, {}).get(key)
    value = value_of(expression, case) if names_in(expression) or isinstance(expression, Mapping) else expression
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _unit_of(named: str, case: Case) -> OrgUnit:
    slug = None if named == "case" else given({"var": named}, case)
    chosen = OrgUnit.objects.filter(slug=slug).first() if slug is not None else None
    unit: OrgUnit = chosen or case.unit
    return unit


def _refuse_circle(case: Case, slug: str) -> None:
    """Publishing refuses circles; two flows that were published at the same moment may still have closed one."""
    above: Case | None = case
    while above is not None:
        if above.version.slug == slug:
            raise Invalid(_("This flow would start itself again without an end."), code="starts_itself")
        task = Task.objects.select_related("process__version").filter(pk=above.parent_task_id).first()
        above = task.process if task is not None else None


def resume_parent(*, child_id: int, now: datetime | None = None) -> bool:
    """Let the case go on that waited for the end of this one, with its result; False when nobody does, or not now.

    `now`: when the waiting case went on after it had been on hold; else it goes on as this one ends.

    Raises: TryLater when the waiting case is busy.
    """
    child = Case.objects.exclude(status=PROCESS.NEW).select_related("parent_task").filter(pk=child_id).first()
    if child is None or child.parent_task is None:
        return False
    moment: datetime = now or child.finished or child.created
    with working_on(child.parent_task.process_id, actor=SYSTEM, now=moment, background=True) as run:
        task = Task.objects.filter(pk=child.parent_task_id, status=STATUS.STARTED).first()
        if task is None or run.case.status != PROCESS.NEW or is_held(run.case):
            return False
        task.process = run.case
        run.done = Done(task, task.step_id)
        activation = task.flow_task.activation_class(task)
        activation.child_ended(child.result)
        run.audit("case.child_ended", {"task": task.pk, "step": task.step_id, "child": child.pk})
        activation.activate_next()
    return True


def call_off_child(*, task_id: int, now: datetime) -> bool:
    """Withdraw the running case that a cancelled row had started; False when there is none."""
    child = Case.objects.filter(parent_task_id=task_id, status=PROCESS.NEW).values_list("pk", flat=True).first()
    if child is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The case that had started this one does not need it any more.")
    withdraw(case_id=child, actor=SYSTEM, reason=reason, now=now)
    return True
