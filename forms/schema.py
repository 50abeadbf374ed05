"""Judges a form document and reads it: what is wrong with it, and where; its fields, kinds and dependencies."""

from collections.abc import Iterator
from typing import Any

from forms.checkschema import check_problems, checks_of
from forms.fieldschema import (
    MAX_TEXT,
    field_problems,
    is_identifier,
    option_ids,
    option_rules,
    text_problems,
    unknown_properties,
)
from forms.problem import Problem as Problem
from forms.rules import check_types, misspelt_times, names_in, unknown_options
from forms.shapes import SHAPES
from forms.storable import MAX_NESTING, unfit

MAX_SECTIONS = 50
MAX_FIELDS = 300
SECTION_PROPERTIES = frozenset({"id", "title", "help", "page", "show_if", "fields"})
SUBJECT_KINDS = frozenset({"member", "team", "unit"})  # kinds of fields that a snapshot of the ledger can be about
RESERVED_KEYS = frozenset({"item", "outcomes"})  # names with a meaning of their own in expressions

Document = dict[str, Any]  # Any: JSON as somebody wrote it


def problems(document: Any) -> list[Problem]:
    """Everything wrong with a document, in its order; an empty list means that it may be published. Never raises."""
    if not isinstance(document, dict):
        return [Problem("document.not_an_object")]
    reason = unfit(document)
    if reason:
        return [Problem(f"document.{reason}", "", {"limit": MAX_NESTING})]
    found = unknown_properties(document, frozenset({"v", "sections", "checks"}), "")
    if document.get("v") != 1 or isinstance(document.get("v"), bool):
        found.append(Problem("document.version", "v"))
    sections = document.get("sections")
    if not isinstance(sections, list) or not sections:
        return [*found, Problem("document.no_sections", "sections")]
    if len(sections) > MAX_SECTIONS:
        return [*found, Problem("document.too_many_sections", "sections", {"limit": MAX_SECTIONS})]
    for number, section in enumerate(sections):
        found += _section_problems(section, f"sections[{number}]")
    located = list(located_fields(document))
    if not located:
        found.append(Problem("document.no_fields", "sections"))
    if len(located) > MAX_FIELDS:
        return [*found, Problem("document.too_many_fields", "sections", {"limit": MAX_FIELDS})]
    found += _repeated(document)
    found += check_problems(document, {field["key"]: field for field in fields_of(document)})
    return found + _rule_problems(document)


def _section_problems(section: Any, place: str) -> list[Problem]:
    if not isinstance(section, dict):
        return [Problem("section.not_an_object", place)]
    found = unknown_properties(section, SECTION_PROPERTIES, place)
    if not is_identifier(section.get("id")):
        found.append(Problem("section.id", f"{place}.id"))
    for name in ("title", "help"):
        if name in section:
            found += text_problems(section[name], f"{place}.{name}", MAX_TEXT)
    if not isinstance(section.get("page", False), bool):
        found.append(Problem("property.not_yes_or_no", f"{place}.page"))
    fields = section.get("fields")
    if not isinstance(fields, list):
        return [*found, Problem("section.no_fields", f"{place}.fields")]
    for number, field in enumerate(fields[: MAX_FIELDS + 1]):
        found += field_problems(field, f"{place}.fields[{number}]")
    return found


def located_fields(document: Any) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(place, section, field) of everything that looks like a field, in order."""
    sections = document.get("sections") if isinstance(document, dict) else None
    for number, section in enumerate(sections if isinstance(sections, list) else []):
        fields = section.get("fields") if isinstance(section, dict) else None
        for position, field in enumerate(fields if isinstance(fields, list) else []):
            if isinstance(field, dict):
                yield f"sections[{number}].fields[{position}]", section, field


def _repeated(document: Document) -> list[Problem]:
    found = []
    seen: dict[str, set[str]] = {"section": set(), "field": set(), "key": set()}

    def note(group: str, value: Any, code: str, place: str) -> None:
        if isinstance(value, str):
            if value in seen[group]:
                found.append(Problem(code, place, {"name": value[:60]}))
            seen[group].add(value)

    for number, section in enumerate(document["sections"]):
        if isinstance(section, dict):
            note("section", section.get("id"), "section.repeated_id", f"sections[{number}].id")
    for place, _section, field in located_fields(document):
        note("field", field.get("id"), "field.repeated_id", f"{place}.id")
        note("key", field.get("key"), "field.repeated_key", f"{place}.key")
        if field.get("key") in RESERVED_KEYS if isinstance(field.get("key"), str) else False:
            found.append(Problem("field.reserved_key", f"{place}.key", {"name": field["key"]}))
    return found


def _rule_problems(document: Document) -> list[Problem]:
    types, options = field_kinds(document), options_of_fields(document)
    found = []

    def judge(rule: Any, place: str, expects: str | None) -> None:
        found.extend(check_types(rule, types, place=place, expects=expects))
        found.extend(unknown_options(rule, options, place=place))
        found.extend(misspelt_times(rule, types, place=place))

    for number, section in enumerate(document["sections"]):
        if isinstance(section, dict) and "show_if" in section:
            judge(section["show_if"], f"sections[{number}].show_if", "bool")
    for place, _section, field in located_fields(document):
        for name in ("show_if", "required_if"):
            if name in field:
                judge(field[name], f"{place}.{name}", "bool")
        for position, option in enumerate(field["options"] if isinstance(field.get("options"), list) else []):
            if isinstance(option, dict) and "show_if" in option:
                judge(option["show_if"], f"{place}.options[{position}].show_if", "bool")
        key = field.get("key")
        of = field.get("of")
        if field.get("kind") == "ledger_snapshot" and isinstance(of, str) and types.get(of) not in SUBJECT_KINDS:
            found.append(Problem("field.of", f"{place}.of", {"name": of[:60]}))
        if "required_if" in field and isinstance(key, str) and key in names_in(field["required_if"]):
            found.append(Problem("field.requires_itself", f"{place}.required_if"))
        if "calc" in field and isinstance(key, str) and key in types:
            shape = SHAPES.get(types[key])
            judge(field["calc"], f"{place}.calc", shape.value if shape else None)
    for place, check in checks_of(document):
        if "rule" in check:
            judge(check["rule"], f"{place}.rule", "bool")
    cycle = _cycle(document)
    if cycle:
        place, names = cycle
        found.append(Problem("document.cycle", place, {"names": " → ".join(names)}))
    return found


def fields_of(document: Any) -> list[dict[str, Any]]:
    """The fields that hold an answer, in order of the document; notes and whatever is malformed are left out."""
    found = []
    for _place, _section, field in located_fields(document):
        kind, key = field.get("kind"), field.get("key")
        if isinstance(kind, str) and isinstance(key, str) and kind in SHAPES and SHAPES[kind].value:
            found.append(field)
    return found


def name_of(field: dict[str, Any]) -> str:
    """The name under which a page knows a field: its key, or of a note, which has none, one with a colon."""
    return str(field["key"]) if SHAPES[field["kind"]].value else f"note:{field['id']}"


def field_kinds(document: Any) -> dict[str, str]:
    """Field key → name of its kind, for every field that holds an answer."""
    return {field["key"]: field["kind"] for field in fields_of(document)}


def options_of_fields(document: Any) -> dict[str, list[str]]:
    """Field key → ids of its options, for every field that is answered with some of them."""
    return {field["key"]: option_ids(field) for field in fields_of(document) if "options" in field}


def always_asked(document: Any) -> set[str]:
    """Keys that every complete answer holds: shown without condition, and required."""
    return {
        field["key"]
        for _place, section, field in located_fields(document)
        if field.get("required") is True and not is_conditional(section, field) and isinstance(field.get("key"), str)
    }


def is_conditional(section: dict[str, Any], field: dict[str, Any]) -> bool:
    """Whether a field is asked only sometimes: by a rule of its own, of its section, or of every option of it."""
    ids = option_ids(field)
    return "show_if" in field or "show_if" in section or (bool(ids) and len(option_rules(field)) == len(ids))


def level_of(field: dict[str, Any]) -> str:
    """How private a field is: what its document says, else what is usual for its kind."""
    privacy = field.get("privacy")
    level = privacy.get("level") if isinstance(privacy, dict) else None
    return str(level or SHAPES[field["kind"]].level)


def mask_of(field: dict[str, Any]) -> str:
    """The name of the rule by which a field is masked."""
    privacy = field.get("privacy")
    mask = privacy.get("mask") if isinstance(privacy, dict) else None
    return str(mask or SHAPES[field["kind"]].mask)


def dependencies(document: Any) -> dict[str, set[str]]:
    """Field key → keys its value depends on: through `show_if` of it, its section and its options, and its `calc`.

    `required_if` is none of them: it changes no value, so that "phone or e-mail" may name each other.
    """
    found: dict[str, set[str]] = {}
    for _place, section, field in located_fields(document):
        if isinstance(field.get("key"), str):
            rules = [section.get("show_if"), field.get("show_if"), field.get("calc"), *option_rules(field).values()]
            found[field["key"]] = set().union(*map(names_in, rules))
    return found


def _cycle(document: Document) -> tuple[str, list[str]] | None:
    """(place of a field, names on the way round) of the first circle, if there is one."""
    places = {field["key"]: place for place, _section, field in located_fields(document) if _has_key(field)}
    edges = dependencies(document)
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        stack = [(start, iter(sorted(edges[start])))] if start not in done else []
        path += [start] if stack else []
        while stack:
            key, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                done.add(key)
                stack.pop()
                path.pop()
            elif following in path:
                return places[following], [*path[path.index(following) :], following]
            elif following in edges and following not in done:
                path.append(following)
                stack.append((following, iter(sorted(edges[following]))))
    return None


def _has_key(field: dict[str, Any]) -> bool:
    return isinstance(field.get("key"), str)


def evaluation_order(document: Any) -> list[str]:
    """Field keys so that each comes after those its value depends on; the document's order otherwise."""
    edges = dependencies(document)
    order: list[str] = []
    visited: set[str] = set()

    def visit(key: str) -> None:
        if key in visited or key not in edges:
            return
        visited.add(key)
        for other in sorted(edges[key]):
            visit(other)
        order.append(key)

    for key in edges:
        visit(key)
    return order


def renamed(earlier: list[Document], document: Document) -> list[Problem]:
    """What breaks the promise that a field's key stays: `earlier` are the documents published so far."""
    key_of: dict[str, str] = {}
    id_of: dict[str, str] = {}
    for old in earlier:
        for _place, _section, field in located_fields(old):
            key_of[field["id"]] = field["key"]
            id_of[field["key"]] = field["id"]
    found = []
    for place, _section, field in located_fields(document):
        was = key_of.get(field["id"])
        if was is not None and was != field["key"]:
            found.append(Problem("field.key_changed", f"{place}.key", {"was": was, "name": field["key"]}))
        elif id_of.get(field["key"], field["id"]) != field["id"]:
            found.append(Problem("field.key_taken", f"{place}.key", {"name": field["key"]}))
    return found
