"""The desk's screen on which all that somebody has in hand goes to another person, with a result for each task."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.exceptions import NotFound
from core.people.models import Appointment, User
from core.people.selectors import in_force, units_answered_for
from core.text import localised
from workflows.lengths import LONGEST_REASON
from workflows.models import Task
from workflows.names import step_name
from workflows.presenters.dates import Clock, Due, clock_at, due_text
from workflows.presenters.titles import without_leaks
from workflows.presenters.together import Outcome, outcomes
from workflows.repairs.attention import cases_of
from workflows.results import flow_title
from workflows.services.deciding_together import MOST_AT_ONCE
from workflows.services.handing_over import hand_over_all

MANAGE = "workflows.manage_case"
MOST_PEOPLE = 300


@dataclass(frozen=True)
class Held:
    """One open task of the person."""

    task_id: int
    title: str
    number: str
    flow: str
    step: str
    due: Due


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(MANAGE, login_url="login", raise_exception=True)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Choose who leaves, see what he has in hand, and hand it to somebody else."""
    if not isinstance(request.user, User):
        raise NotFound
    actor, clock = Actor(user=request.user), clock_at(timezone.now())
    tasks = tasks_managed_by(actor, clock.today)
    leaving = User.objects.filter(pk=_number(request, "of")).select_related("member").first()
    held = list(tasks.filter(owner=leaving)[:MOST_AT_ONCE]) if leaving is not None else []
    problem, found = "", None
    if request.method == "POST" and leaving is not None:
        problem, found = _handed_over(request, actor, leaving, {task.pk for task in held})
        held = list(tasks.filter(owner=leaving)[:MOST_AT_ONCE])
    context = {
        "people": _people_with_tasks(tasks),
        "leaving": leaving,
        "held": [_row(task, clock) for task in held],
        "successors": appointed(actor, clock.today, leaving),
        "problem": problem,
        "outcomes": found,
        "reason": request.POST.get("reason", ""),
        "to": _number(request, "to"),
        "longest": LONGEST_REASON,
    }
    return render(request, "workflows/desk/hand_over.html", context, status=422 if problem else 200)


def tasks_managed_by(actor: Actor, on: date) -> QuerySet[Task]:
    """The open tasks that somebody holds, in running cases for whose units the actor answers."""
    cases = cases_of(actor, on=on).filter(status=PROCESS.NEW)
    tasks = Task.objects.filter(process__in=cases, flow_task_type="HUMAN", status=STATUS.ASSIGNED, owner__isnull=False)
    return tasks.select_related("process__version__definition", "process__unit").order_by("due_at", "pk")


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name) or request.GET.get(name) or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0


def _handed_over(request: HttpRequest, actor: Actor, leaving: User, may: set[int]) -> tuple[str, list[Outcome] | None]:
    """(what is missing, or what came of each)."""
    to_user = User.objects.filter(pk=_number(request, "to"), is_active=True).exclude(pk=leaving.pk).first()
    reason = request.POST.get("reason", "").strip()
    chosen = [int(one) for one in request.POST.getlist("task") if one.isdigit() and len(one) < 18 and int(one) in may]
    if to_user is None:
        return _("Please choose who takes it over."), None
    if not reason or len(reason) > LONGEST_REASON:
        return _("Please write down why, in at most %(longest)d characters.") % {"longest": LONGEST_REASON}, None
    if not chosen:
        return _("Please tick at least one case."), None
    done = hand_over_all(task_ids=chosen, of=leaving, to_user=to_user, actor=actor, reason=reason, now=timezone.now())
    return "", outcomes(done, actor)


def _row(task: Task, clock: Clock) -> Held:
    case, flow = task.process, task.process.flow_class
    return Held(
        task_id=task.pk,
        title=without_leaks(case.title) or case.number,
        number=case.number,
        flow=flow_title(case),
        step=step_name(flow.tree, task.step_id) if flow is not None else task.step_id,
        due=due_text(task.due_at, clock),
    )


def _people_with_tasks(tasks: QuerySet[Task]) -> list[User]:
    holders = tasks.order_by().values("owner")
    return list(User.objects.filter(pk__in=holders).select_related("member").order_by("pk")[:MOST_PEOPLE])


def appointed(actor: Actor, on: date, leaving: User | None) -> list[tuple[int, str]]:
    """(login, role and name) of those who hold an appointment where the actor answers for the cases."""
    held = Appointment.objects.filter(in_force(on), member__is_active=True, member__user__is_active=True)
    if actor.user is not None and not actor.user.is_superuser:
        held = held.filter(unit__in=units_answered_for(actor.user, on=on))
    rows = held.select_related("member__user", "role", "unit").order_by("unit__path", "pk")[:MOST_PEOPLE]
    found: dict[int, str] = {}
    for row in rows:
        pk = row.member.user_id
        if pk is not None and (leaving is None or pk != leaving.pk):
            found.setdefault(pk, f"{row.member.name} · {localised(row.role.name)} · {row.unit.name}")
    return list(found.items())
