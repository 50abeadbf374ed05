"""The kind for rows of several columns; forms.rowsets fills them in."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext

from core.text import localised
from forms.groupschema import columns_of
from forms.kinds.base import KINDS, MAX_SHOWN, AnswerField, Definition, Kind, Stored, register
from forms.masks import HIDDEN
from forms.rowvalues import rows_in
from forms.schema import level_of

BY_LEVEL = {"public": "read", "internal": "read", "personal": "mask"}  # unless access says otherwise


class Rows(forms.Widget):
    """Nothing by itself: the rows are forms of their own, read and drawn by `forms.rowsets`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        """None: each cell is read by the form of its row."""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # Django's signature
        """Never known: no rows send nothing."""
        return False


class RowsField(AnswerField):
    """Holds the place, the label and the errors of the group among the fields of the form."""

    widget = Rows


class GroupKind(Kind):
    """A list of rows, each with the same columns."""

    name = "group"

    def form_field(self, definition: Definition) -> AnswerField:
        """The place of the rows."""
        return RowsField(definition)

    def default(self, definition: Definition, context: Any) -> Stored:
        """None: a new row starts with the defaults of its columns."""

    def typed(self, stored: Stored) -> None:
        """Nothing without its columns: `forms.rowvalues.typed_value` knows them."""

    def from_rule(self, value: Any, definition: Definition) -> Stored:
        """Rows are never worked out."""

    def is_missing(self, stored: Stored) -> bool:
        """No row."""
        return not rows_in(stored)

    def shown(self, stored: Stored, definition: Definition) -> str:
        """One line per row, each column as is usual for its privacy: personal ones masked, sensitive ones left out."""
        lines = []
        for number, row in enumerate(rows_in(stored), start=1):
            cells = [_cell(row[one["key"]], one) for one in columns_of(definition) if row.get(one["key"]) is not None]
            lines.append(f"{number}. {gettext('; ').join(cell for cell in cells if cell)}")
        return "\n".join(lines)[:MAX_SHOWN]

    def words(self, stored: Stored) -> list[str]:
        """None by itself: `forms.rowvalues.leaves` gives the cells to their kinds."""
        return []

    def masked(self, stored: Stored, definition: Definition) -> str:
        """How many rows there are."""
        count = len(rows_in(stored))
        return ngettext("%(count)d row", "%(count)d rows", count) % {"count": count} if count else HIDDEN


def _cell(stored: Stored, column: Definition) -> str:
    kind, state = KINDS[column["kind"]], BY_LEVEL.get(level_of(column))
    if state is None:
        return ""
    value = kind.masked(stored, column) if state == "mask" else kind.shown(stored, column)
    return gettext("%(label)s: %(value)s") % {"label": localised(column.get("label", "")), "value": value}


register(GroupKind())
