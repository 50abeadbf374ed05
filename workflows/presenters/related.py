"""The case that started a case, and those that it started; a link only for who may see them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actors import Actor
from workflows.models import Case, Task
from workflows.results import flow_title, is_finished, result_text
from workflows.visibility import may_see


@dataclass(frozen=True)
class Related:
    """Another case. `url` is empty for a reader who may not see it."""

    number: str
    flow: str
    state: str
    url: str


def started_by_case(case: Case, actor: Actor) -> list[Related]:
    """The cases that this one started, the oldest first."""
    children = Case.objects.filter(parent_task__process=case).select_related("version__definition", "unit", "starter")
    return [_related(child, actor) for child in children.order_by("pk")]


def starting_case(case: Case, actor: Actor) -> Related | None:
    """The case that started this one, if any did."""
    if case.parent_task_id is None:
        return None
    rows = Task.objects.select_related("process__version__definition", "process__unit", "process__starter")
    task = rows.filter(pk=case.parent_task_id).first()
    return _related(task.process, actor) if task is not None else None


def _related(case: Case, actor: Actor) -> Related:
    url = reverse("case", args=(case.pk,)) if may_see(case, actor) else ""
    return Related(case.number, flow_title(case), result_text(case) if is_finished(case) else _("In progress"), url)
