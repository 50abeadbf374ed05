"""What publishing a flow means: judge it against what exists, compile it, pin its forms, write the version."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.events import EVENTS
from core.exceptions import Invalid
from core.people.models import Role, UnitKind
from core.text import localised
from forms.fieldschema import bound
from forms.groupschema import column_name, columns_of
from forms.models import FormVersion
from forms.problem import Problem
from forms.schema import column_kinds, field_kinds, is_conditional, level_of, located_fields, mask_of, options_of_fields
from forms.shapes import SHAPES
from notifications import placeholders
from workflows import effects
from workflows.compiler import compile_flow
from workflows.kinds import is_slug
from workflows.letters import PLACEHOLDERS
from workflows.messages import sentence
from workflows.models import FlowDefinition, FlowVersion, PinnedForm
from workflows.schema import problems, shape_problems
from workflows.staffing import staffing_problems
from workflows.subflows import described_flows, flows_started
from workflows.tree import Tree, props_of

PRIVACY = ("public", "internal", "masked", "personal", "sensitive")  # each stricter than the one before
SLUG = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def form_slugs(document: Any) -> set[str]:
    """Every form that a document names, whatever its shape."""
    found: set[str] = set()
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if is_slug(value.get("form")):
                found.add(value["form"])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found


def newest_forms(slugs: set[str]) -> dict[str, FormVersion]:
    """Form slug → its newest version, for those whose form is live."""
    rows = FormVersion.objects.filter(definition__slug__in=slugs, definition__live=True).select_related("definition")
    return {row.definition.slug: row for row in rows.order_by("number")}


def asked_without_condition(document: Any) -> set[str]:
    """Keys of fields that are shown to everybody; their answer may still be empty."""
    return {
        field["key"]
        for _place, section, field in located_fields(document)
        if not is_conditional(section, field) and isinstance(field.get("key"), str)
    }


def described_events() -> dict[str, dict[str, Any]]:
    """Name → {"values"}, as `schema.problems` wants it."""
    return {name: {"values": dict(event.values)} for name, event in EVENTS.items()}


def required_fields(document: Any) -> set[str]:
    """Keys of fields that are shown to everybody and must be answered."""
    required = {
        field.get("key") for _place, _section, field in located_fields(document) if field.get("required") is True
    }
    return asked_without_condition(document) & required


def privacy_of_fields(document: Any) -> dict[str, str]:
    """Field key, and `group.column`, → its level; `masked` for a personal one of which a part may be read, e.g. 王*清.

    A group counts as its strictest column.
    """
    found: dict[str, str] = {}
    for field in _known_fields(document):
        columns = {column_name(field, one): _privacy(one) for one in columns_of(field)}
        found |= columns
        found[field["key"]] = max(columns.values(), key=PRIVACY.index) if columns else _privacy(field)
    return found


def _privacy(field: dict[str, Any]) -> str:
    return "masked" if level_of(field) == "personal" and mask_of(field) != "all" else level_of(field)


def required_columns(document: Any) -> set[str]:
    """`group.column` of the columns that are asked in every row and must be answered."""
    return {
        column_name(field, one)
        for field in _known_fields(document)
        for one in columns_of(field)
        if one.get("required") is True and "show_if" not in one
    }


def facts_of(document: Any) -> dict[str, Any]:
    """What `schema.problems` must know of a form."""
    return {
        "kinds": field_kinds(document),
        "columns": column_kinds(document),
        "required_columns": required_columns(document),
        "always": asked_without_condition(document),
        "privacy": privacy_of_fields(document),
        "options": options_of_fields(document),
        "required": required_fields(document),
        "limits": limits_of_fields(document),
        "labels": labels_of_fields(document),
    }


def limits_of_fields(document: Any) -> dict[str, tuple[Any, Any]]:
    """Field key → (least, most) of numbers and days; None for a side that is open or is the day of filling in."""
    found = {}
    for field in _known_fields(document):
        if SHAPES[field["kind"]].value in ("number", "date"):
            ends = [bound(field.get(name), field["kind"]) for name in ("min", "max")]
            found[field["key"]] = (_fixed(ends[0]), _fixed(ends[1]))
    return found


def _fixed(limit: Any) -> Any:
    return None if isinstance(limit, str) else limit


def labels_of_fields(document: Any) -> dict[str, dict[str, Any]]:
    """Field key → {"label", "options": id → label} in the reader's language."""
    return {
        field["key"]: {"label": localised(field.get("label")), "options": _labels_of_options(field)}
        for field in _known_fields(document)
    }


def _labels_of_options(field: Mapping[str, Any]) -> dict[str, str]:
    options = field.get("options")
    known = [one for one in options if isinstance(one, dict)] if isinstance(options, list) else []
    return {one["id"]: localised(one.get("label")) for one in known if isinstance(one.get("id"), str)}


def _known_fields(document: Any) -> Iterator[dict[str, Any]]:
    """The fields of a document that may have problems, as far as they can be understood."""
    for _place, _section, field in located_fields(document):
        if isinstance(field.get("key"), str) and isinstance(field.get("kind"), str) and field["kind"] in SHAPES:
            yield field


def find_problems(slug: str, document: Any, versions: Mapping[str, FormVersion]) -> list[Problem]:
    """Everything that keeps the document from being published, and warnings."""
    found = [] if SLUG.fullmatch(slug or "") else [Problem("bad_slug", "", {"name": slug})]
    found += problems(
        document,
        forms={name: facts_of(version.document) for name, version in versions.items()},
        effects=effects.described(),
        roles=set(Role.objects.values_list("slug", flat=True)),
        unit_kinds=set(UnitKind.objects.values_list("slug", flat=True)),
        flows=described_flows(facts_of, flows_started(document) if isinstance(document, dict) else ()),
        slug=slug,
        events=described_events(),
    )
    if all(one.is_warning or one.code == "bad_slug" for one in found):
        found += staffing_problems(document, localdate())
    return found + placeholder_problems(document)


def placeholder_problems(document: Any) -> list[Problem]:
    """Unknown placeholders in the texts of notify and notice steps.

    Place: the id of the step; parameter `part`: which text.
    """
    if shape_problems(document):
        return []
    found = []
    for step in Tree(document).walk():
        if step["kind"] not in ("notify", "notice"):
            continue
        for name in ("subject", "body"):
            text = props_of(step).get(name) or ""
            for written in text.values() if isinstance(text, dict) else [text]:
                unknown = placeholders.problems(written, set(PLACEHOLDERS))
                found += [_placeholder_problem(step["id"], name, one) for one in unknown]
    return found


def _placeholder_problem(step_id: str, part: str, name: str) -> Problem:
    if not name:
        return Problem("broken_placeholder", step_id, {"part": part})
    return Problem("unknown_placeholder", step_id, {"name": name, "part": part})


def checked(slug: str, document: Any) -> dict[str, FormVersion]:
    """The form versions to pin, if the document may be published. Raises: Invalid with one sentence per problem."""
    versions = newest_forms(form_slugs(document))
    found = [one for one in find_problems(slug, document, versions) if not one.is_warning]
    if found:
        raise Invalid(
            _("The flow cannot be published yet."),
            code="flow_problems",
            errors={"document": [sentence(problem) for problem in found]},
            problems=[(problem.code, problem.place) for problem in found],
        )
    compile_flow(document, f"{slug}_draft")  # uncached: what does not compile is never stored
    return versions


def sentences(slug: str, document: Any) -> list[str]:
    """What keeps a draft from being published, in the reader's language."""
    found = find_problems(slug, document, newest_forms(form_slugs(document)))
    return [sentence(problem) for problem in found if not problem.is_warning]


def write_version(
    definition: FlowDefinition, document: Any, pinned: Mapping[str, FormVersion], *, by: Any, at: datetime
) -> FlowVersion:
    """The version of this document with these forms: the current one when nothing changed, else the next number."""
    forms = {slug: version.pk for slug, version in sorted(pinned.items())}
    if not localised(document.get("title")):
        document = {**document, "title": definition.title}
    content = {"document": document, "forms": {slug: version.sha256 for slug, version in sorted(pinned.items())}}
    digest = sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    current = definition.versions.order_by("number").last()
    if current is not None and current.sha256 == digest and current.forms == forms:
        return current
    version = FlowVersion.objects.create(
        definition=definition,
        slug=definition.slug,
        number=current.number + 1 if current is not None else 1,
        document=document,
        forms=forms,
        sha256=digest,
        published_at=at,
        published_by=by,
    )
    PinnedForm.objects.bulk_create([PinnedForm(flow_version=version, form_version=row) for row in pinned.values()])
    return version
