"""Arranges a form for its template: sections, rows to fill in, rows to read, and the summary of errors."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.text import localised
from forms import prefill
from forms.access import column_states
from forms.display import value_html
from forms.groupschema import GROUP, columns_of
from forms.kinds import KINDS
from forms.rowdisplay import rows_html
from forms.rowlayout import Table, table_of
from forms.rowsets import CELL, told
from forms.schema import is_conditional, level_of, located_fields, name_of
from forms.shapes import SHAPES
from forms.widgets import Checkbox

if TYPE_CHECKING:
    from forms.building import AnswerForm


@dataclass(frozen=True)
class ErrorLink:
    """One line of the summary; `anchor`: the id of the input, "" when it concerns the whole."""

    anchor: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """One field as the template draws it. `type`: `input`, `group` (of inputs), `consent`, `rows`, `value`, `calc` or
    `note`.

    `purpose`: the sentence that says what a personal answer is asked for; `known`: that it was filled in already.
    """

    type: str
    key: str
    label: str
    help: str
    purpose: str = ""
    known: str = ""
    id: str = ""
    widget: SafeString | str = ""
    value: SafeString | str = ""
    text: str = ""
    errors: tuple[str, ...] = ()
    required: bool = False
    conditional: bool = False
    table: Table | None = None


@dataclass(frozen=True)
class Part:
    """One section."""

    title: str
    help: str
    rows: list[Row]
    section: str


def parts(form: "AnswerForm") -> list[Part]:
    """The sections that hold something to fill in or to read."""
    found: dict[int, Part] = {}
    for _place, section, definition in located_fields(form.document):
        row = _row(form, section, definition)
        if row is not None:
            part = Part(localised(section.get("title", "")), localised(section.get("help", "")), [], section["id"])
            found.setdefault(id(section), part).rows.append(row)
    return list(found.values())


def has_row(form: "AnswerForm", definition: dict[str, Any]) -> bool:
    """Whether there is something of a field for this person, as far as access goes."""
    if name_of(definition) not in form.definitions or definition["key"] in form.fields:
        return True
    key = definition["key"]
    if form.access.get(key, "edit") in ("edit", "replace"):  # worked out, by a rule or by the server
        return True
    return form.state(key) != "hide" and key in form.earlier


def _row(form: "AnswerForm", section: dict[str, Any], definition: dict[str, Any]) -> Row | None:
    label, help_text = localised(definition.get("label", "")), localised(definition.get("help", ""))
    if SHAPES[definition["kind"]].value is None:
        return Row("note", name_of(definition), label, help_text, text=localised(definition["text"]))
    key = definition["key"]
    if key in form.row_sets:
        return _rows(form, section, definition, label, help_text)
    if key in form.fields:
        if form.keeps(key):
            help_text = f"{help_text} {_kept(form.earlier[key], definition)}".strip()
        return _input(form, section, definition, label, help_text)
    state = form.state(key)
    if (
        SHAPES[definition["kind"]].is_computed
        and state != "hide"
        and form.access.get(key, "edit") in ("edit", "replace")
    ):
        return Row("note", key, label, help_text, text=gettext("Added from the ledger when you hand this in."))
    if "calc" in definition and form.access.get(key, "edit") in ("edit", "replace"):
        stands = value_html(form.earlier[key], definition, masked=False) if key in form.earlier else ""
        return Row("calc", key, label, help_text, value=stands)
    if state == "hide" or key not in form.earlier:
        return None
    if definition["kind"] == GROUP:
        value = rows_html(
            form.earlier[key], definition, column_states(definition, columns_of(definition), form.access, most=state)
        )
    else:
        value = value_html(form.earlier[key], definition, masked=state == "mask")
    return Row("value", key, label, help_text, value=value)


def _rows(form: "AnswerForm", section: dict[str, Any], definition: dict[str, Any], label: str, help_text: str) -> Row:
    key = definition["key"]
    conditional = "show_if" in definition or "show_if" in section
    return Row(
        "rows",
        key,
        label,
        help_text,
        id=str(form[key].auto_id),
        errors=tuple(_own_errors(form, key)),
        required=bool(definition.get("required")),
        conditional=conditional or "required_if" in definition,
        table=table_of(form.row_sets[key], _row),
    )


def _own_errors(form: "AnswerForm", key: str) -> Iterator[str]:
    """What is wrong with a group as a whole; the rest stands beside its cells."""
    errors = form.errors.get(key)
    for error in errors.as_data() if errors is not None else []:
        if error.code != CELL:
            yield from (str(message) for message in error.messages)


def _kept(stored: Any, definition: dict[str, Any]) -> str:
    kind = KINDS[definition["kind"]]
    return gettext("Leave it empty to keep what we have (%(value)s).") % {"value": kind.masked(stored, definition)}


def _input(form: "AnswerForm", section: dict[str, Any], definition: dict[str, Any], label: str, help_text: str) -> Row:
    bound = form[definition["key"]]
    errors = tuple(str(error) for error in bound.errors)
    name = bound.auto_id
    text = localised(definition.get("text", ""))
    purpose = _purpose(definition)
    known = prefill.words(definition["prefill"]) if form.is_as_prefilled(definition["key"]) else ""
    parts = {"text": text, "help": help_text, "purpose": purpose, "known": known, "error": errors}
    described = " ".join(f"{name}-{part}" for part, there in parts.items() if there)
    conditional = is_conditional(section, definition)
    required = bool(definition.get("required")) and not form.keeps(definition["key"])
    may_not_apply = conditional or "required_if" in definition
    if isinstance(bound.field.widget, Checkbox):
        bound.field.widget.is_conditional = may_not_apply
    group = bool(bound.field.widget.use_fieldset)
    attrs: dict[str, str | bool] = (
        {"id": name} if group else _attrs(name, described, bool(errors), required and not conditional)
    )
    return Row(
        "consent" if definition["kind"] == "consent" else "group" if group else "input",
        definition["key"],
        label,
        help_text,
        purpose=purpose,
        known=known,
        id=str(name),
        widget=bound.as_widget(attrs=attrs),
        text=text,
        errors=errors,
        required=required,
        conditional=may_not_apply,
    )


def _attrs(name: str, described: str, is_wrong: bool, is_required: bool) -> dict[str, str | bool]:
    """The attributes of one input; a group of inputs is described as a whole, by its fieldset."""
    attrs: dict[str, str | bool] = {"id": name}
    if described:
        attrs["aria-describedby"] = described
    if is_wrong:
        attrs["aria-invalid"] = "true"
    if is_required:
        attrs["aria-required"] = "true"
    return attrs


def _purpose(definition: dict[str, Any]) -> str:
    """What a personal answer is asked for, as whoever gives it should know."""
    purpose = localised((definition.get("privacy") or {}).get("purpose", ""))
    if not purpose or level_of(definition) not in ("personal", "sensitive"):
        return ""
    return gettext("Used only for: %(purpose)s.") % {"purpose": purpose.rstrip("。.")}


def links_of(form: "AnswerForm", keys: Collection[str]) -> list[ErrorLink]:
    """The errors of some fields, in the order of the form."""
    return list(_links(form, keys))


def _links(form: "AnswerForm", keys: Collection[str]) -> Iterator[ErrorLink]:
    for key in form.fields:
        if key not in keys:
            continue
        if key in form.row_sets:
            yield from (ErrorLink(str(form[key].auto_id), sentence) for sentence in _own_errors(form, key))
            for number, row in enumerate(form.row_sets[key].rows if key in form.errors else [], start=1):
                yield from (ErrorLink(one.anchor, told(number, one.sentence)) for one in _links(row, row.fields.keys()))
            continue
        bound = form[key]
        first = "_0" if bound.field.widget.use_fieldset else ""  # the id of a group's first input
        for sentence in form.errors.get(key, []):
            yield ErrorLink(f"{bound.auto_id}{first}", str(sentence))
