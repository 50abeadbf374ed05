"""Reads cases and tasks; each function decides what its actor may see, and says "not found" for the rest."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.exceptions import NotFound
from core.people.models import User
from core.people.selectors import Claimant
from workflows import added, delegations
from workflows.access import acts_as, may_repair
from workflows.answers import raw_answers
from workflows.assignees import barred_users
from workflows.done import Deed, done_by
from workflows.following import StepProgress, progress
from workflows.inbox import InboxRow, inbox, open_count
from workflows.ladders import BY_DEADLINE
from workflows.models import PASSED, Case, CaseCopy, Task
from workflows.names import name_of, outcome_label, step_name
from workflows.pauses import is_held
from workflows.reasons import skipped_sentence
from workflows.services.acting import MOST_RETURNS, STOOD_IN_FOR, returns_made
from workflows.services.cancelling import may_cancel
from workflows.services.claiming import claimants_at, claims_to_release, who_may_take
from workflows.services.delegating import MOST_LINKS
from workflows.services.holding import may_hold, may_resume
from workflows.services.taking_back import may_take_back
from workflows.services.withdrawing import may_withdraw
from workflows.tree import Step, effect_of, outcomes_of, props_of
from workflows.visibility import may_see

__all__ = [
    "Actions",
    "Choice",
    "Deed",
    "Event",
    "InboxRow",
    "StepProgress",
    "actions_on",
    "answers_of",
    "case_actions",
    "case_for",
    "copied_to",
    "done_by",
    "inbox",
    "open_count",
    "open_tasks_of",
    "progress",
    "started_by",
    "step_of",
    "task_for",
    "timeline",
]


@dataclass(frozen=True)
class Choice:
    """An outcome to take. `comment`: required, optional, none. `effect`: continue, return, again, end. `form`: ""."""

    id: str
    label: str
    effect: str
    comment: str
    tone: str
    form: str = ""


@dataclass(frozen=True)
class Actions:
    """What an actor may do with a task. `may_add`: in which places he may add approvers, e.g. ["before", "after"].

    `refusal`: code of the reason when he may not act.
    """

    can_act: bool = False
    can_claim: bool = False
    can_reassign: bool = False
    can_answer: bool = False
    can_delegate: bool = False
    can_give_back: bool = False
    can_call_back: bool = False
    can_take_back: bool = False
    may_add: list[str] = field(default_factory=list)
    refusal: str = ""
    outcomes: list[Choice] = field(default_factory=list)
    claimants: list[Claimant] = field(default_factory=list)
    returns_left: int = MOST_RETURNS

    @property
    def is_his(self) -> bool:
        """Whether there is something for him to do: decide, take on, or say his opinion."""
        return self.can_act or self.can_claim or self.can_answer


@dataclass(frozen=True)
class Event:
    """One line of a case's story. `who`: the login that acted, None for a guest or the engine."""

    at: datetime
    step_id: str
    step_name: str
    outcome: str
    outcome_label: str
    who: Any
    comment: str
    is_cancelled: bool
    is_error: bool
    by_deadline: bool = False
    is_passed: bool = False  # nobody needed to be asked
    stands_for: Any = None  # the login that was away


def case_for(actor: Actor, pk: int) -> Case:
    """The case, if the actor may see it. Raises: NotFound for unknown and forbidden alike."""
    case = Case.objects.select_related("version__definition", "unit", "starter").filter(pk=pk).first()
    if case is None or not may_see(case, actor):
        raise NotFound
    return case


def task_for(actor: Actor, pk: int) -> Task:
    """The human task, if the actor may see its case. Raises: NotFound for unknown and forbidden alike."""
    tasks = Task.objects.select_related("process__version__definition", "process__unit", "process__starter", "owner")
    task = tasks.filter(pk=pk, flow_task_type="HUMAN").first()
    if task is None or not may_see(task.process, actor):
        raise NotFound
    return task


def step_of(task: Task) -> Step:
    """The step of a task; empty when its version cannot be read any more."""
    node = task.flow_task
    if node is None:
        return {"id": task.step_id, "kind": "form"}
    step: Step = node.step
    return step


def open_tasks_of(case: Case) -> list[Task]:
    """The open human tasks of a case, oldest first."""
    tasks = Task.objects.filter(process=case, flow_task_type="HUMAN", status__in=[STATUS.NEW, STATUS.ASSIGNED])
    found = list(tasks.select_related("owner__member").order_by("pk"))
    for task in found:
        task.process = case
    return found


def actions_on(task: Task, actor: Actor, *, now: datetime | None = None) -> Actions:
    """What the actor may do with a task now."""
    moment = now or timezone.now()
    case = task.process
    if case.status != PROCESS.NEW or task.status not in (STATUS.NEW, STATUS.ASSIGNED):
        return Actions(refusal="task_closed", can_take_back=may_take_back(task, actor))
    repair = step_of(task)["kind"] != "claim" and may_repair(case, actor)
    if is_held(case):
        return Actions(refusal="on_hold", can_reassign=repair)
    step = step_of(task)
    mine = acts_as(task, actor, timezone.localdate(moment))
    chain = delegations.chain_of(task)
    if not mine:
        if any(one.by_id == actor.user_id for one in chain):
            return Actions(refusal="with_colleague", can_call_back=True, can_reassign=repair)
        return Actions(refusal="held_by_another" if task.owner_id else "not_your_task", can_reassign=repair)
    barred = barred_users(task, step, case) if actor.user_id is not None else frozenset()
    if actor.user_id in barred or barred.issuperset(mine):
        return Actions(refusal="same_person", can_reassign=repair, can_give_back=bool(chain))
    if step["kind"] == "claim":
        claimants = claimants_at(task, actor.user, moment) if actor.user is not None else []
        able, refusal = who_may_take(task, step, claimants, moment)
        return Actions(can_claim=bool(able), claimants=able, refusal=refusal)
    left = MOST_RETURNS - returns_made(case, step["id"])
    choices = [
        Choice(
            one["id"],
            outcome_label(one),
            effect_of(one)[0],
            one.get("comment", "optional"),
            one.get("tone", ""),
            one.get("form", ""),
        )
        for one in outcomes_of(step)
        if left > 0 or effect_of(one)[0] != "return"
    ]
    if chain:
        may_ask = len(chain) < MOST_LINKS
        return Actions(can_answer=True, can_give_back=True, can_delegate=may_ask, can_reassign=repair, outcomes=choices)
    has_login = actor.user is not None
    may_add = list(props_of(step).get("may_add") or ()) if has_login and not added.is_added(task) else []
    if added.awaited(task):
        return Actions(refusal="waits_for_added", can_reassign=has_login, may_add=may_add)
    return Actions(
        can_act=True,
        can_reassign=has_login,
        can_delegate=has_login,
        may_add=may_add,
        outcomes=choices,
        returns_left=max(left, 0),
    )


def case_actions(case: Case, actor: Actor, *, now: datetime | None = None) -> dict[str, bool]:
    """{"withdraw", "cancel", "release", "hold", "resume"}: what the actor may do with the case as a whole."""
    release = case.flow_class is not None and bool(claims_to_release(case, actor, now or timezone.now()))
    return {
        "withdraw": may_withdraw(case, actor),
        "cancel": may_cancel(case, actor),
        "release": release,
        "hold": may_hold(case, actor),
        "resume": may_resume(case, actor),
    }


def answers_of(case: Case) -> dict[str, dict[str, Any]]:
    """Step id → field key → value in JSON form, of the current round; whole, the presenter masks."""
    return raw_answers(case.pk)


def named_as_done(task: Task, step: Step) -> str:
    """What the step of a row is called in its case, else in the version in which it was done."""
    flow = task.process.flow_class
    return (step_name(flow.tree, task.step_id) if flow is not None else task.step_id) or name_of(step)


def timeline(case: Case) -> list[Event]:
    """What happened, oldest first: only what people did, and what failed."""
    tasks = Task.objects.filter(
        Q(flow_task_type__in=["HUMAN", "HUMAN_START", PASSED], status=STATUS.DONE) | Q(status=STATUS.ERROR),
        process=case,
    )
    events = []
    rows = list(tasks.select_related("owner__member").order_by("finished", "pk"))
    wanted = {task.data[STOOD_IN_FOR] for task in rows if STOOD_IN_FOR in task.data}
    absent = User.objects.select_related("member").in_bulk(wanted) if wanted else {}
    for task in rows:
        task.process = case
        step = step_of(task)
        labels = {one["id"]: outcome_label(one) for one in outcomes_of(step)}
        events.append(
            Event(
                at=task.finished or task.created,
                step_id=task.step_id,
                step_name=named_as_done(task, step),
                outcome=task.outcome,
                outcome_label=labels.get(task.outcome, ""),
                who=task.owner,
                comment=skipped_sentence(task) or str(task.data.get("comment", "")),
                is_cancelled=False,
                is_error=task.status == STATUS.ERROR,
                by_deadline=BY_DEADLINE in task.data,
                is_passed=task.flow_task_type == PASSED,
                stands_for=absent.get(task.data.get(STOOD_IN_FOR)),
            )
        )
    return events


def started_by(actor: Actor, *, limit: int | None = None) -> QuerySet[Case]:
    """The cases that the actor started, newest first."""
    if actor.user_id is None:
        return Case.objects.none()
    cases = Case.objects.filter(starter_id=actor.user_id).select_related("version__definition", "unit")
    return cases.order_by("-created", "-pk")[:limit]


def copied_to(actor: Actor) -> QuerySet[CaseCopy]:
    """The copies of cases that were sent to the actor, newest first."""
    if actor.user_id is None:
        return CaseCopy.objects.none()
    copies = CaseCopy.objects.filter(to_id=actor.user_id).order_by("-created_at", "-pk")
    return copies.select_related("case__version__definition", "case__unit")
