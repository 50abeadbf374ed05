"""What the ladders of deadlines did in a case, as lines of its story."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.people.models import OrgUnit, User
from core.text import masked_name
from workflows.deadlines import REMINDER
from workflows.ladders import CLIMBED, OUTCOME, REMIND, STEP, UP
from workflows.models import Case, Task
from workflows.names import step_name
from workflows.reasons import role_names


def rungs_climbed(case: Case) -> list[tuple[datetime, str]]:
    """When and what, oldest first; an outcome that was taken stands among the decisions."""
    timers = Task.objects.filter(process=case, flow_task_type=REMINDER, data__has_key=CLIMBED).order_by("pk")
    return [
        (datetime.fromisoformat(entry["at"]), _told(_name(case, timer.step_id), entry))
        for timer in timers
        for entry in timer.data[CLIMBED]
        if entry["do"] != OUTCOME
    ]


def _name(case: Case, step_id: str) -> str:
    flow = case.flow_class
    return step_name(flow.tree, step_id) if flow is not None else step_id


def _told(step: str, entry: Mapping[str, Any]) -> str:
    values = {"step": step, "whom": _whom(entry)}
    if entry["do"] == REMIND:
        return _("%(step)s · overdue, reminded") % values
    if entry["do"] == STEP:
        return _("%(step)s · overdue, so it went back") % values
    if entry["do"] == UP:
        return _("%(step)s · overdue, so it went up to %(whom)s") % values
    return _("%(step)s · overdue, so it was handed to %(whom)s") % values


def _whom(entry: Mapping[str, Any]) -> str:
    why = entry.get("why") or {}
    if why.get("code") == "nobody":
        return _("System administrators")
    unit = OrgUnit.objects.filter(pk=why.get("unit")).first()
    if why.get("roles") and unit is not None:
        return _("%(roles)s of %(unit)s") % {"roles": role_names(why["roles"]), "unit": unit.name}
    owner = User.objects.filter(pk=entry.get("owner") or 0).select_related("member").first()
    return masked_name(owner.display_name) if owner is not None else _("somebody else")
