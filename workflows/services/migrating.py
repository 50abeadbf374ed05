"""Moving a running case to another version of its flow, judged under its lock, and all of a flow's cases by jobs."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.audit.services import record
from core.exceptions import NotAllowed, NotFound, TryLater, WrongState
from core.jobs.services import enqueue
from core.rights import is_permitted, require
from workflows import added, assignees, deadlines, opening, time_limits
from workflows.access import may_repair
from workflows.claims import steps_of
from workflows.fields import PREFIX
from workflows.models import Case, CaseMove, FlowDefinition, FlowVersion, MassMove, Task
from workflows.nodes import CompiledFlow
from workflows.pools import widened
from workflows.registry import flow_of
from workflows.running import Run, working_on
from workflows.services.timing import is_free
from workflows.straight_rules import STRAIGHT
from workflows.tree import START, Step, assignees_of, props_of
from workflows.versions.judging import UNDER_WAY, Judge
from workflows.versions.verdict import Reason

log = logging.getLogger(__name__)
PUBLISH = "workflows.publish_flowdefinition"
MOVE_CASES = "workflows.move_cases"
BATCH, PASSES = 20, 3  # cases per job; how often a case is tried on which somebody works
NOT_YOURS = _("Only those who manage the cases of this unit, or who publish flows, can move it.")
UNDER_WAY_ALREADY = _("The cases of this flow are already on their way to this version.")
NOBODY_TO_MOVE = _("No running case is in another version.")
NOT_RUNNING = _("This move is over already.")


def migrate_case(*, case_id: int, to: FlowVersion, actor: Actor, now: datetime) -> CaseMove:
    """Move a case to another version of its flow if its verdict allows; what came of it, with the reasons if it stays.

    Whoever manages the cases of its unit may, and whoever publishes flows. Raises: NotFound; NotAllowed; TryLater.
    """
    with working_on(case_id, actor=actor, now=now) as run:
        if not may_repair(run.case, actor) and not is_permitted(actor, PUBLISH):
            raise NotAllowed(NOT_YOURS)
        return _judged_and_moved(run, to, None)


def as_data(found: Iterable[Reason]) -> list[dict[str, str]]:
    """Reasons as they are stored."""
    return [{"code": one.code, "step": one.step_id, "part": one.part} for one in found]


def from_data(stored: Iterable[dict[str, str]]) -> list[Reason]:
    """Reasons as they were stored."""
    return [Reason(one["code"], one["step"], one["part"]) for one in stored]


# one case


def _judged_and_moved(run: Run, to: FlowVersion, mass: MassMove | None) -> CaseMove:
    source = run.case.version
    found = Judge(to).one(run.case)
    if not found:
        _move(run, source, to)
    return CaseMove.objects.create(
        mass=mass, case=run.case, source=source, target=to, reasons=as_data(found), by=run.actor.user, at=run.now
    )


def _move(run: Run, source: FlowVersion, to: FlowVersion) -> None:
    case, old = run.case, flow_of(source)
    new = flow_of(to)
    steps = set(_under_way(case).values_list("step_id", flat=True))
    _point(case, [*steps, *steps_of(case)], new)
    case.data.pop(STRAIGHT, None)  # a case that is being corrected walks again in the new version
    run.dirty.add("data")
    case.version = to
    case.flow_class = new  # type: ignore[assignment]  # the field hands out classes
    run.dirty |= {"version", "flow_class"}
    for task in _under_way(case):
        task.process = case
        _adapt(task, _step(old, task), _step(new, task), run)
    time_limits.follow(case, run.now)
    run.audit("case.migrated", {"from": source.number, "to": to.number})


def _under_way(case: Case) -> QuerySet[Task]:
    rows = Task.objects.filter(process=case, status__in=UNDER_WAY).exclude(flow_task_type=deadlines.REMINDER)
    return rows.select_related("owner").order_by("pk")


def _point(case: Case, step_ids: Iterable[str], new: type[CompiledFlow]) -> None:
    """Rows of steps under way, and of claims that stand, belong to the new version; what is over stays as it was."""
    rows = Task.objects.filter(process=case, step_id__in=list(step_ids))
    for text in set(rows.values_list("flow_task", flat=True)):
        reference = str(text)
        node = reference.rpartition(".")[2]
        if new.instance.node(node, no_obsolete=True) is not None:
            rows.filter(flow_task=reference).update(flow_task=f"{PREFIX}.{new.__name__}.{node}")


def _step(flow: type[CompiledFlow], task: Task) -> Step:
    if task.step_id == START:
        return {"id": START, "kind": "form", "props": {"form": flow.tree.start.get("form")}}
    return flow.tree.steps[task.step_id]


def _adapt(task: Task, was: Step, now: Step, run: Run) -> None:
    """Deadlines, waits and people follow the new version where it says something else."""
    before, after = props_of(was), props_of(now)
    if task.flow_task_type == "HUMAN":
        if _people(was) != _people(now) and not task.flow_task.signs and not added.is_shared(task):
            assigned = assignees.for_step(widened(now, task), run.case, may_pass=False)  # what is open stays open
            if not opening.is_as_before(task, assigned):
                opening.hand_on(task, assigned, run)
        if before.get("deadline") != after.get("deadline"):
            _rearm(task, now, run)
    elif now["kind"] == "wait" and task.status == STATUS.SCHEDULED and before != after:
        task.scheduled = _wakes(task, after, run)
        task.save(update_fields=["scheduled"])


def _people(step: Step) -> Any:
    props = props_of(step)
    return assignees_of(step), props.get("claimants"), props.get("scope")


def _rearm(task: Task, step: Step, run: Run) -> None:
    deadlines.disarm(task, run.now)
    task.due_at = deadlines.due_moment(step, task.created)
    task.save(update_fields=["due_at"])
    deadlines.arm(task, step)


def _wakes(task: Task, props: dict[str, Any], run: Run) -> datetime | None:
    if "event" in props and "days" not in props:
        return None
    return deadlines.wait_until(props, run, task.created)


# all cases of a flow


def cases_to_move(to: FlowVersion) -> QuerySet[Case]:
    """The running cases of the flow that are in another version, the oldest first."""
    running = Case.objects.filter(version__definition=to.definition_id, status=PROCESS.NEW).exclude(version=to)
    return running.select_related("version__definition", "unit").order_by("pk")


def start_moving(*, to: FlowVersion, actor: Actor, now: datetime) -> MassMove:
    """Let jobs move every running case of the flow that may move; for those who publish flows.

    Raises: NotAllowed; WrongState when there is none, or when this very move is under way.
    """
    require(actor, PUBLISH)
    with transaction.atomic():
        FlowDefinition.objects.select_for_update().get(pk=to.definition_id)
        if MassMove.objects.filter(target=to, state=MassMove.State.RUNNING).exists():
            raise WrongState(UNDER_WAY_ALREADY, code="move_under_way")
        total = cases_to_move(to).count()
        if not total:
            raise WrongState(NOBODY_TO_MOVE, code="nobody_to_move")
        mass = MassMove.objects.create(target=to, total=total, started_by=actor.user, started_at=now)
        record(actor=actor, verb="flow.moving", obj=to, now=now, data={"count": total})
        _next(mass, 0, 1, now)
    return mass


def stop_moving(*, mass_id: int, actor: Actor, now: datetime) -> MassMove:
    """Stop after the cases that are being moved at this moment; for those who publish flows.

    Raises: NotAllowed; NotFound; WrongState when it is over.
    """
    require(actor, PUBLISH)
    running = MassMove.objects.filter(pk=mass_id, state=MassMove.State.RUNNING)
    mass = MassMove.objects.select_related("target").filter(pk=mass_id).first()
    if mass is None:
        raise NotFound
    if not running.update(state=MassMove.State.STOPPED, finished_at=now):
        raise WrongState(NOT_RUNNING, code="move_over")
    record(actor=actor, verb="flow.moving_stopped", obj=mass.target, now=now)
    mass.refresh_from_db()
    return mass


def move_some(*, mass_id: int, after: int, number: int, now: datetime) -> None:
    """One job: the next few cases. Its rows and its job are one transaction, so a job that dies has moved none.

    `after`: primary key of the last case of the job before; `number`: of the pass. A case on which somebody works is
    tried again in the next pass.
    """
    mass = MassMove.objects.select_related("target", "started_by").get(pk=mass_id)
    if mass.state != MassMove.State.RUNNING:
        return
    left = cases_to_move(mass.target).exclude(moves__mass=mass)
    portion = list(left.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH])
    for case_id in portion:
        _try(case_id, mass, now, is_last=number == PASSES)
    if portion:
        _next(mass, portion[-1], number, now)
    elif left.exists() and number < PASSES:
        _next(mass, 0, number + 1, now)
    else:
        done = MassMove.objects.filter(pk=mass.pk, state=MassMove.State.RUNNING)
        done.update(state=MassMove.State.DONE, finished_at=now)


def _try(case_id: int, mass: MassMove, now: datetime, *, is_last: bool) -> None:
    """Move one case or note why it stays; nothing that one case does keeps the others from moving."""
    try:
        if is_free(case_id):
            with working_on(case_id, actor=Actor(user=mass.started_by), now=now) as run:
                _judged_and_moved(run, mass.target, mass)
        elif is_last:
            _note(case_id, mass, "busy", now)
    except TryLater:
        _note(case_id, mass, "busy", now)
    except Exception as error:  # the other cases go on; no text, it might be personal
        log.error("case %s cannot be moved: %s", case_id, type(error).__name__)
        _note(case_id, mass, "failed", now)


def _note(case_id: int, mass: MassMove, code: str, now: datetime) -> None:
    case = Case.objects.get(pk=case_id)
    CaseMove.objects.create(
        mass=mass,
        case=case,
        source_id=case.version_id,
        target=mass.target,
        reasons=as_data([Reason(code)]),
        by=mass.started_by,
        at=now,
    )


def _next(mass: MassMove, after: int, number: int, now: datetime) -> None:
    payload = {"mass": mass.pk, "after": after, "number": number}
    enqueue(key=f"move-cases:{mass.pk}:{number}:{after}", kind=MOVE_CASES, payload=payload, now=now)
