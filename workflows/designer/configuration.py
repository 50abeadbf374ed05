"""What the designer of flows is made of: sheets, and everything that exists and may be chosen in them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from core.events import EVENTS
from core.people.models import OrgUnit, Role, Team, UnitKind
from core.people.selectors import unit_path_names
from core.text import localised
from forms.designer.controls import options
from forms.groupschema import columns_of
from forms.models import FormDefinition, FormVersion
from forms.schema import level_of
from forms.shapes import value_type
from workflows.claimant_facts import CLAIMANT, FACTS
from workflows.designer import sheets
from workflows.designer.cards import GROUPS
from workflows.designer.effect_words import described_effects, is_plain
from workflows.designer.policy_sheets import PLACES_TO_ADD
from workflows.designer.rule_sheets import rules
from workflows.kinds import KINDS
from workflows.models import FlowDefinition, FlowVersion
from workflows.results import KNOWN, result_name
from workflows.subflows import results_of

WHO = [("anyone", _("Everybody, without a login too")), ("members", _("Everybody with a login"))]
CLAIMANTS = [("person", _("Persons")), ("team", _("Teams")), ("organisation", _("Organisations"))]


def configuration() -> dict[str, Any]:
    """For the script: kinds with their sheets, rules, effects, forms with their fields, sources of choices, names."""
    effects = described_effects()
    return {
        "kinds": sheets.kinds(),
        "groups": [{"label": label, "kinds": names} for label, names in GROUPS],
        "human": [name for name, kind in KINDS.items() if kind.human],
        "rules": rules(),
        "effects": effects,
        "forms": {version.definition.slug: _fields(version) for version in _newest_forms()},
        "flows": _flows(),
        "events": {name: dict(event.values) for name, event in EVENTS.items()},
        "claimant_facts": _claimant_facts(),
        "sources": _sources(effects),
        "labels": _labels(),
        "has_picture": True,
    }


def state_of(definition: FlowDefinition | None) -> dict[str, Any]:
    """What is known of the flow being edited: where to ask for checks and persons, its version."""
    current = definition.versions.order_by("number").last() if definition is not None and definition.pk else None
    return {
        "urls": {"check": reverse("flow_designer_check"), "who": reverse("flow_designer_who")},
        "version": now("Version %(number)d is in use.") % {"number": current.number} if current else "",
    }


def _flows() -> dict[str, dict[str, Any]]:
    """Code of a published flow → its name, the fields of its starting form, how it can end."""
    found = {}
    for version in FlowVersion.objects.filter(definition__live=True).select_related("definition").order_by("number"):
        form = FormVersion.objects.get(pk=version.forms[version.document["start"]["form"]])
        results = results_of(version.document)
        found[version.slug] = {
            "label": localised(version.definition.title) or version.slug,
            "fields": _fields(form),
            "results": options((one, result_name(version.document, one)) for one in results),
        }
    return found


def _claimant_facts() -> list[dict[str, Any]]:
    """What may be asked about whoever wants to take something on, as fields of conditions."""
    kinds = [(kind.slug, localised(kind.name)) for kind in UnitKind.objects.order_by("slug")]
    known = {str(kind) for found in Team.objects.values_list("kinds", flat=True) for kind in found}
    offered: dict[str, Sequence[tuple[str, Any]]] = {name: fact.options for name, fact in FACTS.items()}
    offered |= {"unit_kind": kinds, "skills": [(kind, kind) for kind in sorted(known)]}
    return [
        {
            "value": f"{CLAIMANT}.{name}",
            "label": fact.label,
            "type": fact.type,
            "kind": "choice" if offered[name] else "",
            "options": options(offered[name]) if offered[name] else None,
        }
        for name, fact in FACTS.items()
    ]


def _newest_forms() -> list[FormVersion]:
    rows = FormVersion.objects.filter(definition__live=True).select_related("definition").order_by("number")
    return list({row.definition_id: row for row in rows}.values())


def _fields(version: FormVersion) -> list[dict[str, Any]]:
    return [
        {
            "columns": [
                {"key": one["key"], "label": localised(one.get("label", "")) or one["key"], "privacy": level_of(one)}
                for one in columns_of(field)
            ],
            "key": field["key"],
            "label": localised(field.get("label", "")) or field["key"],
            "kind": field["kind"],
            "type": value_type(field["kind"]),
            "privacy": level_of(field),
            "required": field.get("required") is True,
            "options": options((one["id"], localised(one["label"])) for one in field["options"])
            if field.get("options")
            else None,
        }
        for field in version.fields
    ]


def _sources(effects: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    live = {version.definition.slug: version.definition for version in _newest_forms()}
    units = list(OrgUnit.objects.filter(is_active=True).order_by("path"))
    names = unit_path_names(units)
    return {
        "who": options(WHO),
        "claimants": options(CLAIMANTS),
        "places_to_add": options(PLACES_TO_ADD),
        "receivers": options(sheets.RECEIVERS),
        "roles": options((role.slug, localised(role.name)) for role in Role.objects.order_by("pk")),
        "unit_kinds": options((kind.slug, localised(kind.name)) for kind in UnitKind.objects.order_by("slug")),
        "units": options((unit.slug, names[unit.pk]) for unit in units),
        "forms": options((slug, _form_name(definition)) for slug, definition in sorted(live.items())),
        "effects": options((name, entry["label"]) for name, entry in effects.items()),
        "flows": options((slug, entry["label"]) for slug, entry in sorted(_flows().items())),
        "events": options((name, event.label) for name, event in EVENTS.items()),
        "plain_effects": options((name, entry["label"]) for name, entry in effects.items() if is_plain(entry)),
        "results": options(KNOWN.items()),
    }


def _form_name(definition: FormDefinition) -> str:
    return localised(definition.title) or definition.slug


def _labels() -> dict[str, Any]:
    return {
        "start": _("Beginning"),
        "no_form": _("no form yet"),
        "otherwise": _("Otherwise"),
        "case": _("Case {n}"),
        "way": _("Way {n}"),
        "add_way": _("Add a way"),
        "remove_way": _("Remove this way"),
        "way_left": _("Move left"),
        "way_right": _("Move right"),
        "make_default": _("Make it the way for everything else"),
        "default_way": _("everything else"),
        "together": _("at the same time"),
        "or": _(" or "),
        "nobody": _("nobody yet"),
        "days": _("{n} days"),
        "within": _("within {n} working days"),
        "within_calendar": _("within {n} days"),
        "by_calendar": _("By the calendar"),
        "as_it_stands": _("With the places that are taken"),
        "came": _("It happened"),
        "passed": _("Passed"),
        "failed": _("Not passed"),
        "score_of": _("Score at “{name}”"),
        "timeout": _("The time was over"),
        "outcome_of": _("Decision at “{name}”"),
        "unit_of_case": _("The unit of the case"),
    }
