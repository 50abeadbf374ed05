"""Taking back a decision of one's own, as long as nothing that it opened has been touched."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS
from viewflow.workflow.token import Token

from core.actors import Actor
from core.exceptions import NotAllowed, WrongState
from workflows import added, asides, delegations, opening, pauses
from workflows.activations.cancelling import KEPT, cancel_tasks
from workflows.assignees import Assigned
from workflows.deadlines import REMINDER
from workflows.models import Case, Task
from workflows.running import Run, require_going, working_on
from workflows.services.acting import case_of
from workflows.tree import START, effect_of, outcomes_of

NOT_YOURS = _("You can take back only what you decided yourself.")
TOO_LATE = _(
    "This cannot be taken back any more: what came after it has been dealt with already. "
    "Please write to whoever has it now; they can send it back."
)
HAS_RUN = _(
    "This cannot be taken back any more: something has been recorded, posted or written because of it. "
    "Please write to whoever has it now; they can send it back."
)
GIVE_BACK = _("What you have taken on is not taken back but given back, on the page of the case.")
TRANSPARENT: Final = ("PARALLEL_GATEWAY",)


@dataclass
class Aftermath:
    """What a decision led to. `refusal`: why it cannot be taken back, or None; `opened`: rows that would go."""

    refusal: Any = None
    opened: list[Task] = field(default_factory=list)
    joins: list[Task] = field(default_factory=list)
    ended: list[Task] = field(default_factory=list)


def may_take_back(task: Task, actor: Actor) -> bool:
    """Whether `take_back` would succeed."""
    case = task.process
    is_going = case.status == PROCESS.NEW and not pauses.is_held(case) and case.flow_class is not None
    return is_going and _is_his(task, actor) and aftermath_of(task, case).refusal is None


def to_take_back(case: Case, actor: Actor) -> Task | None:
    """The newest decision of the actor in the case, if he may take it back."""
    if actor.user_id is None or case.status != PROCESS.NEW:
        return None
    done = Task.objects.filter(process=case, owner_id=actor.user_id, flow_task_type="HUMAN", status=STATUS.DONE)
    newest = done.order_by("-finished", "-pk").first()
    if newest is None:
        return None
    newest.process = case
    return newest if may_take_back(newest, actor) else None


def take_back(*, task_id: int, actor: Actor, now: datetime) -> Task:
    """Undo one's own decision until the next one acts: what it opened goes, the task is one's own again.

    Its deadline stays; answers and comment are there to be changed. Whoever loses a task by it is told.
    Raises: NotFound; NotAllowed; WrongState when it is too late, the case is over or on hold; TryLater.
    """
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        require_going(run)
        task = Task.objects.select_related("owner").get(pk=task_id)
        task.process = run.case
        if not _is_his(task, actor):
            raise NotAllowed(NOT_YOURS, code="not_your_decision")
        found = aftermath_of(task, run.case)
        if found.refusal is not None:
            raise WrongState(found.refusal, code="too_late")
        losers = asides.holders_of(found.opened, run, but={actor.user_id})
        _undo(task, found, run)
        _reopen(task, run)
        run.audit("task.taken_back", {"task": task.pk, "step": task.step_id})
        asides.taken_back(losers, task, run)
    return task


def _is_his(task: Task, actor: Actor) -> bool:
    is_done = task.status == STATUS.DONE and task.flow_task_type == "HUMAN"
    return is_done and actor.user_id is not None and task.owner_id == actor.user_id


def aftermath_of(task: Task, case: Case) -> Aftermath:
    """What the decision led to, and whether all of it is still untouched."""
    noted = task.data.get("led_to", {})
    if task.flow_task is None:
        return Aftermath(TOO_LATE)  # the case has moved to a version without the step
    step = case.flow_class.tree.steps.get(task.step_id)
    if step is not None and step["kind"] == "claim":
        return Aftermath(GIVE_BACK)
    if added.was_followed(task):
        return Aftermath(TOO_LATE)
    if noted.get("final") or (step is not None and step["kind"] == "notice"):
        return Aftermath(HAS_RUN)
    was_ended = {pk for pk, _status in noted.get("ended", ())}
    later = Q(pk__gt=task.pk) | Q(flow_task_type="JOIN") | Q(pk__in=was_ended)
    rows = list(Task.objects.filter(later, process=case).order_by("pk"))
    found = Aftermath(joins=[row for row in rows if row.pk in noted.get("joins", ())])
    if _is_behind(task, rows, found, case):
        return Aftermath(TOO_LATE)
    found.ended = [row for row in rows if row.pk in was_ended]
    found.refusal = _follow(task, rows, found, case)
    if found.refusal is None and "before" in noted and not found.opened:
        found.refusal = TOO_LATE  # sent back further since
    return found


def _is_behind(task: Task, rows: list[Task], found: Aftermath, case: Case) -> bool:
    """Whether the case went over the decision since: sent back behind it, or the branches around it have met."""
    if "before" not in task.data.get("led_to", {}) and task.pk <= case.data.get("lapsed", {}).get(task.step_id, 0):
        return True
    met = {row.pk for row in rows if _encloses(row, task) and row.status == STATUS.DONE}
    return bool(met - {row.pk for row in found.joins})


def _encloses(row: Task, task: Task) -> bool:
    return row.flow_task_type == "JOIN" and task.token.token.startswith(row.data["prefix"])


def _follow(task: Task, rows: list[Task], found: Aftermath, case: Case) -> Any:
    """Goes through what was opened, splits and joins included; the reason why it is too late, or None."""
    sources = [task.pk, *(row.pk for row in found.joins)]
    own = {task.pk, *sources}
    while sources:
        source = sources.pop()
        for row in [one for one in rows if one.previous_task_id == source and one.pk not in own]:
            if row.status == STATUS.CANCELED or _encloses(row, task):
                continue
            own.add(row.pk)
            is_fellow = row.step_id == task.step_id and row.token.token.startswith(_round_of(task))
            if is_fellow and row.data.get(added.ADDED_TO) != task.pk:
                return TOO_LATE  # the next in turn has been called
            if (refusal := _refusal(row, case)) is not None:
                return refusal
            found.opened.append(row)
            sources.append(row.pk)
    return None


def _round_of(task: Task) -> str:
    return str(task.token.token).rpartition("_")[0] + "_"


def _refusal(row: Task, case: Case) -> Any:
    kind = row.flow_task_type
    if kind in (*TRANSPARENT, REMINDER) or (kind == "JOIN" and row.status in (STATUS.STARTED, STATUS.DONE)):
        return None
    if kind == "HUMAN":
        is_open = row.status in (STATUS.NEW, STATUS.ASSIGNED)
        is_untouched = is_open and not delegations.is_delegated(row) and not row.data.get("handed")
        return None if is_untouched else TOO_LATE
    step = case.flow_class.tree.steps.get(row.step_id, {}) if case.flow_class is not None else {}
    if kind == "TIMER" and step.get("kind") == "wait":
        return None if row.status == STATUS.SCHEDULED else TOO_LATE
    return HAS_RUN


def _undo(task: Task, found: Aftermath, run: Run) -> None:
    """What the decision opened goes, what it ended is there again."""
    noted = task.data.get("led_to", {})
    opened = [row.pk for row in found.opened]
    cancel_tasks(Task.objects.filter(pk__in=opened), run.now)
    added.close_again(opened)
    Task.objects.filter(pk__in=opened).update(token=Token(START))  # so that no round of signers counts them
    for join in found.joins:
        Task.objects.filter(pk=join.pk).update(status=STATUS.STARTED, finished=None, outcome="")
    before = dict(noted.get("ended", ()))
    for row in found.ended:
        _revive(row, before[row.pk], run)
    _forget(task, found, noted.get("before", {}), run)


def _forget(task: Task, found: Aftermath, before: dict[str, Any], run: Run) -> None:
    """What the case keeps of its decisions is as it was; a return that was taken back does not count."""
    data, steps = run.case.data, set(before.get("steps", ()))
    for part in KEPT if before else ():
        kept = {key: value for key, value in data.get(part, {}).items() if key not in steps}
        data[part] = {**kept, **before.get(part, {})}
    for step_id in (task.step_id, *(join.step_id for join in found.joins)):
        data["outcomes"].pop(step_id, None)
    outcome = next((one for one in outcomes_of(task.flow_task.step) if one["id"] == task.outcome), None)
    if outcome is not None and effect_of(outcome)[0] == "return":
        data["returns"][task.step_id] -= 1
    run.dirty.add("data")


def _revive(row: Task, status: str, run: Run) -> None:
    row.status, row.finished, row.process = status, None, run.case
    row.save(update_fields=["status", "finished"])
    if row.flow_task_type == "HUMAN" and row.owner_id is None:
        opening.add_candidates(row, Assigned(keys=tuple(dict.fromkeys(row.data.get("offered", ())))))


def _reopen(task: Task, run: Run) -> None:
    """The task is with whoever decided, as he left it; its one timer runs on."""
    draft = {"outcome": task.outcome, "comment": task.data.get("comment", "")}
    kept = {key: value for key, value in task.data.items() if key not in ("comment", "led_to")}
    times = [*task.data.get("taken_back", ()), {"at": run.now.isoformat(), "by": run.actor.user_id}]
    task.data = {**kept, "draft": draft, "taken_back": times}
    task.status, task.outcome, task.finished = STATUS.ASSIGNED, "", None
    task.save(update_fields=["status", "outcome", "finished", "data"])
    timer = Task.objects.filter(process=run.case, previous_task=task, flow_task_type=REMINDER).order_by("-pk").first()
    if timer is not None:
        timer.status, timer.finished = STATUS.SCHEDULED, None
        timer.save(update_fields=["status", "finished"])
