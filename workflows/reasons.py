"""Why a task came to somebody, as a sentence."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

from django.utils.translation import gettext as _

from core.people.models import OrgUnit, Role, Team
from core.text import localised
from workflows.models import PASSED, Task
from workflows.names import step_name


def held_in(why: Mapping[str, Any]) -> int:
    """The unit in which those hold their role whom a stored reason names, 0 for none."""
    return int(why.get("home") or why.get("unit") or 0)


def why_sentence(task: Task) -> str:
    """The reason stored with the task, in the reader's language."""
    why = task.why
    code = why.get("code", "")
    unit = _unit(why.get("unit"))
    values = {
        "team": _team(why.get("team")),
        "unit": unit,
        "home": _unit(why["home"]) if "home" in why else unit,
        "vacant": _unit(why.get("vacant")),
        "roles": role_names(why.get("roles") or []),
    }
    sentences = {
        "role": _("You are %(roles)s in %(home)s, and this is of %(unit)s.")
        if "home" in why
        else _("You are %(roles)s in %(unit)s."),
        "role_up": _("Nobody else can do this in %(vacant)s, so it came up to %(roles)s in %(home)s."),
        "nobody": _("Nobody could be found for this in %(unit)s or above, so it came to the administrators."),
        "self_admins": _("Whoever started it must not decide on it, so it came to the administrators."),
        "starter": _("You started this."),
        "guest": _("You hold the status code of this case."),
        "claimant": _("You took this on."),
        "member": _("You were chosen in the form."),
        "team_head": _("You are the head of the team %(team)s."),
        "team_deputy": _("You are a deputy of the team %(team)s, whose head cannot do this."),
        "team_up": _("Nobody in the team %(team)s can do this, so it came up to %(roles)s in %(unit)s."),
        "pool": _("It is open to everybody in %(unit)s who may take it on."),
        "user": _("You were named for this step."),
        "reassigned": _("Somebody handed this over to you."),
        "added": _("Whoever decides here asked you to approve too."),
        "delegated": _("Somebody asks for your opinion; then it goes back for the decision."),
    }
    more = [
        (why.get("self"), _("Whoever would decide otherwise started it and must not.")),
        (why.get("fallback"), _("The flow names you in place of those whom it could not find.")),
        (why.get("overdue"), _("It was not done in time, so it has come to you.")),
    ]
    found = [sentences.get(code, "") % values, *(text for is_so, text in more if is_so)]
    return reduce(_joined, filter(None, found), "")


def _joined(reason: str, more: str) -> str:
    return _("%(reason)s %(more)s") % {"reason": reason, "more": more} if reason else more


def skipped_sentence(task: Task) -> str:
    """Why nobody was asked at a step that was passed by itself, in the reader's language; "" for every other row."""
    if task.flow_task_type != PASSED:
        return ""
    why = task.why
    if why.get("code") == "skipped_self":
        return _("Whoever would decide here handed it in, so nobody was asked again.")
    case = task.process
    tree = case.flow_class.tree if case.flow_class is not None else None
    step = step_name(tree, str(why.get("step"))) if tree is not None else str(why.get("step"))
    return _("Whoever would decide here agreed already at “%(step)s”, so nobody was asked again.") % {"step": step}


def _unit(pk: int | None) -> str:
    return OrgUnit.objects.filter(pk=pk).values_list("name", flat=True).first() or "" if pk else ""


def _team(pk: int | None) -> str:
    return Team.objects.filter(pk=pk).values_list("name", flat=True).first() or "" if pk else ""


def role_names(slugs: list[str]) -> str:
    """What roles are called, one after the other."""
    names = {role.slug: localised(role.name) for role in Role.objects.filter(slug__in=slugs)}
    return " / ".join(names.get(slug, slug) for slug in slugs)
