"""To whom a task goes and why: the assignee rules, what happens when nobody is found, and separation of duties."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from core.people.models import Appointment, Member, OrgUnit, Team, TeamMembership, User
from core.people.selectors import in_force, lineage, successor
from core.registry import Registry
from workflows import rounds
from workflows.answers import typed_answers
from workflows.models import Case, Delegation, GuestAccess, Task
from workflows.tree import START, Step, assignees_of, props_of

ADMINS = "admins"
Why = dict[str, Any]  # {"code": …, …}: codes and primary keys, made a sentence by `workflows.reasons`


@dataclass(frozen=True)
class Assigned:
    """Whom one task goes to: an owner, or the keys of those who may take it; and why."""

    keys: tuple[str, ...] = ()
    owner_id: int | None = None
    why: Why = field(default_factory=dict)


@dataclass(frozen=True)
class HeldRole:
    """A role in a unit and the persons who hold it and may act. `is_mixed`: somebody excluded holds it as well."""

    key: str
    users: list[int]
    is_mixed: bool


@dataclass
class Found:
    """What one rule gives: persons, roles in units, and other keys."""

    why: Why
    users: list[int] = field(default_factory=list)
    roles: list[HeldRole] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def is_empty(self) -> bool:
        """Whether the rule found nobody."""
        return not (self.users or self.roles or self.keys)


@dataclass(frozen=True)
class Asked:
    """What a rule is asked about. `excluded`: persons who must not get the task."""

    case: Case
    excluded: frozenset[int]
    on: date


Rule = Callable[[Mapping[str, Any], Asked], Found]
RULES: Registry[Rule] = Registry("assignee rules")


def rule(name: str) -> Callable[[Rule], Rule]:
    """Registers the decorated function as the assignee rule `name`."""
    return lambda function: RULES.register(name, function)


# separation of duties


def excluded_users(step: Step, case: Case) -> frozenset[int]:
    """Persons who acted or gave an opinion at a step, or were chosen in a field, whom this one must keep out."""
    others = props_of(step).get("not_same_as") or ()
    if not others:
        return frozenset()
    fields = [name for name in others if "." in name]
    acted = Task.objects.filter(
        process=case, step_id__in=[name for name in others if "." not in name], status="DONE", owner__isnull=False
    )
    found = set(acted.values_list("owner_id", flat=True))
    asked = Delegation.objects.filter(task__in=acted, ending=Delegation.ANSWERED)
    found |= set(asked.values_list("to_id", flat=True))
    if START in others and case.starter_id:
        found.add(case.starter_id)
    if fields:
        chosen = Member.objects.filter(pk__in=[_key_answered(name, case) for name in fields])
        found |= set(chosen.values_list("user_id", flat=True))
    return frozenset(user_id for user_id in found if user_id is not None)


def barred_users(task: Task, step: Step, case: Case) -> frozenset[int]:
    """Persons who must not act on an open task: those excluded, and who signs in the same round with another task."""
    excluded = excluded_users(step, case)
    if not props_of(step).get("mode"):
        return excluded
    fellows = Task.objects.filter(
        process=case, step_id=step["id"], flow_task_type="HUMAN", status__in=["ASSIGNED", "DONE"]
    ).filter(token__startswith=rounds.prefix_of(task))
    others = fellows.exclude(pk=task.pk)
    waiting = rounds.waiting_users(task) if props_of(step)["mode"] == "in_turn" else frozenset()
    asking = Delegation.objects.filter(task__in=others, ended_at=None).values_list("by_id", flat=True)
    return excluded | waiting | frozenset(others.values_list("owner_id", flat=True)) | frozenset(asking)


# role in a unit, walking up the tree


def _role_in(case_unit: OrgUnit, wanted: Mapping[str, Any], asked: Asked) -> Found:
    """The first unit, from the wanted one upwards, in which somebody who is not excluded holds one of the roles."""
    units = lineage(case_unit)
    level = wanted.get("level")
    first = next((index for index, unit in enumerate(units) if level and unit.kind_id == level), 0)
    ways = units[first:]
    held = _held(list(wanted["roles"]), units, asked.on)
    for index, unit in enumerate(ways):
        found = {}
        for role in wanted["roles"]:
            here = [
                user_id
                for held_role, path, below, user_id in held
                if held_role == role and (path == unit.path or (below and unit.path.startswith(path)))
            ]
            others = list(dict.fromkeys(user_id for user_id in here if user_id not in asked.excluded))
            if others:
                is_mixed = any(user_id in asked.excluded for user_id in here)
                found[role] = HeldRole(f"role:{role}@{unit.pk}", others, is_mixed)
        if found:
            why: Why = {"code": "role" if index == 0 else "role_up", "roles": list(found), "unit": unit.pk}
            return Found(why if index == 0 else {**why, "vacant": ways[0].pk}, roles=list(found.values()))
    return Found({"code": "nobody", "roles": list(wanted["roles"]), "unit": ways[0].pk})


def _held(roles: list[str], units: list[OrgUnit], on: date) -> list[tuple[str, str, bool, int]]:
    rows = Appointment.objects.filter(
        in_force(on),
        role__slug__in=roles,
        unit__in=[unit.pk for unit in units],
        member__is_active=True,
        member__user__is_active=True,
    ).order_by("since", "pk")
    return list(rows.values_list("role__slug", "unit__path", "include_children", "member__user_id"))


def _unit_answered(name: str, case: Case) -> OrgUnit | None:
    step_id, key = name.split(".", 1)
    value = typed_answers(case.pk, [step_id]).get(step_id, {}).get(key)
    return OrgUnit.objects.filter(slug=value).first() if isinstance(value, str) else None


def _key_answered(name: str, case: Case) -> int:
    """The primary key that the answer to a member or team field holds; 0, which no row has, without an answer."""
    step_id, key = name.split(".", 1)
    value = typed_answers(case.pk, [step_id]).get(step_id, {}).get(key)
    return int(value) if isinstance(value, Decimal) else 0


@rule("role")
def role_in_unit(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever holds one of the roles in the unit of the case, or next above it."""
    unit = asked.case.unit
    if wanted.get("unit", "case") != "case":
        unit = _unit_answered(wanted["unit"], asked.case) or unit
    return _role_in(successor(unit), wanted, asked)


@rule("field")
def chosen_in_form(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever holds one of the roles in the unit that somebody chose in a form."""
    return _role_in(successor(_unit_answered(wanted["field"], asked.case) or asked.case.unit), wanted, asked)


@rule("starter")
def whoever_started(_wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever started the case, with or without a login."""
    found = Found({"code": "starter"})
    starter = _active_starter(asked)
    if starter is not None:
        found.users.append(starter)
    elif GuestAccess.objects.filter(case=asked.case).exists():
        found.keys.append(f"guest:{asked.case.pk}")
    return found


@rule("guest")
def holder_of_the_code(_wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever holds the status code; and the starter, if he has a login."""
    found = Found({"code": "guest"})
    if GuestAccess.objects.filter(case=asked.case).exists():
        found.keys.append(f"guest:{asked.case.pk}")
    starter = _active_starter(asked)
    if starter is not None:
        found.keys.append(f"user:{starter}")
    return found


def _active_starter(asked: Asked) -> int | None:
    """The starter's login, unless he has left or must not act here."""
    starter = asked.case.starter_id
    if starter is None or starter in asked.excluded:
        return None
    there = User.objects.filter(pk=starter, is_active=True).exclude(member__is_active=False)
    return starter if there.exists() else None


@rule("claimant")
def whoever_claimed(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """Whoever claimed at the named step: the member, or those who act for the team or organisation on any day."""
    claimant = asked.case.data.get("claimants", {}).get(wanted["step"], {})
    found = Found({"code": "claimant", "step": wanted["step"]})
    if claimant.get("kind") == "person":
        members = Member.objects.filter(pk=claimant["pk"], is_active=True, user__is_active=True)
        found.users += [pk for pk in members.values_list("user_id", flat=True) if pk not in asked.excluded]
    elif claimant:
        key = f"for:{claimant['kind']}@{claimant['pk']}"
        if any(user.pk not in asked.excluded for user in persons_behind([key], asked.on)):
            found.keys.append(key)
    return found


@rule("member")
def chosen_member(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """The login of the member that somebody chose in a form."""
    found = Found({"code": "member", "unit": asked.case.unit_id})
    chosen = Member.objects.filter(pk=_key_answered(wanted["field"], asked.case), is_active=True, user__is_active=True)
    found.users += [pk for pk in chosen.values_list("user_id", flat=True) if pk not in asked.excluded]
    return found


@rule("team_head")
def head_of_chosen_team(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """The head of the team that somebody chose, else its deputies, else whoever holds one of the roles up the tree."""
    team = Team.objects.select_related("unit").filter(pk=_key_answered(wanted["field"], asked.case)).first()
    if team is None:
        return _up_from(asked.case.unit, wanted, asked)
    for position in (TeamMembership.Position.HEAD, TeamMembership.Position.DEPUTY):
        rows = TeamMembership.objects.filter(
            in_force(asked.on), team=team, position=position, member__is_active=True, member__user__is_active=True
        ).exclude(member__user__in=asked.excluded)
        users = list(rows.order_by("since", "pk").values_list("member__user_id", flat=True))
        if users:
            return Found({"code": f"team_{position}", "team": team.pk}, users=users)
    found = _up_from(team.unit, wanted, asked)
    if not found.is_empty():
        found.why = {**found.why, "code": "team_up", "team": team.pk}
    return found


def _up_from(unit: OrgUnit, wanted: Mapping[str, Any], asked: Asked) -> Found:
    unit = successor(unit)
    if not wanted.get("roles"):
        return Found({"code": "nobody", "unit": unit.pk})
    return _role_in(unit, wanted, asked)


@rule("user")
def one_login(wanted: Mapping[str, Any], asked: Asked) -> Found:
    """One login by its primary key; for tests and rehearsals."""
    found = Found({"code": "user"})
    active = User.objects.filter(pk=wanted["user"], is_active=True)
    found.users += [pk for pk in active.values_list("pk", flat=True) if pk not in asked.excluded]
    return found


# putting it together


def for_step(step: Step, case: Case) -> Assigned:
    """Whom the task of a step goes to; never nobody."""
    asked = Asked(case, excluded_users(step, case), localdate(case.run.now))
    if step["kind"] == "claim":
        return _pool(step, case)
    parts = [RULES[one["rule"]](one, asked) for one in assignees_of(step)]
    return _merged(parts, asked)


def signers(step: Step, case: Case) -> list[Assigned]:
    """One entry per person who decides together at a step; administrators fill up what a quorum lacks."""
    asked = Asked(case, excluded_users(step, case), localdate(case.run.now))
    parts = [RULES[one["rule"]](one, asked) for one in assignees_of(step)]
    found: dict[Any, Assigned] = {}
    for part in parts:
        persons = [*part.users, *(user_id for held in part.roles for user_id in held.users)]
        for user_id in persons:
            found.setdefault(user_id, Assigned(owner_id=user_id, why=part.why))
        if part.keys:
            found.setdefault(tuple(part.keys), Assigned(keys=tuple(part.keys), why=part.why))
    props = props_of(step)
    needed = props.get("need", 1) if props.get("mode") == "quorum" else 1
    return [*found.values(), *[_nobody(parts, asked)] * (needed - len(found))]


def nobody(step: Step, case: Case, barred: frozenset[int]) -> Assigned:
    """The administrators who are not barred, for a step at which nobody else is left."""
    asked = Asked(case, barred, localdate(case.run.now))
    return _nobody([RULES[one["rule"]](one, asked) for one in assignees_of(step)], asked)


def _pool(step: Step, case: Case) -> Assigned:
    """A claim is open to everybody of the kinds inside the scope."""
    unit = scope_unit(step, case)
    keys = tuple(f"claim:{kind}@{unit.pk}" for kind in props_of(step)["claimants"])
    return Assigned(keys=keys, why={"code": "pool", "kinds": list(props_of(step)["claimants"]), "unit": unit.pk})


def scope_unit(step: Step, case: Case) -> OrgUnit:
    """The unit inside which somebody must belong to claim: that of the case at the wanted level, else its own."""
    level = (props_of(step).get("scope") or {}).get("level")
    units = lineage(successor(case.unit))
    return next((unit for unit in units if level and unit.kind_id == level), units[0])


def _merged(parts: list[Found], asked: Asked) -> Assigned:
    found = [part for part in parts if not part.is_empty()]
    if not found:
        return _nobody(parts, asked)
    why = found[0].why
    users = list(dict.fromkeys(user_id for part in found for user_id in part.users))
    keys: list[str] = []
    for part in found:
        for held in part.roles:
            # The role itself follows appointments; where it would admit somebody excluded, the others are named.
            keys += [f"user:{one}" for one in held.users] if held.is_mixed else [held.key]
        keys += part.keys
    if len(users) == 1 and not keys:
        return Assigned(owner_id=users[0], why=why)
    keys += [f"user:{user_id}" for user_id in users]
    return Assigned(keys=tuple(dict.fromkeys(keys)), why=why)


def _nobody(parts: list[Found], asked: Asked) -> Assigned:
    """Nobody up the tree: the administrators get it, so that no task is ever skipped or lost."""
    why = {**(parts[0].why if parts else {}), "code": "nobody"}
    found = list(administrators(asked.on).order_by("pk").values_list("pk", flat=True))
    others = [f"user:{pk}" for pk in found if pk not in asked.excluded]
    is_mixed = 0 < len(others) < len(found)
    return Assigned(keys=tuple(others) if is_mixed else (ADMINS,), why=why)


# administrators


def managing(on: date) -> QuerySet[Appointment]:
    """The appointments whose role gives the right to manage cases, in their unit and below."""
    right = {"role__group__permissions__codename": "manage_case"}
    right |= {"role__group__permissions__content_type__app_label": "workflows"}
    return Appointment.objects.filter(in_force(on), member__is_active=True, **right)


def administrators(on: date) -> QuerySet[User]:
    """The last resort for every task: system administrators, and those who manage the cases of the whole programme."""
    of_all = managing(on).filter(unit__depth=1).values("member__user_id")
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=of_all), is_active=True)


# who is behind a key


def persons_behind(keys: list[str], on: date) -> list[User]:
    """Active logins that hold one of the keys, without guests and without open pools."""
    where = Q(pk__in=[])
    for key in keys:
        kind, _, rest = key.partition(":")
        name, _, unit_id = rest.partition("@")
        if key == ADMINS:
            where |= Q(pk__in=administrators(on).values("pk"))
        elif kind == "user":
            where |= Q(pk=int(rest))
        elif kind in ("role", "for") and unit_id.isdigit():
            where |= Q(pk__in=_acting(kind, name, int(unit_id), on))
    return list(User.objects.filter(where, is_active=True).select_related("member").order_by("pk"))


def _acting(kind: str, name: str, pk: int, on: date) -> QuerySet[Any]:
    """Logins that hold the role `name` in the unit `pk`, or act for the claimant of that kind."""
    if (kind, name) == ("for", "team"):
        heads = TeamMembership.objects.filter(in_force(on), team=pk, position__in=["head", "deputy"])
        return heads.filter(member__is_active=True, member__user__isnull=False).values("member__user_id")
    rows = Appointment.objects.filter(in_force(on), member__is_active=True, member__user__isnull=False)
    unit = OrgUnit.objects.filter(pk=pk).first()
    if unit is None:
        return rows.none().values("member__user_id")
    unit = successor(unit)
    if kind == "for":
        rows = rows.filter(role__represents=True, unit=unit, unit__kind__is_organisation=True)
    else:
        above = [one.pk for one in lineage(unit)[1:]]
        rows = rows.filter(role__slug=name).filter(Q(unit=unit) | Q(unit__in=above, include_children=True))
    return rows.values("member__user_id")
