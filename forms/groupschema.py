"""Judges a repeating group: its columns, which are fields of their own, and what rules may read of them."""

from collections.abc import Iterator
from typing import Any

from forms.fieldschema import field_problems, option_rules
from forms.problem import Problem
from forms.rules import names_in
from forms.shapes import SHAPES

GROUP = "group"
MAX_COLUMNS = 12
COLUMN_KINDS = frozenset({
    "text", "long_text", "integer", "decimal", "money", "quantity", "date", "time",
    "datetime", "duration", "rating", "choice", "multi_choice", "yes_no", "phone",
    "email", "id_number", "unit", "member", "team",
})  # fmt: skip  # files, consent and whatever the server works out belong to the form as a whole
RULES = ("show_if", "required_if", "calc")

Field = dict[str, Any]  # Any: JSON as somebody wrote it


def group_problems(group: Field, place: str) -> list[Problem]:
    """What is wrong with the columns themselves; their rules are judged with the whole document."""
    columns = group.get("fields")
    if not isinstance(columns, list) or not columns:
        return [Problem("group.no_columns", f"{place}.fields")]
    if len(columns) > MAX_COLUMNS:
        return [Problem("group.too_many_columns", f"{place}.fields", {"limit": MAX_COLUMNS})]
    found = []
    for number, column in enumerate(columns):
        here = f"{place}.fields[{number}]"
        found += field_problems(column, here)
        kind = column.get("kind") if isinstance(column, dict) else None
        if isinstance(kind, str) and kind in SHAPES and kind not in COLUMN_KINDS:
            found.append(Problem("group.column_kind", f"{here}.kind", {"kind": kind}))
    return [*found, *_repeated_keys(columns, place)]


def _repeated_keys(columns: list[Any], place: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, column in enumerate(columns):
        key = column.get("key") if isinstance(column, dict) else None
        if not isinstance(key, str):
            continue
        if key in seen:
            yield Problem("field.repeated_key", f"{place}.fields[{number}].key", {"name": key[:60]})
        seen.add(key)


def located_columns(group: Any) -> Iterator[tuple[str, Field]]:
    """(place inside the group, column) of everything that looks like a column, in order; none of any other field."""
    columns = group.get("fields") if isinstance(group, dict) and group.get("kind") == GROUP else None
    for number, column in enumerate(columns if isinstance(columns, list) else []):
        if isinstance(column, dict):
            yield f"fields[{number}]", column


def columns_of(group: Any) -> list[Field]:
    """The columns of a group that hold an answer, in order; whatever is malformed is left out."""
    return [
        column
        for _place, column in located_columns(group)
        if isinstance(column.get("key"), str)
        and isinstance(column.get("kind"), str)
        and column["kind"] in COLUMN_KINDS & set(SHAPES)
    ]


def column_name(group: Field, column: Field) -> str:
    """The name of a column in rules and in access: `items.amount`."""
    return f"{group['key']}.{column['key']}"


def column_names(group: Field) -> list[str]:
    """The names of all its columns; none of a field that is no group."""
    return [column_name(group, column) for column in columns_of(group)]


def row_document(group: Field) -> dict[str, Any]:
    """One row as a form of its own: the columns are its fields. Long lists of buttons become lists to open."""
    columns = [{"style": "select", **one} if one.get("kind") == "choice" else one for one in columns_of(group)]
    return {"v": 1, "sections": [{"id": group["id"], "fields": columns}]}


def names_read(field: Field) -> set[str]:
    """The names of the form that a field's columns read; a bare name that a column has is that column's."""
    columns = [column for _place, column in located_columns(field)]
    own = {column.get("key") for column in columns if isinstance(column.get("key"), str)}
    rules = [rule for one in columns for rule in (*(one.get(name) for name in RULES), *option_rules(one).values())]
    read: set[str] = set().union(*map(names_in, rules))
    return {name for name in read if name not in own}
