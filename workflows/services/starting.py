"""Starting a case: who may, for which unit, with which answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.token import Token

from core.actors import Actor
from core.exceptions import NotAllowed, NotFound
from core.people.models import Affiliation, Appointment, OrgUnit, User
from core.people.selectors import in_force
from forms.display import plain
from workflows import answers as given
from workflows import time_limits
from workflows.guests import new_code
from workflows.models import Case, FlowVersion, GuestAccess, Task
from workflows.registry import can_run, flow_of
from workflows.running import Done, Run, atomic_or_later
from workflows.tree import START
from workflows.wording import refuse_personal_answers

MEMBERS_ONLY = _("Please sign in with your member account first.")
ROLE_NEEDED = _("This can only be started by those who are appointed for it.")


@dataclass(frozen=True)
class Started:
    """A case that has begun. `status_code` is shown now or never: only its digest is kept."""

    case: Case
    status_code: str | None


@dataclass(frozen=True)
class Parent:
    """The row of another case that starts this one; whoever started that one counts as the starter of this one."""

    task: Task
    starter: User | None
    background: bool


def latest_version(flow: str) -> FlowVersion:
    """The newest version of a live flow. Raises: NotFound, also while that version cannot run."""
    versions = FlowVersion.objects.select_related("definition").filter(slug=flow, definition__live=True)
    version = versions.order_by("-number").first()
    if version is None or not can_run(version):
        raise NotFound
    return version


def latest_versions() -> list[FlowVersion]:
    """The newest version of every live flow that can run, with one query."""
    newest = FlowVersion.objects.filter(definition=OuterRef("definition")).order_by("-number").values("number")[:1]
    versions = FlowVersion.objects.select_related("definition").filter(definition__live=True, number=Subquery(newest))
    return [version for version in versions.order_by("slug") if can_run(version)]


def require_starter(version: FlowVersion, actor: Actor, now: datetime) -> None:
    """Raises: NotAllowed unless the actor may start cases of this flow."""
    refusal = refusal_to_start(version, actor, roles_held(actor, now) if _needs_role(version) else frozenset())
    if refusal is not None:
        raise refusal


def roles_held(actor: Actor, now: datetime) -> frozenset[str]:
    """The codes of the roles that the actor holds somewhere today."""
    held = Appointment.objects.filter(in_force(localdate(now)), member__user=actor.user, member__is_active=True)
    return frozenset(held.values_list("role__slug", flat=True)) if actor.user is not None else frozenset()


def refusal_to_start(version: FlowVersion, actor: Actor, roles: frozenset[str]) -> NotAllowed | None:
    """Why an actor with these roles may not start cases of this flow; None when he may."""
    who = version.document["start"].get("who", [])  # nobody by hand where an event or the calendar begins it
    if who == "anyone" or actor.system:
        return None
    if actor.user is None or not actor.user.is_active:
        return NotAllowed(MEMBERS_ONLY, code="sign_in_first")
    if who == "members" or (who and actor.user.is_superuser) or roles.intersection(who):
        return None
    return NotAllowed(ROLE_NEEDED, code="role_needed")


def _needs_role(version: FlowVersion) -> bool:
    return isinstance(version.document["start"].get("who", []), list)


def start_case(
    *, flow: str, actor: Actor, answers: Mapping[str, Any], now: datetime, unit: OrgUnit | None = None
) -> Started:
    """Begin a case of the newest version of `flow` with the answers to its starting form.

    `answers`: field key → value in JSON form. `unit`: whose case it is, unless the form asks for it.
    Raises: NotFound for a flow that is not live; NotAllowed; Invalid with sentences per field key; TryLater.
    """
    version = latest_version(flow)
    require_starter(version, actor, now)
    return begin(version, actor=actor, answers=answers, now=now, unit=unit)


def begin(
    version: FlowVersion,
    *,
    actor: Actor,
    answers: Mapping[str, Any],
    now: datetime,
    unit: OrgUnit | None = None,
    pk: int | None = None,
    parent: Parent | None = None,
) -> Started:
    """Begin a case of this very version. `pk`: its primary key, for a case that is only tried. `parent`: who starts it.

    Raises: Invalid with sentences per field key; TryLater.
    """
    start = version.document["start"]
    with atomic_or_later():
        case = Case(
            pk=pk,
            flow_class=flow_of(version),
            version=version,
            unit=_unit_of(start, answers, actor, unit, now),
            starter=parent.starter if parent is not None else actor.user,
            parent_task=parent.task if parent is not None else None,
            title=_title_of(version, answers),
            created=now,
            data={"outcomes": {}},
        )
        case.save(force_insert=True)
        run = Run(case, actor, now, background=parent is not None and parent.background)
        code = None
        if start.get("status_code"):
            code = new_code(case, str(answers.get(start.get("guest_email_from", "")) or ""))
            run.guest = GuestAccess.objects.get(case=case)
        node = case.flow_class.instance.node(f"n_{START}")
        activation = node.activation_class.create(node, case, Token(START))
        activation.complete()
        run.done = Done(activation.task, START)
        by_itself = parent is not None or start.get("kind") in ("event", "schedule")
        passed_on = actor.system and by_itself
        kept = given.store(case, activation.task, START, start["form"], answers, passed_on=passed_on, first=True)
        refuse_personal_answers(case, run.tree, START, kept)
        time_limits.begin(case, now)
        run.audit("case.started", {"flow": version.slug, "version": version.number})
        activation.activate_next()
        run.finish()
    return Started(case, code)


def corrected(run: Run, answers: Mapping[str, Any]) -> None:
    """What a case took from its starting form follows the correction: its title, its unit, the guest's address."""
    case, start = run.case, run.case.version.document["start"]
    case.title = _title_of(case.version, answers)
    case.unit = _unit_named(start, answers) or case.unit
    run.dirty |= {"title", "unit"}
    email = str(answers.get(start.get("guest_email_from", "")) or "")
    if run.guest is not None:
        run.guest.email = email
        run.guest.save(update_fields=["email"])


def _title_of(version: FlowVersion, answers: Mapping[str, Any]) -> str:
    """The answer that names the case, as its form shows it; kept in the programme's language, for every reader."""
    start = version.document["start"]
    form = version.pinned(start["form"])
    with translation.override(settings.LANGUAGE_CODE):
        return plain(form, answers, start.get("title_from", ""))[:120]


def _unit_of(
    start: Mapping[str, Any], answers: Mapping[str, Any], actor: Actor, unit: OrgUnit | None, now: datetime
) -> OrgUnit:
    """The unit that the form asks for, else the given one, else the starter's home unit, else the root."""
    chosen = _unit_named(start, answers)
    if chosen is None and unit is None and actor.user is not None:
        home = Affiliation.objects.filter(
            in_force(localdate(now)), member__user=actor.user, relation=Affiliation.Relation.HOME
        )
        affiliation = home.select_related("unit").first()
        unit = affiliation.unit if affiliation is not None else None
    found = chosen or unit or OrgUnit.objects.filter(depth=1).order_by("path").first()
    if found is None:
        raise NotFound(_("There is no organisation unit yet. Please ask your administrator to set one up."))
    return found


def _unit_named(start: Mapping[str, Any], answers: Mapping[str, Any]) -> OrgUnit | None:
    slug = answers.get(start.get("unit_from", ""))
    return OrgUnit.objects.filter(slug=slug).first() if isinstance(slug, str) else None
