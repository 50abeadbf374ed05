"""Shows the rows of a group as a table, each column whole, masked or not at all; on a phone each row is a card."""

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.text import localised
from forms.access import Access, stricter
from forms.groupschema import column_name, columns_of
from forms.kinds import KINDS
from forms.kinds.base import Definition, Stored
from forms.kinds.groups import BY_LEVEL
from forms.rowvalues import rows_in
from forms.schema import level_of
from forms.shapes import SHAPES

States = Mapping[str, str]  # column key → read, mask or hide; others are not shown


def states_to_show(group: Definition, access: Access, *, most: str) -> dict[str, str]:
    """Column key → state in a group that is itself in the state `most`.

    What access does not say is whole where it says nothing at all, else as is usual for the privacy of the column.
    """
    states = {}
    for column in columns_of(group):
        usual = BY_LEVEL.get(level_of(column), "hide") if access else "read"
        state = stricter(most, access.get(column_name(group, column), usual))
        states[column["key"]] = "read" if state == "edit" else state
    return states


def rows_html(stored: Stored, group: Definition, states: States) -> SafeString:
    """The rows as a table; how many there are when no column may be seen."""
    columns = [one for one in columns_of(group) if states.get(one["key"]) in ("read", "mask")]
    if not columns:
        return _text(KINDS[group["kind"]].masked(stored, group))
    heads = format_html_join("", '<th scope="col"{}>{}</th>', ((_class(one), _label(one)) for one in columns))
    lines = format_html_join("", "<tr>{}</tr>", ((_cells(row, columns, states),) for row in rows_in(stored)))
    return format_html(
        '<table class="table table--cards rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', heads, lines
    )


def _cells(row: dict[str, Any], columns: list[Definition], states: States) -> SafeString:
    cells = ((_class(one), _label(one), cell_html(row.get(one["key"]), one, states[one["key"]])) for one in columns)
    return format_html_join("", '<td{} data-label="{}"><span>{}</span></td>', cells)


def cell_html(stored: Stored, column: Definition, state: str) -> SafeString:
    """One stored value as safe HTML; a dash for none."""
    if stored is None:
        return _text("–")
    kind = KINDS[column["kind"]]
    if state == "mask":
        return _text(kind.masked(stored, column))
    return kind.shown_html(stored, column) or _text(kind.shown(stored, column))


def _label(column: Definition) -> str:
    return localised(column.get("label", ""))


def _class(column: Definition) -> SafeString:
    is_number = SHAPES[column["kind"]].value == "number" and not SHAPES[column["kind"]].needs_login
    return SafeString(' class="n"' if is_number else "")


def _text(text: str) -> SafeString:
    return linebreaksbr(text, autoescape=True)
