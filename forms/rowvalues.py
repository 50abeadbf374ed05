"""The answer to a repeating group: a list of rows, each column key → stored value, with an id that stays."""

import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from forms.groupschema import GROUP, columns_of
from forms.kinds.base import KINDS, Definition, Stored

ROW_ID = "_id"  # no key of a column begins like this
ID = re.compile(r"[0-9a-f]{8}")

Row = dict[str, Any]  # Any: JSON, by the kinds of the columns


def new_id() -> str:
    """An id that no other row of the group has, as good as surely."""
    return secrets.token_hex(4)


def is_row_id(value: Any) -> bool:
    """True for eight hexadecimal digits."""
    return isinstance(value, str) and ID.fullmatch(value) is not None


def rows_in(stored: Stored) -> list[Row]:
    """The rows of an answer, each with an id; whatever is no row is left out. Never raises."""
    rows = [row for row in stored if isinstance(row, dict)] if isinstance(stored, list) else []
    return [row if is_row_id(row.get(ROW_ID)) else {**row, ROW_ID: f"{at:08x}"} for at, row in enumerate(rows)]


def typed_value(definition: Definition, stored: Stored) -> Any:
    """A stored value as rules see it; of a group the list of its rows, None when there are none. Never raises."""
    if definition["kind"] != GROUP:
        return KINDS[definition["kind"]].typed(stored)
    columns = columns_of(definition)
    rows = [{one["key"]: KINDS[one["kind"]].typed(row.get(one["key"])) for one in columns} for row in rows_in(stored)]
    return rows or None


def leaves(fields: list[Definition], answers: Mapping[str, Any]) -> Iterator[tuple[Definition, Stored]]:
    """(definition, stored value) of every answer, and for groups of every cell."""
    for field in fields:
        if field["kind"] != GROUP:
            yield field, answers.get(field["key"])
            continue
        for row in rows_in(answers.get(field["key"])):
            yield from ((column, row.get(column["key"])) for column in columns_of(field))
