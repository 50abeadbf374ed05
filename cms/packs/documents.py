"""Pack sections for forms and flows: their documents are judged by the apps that run them, here with file and line."""

import hashlib
import json
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.applying import Loading
from cms.packs.extending import (
    CHANGE_KEYS,
    extended,
    origin_of,
    path_of,
    step_around,
    steps_with_home,
    written_at,
)
from cms.packs.problems import did_you_mean, joined
from cms.packs.reading import Path_
from cms.packs.sections import Checking, FlowSource, Row
from cms.packs.shapes import Key, Place, Shape, local_text, mapping, per_language, rows, slug
from core.rights import require
from forms import messages as form_messages
from forms import schema as form_schema
from forms.models import FormDefinition
from forms.problem import Problem
from forms.services import publish_form
from workflows import messages as flow_messages
from workflows import schema as flow_schema
from workflows.effects import described
from workflows.models import FlowDefinition, FlowVersion
from workflows.publishing import described_events, facts_of, placeholder_problems
from workflows.services import publish_flow
from workflows.subflows import described_flows, flow_facts, flows_started

EXTENSION: Shape = {
    "extends": Key(slug, required=True),
    "title": Key(local_text(80)),
    "prefix": Key(lambda _value: None),
    "start": Key(mapping),
    "change": Key(mapping),
    "remove": Key(rows),
    "insert": Key(rows),
}
EXTENDING = {
    "unknown_step": _("The extended flow has no step “{name}”."),
    "unknown_change": _("“{name}” of a step cannot be changed; what can: {keys}."),
    "bad_insert": _("An insertion has “after” or “before” with the id of a step, and “step”."),
}
CAUSES = ("remove", "change", "insert", "start")
MAX_TITLE = 80


def _title_of(place: Place) -> dict[str, str]:
    """The title of a form or flow; notes a problem when there is none."""
    if "title" not in place.value:
        place.refuse(format_lazy(_("The key “{key}” is missing here."), key="title"))
        return {}
    value = place.value["title"]
    problem = local_text(MAX_TITLE)(value)
    if problem is not None:
        (place / "title").refuse(format_lazy("title: {problem}", problem=problem))
        return {}
    return per_language(value)


def _is_document(name: str, place: Place) -> bool:
    """Whether a file holds keys with values under a usable name; notes problems."""
    if slug(name) is not None:
        place.refuse(_("The name of this file must be a code: small letters, digits, - and _, then .yaml."))
        return False
    problem = mapping(place.value)
    if problem is not None:
        place.refuse(_("Keys with values are expected here (lines like “key: value”)."))
    return problem is None


def check_forms(checking: Checking) -> None:
    """`forms/*.yaml`: the document of docs/forms.md with a title; the file's name is the form's code."""
    for name, place in checking.documents("forms"):
        if not checking.claim("form", name, place) or not _is_document(name, place):
            continue
        title = _title_of(place)
        document = {key: value for key, value in place.value.items() if key != "title"}
        definition = FormDefinition.objects.filter(slug=name).first() or FormDefinition()
        for problem in definition.problems_with(document):
            _at(place, path_of(problem.place)).refuse(form_messages.sentence(Problem(problem.code, "", problem.params)))
        _check_scopes(checking, place, document)
        checking.known.forms[name] = facts_of(document)
        checking.add("forms", name, {"title": title, "document": document}, place)


def _at(place: Place, path: Path_) -> Place:
    for key in path:
        place /= key
    return place


def _check_scopes(checking: Checking, place: Place, document: dict[str, Any]) -> None:
    """The kinds and units that unit fields offer must exist."""
    for where, _section, field in form_schema.located_fields(document):
        scope = field.get("scope")
        if not isinstance(scope, dict):
            continue
        at = _at(place, path_of(where)) / "scope"
        kinds = scope.get("kinds")
        for number, code in enumerate(kinds if isinstance(kinds, list) else []):
            checking.known.require("unit_kind", code, at / "kinds" / number)
        if "under" in scope:
            checking.known.require("unit", scope["under"], at / "under")


def digest(document: Any) -> str:
    """A short name for the content of a document."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def apply_forms(loading: Loading) -> None:
    """Forms; a new version only when the document changed."""
    for row in loading.rows("forms"):
        _apply_form(loading, row)


def _apply_form(loading: Loading, row: Row) -> None:
    found = FormDefinition.objects.filter(slug=row.key).first()

    def publish(changes: dict[str, Any]) -> None:
        require(loading.actor, "forms.change_formdefinition")
        definition = found or FormDefinition(slug=row.key)
        _take_over(definition, changes, row)
        with loading.told_at(row.place):
            publish_form(definition=definition, **loading.by)

    _settle(loading, "forms", row, found, publish)


def _settle(loading: Loading, section: str, row: Row, definition: Any, publish: Any) -> None:
    wanted = {"title": row.values["title"], "document": digest(row.values["document"])}
    current = None
    if definition is not None:
        current = {"title": definition.title, "document": digest(definition.document)}
    extends = row.values.get("extends", [])
    if extends:
        wanted["extends"] = extends
        current = current and {**current, "extends": extends}
    loading.settle(
        section,
        row.key,
        wanted=wanted,
        current=current,
        create=lambda: publish(wanted),
        change=publish,
        extends=bool(extends),
    )


def _take_over(definition: FormDefinition | FlowDefinition, changes: dict[str, Any], row: Row) -> None:
    """Put what changed into the definition."""
    if "title" in changes:
        definition.title = row.values["title"]
    if "document" in changes:
        definition.document = row.values["document"]


def check_flows(checking: Checking) -> None:
    """`flows/*.yaml`: the document of docs/flows.md with a title, or changes to a flow of a required pack."""
    for name, place in checking.documents("flows"):
        if not _is_document(name, place):
            continue
        if "extends" in place.value:
            _check_extension(checking, name, place)
            continue
        if not checking.claim("flow", name, place):
            continue
        title = _title_of(place)
        document = {key: value for key, value in place.value.items() if key != "title"}
        checking.known.flows[name] = FlowSource(title, document, (checking.slug,))
        for path, words in _flow_problems(checking, name, document):
            _at(place, path).refuse(words)
        checking.add("flows", name, {"title": title, "document": document}, place)


def _check_extension(checking: Checking, name: str, place: Place) -> None:
    row = place.checked(EXTENSION)
    if "extends" not in row or not _may_extend(checking, name, row["extends"], place / "extends"):
        return
    source = checking.known.flows[name]

    def refuse(path: Path_, code: str, step: str) -> None:
        known = [str(step.get("id")) for step in _steps(source.document)] if code == "unknown_step" else []
        sentence = format_lazy(EXTENDING[code], name=step, keys=", ".join(CHANGE_KEYS))
        _at(place, path).refuse(joined(sentence, did_you_mean(step, known)))

    document = extended(source.document, place.value, refuse)
    for path, words in _flow_problems(checking, name, document):
        origin = origin_of(document, path, place.value)
        if origin is None:  # in what was not changed: some change around it is the cause, so say where it shows
            origin = next(((key,) for key in CAUSES if key in place.value), ("extends",))
            words = f"{step_around(document, path)}: {words}"
        _at(place, origin).refuse(words)
    title = per_language(row["title"]) if "title" in row else per_language(source.title)
    checking.known.flows[name] = FlowSource(title, document, (*source.packs, checking.slug))
    checking.known.codes["flow"][name] = checking.slug
    checking.add("flows", name, {"title": title, "document": document, "extends": list(source.packs)}, place)


def _may_extend(checking: Checking, name: str, flow: str, place: Place) -> bool:
    """Whether the flow is there to be extended by this pack; notes a problem when it is not."""
    known = checking.known
    if not known.require("flow", flow, place):
        return False
    other, builds_on = known.extensions.get(flow, ("", []))
    if name != flow:
        place.refuse(_("A file that extends a flow bears that flow's name."))
    elif flow not in known.flows:
        sentence = _("The flow “{flow}” is not of a pack that this one names under “requires”.")
        place.refuse(format_lazy(sentence, flow=flow))
    elif other and checking.slug not in builds_on:
        sentence = _("The pack {pack}, which is loaded here, extends the flow “{flow}” already; only one pack can.")
        place.refuse(format_lazy(sentence, flow=flow, pack=other))
    else:
        return True
    return False


def _steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for step, _home in steps_with_home(document.get("steps"))]


def _flow_problems(checking: Checking, name: str, document: dict[str, Any]) -> list[tuple[Path_, str]]:
    """Where in the document, and what is wrong there."""
    known = checking.known
    found = flow_schema.problems(
        document,
        forms=known.forms,
        effects=described(),
        roles=set(known.codes.get("role", {})),
        unit_kinds=set(known.codes.get("unit_kind", {})),
        flows=_flows_to_start(checking, document),
        slug=name,
        events=described_events(),
    )
    placed = [(_exact(document, problem), problem) for problem in found if not problem.is_warning]
    placed += [
        ((*_step_path(document, problem.place), "props", problem.params["part"]), problem)
        for problem in placeholder_problems(document)
    ]
    return [(path, flow_messages.sentence(Problem(problem.code, "", problem.params))) for path, problem in placed]


def _flows_to_start(checking: Checking, document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The facts of the flows that a flow starts: those of the packs loaded together, else those that are published."""
    known = checking.known
    if not flows_started(document):
        return {}
    sound = {slug: one.document for slug, one in known.flows.items() if not flow_schema.shape_problems(one.document)}
    found = {
        slug: flow_facts(one, known.forms[one["start"]["form"]]) for slug, one in sound.items() if _has_form(known, one)
    }
    others = {other for one in found.values() for other in one["starts"]} | flows_started(document)
    return {**described_flows(facts_of, others - found.keys()), **found}


def _has_form(known: Any, document: dict[str, Any]) -> bool:
    return document["start"]["form"] in known.forms


def _exact(document: dict[str, Any], problem: Problem) -> Path_:
    """Where a problem is; of an unknown property the property itself, not what is around it."""
    path = path_of(problem.place)
    name = problem.params.get("name")
    return (*path, name) if isinstance(name, str) and written_at(document, (*path, name)) else path


def _step_path(document: dict[str, Any], step_id: str) -> Path_:
    """Where the step with this id stands."""
    waiting: list[tuple[Any, Path_]] = [(document.get("steps"), ("steps",))]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, dict) and value.get("id") == step_id and "kind" in value:
            return path
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting.extend((child, (*path, key)) for key, child in inner)
    return ()


def apply_flows(loading: Loading) -> None:
    """Flows; a new version only when the document or a form that it uses changed."""
    for row in loading.rows("flows"):
        _apply_flow(loading, row)
    _follow_forms(loading)


def _apply_flow(loading: Loading, row: Row) -> None:
    found = FlowDefinition.objects.filter(slug=row.key).first()

    def publish(changes: dict[str, Any]) -> None:
        require(loading.actor, "workflows.change_flowdefinition")
        definition = found or FlowDefinition(slug=row.key)
        _take_over(definition, changes, row)
        with loading.told_at(row.place):
            publish_flow(definition=definition, **loading.by)

    _settle(loading, "flows", row, found, publish)


def _follow_forms(loading: Loading) -> None:
    """Publishes again the flows that use a form which this load changed, so that they pin its new version."""
    changed = {key for section, key in loading.changed if section == "forms"}
    for row in loading.rows("flows"):
        version = FlowVersion.objects.filter(slug=row.key).order_by("number").last()
        if version is not None and changed & version.forms.keys():
            with loading.told_at(row.place):
                publish_flow(definition=version.definition, **loading.by)
