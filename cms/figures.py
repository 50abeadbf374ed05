"""Public figures as pages show them: the opening balance beside what the system counted, and the rows behind it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core.ledger import selectors
from core.ledger.models import LedgerEntry, Metric
from core.service.services import OUTCOME
from core.text import localised


@dataclass(frozen=True)
class Row:
    """One ledger line as the public may see it. `who` is an organisation or team by name, a member masked."""

    day: date
    kind: str
    place: str
    who: str
    quantity: Decimal
    measure: str  # only where lines of one figure may have different ones
    is_reversal: bool


def choices() -> list[tuple[str, str]]:
    """(code, name) of the public figures, for editors to choose from."""
    return [(metric.slug, localised(metric.name)) for metric in Metric.objects.filter(is_public=True)]


def shown(slugs: list[str]) -> list[Any]:
    """The figures of these codes in this order; a code that is no longer public is left out."""
    known = {figure.metric.slug: figure for figure in selectors.public_figures()}
    return [known[slug] for slug in slugs if slug in known]


def entries_of(metric: Metric) -> QuerySet[LedgerEntry]:
    """The ledger lines that `metric` counts, latest first, reversals among them."""
    return (
        LedgerEntry.objects.filter(kind__in=metric.kinds)
        .select_related("unit", "organisation", "team", "member")
        .order_by("-happened_on", "-pk")
    )


def row(entry: LedgerEntry) -> Row:
    """One line, masked."""
    who = ""
    if entry.organisation is not None:
        who = entry.organisation.name
    elif entry.team is not None:
        who = entry.team.name
    elif entry.member is not None:
        who = entry.member.public_name
    return Row(
        day=entry.happened_on,
        kind=entry.kind,
        place=entry.unit.name,
        who=who,
        quantity=entry.quantity,
        measure=entry.unit_of_measure if entry.kind == OUTCOME else "",
        is_reversal=entry.reverses_id is not None,
    )
