"""One case at the desk: what keeps it from going on, and the services behind its buttons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.exceptions import Invalid, Unreadable
from core.people.models import Member, User
from workflows import services
from workflows.access import may_repair
from workflows.handling import legible
from workflows.models import Case, Task
from workflows.names import step_name
from workflows.pauses import is_held
from workflows.presenters.actions import Typed
from workflows.presenters.cases import events_of
from workflows.presenters.colleagues import Colleague, colleagues
from workflows.presenters.dates import Clock, Due, due_text
from workflows.presenters.story import Event
from workflows.repairs.attention import reasons_of
from workflows.repairs.listing import CaseRow, Whom, rows_of
from workflows.results import is_finished, state_text
from workflows.selectors import open_tasks_of, step_of
from workflows.stranded import stranded_tasks


@dataclass(frozen=True)
class OpenTask:
    """One unfinished task. `error`: what failed, "" when nothing; `colleagues`: to whom it may be handed over."""

    pk: int
    step: str
    whom: str
    due: Due
    error: str
    is_stranded: bool
    is_claim: bool
    colleagues: list[Colleague]


@dataclass(frozen=True)
class CaseDesk:
    """The screen of a case. `successor`: what its unit was merged into, or ""; `state`: how it stands or ended."""

    row: CaseRow
    reasons: list[str]
    successor: str
    tasks: list[OpenTask]
    events: list[Event]
    may_repair: bool
    state: str
    is_held: bool


def desk_of(case: Case, actor: Actor, clock: Clock) -> CaseDesk:
    """Everything the screen shows."""
    failed = list(Task.objects.filter(process=case, status=STATUS.ERROR).order_by("pk"))
    tasks = [*failed, *open_tasks_of(case)]
    stranded = set(stranded_tasks(clock.today).filter(process=case).values_list("pk", flat=True))
    whom, may = Whom(tasks), may_repair(case, actor)
    into = case.unit.merged_into
    is_over = is_finished(case)
    return CaseDesk(
        row=rows_of([case], clock)[0],
        reasons=[] if is_over else reasons_of(case, tasks, stranded),
        successor=into.name if into is not None else "",
        tasks=[] if is_over else [_open(task, case, actor, clock, stranded, whom, may=may) for task in tasks],
        events=events_of(case),
        may_repair=may and not is_over,
        state=state_text(case),
        is_held=is_held(case),
    )


def _open(task: Task, case: Case, actor: Actor, clock: Clock, stranded: set[int], whom: Whom, *, may: bool) -> OpenTask:
    task.process = case
    flow = case.flow_class
    is_failed = task.status == STATUS.ERROR
    is_claim = not is_failed and step_of(task)["kind"] == "claim"
    offered = colleagues(task, actor, clock, Typed()) if may and not is_failed and not is_claim and flow else []
    return OpenTask(
        task.pk,
        step_name(flow.tree, task.step_id) if flow is not None else task.step_id,
        whom.of(task),
        due_text(None if is_held(case) else task.due_at, clock, with_moment=True),
        str(task.data.get("error", "")) if is_failed else "",
        task.pk in stranded,
        is_claim,
        offered,
    )


def mend(request: HttpRequest, case: Case, actor: Actor, now: datetime) -> str:
    """Do what was pressed and say so in a sentence. Raises: whatever refusal it meets."""
    post: Any = request.POST
    do, reason = post.get("do", ""), legible(post.get("reason", "")).strip()
    if do == "cancel":
        services.cancel_case(case_id=case.pk, actor=actor, reason=reason, now=now)
        return _("It is cancelled; whoever started it was told why.")
    if do == "hold":
        services.hold_case(case_id=case.pk, actor=actor, reason=reason, now=now)
        return _("It is on hold; those in it were told why. Its clocks stand still until it is resumed.")
    if do == "resume":
        services.resume_case(case_id=case.pk, actor=actor, now=now)
        return _("It goes on; its deadlines moved by as long as it stood still.")
    task_id = _task_of(case, post.get("task", ""))
    if do == "retry":
        services.retry(task_id=task_id, actor=actor, now=now)
        return _("It worked this time; the case goes on.")
    if do == "again":
        services.find_again(task_id=task_id, actor=actor, now=now)
        return _("The rule was asked again, and the people it found were told.")
    if do == "reassign":
        services.reassign(task_id=task_id, actor=actor, to_user=_person(post), reason=reason, now=now)
        return _("The task was handed over, and the person was told.")
    raise Unreadable


def _task_of(case: Case, text: str) -> int:
    """The task, if it is one of this case."""
    number = int(text) if text.isdecimal() and len(text) < 18 else 0
    if not Task.objects.filter(pk=number, process=case).exists():
        raise Unreadable
    return number


def _person(post: Any) -> User:
    """Who gets a task: by volunteer number, else from the list. Raises: Invalid."""
    number, chosen = post.get("number", "").strip(), post.get("to_user", "")
    if number:
        member = Member.objects.filter(number=number, is_active=True).select_related("user").first()
        if member is None or member.user is None:
            raise Invalid(_("There is no active member with this volunteer number and a login."), code="unknown_member")
        return member.user
    user = User.objects.filter(pk=chosen if chosen.isdecimal() else 0, is_active=True).first()
    if user is None:
        raise Invalid(_("Please choose a person, or enter a volunteer number."), code="person_missing")
    return user
