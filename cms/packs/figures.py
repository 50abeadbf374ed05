"""Pack sections about the programme and its figures: themes, metrics, opening balances, the working calendar."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.applying import Loading
from cms.packs.sections import Checking, Row
from cms.packs.shapes import (
    Key,
    Place,
    Shape,
    day,
    list_of,
    local_text,
    number,
    one_of,
    per_language,
    rows,
    slug,
    text,
    yes_no,
)
from core.ledger.models import Metric, OpeningBalance
from core.people.models import OrgUnit
from core.programme.models import Programme, Theme, WorkDay
from core.programme.services import seed_working_days, set_working_day

THIS, NEXT = "this", "next"
PROGRAMME: Shape = {
    "name": Key(local_text(60), required=True),
    "tagline": Key(local_text(300)),
    "unit": Key(slug, required=True),
}
THEME: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(local_text(40), required=True),
    "summary": Key(local_text(300)),
    "colour": Key(one_of(*Theme.Colour.values), required=True),
    "periods": Key(rows),  # checked and applied by cms.packs.periods
}
METRIC: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(local_text(60), required=True),
    "definition": Key(local_text(400), required=True),
    "kinds": Key(list_of(text(40))),
    "aggregation": Key(one_of(*Metric.Aggregation.values)),
    "unit_of_measure": Key(local_text(20), required=True),
    "public": Key(yes_no),
}
BALANCE: Shape = {
    "metric": Key(slug, required=True),
    "unit": Key(slug, required=True),
    "value": Key(number, required=True),
    "qualifier": Key(one_of(*OpeningBalance.Qualifier.values)),
    "as_of": Key(day, required=True),
    "source": Key(local_text(200), required=True),
}
CALENDAR: Shape = {"years": Key(rows), "days": Key(rows)}
CALENDAR_DAY: Shape = {"date": Key(day, required=True), "working": Key(yes_no, required=True), "name": Key(text(60))}


def check_themes(checking: Checking) -> None:
    """`themes.yaml`; needs a programme in `pack.yaml`."""
    for position, place in enumerate(checking.entries("themes.yaml")):
        row = place.checked(THEME)
        if not checking.rows.get("programme"):
            place.refuse(_("Themes belong to a programme; describe it in pack.yaml under “programme”."))
        if checking.claim("theme", row.get("slug"), place / "slug"):
            values = {name: per_language(row.get(name)) for name in ("name", "summary")}
            checking.add("themes", row["slug"], {**values, "colour": row.get("colour"), "position": position}, place)


def apply_themes(loading: Loading) -> None:
    """Themes of the pack's programme."""
    for row in loading.rows("themes"):
        _apply_theme(loading, row)


def _apply_theme(loading: Loading, row: Row) -> None:
    programme = Programme.objects.filter(slug=loading.pack).first()
    theme = Theme.objects.filter(programme=programme, slug=row.key).first()
    loading.settle(
        "themes",
        f"{loading.pack}/{row.key}",
        wanted=row.values,
        current=None if theme is None else {name: getattr(theme, name) for name in row.values},
        create=lambda: loading.insert(Theme(programme=programme, slug=row.key, **row.values), "theme.created"),
        change=lambda changes: loading.save(theme, "theme.changed", changes),
    )


def check_programme(checking: Checking) -> None:
    """The part `programme` of `pack.yaml`; a pack without it only brings building blocks."""
    top = checking.place("pack.yaml")
    if top is None or not isinstance(top.value, dict) or "programme" not in top.value:
        return
    place = top / "programme"
    row = place.checked(PROGRAMME)
    checking.known.require("unit", row.get("unit"), place / "unit")
    values = {name: per_language(row.get(name)) for name in ("name", "tagline")}
    checking.add("programme", checking.slug, {**values, "unit": row.get("unit")}, place)


def apply_programme(loading: Loading) -> None:
    """The programme itself, and which version of its pack is loaded."""
    for row in loading.rows("programme"):
        _apply_programme(loading, row)


def _apply_programme(loading: Loading, row: Row) -> None:
    programme = Programme.objects.select_related("unit").filter(slug=row.key).first()
    current: dict[str, Any] | None = None
    if programme is not None:
        unit = programme.unit.slug if programme.unit else ""
        current = {"name": programme.name, "tagline": programme.tagline, "unit": unit}
    loading.settle(
        "programme",
        row.key,
        wanted=row.values,
        current=current,
        create=lambda: loading.insert(Programme(slug=row.key, **loading.with_unit(row.values)), "programme.created"),
        change=lambda changes: loading.save(programme, "programme.changed", loading.with_unit(changes)),
    )
    Programme.objects.filter(slug=row.key).update(pack_version=loading.version, pack_sha256=loading.sha256)


def check_metrics(checking: Checking) -> None:
    """`metrics.yaml`."""
    for position, place in enumerate(checking.entries("metrics.yaml")):
        row = place.checked(METRIC)
        for index, kind in enumerate(row.get("kinds", [])):
            checking.known.require("ledger_kind", kind, place / "kinds" / index)
        if checking.claim("metric", row.get("slug"), place / "slug"):
            values = {name: per_language(row.get(name)) for name in ("name", "definition", "unit_of_measure")}
            more = {
                "kinds": row.get("kinds", []),
                "aggregation": row.get("aggregation", Metric.Aggregation.SUM.value),
                "is_public": row.get("public", True),
                "position": position,
            }
            checking.add("metrics", row["slug"], {**values, **more}, place)


def apply_metrics(loading: Loading) -> None:
    """Definitions of figures; what they count comes from the ledger alone."""
    for row in loading.rows("metrics"):
        _apply_metric(loading, row)


def _apply_metric(loading: Loading, row: Row) -> None:
    metric = Metric.objects.filter(slug=row.key).first()
    loading.settle(
        "metrics",
        row.key,
        wanted=row.values,
        current=None if metric is None else {name: getattr(metric, name) for name in row.values},
        create=lambda: loading.insert(Metric(slug=row.key, **row.values), "metric.created"),
        change=lambda changes: loading.save(metric, "metric.changed", changes),
    )


def check_balances(checking: Checking) -> None:
    """`balances.yaml`: historic figures, each with its source."""
    seen: set[str] = set()
    for place in checking.entries("balances.yaml"):
        row = place.checked(BALANCE)
        known = checking.known.require("metric", row.get("metric"), place / "metric")
        if not (checking.known.require("unit", row.get("unit"), place / "unit") and known):
            continue
        key = f"{row['metric']} {row['unit']}"
        if key in seen:
            place.refuse(_("This figure has an opening balance for this unit already."))
            continue
        seen.add(key)
        values = {
            "value": f"{Decimal(str(row.get('value', 0))):.2f}",
            "qualifier": row.get("qualifier", ""),
            "as_of": row.get("as_of"),
            "source": per_language(row.get("source")),
        }
        checking.add("balances", key, values, place)


def apply_balances(loading: Loading) -> None:
    """Opening balances. They stand beside what the ledger counts and are never part of it."""
    for row in loading.rows("balances"):
        _apply_balance(loading, row)


def _apply_balance(loading: Loading, row: Row) -> None:
    metric, unit = row.key.split(" ")
    found = OpeningBalance.objects.filter(metric__slug=metric, unit__slug=unit).first()
    current: dict[str, Any] | None = None
    if found is not None:
        current = {"value": f"{found.value:.2f}", "qualifier": found.qualifier}
        current |= {"as_of": found.as_of.isoformat(), "source": found.source}

    def create() -> None:
        balance = OpeningBalance(metric=Metric.objects.get(slug=metric), unit=OrgUnit.objects.get(slug=unit))
        for name, value in _typed(row.values).items():
            setattr(balance, name, value)
        loading.insert(balance, "balance.created")

    loading.settle(
        "balances",
        row.key,
        wanted=row.values,
        current=current,
        create=create,
        change=lambda changes: loading.save(found, "balance.changed", _typed(changes)),
    )


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    casts: dict[str, Any] = {"value": Decimal, "as_of": date.fromisoformat}
    return {name: casts[name](value) if name in casts else value for name, value in values.items()}


def check_calendar(checking: Checking) -> None:
    """`calendar.yaml`: years to seed with public holidays, and single days."""
    top = checking.place("calendar.yaml")
    if top is None:
        return
    row = top.checked(CALENDAR)
    for place in (top / "years").rows(optional=True) if "years" in row else ():
        year = place.value
        if year in (THIS, NEXT) or (isinstance(year, int) and not isinstance(year, bool) and 2000 <= year <= 2100):
            checking.add("calendar", f"year {year}", {"year": year}, place)
        else:
            place.refuse(format_lazy(_("A year is expected, or one of: {choices}."), choices=f"{THIS}, {NEXT}"))
    for place in (top / "days").rows(optional=True) if "days" in row else ():
        entry = place.checked(CALENDAR_DAY)
        if "date" in entry and checking.claim("day", entry["date"], place / "date"):
            values = {"is_working": entry.get("working", False), "name": entry.get("name", "")}
            checking.add("calendar", entry["date"], values, place)


def apply_calendar(loading: Loading) -> None:
    """Seeds years that have no day yet, then sets the single days."""
    for row in loading.rows("calendar"):
        if "year" in row.values:
            _seed(loading, row.place)
        else:
            _apply_day(loading, row)


def _apply_day(loading: Loading, row: Row) -> None:
    moment = date.fromisoformat(row.key)
    found = WorkDay.objects.filter(pk=moment, is_edited=True).first()
    loading.settle(
        "calendar",
        row.key,
        wanted=row.values,
        current=None if found is None else {name: getattr(found, name) for name in row.values},
        create=lambda: set_working_day(day=moment, **row.values, **loading.by),
        change=lambda changes: set_working_day(day=moment, **{**row.values, **changes}, **loading.by),
    )


def _seed(loading: Loading, place: Place) -> None:
    """One year of public holidays, unless the calendar has it already."""
    today = timezone.localdate(loading.now)
    year = {THIS: today.year, NEXT: today.year + 1}.get(place.value, place.value)
    if WorkDay.objects.filter(date__year=year, is_edited=False).exists():
        loading.count("unchanged")
        return
    seed_working_days(years=[year], **loading.by)
    loading.count("created")
