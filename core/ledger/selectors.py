"""Computes the public figures from the ledger; historic figures stand beside them and are never added silently."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Prefetch, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import get_language

from core.exceptions import NotFound
from core.ledger import figures
from core.ledger.models import LedgerEntry, Metric, OpeningBalance
from core.people.selectors import ClaimantKind
from core.text import localised


@dataclass(frozen=True)
class Figure:
    """A metric with its historic figure, if it has one, and what the system counted up to `as_of`."""

    metric: Metric
    opening: OpeningBalance | None
    counted: Decimal
    as_of: datetime

    @property
    def unit(self) -> str:
        """The unit of measure in the reader's language."""
        return localised(self.metric.unit_of_measure)

    @property
    def opening_text(self) -> str:
        """The historic figure as its source words it, or ""."""
        if self.opening is None:
            return ""
        return figures.worded(self.opening.value, self.opening.qualifier, self.unit, get_language() or "zh-hans")

    @property
    def counted_text(self) -> str:
        """What the system counted, with its unit."""
        return figures.worded(self.counted, "", self.unit, get_language() or "zh-hans")

    @property
    def combined_text(self) -> str:
        """Both as one number at the precision of the source, or "" where they must stay two."""
        if self.opening is None:
            return ""
        both = figures.combined(self.opening.value, self.opening.qualifier, self.counted)
        if both is None:
            return ""
        return figures.worded(both, self.opening.qualifier, self.unit, get_language() or "zh-hans")


def public_figures() -> list[Figure]:
    """All public figures in their order."""
    return [_figure(metric) for metric in _metrics().filter(is_public=True)]


def figure(slug: str) -> Figure:
    """One public figure. Raises: `NotFound`."""
    metric = _metrics().filter(is_public=True, slug=slug).first()
    if metric is None:
        raise NotFound
    return _figure(metric)


def standing_entries(metric: Metric) -> QuerySet[LedgerEntry]:
    """The ledger entries behind a metric, newest first, without reversed ones and their reversals."""
    entries = LedgerEntry.objects.filter(kind__in=metric.kinds, reverses__isnull=True, reversed_by__isnull=True)
    return entries.order_by("-happened_on", "-pk")


@dataclass(frozen=True)
class Account:
    """What the ledger says of one person, team or organisation: kind of line → sum of quantities, number of lines."""

    sums: dict[str, Decimal]
    counts: dict[str, int]


def account_of(kind: ClaimantKind, pk: int) -> Account:
    """The standing lines of one claimant, added up by kind, in one query."""
    column = {"person": "member", "team": "team", "organisation": "organisation"}[kind]
    standing = LedgerEntry.objects.filter(**{column: pk}, reverses__isnull=True, reversed_by__isnull=True)
    rows = standing.order_by().values_list("kind").annotate(total=Sum("quantity"), number=Count("pk"))
    found = list(rows)
    return Account({kind: total for kind, total, _number in found}, {kind: number for kind, _total, number in found})


def _metrics() -> QuerySet[Metric]:
    balances = OpeningBalance.objects.order_by("unit__path")  # the topmost unit speaks for the programme
    return Metric.objects.prefetch_related(Prefetch("balances", queryset=balances, to_attr="openings"))


def _figure(metric: Metric) -> Figure:
    openings: list[OpeningBalance] = metric.openings  # type: ignore[attr-defined]  # prefetched by _metrics
    return Figure(
        metric=metric, opening=openings[0] if openings else None, counted=_counted(metric), as_of=timezone.now()
    )


def _counted(metric: Metric) -> Decimal:
    entries = standing_entries(metric).order_by()
    counts = {
        Metric.Aggregation.SUM: Sum("quantity"),
        Metric.Aggregation.COUNT: Count("pk"),
        Metric.Aggregation.ORGANISATIONS: Count(F("organisation"), distinct=True),
        Metric.Aggregation.MEMBERS: Count(F("member"), distinct=True),
    }
    total = entries.aggregate(total=counts[Metric.Aggregation(metric.aggregation)])["total"]
    return Decimal(total or 0)
