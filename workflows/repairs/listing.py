"""The list of running cases: filters, and one row per case without anything personal; no query per row."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.exports import MOST_ROWS
from core.people.models import OrgUnit, Role
from core.people.selectors import subtree_ids
from core.templatetags.dandelion import day
from core.text import localised, masked_name
from workflows.activations.cancelling import SUBCASE
from workflows.models import OPEN_HUMAN, Case, FlowDefinition, Task
from workflows.names import step_name
from workflows.pauses import is_held
from workflows.presenters.dates import Clock, Due, age_of, due_text, waited_text
from workflows.reasons import held_in
from workflows.repairs.attention import REASONS, needing_attention, reasons_of, running_cases
from workflows.results import flow_title
from workflows.stranded import stranded_tasks
from workflows.time_limits import limit_of, sooner

PAGE_SIZE: Final = 25
PORTION: Final = 500
UNDER_WAY: Final = [STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.ERROR]
STATES: Final = ("", "attention", "overdue")


@dataclass(frozen=True)
class Chosen:
    """The filters. `state`: "", attention or overdue; `number`: of a case, as people quote it."""

    flow: str = ""
    unit: int | None = None
    state: str = ""
    number: str = ""


@dataclass(frozen=True)
class CaseRow:
    """One running case. `needs`: why it needs an administrator, in words."""

    pk: int
    number: str
    flow: str
    unit: str
    steps: str
    whom: str
    since: str
    due: Due
    age: str
    needs: list[str]


def page_of_cases(actor: Actor, chosen: Chosen, clock: Clock, page: str) -> tuple["Page[Case]", list[CaseRow]]:
    """One page of the actor's running cases, the oldest first, and their rows."""
    cases = _filtered(running_cases(actor, on=clock.today), chosen, clock.now)
    related = cases.select_related("version__definition", "unit", "time_limit").order_by("created", "pk")
    found = Paginator(related, PAGE_SIZE).get_page(page)
    return found, rows_of(list(found), clock)


def all_rows(actor: Actor, chosen: Chosen, clock: Clock) -> Iterator[list[str]]:
    """Every row that the filters leave, as cells of a file, read in portions."""
    cases = _filtered(running_cases(actor, on=clock.today), chosen, clock.now)
    related = cases.select_related("version__definition", "unit", "time_limit").order_by("created", "pk")[:MOST_ROWS]
    for portion in batched(related.iterator(chunk_size=PORTION), PORTION):
        for row in rows_of(portion, clock):
            yield [
                row.number,
                row.flow,
                row.unit,
                row.steps,
                row.whom,
                row.since,
                row.due.text,
                row.age,
                *row.needs[:1],
            ]


def batched(cases: Iterable[Case], size: int) -> Iterator[list[Case]]:
    """The cases in lists of `size`."""
    waiting = iter(cases)
    while portion := list(islice(waiting, size)):
        yield portion


def _filtered(cases: QuerySet[Case], chosen: Chosen, now: datetime) -> QuerySet[Case]:
    if chosen.flow:
        cases = cases.filter(version__slug=chosen.flow)
    if chosen.unit is not None:
        cases = cases.filter(unit_id__in=subtree_ids(chosen.unit))
    if chosen.number:
        digits = re.search(r"(\d{1,15})\s*$", chosen.number)
        cases = cases.filter(pk=int(digits[1])) if digits else cases.none()
    if chosen.state == "attention":
        cases = needing_attention(cases, on=localdate(now))
    if chosen.state == "overdue":
        late = Task.objects.filter(OPEN_HUMAN, process=OuterRef("pk"), due_at__lt=now)
        cases = cases.filter(Exists(late) | Q(time_limit__due_at__lt=now))
    return cases


def rows_of(cases: Sequence[Case], clock: Clock) -> list[CaseRow]:
    """The rows of some cases."""
    tasks: dict[int, list[Task]] = defaultdict(list)
    open_ones = Task.objects.filter(process__in=[case.pk for case in cases], status__in=UNDER_WAY)
    open_ones |= Task.objects.filter(process__in=[case.pk for case in cases], status="STARTED", flow_task_type=SUBCASE)
    for task in open_ones.exclude(flow_task_type="REMINDER").select_related("owner__member").order_by("pk"):
        tasks[task.process_id].append(task)
    stranded = set(stranded_tasks(clock.today).filter(process__in=list(tasks)).values_list("pk", flat=True))
    whom = Whom([task for found in tasks.values() for task in found])
    return [_row(case, tasks[case.pk], stranded, whom, clock) for case in cases]


def _row(case: Case, tasks: list[Task], stranded: set[int], whom: "Whom", clock: Clock) -> CaseRow:
    due = sooner(*(task.due_at for task in tasks), limit_of(case))
    since = min((task.created for task in tasks), default=case.created)
    names = [step_name(case.flow_class.tree, task.step_id) if case.flow_class else task.step_id for task in tasks]
    return CaseRow(
        pk=case.pk,
        number=case.number,
        flow=flow_title(case),
        unit=case.unit.name,
        steps=_("; ").join(dict.fromkeys(names)) or "–",
        whom=_("; ").join(dict.fromkeys(filter(None, map(whom.of, tasks)))) or "–",
        since=day(since),
        due=Due(_("On hold"), "") if is_held(case) else due_text(due, clock),
        age=waited_text(age_of(case, clock.now)),
        needs=[str(REASONS[code]) for code in reasons_of(case, tasks, stranded)],
    )


class Whom:
    """With whom tasks are, without a whole name; reads units and roles once for all of them."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        reasons = [task.why for task in tasks]
        self.units: Mapping[int, OrgUnit] = OrgUnit.objects.in_bulk({pk for why in reasons if (pk := held_in(why))})
        wanted = {slug for why in reasons for slug in why.get("roles", [])}
        rows = Case.objects.filter(parent_task__in=[task.pk for task in tasks if task.flow_task_type == SUBCASE])
        found = rows.select_related("version__definition")
        self.children = {child.parent_task_id: f"{flow_title(child)} {child.number}" for child in found}
        self.roles = {role.slug: localised(role.name) for role in Role.objects.filter(slug__in=wanted)}

    def of(self, task: Task) -> str:
        """One task."""
        if task.flow_task_type == SUBCASE:
            return self.children.get(task.pk, "")
        code, unit = task.why.get("code", ""), self.units.get(held_in(task.why))
        if task.status == STATUS.SCHEDULED or task.flow_task_type != "HUMAN":
            return ""
        if task.owner is not None:
            return masked_name(task.owner.display_name)
        if code == "nobody":
            return _("System administrators")
        if code in ("role", "role_up") and unit is not None:
            roles = " / ".join(self.roles.get(slug, slug) for slug in task.why.get("roles", []))
            return _("%(roles)s of %(unit)s") % {"roles": roles, "unit": unit.name}
        if code == "pool":
            return _("Open to everybody who may take it on")
        return _("Whoever took it on") if code == "claimant" else _("Whoever started it")


def flows() -> list[tuple[str, str]]:
    """(code, title) of every flow."""
    return [(flow.slug, str(flow)) for flow in FlowDefinition.objects.order_by("slug")]
