"""The pack section of the periods of themes: what a theme is about, from which day to which."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.applying import Loading
from cms.packs.problems import Sentence
from cms.packs.sections import Checking, Row
from cms.packs.shapes import Key, Place, Shape, day, local_text, per_language, slug
from core.exceptions import DandelionError
from core.programme.models import Theme, ThemePeriod
from core.programme.services import add_period, change_period

DAYS = ("since", "until", "service_day")
EVERY_YEAR = re.compile(r"this-(\d\d-\d\d)")
PLAIN_YEAR = 2001  # no leap year: what is a day in it is one in every year


def _day(value: Any) -> Sentence | None:
    """A date as in 2026-06-01, or in the year of loading: this-06-01."""
    found = EVERY_YEAR.fullmatch(value) if isinstance(value, str) else None
    return day(f"{PLAIN_YEAR}-{found[1]}" if found else value)


PERIOD: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(local_text(40), required=True),
    "focus": Key(local_text(60), required=True),
    "summary": Key(local_text(300)),
    "since": Key(_day, required=True),
    "until": Key(_day, required=True),
    "service_day": Key(_day),
}


def check_periods(checking: Checking) -> None:
    """`periods` of each theme in `themes.yaml`."""
    year = timezone.localdate().year
    for theme in checking.entries("themes.yaml"):
        written = theme.value.get("periods") if isinstance(theme.value, dict) else None
        if written is None:
            continue
        seen: list[Row] = []
        for place in (theme / "periods").rows():
            for row in _checked(place, theme.value.get("slug"), year):
                _refuse_second(row, seen)
                seen.append(row)
                checking.add("periods", row.key, row.values, place)


def _checked(place: Place, theme: Any, year: int) -> Iterator[Row]:
    """The period at `place` as a row, when all of it is in order."""
    before = len(place.problems)
    row = place.checked(PERIOD)
    if len(place.problems) > before:
        return
    days = {name: str(row[name]).replace("this-", f"{year}-") for name in DAYS if name in row}
    if days["until"] < days["since"]:
        (place / "until").refuse(_("The last day lies before the first."))
        return
    if "service_day" in days and not days["since"] <= days["service_day"] <= days["until"]:
        (place / "service_day").refuse(_("The collective service day must lie inside the period."))
        return
    code = f"{row['slug']}-{year}" if str(row["since"]).startswith("this-") else row["slug"]
    texts = {name: per_language(row.get(name)) for name in ("name", "focus", "summary")}
    yield Row(f"{theme}/{code}", {**texts, **days, "service_day": days.get("service_day", "")}, place)


def _refuse_second(row: Row, seen: list[Row]) -> None:
    """A code once per theme, and every day in one period of a theme only."""
    for other in seen:
        if other.key == row.key:
            (row.place / "slug").refuse(_("This theme has a period with this code already."))
        elif other.values["since"] <= row.values["until"] and row.values["since"] <= other.values["until"]:
            sentence = _("This period shares days with “{other}”; periods of one theme may not overlap.")
            (row.place / "since").refuse(format_lazy(sentence, other=other.place.value["slug"]))


def apply_periods(loading: Loading) -> None:
    """Periods of the pack's own themes."""
    for row in loading.rows("periods"):
        try:
            _apply_period(loading, row)
        except DandelionError as error:
            raise loading.refused(row.place, error) from error


def _apply_period(loading: Loading, row: Row) -> None:
    theme_slug, code = row.key.split("/")
    found = ThemePeriod.objects.filter(theme__programme__slug=loading.pack, theme__slug=theme_slug, slug=code).first()
    current: dict[str, Any] | None = None
    if found is not None:
        current = {name: getattr(found, name) for name in ("name", "focus", "summary")}
        current |= {name: value.isoformat() if (value := getattr(found, name)) else "" for name in DAYS}
    loading.settle(
        "periods",
        f"{loading.pack}/{row.key}",
        wanted=row.values,
        current=current,
        create=lambda: add_period(theme=_theme(loading, theme_slug), slug=code, **_typed(row.values), **loading.by),
        change=lambda changes: change_period(period=loading.there(found), changes=_typed(changes), **loading.by),
    )


def _theme(loading: Loading, theme_slug: str) -> Theme:
    """The pack's own theme with this code; the section before this one has made it."""
    return Theme.objects.get(programme__slug=loading.pack, slug=theme_slug)


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: (date.fromisoformat(value) if value else None) if name in DAYS else value
        for name, value in values.items()
    }
