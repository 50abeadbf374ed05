"""How far a case is: every step of its flow with its state, when, with whom, and until when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS, STATUS

from core.events import EVENTS
from core.people.models import OrgUnit, Role, Team, User
from core.text import localised, masked_name
from workflows.claims import claimant_of, standing
from workflows.ladders import BY_DEADLINE
from workflows.models import PASSED, Case, StepClaim, Task
from workflows.names import step_name
from workflows.pauses import is_held
from workflows.reasons import held_in, skipped_sentence
from workflows.results import flow_title
from workflows.tally import tally
from workflows.tree import START, Step, Tree, branch_steps, props_of

SILENT = ("REMINDER", "PARALLEL_GATEWAY")  # rows that say nothing of where a case stands
MOST_NAMES = 3
AUTOMATIC = frozenset({"effect", "notify", "branch", "parallel", "end"})


@dataclass(frozen=True)
class StepProgress:
    """One step. `state`: done, passed (nobody needed to be asked), current, next or skipped; `with_whom`: role and
    unit, a masked name, or why nobody was asked.

    `is_conditional`: it lies in one of several ways, and nobody knows yet which will be taken. `tally`: how far a
    decision together is, in sentences.
    """

    step_id: str
    name: str
    state: str
    kind: str = ""
    at: datetime | None = None
    with_whom: str = ""
    due_at: datetime | None = None
    outcome: str = ""
    is_error: bool = False
    is_conditional: bool = False
    tally: tuple[str, ...] = ()


def progress(case: Case) -> list[StepProgress]:
    """The start and every step of the flow in document order."""
    flow = case.flow_class
    if flow is None:
        return []
    tree: Tree = flow.tree
    found: dict[str, list[Task]] = defaultdict(list)
    lapsed = case.data.get("lapsed", {})
    rows = Task.objects.filter(process=case).exclude(flow_task_type__in=SILENT).exclude(status=STATUS.CANCELED)
    for task in rows.select_related("owner__member").order_by("pk"):
        if task.pk > lapsed.get(task.step_id, 0):
            found[task.step_id].append(task)
    teller = _Teller(case, tree, {step_id: _telling(tasks) for step_id, tasks in found.items()}, found)
    return [teller.start(), *teller.sequence(tree.root)]


def opened(case: Case, tasks: Sequence[Task]) -> list[StepProgress]:
    """The steps in which these open tasks are, in the order in which they opened."""
    flow = case.flow_class
    if flow is None:
        return []
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        found[task.step_id].append(task)
    teller = _Teller(case, flow.tree, found)
    return [teller.step(step_id) for step_id in found]


def _telling(rows: list[Task]) -> list[Task]:
    """The rows that say where their step stands: those that people have in hand, else what is under way, else the last.

    A decision together has several, beside the row in which its votes meet.
    """
    in_hand = [row for row in rows if row.flow_task_type == "HUMAN" and row.status in (STATUS.NEW, STATUS.ASSIGNED)]
    under_way = [row for row in rows if row.status != STATUS.DONE]
    return in_hand or under_way[-1:] or rows[-1:]


class _Teller:
    """Goes through the tree once."""

    def __init__(
        self, case: Case, tree: Tree, latest: dict[str, list[Task]], all_rows: dict[str, list[Task]] | None = None
    ) -> None:
        self.case, self.tree, self.latest, self.all_rows = case, tree, latest, all_rows or {}
        reasons = [task.why for tasks in latest.values() for task in tasks]
        units = {pk for why in reasons if (pk := held_in(why))}
        self.units = {case.unit_id: case.unit} if units <= {case.unit_id} else OrgUnit.objects.in_bulk(units)
        self.teams = Team.objects.in_bulk({why["team"] for why in reasons if why.get("team")})
        wanted = {slug for why in reasons for slug in why.get("roles", [])}
        self.roles = {role.slug: localised(role.name) for role in Role.objects.filter(slug__in=wanted).order_by("pk")}

    def start(self) -> StepProgress:
        return self._told({"id": START, "kind": "form"})

    def step(self, step_id: str) -> StepProgress:
        """One step by itself."""
        return self.start() if step_id == START else self._told(self.tree.steps[step_id])

    def sequence(self, steps: Sequence[Step]) -> list[StepProgress]:
        return [row for step in steps for row in self._one(step)]

    def _one(self, step: Step) -> list[StepProgress]:
        inner = [self.sequence(branch) for branch in branch_steps(step)]
        if step["kind"] == "branch":
            taken = [any(row.state in ("done", "passed", "current") for row in rows) for rows in inner]
            if any(taken) or self._is_passed(step):
                inner = [
                    rows if hit else [_skipped(row) for row in rows] for rows, hit in zip(inner, taken, strict=True)
                ]
            else:
                inner = [[replace(row, is_conditional=True) for row in rows] for rows in inner]
        rows = [row for branch in inner for row in branch]
        return [self._told(step, rows), *rows]

    def _is_passed(self, step: Step) -> bool:
        """Whether something behind the step in its sequence has begun."""
        own = self.tree.position[step["id"]][-1]
        for other in self.tree.walk():
            hops = self.tree.position[other["id"]]
            is_behind = any(hop.container == own.container and hop.index > own.index for hop in hops)
            if is_behind and other["id"] in self.latest:
                return True
        is_over: bool = self.case.status != PROCESS.NEW
        return is_over

    def _told(self, step: Step, inner: Sequence[StepProgress] = ()) -> StepProgress:
        step_id, name = step["id"], step_name(self.tree, step["id"])
        tasks = self.latest.get(step_id)
        if tasks is None:
            return StepProgress(step_id, name, self._untouched(step, inner), step["kind"])
        task = tasks[0]
        is_done = task.status == STATUS.DONE
        return StepProgress(
            step_id,
            name,
            ("passed" if all(one.flow_task_type == PASSED for one in tasks) else "done") if is_done else "current",
            step["kind"],
            at=task.finished if is_done else task.created,
            with_whom=_("; ").join(dict.fromkeys(self._whom(one, step) for one in tasks)),
            due_at=None if is_done or is_held(self.case) else task.due_at or task.scheduled,
            outcome=task.outcome,
            is_error=task.status == STATUS.ERROR,
            tally=tally(step, self.all_rows.get(step_id, ())),
        )

    def _untouched(self, step: Step, inner: Sequence[StepProgress]) -> str:
        states = {row.state for row in inner}
        if "current" in states:
            return "current"
        if step["kind"] in ("branch", "parallel") and self._is_passed(step):
            return "done" if states & {"done", "passed"} or step["kind"] == "branch" else "skipped"
        return "next" if self.case.status == PROCESS.NEW else "skipped"

    def _whom(self, task: Task, step: Step) -> str:
        """Never a full name: the page may be read by the guest."""
        if task.flow_task_type == PASSED:
            return skipped_sentence(task)
        if task.status == STATUS.DONE and BY_DEADLINE in task.data:
            return _("By itself, because nobody did it in time")
        if step["kind"] == "claim" and task.status == STATUS.DONE and (name := claimant_name(self.case, step["id"])):
            return name
        if step["kind"] == "subcase":
            return _child_of(task)
        if step["kind"] == "wait":
            return event_label(step)
        code = task.why.get("code", "")
        if code in ("team_head", "team_deputy"):
            return self._in_team(task.why)
        if code in ("role", "role_up", "team_up", "nobody", "self_admins") and task.why.get("unit"):
            return self._role_and_unit(task)
        if code in ("starter", "guest") or step["id"] == START:
            return self._starter_or_guest(task)
        if code == "claimant" and (name := claimant_name(self.case, task.why.get("step"))):
            return name
        if code == "pool":
            return _("Open to everybody who may take it on")
        return _masked(task.owner)

    def _starter_or_guest(self, task: Task) -> str:
        """A clerk who starts a case for somebody is told apart from the person, who acts with the code."""
        if task.owner is not None:
            return _masked(task.owner)
        if self.case.starter_id is None or not self.tree.start.get("status_code"):
            return _("Whoever started it")
        if task.status == STATUS.DONE:
            return _("The person concerned, with the status code")
        return _("The person concerned, or whoever registered it for them")

    def _in_team(self, why: dict[str, Any]) -> str:
        team = self.teams.get(why["team"])
        sentence = _("Head of the team %(team)s") if why["code"] == "team_head" else _("Deputies of the team %(team)s")
        return sentence % {"team": team.name if team is not None else "–"}

    def _role_and_unit(self, task: Task) -> str:
        if task.why["code"] in ("nobody", "self_admins"):
            return _("System administrators")
        unit = self.units.get(held_in(task.why))
        names = " / ".join(name for slug, name in self.roles.items() if slug in task.why.get("roles", []))
        return _("%(roles)s of %(unit)s") % {"roles": names, "unit": unit.name if unit is not None else "–"}


def claimant_name(case: Case, step_id: str | None) -> str:
    """Who claimed at the step, or at all of them: organisations and teams by name, persons masked; the first few."""
    rows = list(reversed(standing(case, step_id)))
    names = [shown_name(row) for row in rows[:MOST_NAMES]]
    joined = _(", ").join(names)
    if len(rows) <= MOST_NAMES:
        return joined
    return _("%(names)s and %(more)s more") % {"names": joined, "more": len(rows) - MOST_NAMES}


def shown_name(row: StepClaim) -> str:
    """The name of a claimant, of a person what a mask leaves."""
    claimant = claimant_of(row)
    return masked_name(claimant.name) if row.kind == "person" else claimant.name


def event_label(step: Step) -> str:
    """What happens in the event that a step waits for; "" when it waits for none."""
    event = EVENTS.get(str(props_of(step).get("event")))
    return str(event.label) if event is not None else ""


def _child_of(task: Task) -> str:
    """The case that a row started, by the name of its flow and its number."""
    child = task.children.select_related("version__definition").first()
    return f"{flow_title(child)} {child.number}" if child is not None else ""


def _skipped(row: StepProgress) -> StepProgress:
    return StepProgress(row.step_id, row.name, "skipped", row.kind)


def _masked(user: User | None) -> str:
    return masked_name(user.display_name) if user is not None else ""
