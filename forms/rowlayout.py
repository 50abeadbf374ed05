"""Arranges the rows of a group for its template: a table with inputs, values to read, and a button for each thing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from core.text import localised
from forms.access import column_states, field_state
from forms.groupschema import columns_of
from forms.shapes import SHAPES

if TYPE_CHECKING:
    from forms.building import AnswerForm, RowForm
    from forms.layout import Row
    from forms.rowsets import RowSet

Draw = Callable[["AnswerForm", dict[str, Any], dict[str, Any]], "Row | None"]  # draws one field of a form


@dataclass(frozen=True)
class Head:
    """One column that can be seen at all. `required`, `conditional`: as of a field."""

    label: str
    help: str
    required: bool
    conditional: bool
    is_number: bool


@dataclass(frozen=True)
class Cell:
    """What stands under a head in one row, if anything. `has_own_help`: it says more than the head."""

    row: "Row | None"
    head: Head
    has_own_help: bool


@dataclass(frozen=True)
class Line:
    """One row. `name`: “Row 2”, "" for the model of new rows."""

    id: str
    name: str
    cells: list[Cell]
    may_remove: bool


@dataclass(frozen=True)
class Table:
    """A group as its template draws it. `name`: of its inputs; `model`: the row that new ones are made of.

    `each`: the name of a row, with {n} for its number.
    """

    name: str
    heads: list[Head]
    lines: list[Line]
    model: Line | None
    may_add: bool
    most: int
    each: str


def table_of(rows: "RowSet", draw: Draw) -> Table:
    """The table of a group that may be filled in."""
    group, access = rows.definition, rows.form.access
    states = column_states(group, columns_of(group), access, most=field_state(access.get(rows.key, "edit")))
    columns = [(one, _head(one, states[one["key"]])) for one in columns_of(group) if states[one["key"]] != "hide"]
    is_judged = rows.key in rows.form.errors
    lines = [_line(rows, row, columns, draw, number, is_judged) for number, row in enumerate(rows.rows, start=1)]
    model = _line(rows, rows.model, columns, draw, 0, is_judged) if rows.model is not None else None
    return Table(rows.name, [head for _column, head in columns], lines, model, rows.may_add, rows.most, row_name("{n}"))


def _head(column: dict[str, Any], state: str) -> Head:
    shape = SHAPES[column["kind"]]
    return Head(
        localised(column["label"]),
        localised(column.get("help", "")),
        column.get("required") is True and state == "edit",
        "required_if" in column or "show_if" in column,
        shape.value == "number" and not shape.needs_login,
    )


def _line(
    rows: "RowSet",
    row: "RowForm",
    columns: list[tuple[dict[str, Any], Head]],
    draw: Draw,
    number: int,
    is_judged: bool,
) -> Line:
    if not is_judged:
        row.errors.clear()
    drawn = [(draw(row, {}, column), head) for column, head in columns]
    cells = [Cell(one, head, one is not None and one.help != head.help) for one, head in drawn]
    return Line(row.row_id, row_name(number) if number else "", cells, rows.may_remove(row))


def row_name(number: int | str) -> str:
    """“Row 2”."""
    return gettext("Row %(number)s") % {"number": number}
