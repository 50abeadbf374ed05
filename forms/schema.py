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
from forms.groupschema import GROUP, column_name, columns_of, group_problems, located_columns, names_read
from forms.problem import Problem as Problem
from forms.rules import check_types, misspelt_times, names_in, unknown_options
from forms.shapes import LEVELS, SHAPES
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
    if len(located) + sum(len(list(located_columns(field))) for _place, _section, field in located) > MAX_FIELDS:
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
        if isinstance(field, dict) and field.get("kind") == GROUP and "fields" in field:
            found += group_problems(field, f"{place}.fields[{number}]")
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
        note("key", field.get("key"), "field.repeated_key", f"{place}.key")
        for inside, one in [("", field), *((f".{inside}", column) for inside, column in located_columns(field))]:
            note("field", one.get("id"), "field.repeated_id", f"{place}{inside}.id")
            if isinstance(one.get("key"), str) and one["key"] in RESERVED_KEYS:
                found.append(Problem("field.reserved_key", f"{place}{inside}.key", {"name": one["key"]}))
    return found


def _rule_problems(document: Document) -> list[Problem]:
    types, options = names_of(document), options_of_fields(document)
    found: list[Problem] = []
    for number, section in enumerate(document["sections"]):
        if isinstance(section, dict) and "show_if" in section:
            found += _judged(section["show_if"], f"sections[{number}].show_if", "bool", types, options)
    for place, _section, field in located_fields(document):
        found += _rules_of(field, place, types, options)
        of = field.get("of")
        if field.get("kind") == "ledger_snapshot" and isinstance(of, str) and types.get(of) not in SUBJECT_KINDS:
            found.append(Problem("field.of", f"{place}.of", {"name": of[:60]}))
        columns = columns_of(field)
        own = {column["key"]: column["kind"] for column in columns}
        inside = {name: ids for name, ids in options.items() if name not in own} | _options_of(columns)
        for position, column in located_columns(field):
            found += _rules_of(column, f"{place}.{position}", types | own, inside)
    for place, check in checks_of(document):
        if "rule" in check:
            found += _judged(check["rule"], f"{place}.rule", "bool", types, options)
    for place, part in [("", document), *_row_documents(document)]:
        cycle = _cycle(part)
        if cycle:
            where = cycle[0].replace("sections[0]", place, 1) if place else cycle[0]
            found.append(Problem("document.cycle", where, {"names": " → ".join(cycle[1])}))
    return found


def _row_documents(document: Document) -> Iterator[tuple[str, Document]]:
    for place, _section, field in located_fields(document):
        if field.get("kind") == GROUP:
            yield place, {"sections": [{"fields": field.get("fields")}]}


def _rules_of(
    field: dict[str, Any], place: str, types: dict[str, str], options: dict[str, list[str]]
) -> Iterator[Problem]:
    for name in ("show_if", "required_if"):
        if name in field:
            yield from _judged(field[name], f"{place}.{name}", "bool", types, options)
    for position, option in enumerate(field["options"] if isinstance(field.get("options"), list) else []):
        if isinstance(option, dict) and "show_if" in option:
            yield from _judged(option["show_if"], f"{place}.options[{position}].show_if", "bool", types, options)
    key = field.get("key")
    if "required_if" in field and isinstance(key, str) and key in names_in(field["required_if"]):
        yield Problem("field.requires_itself", f"{place}.required_if")
    if "calc" in field and isinstance(key, str) and key in types:
        shape = SHAPES.get(types[key])
        yield from _judged(field["calc"], f"{place}.calc", shape.value if shape else None, types, options)


def _judged(
    rule: Any, place: str, expects: str | None, types: dict[str, str], options: dict[str, list[str]]
) -> Iterator[Problem]:
    yield from check_types(rule, types, place=place, expects=expects)
    yield from unknown_options(rule, options, place=place)
    yield from misspelt_times(rule, types, place=place)


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


def column_kinds(document: Any) -> dict[str, str]:
    """`group.column` → name of the column's kind; as a value it is a list with one entry per row."""
    return {column_name(field, column): column["kind"] for field in fields_of(document) for column in columns_of(field)}


def names_of(document: Any) -> dict[str, str]:
    """Every name that rules of the form may read → kind of its field; `list` for the column of a group."""
    return field_kinds(document) | dict.fromkeys(column_kinds(document), "list")


def options_of_fields(document: Any) -> dict[str, list[str]]:
    """Name in rules → ids of its options, for every field and column that is answered with some of them."""
    fields = fields_of(document)
    inside = {f"{field['key']}.{name}": ids for field in fields for name, ids in _options_of(columns_of(field)).items()}
    return _options_of(fields) | inside


def _options_of(fields: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {field["key"]: option_ids(field) for field in fields if "options" in field}


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
    """How private a field is: as its document says, else as is usual for its kind; a group as its openest column."""
    if field["kind"] == GROUP:
        levels = {level_of(column) for column in columns_of(field)}
        return next((level for level in LEVELS if level in levels), "sensitive")
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
            names = names_read(field).union(*map(names_in, rules))
            found[field["key"]] = {name.split(".")[0] for name in names}
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
        for _place, key, field in named_fields(old):
            key_of[field["id"]] = key
            id_of[key] = field["id"]
    found = []
    for place, key, field in named_fields(document):
        was = key_of.get(field["id"])
        if was is not None and was != key:
            found.append(Problem("field.key_changed", f"{place}.key", {"was": was, "name": key}))
        elif id_of.get(key, field["id"]) != field["id"]:
            found.append(Problem("field.key_taken", f"{place}.key", {"name": key}))
    return found


def named_fields(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(place, key, field) of every field and column; of a column the key is `group.column`."""
    for place, _section, field in located_fields(document):
        yield place, field["key"], field
        for inside, column in located_columns(field):
            yield f"{place}.{inside}", column_name(field, column), column
