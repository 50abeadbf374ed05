"""The pack section of award schemes: what may be granted, to whom, and by which unit."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.applying import Loading
from cms.packs.sections import Checking, Row
from cms.packs.shapes import Key, Place, Shape, list_of, local_text, one_of, per_language, rows, slug, yes_no
from core.honours.models import AwardScheme
from core.honours.services import SUBJECTS, change_scheme, create_scheme
from core.programme.models import Theme

SCHEME: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(local_text(60), required=True),
    "description": Key(local_text(400)),
    "subjects": Key(list_of(one_of(*SUBJECTS)), required=True),
    "unit": Key(slug, required=True),
    "levels": Key(rows),
    "colour": Key(one_of(*Theme.Colour.values)),
    "open": Key(yes_no),
}
LEVEL: Shape = {"slug": Key(slug, required=True), "name": Key(local_text(40), required=True)}


def check_schemes(checking: Checking) -> None:
    """`awards.yaml`."""
    for place in checking.entries("awards.yaml"):
        row = place.checked(SCHEME)
        checking.known.require("unit", row.get("unit"), place / "unit")
        if row.get("subjects") == []:
            (place / "subjects").refuse(_("An award is given to somebody: name at least one kind of honoree."))
        levels = _levels(place / "levels") if "levels" in row else []
        if checking.claim("award", row.get("slug"), place / "slug"):
            values = {name: per_language(row.get(name)) for name in ("name", "description")}
            more = {
                "subject_kinds": row.get("subjects", []),
                "unit": row.get("unit"),
                "levels": levels,
                "colour": row.get("colour", Theme.Colour.GOLD.value),
                "is_open": row.get("open", True),
            }
            checking.add("awards", row["slug"], {**values, **more}, place)


def _levels(place: Place) -> list[dict[str, Any]]:
    """The levels of one scheme; notes a problem for a code that stands twice."""
    found: dict[str, dict[str, Any]] = {}
    for entry in place.rows():
        row = entry.checked(LEVEL)
        code = row.get("slug")
        if code in found:
            (entry / "slug").refuse(format_lazy(_("The level “{code}” stands here twice."), code=code))
        elif code is not None:
            found[code] = {"slug": code, "name": per_language(row.get("name"))}
    return list(found.values())


def apply_schemes(loading: Loading) -> None:
    """Award schemes."""
    for row in loading.rows("awards"):
        _apply_scheme(loading, row)


def _apply_scheme(loading: Loading, row: Row) -> None:
    scheme = AwardScheme.objects.select_related("unit").filter(slug=row.key).first()
    current: dict[str, Any] | None = None
    if scheme is not None:
        current = {name: getattr(scheme, name) for name in row.values} | {"unit": scheme.unit.slug}
    loading.settle(
        "awards",
        row.key,
        wanted=row.values,
        current=current,
        create=lambda: create_scheme(slug=row.key, **loading.with_unit(row.values), **loading.by),
        change=lambda changes: change_scheme(
            scheme=loading.there(scheme), values=loading.with_unit(changes), **loading.by
        ),
    )
