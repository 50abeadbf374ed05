"""What the designer of forms is made of, and what it asks the server while somebody edits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from core.people.models import UnitKind
from core.text import localised
from forms.designer import sheets
from forms.designer.controls import options
from forms.groupschema import COLUMN_KINDS
from forms.models import FormDefinition
from forms.problem import Problem
from forms.schema import named_fields

GROUPS = [
    (_("Sections"), ["section"]),
    (_("Words"), ["text", "long_text", "note"]),
    (_("Numbers and days"), ["integer", "decimal", "money", "quantity", "duration", "date", "time", "datetime"]),
    (
        _("To choose from"),
        ["choice", "multi_choice", "yes_no", "rating", "unit", "venue", "member", "team", "award", "ledger_snapshot"],
    ),
    (_("Rows"), ["group"]),
    (_("Photos and files"), ["photos", "files"]),
    (_("Contact and consent"), ["phone", "email", "address", "id_number", "consent"]),
]


def configuration() -> dict[str, Any]:
    """For the script: kinds with their sheets, sources of choices, names."""
    kinds = sheets.kinds()
    named = [name for _label, names in GROUPS for name in names]
    groups = [{"label": label, "kinds": [name for name in names if name in kinds]} for label, names in GROUPS]
    groups.append({"label": _("Other"), "kinds": [name for name in kinds if name not in named]})
    return {
        "kinds": kinds,
        "columns": sorted(COLUMN_KINDS),
        "groups": [one for one in groups if one["kinds"]],
        "sources": {
            "unit_kinds": options((kind.slug, localised(kind.name)) for kind in UnitKind.objects.order_by("slug"))
        },
        "labels": {
            "required": _("must be answered"),
            "conditional": _("only if"),
            "sum": _("Sum of {name}"),
            "frozen": _("This form was published, so the key stays as it is."),
        },
        "document": {
            "label": _("Checks across several answers"),
            "icon": "check",
            "empty": _("none"),
            "sheet": sheets.document_sheet(),
        },
        "has_picture": False,
        "frozen_keys": [],
        "used_ids": [],
    }


def state_of(definition: FormDefinition | None) -> dict[str, Any]:
    """What is known of the form being edited: where to ask for checks, its version, keys that are frozen."""
    pk = definition.pk if definition is not None else None
    state: dict[str, Any] = {"urls": {"check": reverse("form_designer_check", args=(pk or 0,))}}
    if definition is None or pk is None:
        return state
    current = definition.current_version
    documents = definition.versions.values_list("document", flat=True)
    fields = [(key, field) for document in documents for _place, key, field in named_fields(document)]
    return state | {
        "version": now("Version %(number)d is in use.") % {"number": current.number} if current else "",
        "frozen_keys": sorted({key for key, _field in fields}),
        "used_ids": sorted({field["id"] for _key, field in fields}),
    }


GENERIC = {
    "property_missing": _("Please fill in “%(name)s”."),
    "field.needs": _("Please fill in “%(name)s”."),
    "bad_value": _("“%(name)s” is not complete yet."),
    "bad_count": _("“%(name)s” is a whole number from %(least)s to %(most)s."),
    "bad_outcome_effect": _("Please choose where this decision leads."),
    "wait_days_or_until": _("Please give either a number of days or a day from a form."),
    "outcomes_missing": _("Please add at least one decision to choose from."),
    "input_missing": _("Please say where “%(name)s” is taken from."),
}


def names_in(sheet_groups: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Property → what its control is called, of all controls of these groups."""
    return {one["path"].rsplit(".", 1)[-1]: one["label"] for group in sheet_groups for one in group["controls"]}


def told(problem: Problem, words: Callable[[Problem], str], names: Mapping[str, Any]) -> dict[str, Any]:
    """A problem for the script: its place apart from its sentence, with properties called as their controls are."""
    if problem.code in GENERIC:
        name = str(problem.params.get("name", ""))
        text = str(GENERIC[problem.code]) % {**problem.params, "name": names.get(name, name)}
    else:
        text = words(replace(problem, place=""))
    return {"place": problem.place, "sentence": text, "warning": problem.is_warning}
