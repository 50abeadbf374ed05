"""Reads the public roll of honour and the honours of one member; names leave here masked."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear

from core.honours.models import AwardScheme, Commendation
from core.people.models import OrgUnit, User
from core.people.selectors import claimants_for


@dataclass(frozen=True)
class RollCounts:
    """How many honours stand, by primary key of the scheme, by year and by kind of honoree."""

    schemes: Counter[int]
    years: Counter[int]
    kinds: Counter[str]
    total: int


def honours_on_roll(
    *, scheme: str | None = None, year: int | None = None, kind: str | None = None
) -> QuerySet[Commendation]:
    """The honours that stand, latest first, each with scheme, honoree and unit in the same query.

    `scheme`: its code; `year`: of the grant; `kind`: `person`, `team` or `organisation`. None means all.
    """
    honours = _standing().order_by("-granted_at", "-pk")
    if scheme is not None:
        honours = honours.filter(scheme__slug=scheme)
    if year is not None:
        honours = honours.filter(granted_at__year=year)
    if kind is not None:
        honours = honours.filter(**{f"{_column(kind)}__isnull": False})
    return honours


def honours_of(member_id: int) -> QuerySet[Commendation]:
    """The honours of one member that stand, latest first; for himself and the desk."""
    return _standing().filter(member_id=member_id).order_by("-granted_at", "-pk")


def honours_in_charge_of(user: User, *, on: date) -> QuerySet[Commendation]:
    """The honours that stand of the login's member, and of the teams and organisations that it acts for on the day."""
    claimants = [
        claimant
        for root in OrgUnit.objects.filter(depth=1)
        for claimant in claimants_for(user, kinds=["team", "organisation"], scope_unit_id=root.pk, on=on)
    ]
    teams = [claimant.pk for claimant in claimants if claimant.kind == "team"]
    organisations = [claimant.pk for claimant in claimants if claimant.kind == "organisation"]
    mine = Q(member__user=user) | Q(team__in=teams) | Q(organisation__in=organisations)
    return _standing().filter(mine).order_by("-granted_at", "-pk")


def public_name(honour: Commendation) -> str:
    """The honoree as the public may know it: a person masked, "" without consent to be named."""
    if not honour.is_named:
        return ""
    if honour.member is not None:
        return honour.member.public_name
    named = honour.team or honour.organisation
    return named.name if named is not None else ""


def is_named_in(case_id: int) -> bool:
    """Whether the honour of this case stands and its honoree agrees to be named."""
    return Commendation.objects.filter(case_id=case_id, state=Commendation.State.GRANTED, is_named=True).exists()


def kind_of(honour: Commendation) -> str:
    """`person`, `team` or `organisation`."""
    if honour.member_id is not None:
        return "person"
    return "team" if honour.team_id is not None else "organisation"


def roll_counts() -> RollCounts:
    """How many honours stand under each filter of the roll; one query, whatever their number."""
    schemes: Counter[int] = Counter()
    years: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    rows = (
        Commendation.objects.filter(state=Commendation.State.GRANTED)
        .annotate(year=ExtractYear("granted_at"))
        .values_list("scheme_id", "year")
        .annotate(
            persons=Count("member_id"),
            teams=Count("team_id"),
            organisations=Count("organisation_id"),
            number=Count("pk"),
        )
        .order_by()
    )
    for scheme_id, year, persons, teams, organisations, number in rows:
        schemes[scheme_id] += number
        years[year] += number
        kinds.update({"person": persons, "team": teams, "organisation": organisations})
    return RollCounts(schemes, years, kinds, schemes.total())


def schemes() -> list[AwardScheme]:
    """All schemes, in the order in which they were set up."""
    return list(AwardScheme.objects.select_related("unit").order_by("pk"))


def _standing() -> QuerySet[Commendation]:
    return Commendation.objects.filter(state=Commendation.State.GRANTED).select_related(
        "scheme", "member", "team", "organisation", "unit"
    )


def _column(kind: str) -> str:
    return "member" if kind == "person" else kind
