"""Which running cases need an administrator, and why: five reasons, each with its sentence."""

from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.people.selectors import units_answered_for
from workflows.assignees import ADMINS
from workflows.models import Case, FlowVersion, Task, TaskCandidate
from workflows.registry import can_run
from workflows.stranded import stranded_tasks

COUNTED: Final = 100
REASONS: Final[dict[str, str | Promise]] = {
    "failed": _("An effect failed"),
    "stranded": _("Nobody can do it"),
    "administrators": _("Came to the administrators"),
    "broken": _("Its version cannot be read"),
    "unit_closed": _("Its unit is closed"),
}


def cases_of(actor: Actor, *, on: date) -> QuerySet[Case]:
    """The cases of the units that the actor answers for; all of them for a system administrator."""
    if actor.user is None or not actor.user.is_active:
        return Case.objects.none()
    if actor.user.is_superuser:
        return Case.objects.all()
    return Case.objects.filter(unit_id__in=units_answered_for(actor.user, on=on))


def running_cases(actor: Actor, *, on: date) -> QuerySet[Case]:
    """Those of them that are not over."""
    return cases_of(actor, on=on).filter(status=PROCESS.NEW)


def needing_attention(cases: QuerySet[Case], *, on: date) -> QuerySet[Case]:
    """Those of the cases that do not go on by themselves."""
    where = Q(unit__is_active=False, unit__merged_into=None) | Q(version_id__in=broken_versions())
    for tasks in (Task.objects.filter(status=STATUS.ERROR), stranded_tasks(on)):
        where |= Q(pk__in=tasks.values("process_id"))
    return cases.filter(where | Q(pk__in=TaskCandidate.objects.filter(key=ADMINS).values("task__process_id")))


def count_needing_attention(actor: Actor, *, on: date) -> int:
    """How many there are, counted up to 100."""
    return needing_attention(running_cases(actor, on=on), on=on)[:COUNTED].count()


def broken_versions() -> list[int]:
    """Versions with running cases that cannot be compiled."""
    in_use = Case.objects.filter(status=PROCESS.NEW).order_by().values("version_id").distinct()
    return [version.pk for version in FlowVersion.objects.filter(pk__in=in_use) if not can_run(version)]


def reasons_of(case: Case, tasks: list[Task], stranded: set[int]) -> list[str]:
    """Codes of REASONS that hold for a case with these unfinished tasks."""
    found = []
    if any(task.status == STATUS.ERROR for task in tasks):
        found.append("failed")
    if any(task.pk in stranded for task in tasks):
        found.append("stranded")
    if any(task.why.get("code") == "nobody" and task.owner_id is None for task in tasks):
        found.append("administrators")
    if case.flow_class is None:
        found.append("broken")
    if not case.unit.is_active and case.unit.merged_into_id is None:
        found.append("unit_closed")
    return found
