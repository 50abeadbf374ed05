"""The rows of a group while somebody fills them in: which there are, what was done to them, what they hold.

Each row is a form of its own, so that access, logic and every kind of field hold in it as they do outside. A request
names its rows in order under the name of the group (`items`), and the cells of a row as `items-<row>-<column>`. Rows
that stood before keep their places; new ones follow.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from forms.access import rights_in
from forms.fieldschema import MAX_ROWS
from forms.groupschema import columns_of
from forms.kinds.base import KINDS
from forms.logic import Outcome
from forms.rowvalues import ROW_ID, is_row_id, new_id, rows_in

if TYPE_CHECKING:
    from forms.building import AnswerForm, RowForm

STAY, ADD, REMOVE, COPY = (
    "stay",
    "add",
    "remove",
    "copy",
)  # buttons `items-stay` of Enter, `items-add`; `items-remove`, `items-copy` with the row as value
BLANK = "__row__"  # where the id of a new row will stand in the model of a row
BUTTONS = tuple(f"-{one}" for one in (STAY, ADD, REMOVE, COPY))
OPEN, FIXED = "open", "fixed"  # rows whose cells follow their access, and rows that stand and may not be changed
CELL = "cell"  # code of an error that stands beside a cell


class RowSet:
    """The rows of one group of one form."""

    def __init__(self, form: "AnswerForm", key: str) -> None:
        self.form, self.key, self.definition = form, key, form.definitions[key]
        self.name = form.add_prefix(key)
        self.rights = rights_in(form.access.get(key, "edit"))
        self.stood = {row[ROW_ID]: row for row in rows_in(form.earlier.get(key))}
        self.most = min(int(self.definition.get("max", MAX_ROWS)), MAX_ROWS)
        self._first: dict[type[RowForm], RowForm] = {}

    # which rows there are

    @cached_property
    def sent(self) -> list[str]:
        """The ids that a request names, each once and in order; whatever is no id is left out."""
        return [one for one in dict.fromkeys(map(str, _all(self.form.data, self.name))) if is_row_id(one)]

    def _pressed(self, button: str) -> str:
        found = _all(self.form.data, f"{self.name}-{button}")
        return str(found[0]) if found and self.form.is_bound else ""

    @property
    def is_pressed(self) -> bool:
        """Whether one of its own buttons was pressed, so that nothing is handed in."""
        return any(self._pressed(button) for button in (STAY, ADD, REMOVE, COPY))

    @cached_property
    def rows(self) -> list["RowForm"]:
        """The rows as the page shows them: those that stand, then new ones."""
        if self.form.is_bound:
            return [*self._standing(), *self._new()]
        standing = [self._row(row_id, stands=True) for row_id in self.stood]
        empty = 0 if standing or "add" not in self.rights else max(1, int(self.definition.get("min", 1)))
        return [*standing, *(self._row(new_id()) for _number in range(empty))]

    def _standing(self) -> Iterator["RowForm"]:
        removed = self._pressed(REMOVE)
        for row_id in self.stood:
            is_there = row_id in self.sent and row_id != removed
            if is_there or "delete" not in self.rights:
                yield self._row(row_id, self.form.data if row_id in self.sent else None, stands=True)

    def _new(self) -> Iterator["RowForm"]:
        if "add" not in self.rights:
            return
        removed, copied = self._pressed(REMOVE), self._pressed(COPY)
        ids = [one for one in self.sent if one not in self.stood and one != removed][: MAX_ROWS + 1]
        yield from (self._row(row_id, self.form.data) for row_id in ids)
        if copied in self.sent:
            row_id = new_id()
            yield self._row(row_id, self._copy(copied, row_id))
        elif self._pressed(ADD):
            yield self._row(new_id())

    def _copy(self, source: str, target: str) -> MultiValueDict[str, Any]:
        """The cells of a row under the names of another one."""
        old, new = f"{self.name}-{source}-", f"{self.name}-{target}-"
        names = [name for name in self.form.data if isinstance(name, str) and name.startswith(old)]
        return MultiValueDict({new + name.removeprefix(old): _all(self.form.data, name) for name in names})

    def _row(self, row_id: str, data: Any = None, *, stands: bool = False) -> "RowForm":
        made = self.form.row_classes[self.key][FIXED if stands and "change" not in self.rights else OPEN]
        row = made(
            data,
            answers=self.stood[row_id] if stands else None,
            context=replace(self.form.context, known={}),  # what is known of a person fills no rows
            prefix=f"{self.name}-{row_id}",
            sibling=self._first.get(made),
        )
        self._first.setdefault(made, row)
        row.row_id, row.stands = row_id, stands
        return row

    @cached_property
    def model(self) -> "RowForm | None":
        """An empty row to make new ones of; None when none may be added."""
        return self._row(BLANK) if "add" in self.rights else None

    @property
    def may_add(self) -> bool:
        """Whether one more row is allowed."""
        return "add" in self.rights and len(self.rows) < self.most

    def may_remove(self, row: "RowForm") -> bool:
        """Whether a row can be taken away: a new one always."""
        return not row.stands or "delete" in self.rights

    # what they hold

    def gathered(self) -> list[dict[str, Any]]:
        """The rows before the logic; a row in which nothing was entered is none."""
        found = [{ROW_ID: row.row_id, **row.gathered()} for row in self.rows]
        return [one for one, row in zip(found, self.rows, strict=True) if not self._is_empty(row, one)]

    def _is_empty(self, row: "RowForm", answers: Mapping[str, Any]) -> bool:
        if row.errors or not self.may_remove(row):
            return False
        usual = {} if row.stands else row.usual
        return all(name == ROW_ID or usual.get(name) == value for name, value in answers.items())

    def settled(self) -> Iterator[str]:
        """The cells that stand and cannot be chosen anew, as `group.row.column`."""
        for row in self.rows:
            fixed = row.definitions.keys() - row.fields.keys() if row.is_bound else row.definitions.keys()
            yield from (f"{self.key}.{row.row_id}.{column}" for column in fixed)

    def judge(self, outcome: Outcome) -> None:
        """Put what is wrong beside the cells, and into the form, so that it is told on top as well."""
        inner = outcome.rows.get(self.key)
        if inner is None or self.key not in outcome.visible:
            return
        for number, row in enumerate(self.rows, start=1):
            if row.row_id not in inner:
                row.errors.clear()
                continue
            row.judge(inner[row.row_id])
            for column in row.errors:
                for sentence in row.errors[column]:
                    self.form.add_error(self.key, ValidationError(told(number, str(sentence)), code=CELL))
        self._count(len(inner))

    def _count(self, count: int) -> None:
        least = int(self.definition.get("min", 0))
        if count > self.most:
            text = ngettext("At most %(limit)d row, please.", "At most %(limit)d rows, please.", self.most)
            self.form.add_error(self.key, ValidationError(text % {"limit": self.most}, code="max"))
        elif 0 < count < least:
            text = ngettext("At least %(limit)d row, please.", "At least %(limit)d rows, please.", least)
            self.form.add_error(self.key, ValidationError(text % {"limit": least}, code="min"))


def told(number: int, sentence: str) -> str:
    """What is wrong in a cell, with the number of its row."""
    return gettext("Row %(number)d: %(sentence)s") % {"number": number, "sentence": sentence}


def post_rows(posted: MultiValueDict[str, Any], group: dict[str, Any], stored: Any) -> None:
    """Add stored rows to a request as a browser would send them."""
    key = group["key"]
    for row in rows_in(stored):
        posted.appendlist(key, row[ROW_ID])
        for column in columns_of(group):
            values = KINDS[column["kind"]].posted(row.get(column["key"]))
            if values:
                posted.setlist(f"{key}-{row[ROW_ID]}-{column['key']}", values)


def _all(data: Any, name: str) -> list[Any]:
    found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
    return found if isinstance(found, list) else [found]
