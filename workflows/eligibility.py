"""Whether somebody meets what a claim step asks of whoever takes it on."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from core.honours.models import Commendation
from core.people.models import Affiliation, Member, OrgUnit, Team, TeamMembership
from core.people.selectors import Claimant, in_force
from core.service.models import ServiceRecord
from core.service.selectors import verified_minutes_of
from forms.rules import evaluate, names_in
from workflows.answers import typed_answers
from workflows.claimant_facts import CLAIMANT, is_fact
from workflows.models import Case
from workflows.tree import Step, props_of


def meets(step: Step, case: Case, claimant: Claimant, on: date) -> bool:
    """Whether the claimant meets the condition of the step; True where it has none."""
    wanted = props_of(step).get("eligible")
    if wanted is None:
        return True
    names = names_in(wanted)
    steps = sorted({name.partition(".")[0] for name in names if not is_fact(name)} - {"outcomes"})
    data: dict[str, Any] = typed_answers(case.pk, steps) if steps else {}
    data["outcomes"] = case.data.get("outcomes", {})
    facts = {name.partition(".")[2] for name in names if is_fact(name)}
    data[CLAIMANT] = {name: READ[name](claimant, on) for name in facts}
    return evaluate(wanted, data, today=on) is True


def _category(claimant: Claimant, _on: date) -> str | None:
    return Member.objects.filter(pk=claimant.pk).values_list("category", flat=True).first() if _is(claimant) else None


def _is(claimant: Claimant, kind: str = "person") -> bool:
    return claimant.kind == kind


def _unit_kind(claimant: Claimant, on: date) -> Any:
    if _is(claimant, "organisation"):
        return OrgUnit.objects.filter(pk=claimant.pk).values_list("kind", flat=True).first()
    if _is(claimant, "team"):
        return Team.objects.filter(pk=claimant.pk).values_list("unit__kind", flat=True).first()
    homes = Affiliation.objects.filter(in_force(on), member=claimant.pk, relation=Affiliation.Relation.HOME)
    return homes.order_by("since").values_list("unit__kind", flat=True).first()


def _skills(claimant: Claimant, on: date) -> list[str]:
    if _is(claimant, "organisation"):
        return []
    teams = Team.objects.filter(pk=claimant.pk)
    if _is(claimant):
        joined = TeamMembership.objects.filter(in_force(on), member=claimant.pk)
        teams = Team.objects.filter(pk__in=joined.values("team"), is_active=True)
    return sorted({str(kind) for kinds in teams.values_list("kinds", flat=True) for kind in kinds})


def _hours(claimant: Claimant, _on: date) -> Decimal | None:
    if _is(claimant, "organisation"):
        return None
    if _is(claimant):
        return Decimal(verified_minutes_of(claimant.pk)) / 60
    standing = ServiceRecord.objects.filter(team=claimant.pk, state=ServiceRecord.State.STANDING)
    return Decimal(sum(standing.values_list("minutes", flat=True))) / 60


def _honours(claimant: Claimant, _on: date) -> Decimal:
    column = "member" if _is(claimant) else claimant.kind
    granted = Commendation.objects.filter(**{column: claimant.pk}, state=Commendation.State.GRANTED)
    return Decimal(granted.count())


def _days(claimant: Claimant, on: date) -> Decimal | None:
    if not _is(claimant):
        return None
    first = Affiliation.objects.filter(member=claimant.pk).order_by("since").values_list("since", flat=True).first()
    return Decimal((on - first).days if first is not None else 0)


def _members(claimant: Claimant, on: date) -> Decimal | None:
    if not _is(claimant, "team"):
        return None
    rows = TeamMembership.objects.filter(in_force(on), team=claimant.pk, member__is_active=True)
    return Decimal(rows.values("member").distinct().count())


READ: dict[str, Callable[[Claimant, date], Any]] = {
    "kind": lambda claimant, _on: claimant.kind,
    "category": _category,
    "unit_kind": _unit_kind,
    "skills": _skills,
    "hours": _hours,
    "honours": _honours,
    "days": _days,
    "members": _members,
}


def those_who_meet(step: Step, case: Case, claimants: Iterable[Claimant], now: datetime) -> list[Claimant]:
    """Those of the claimants who meet it."""
    return [one for one in claimants if meets(step, case, one, localdate(now))]
