"""What the browser needs to show a form's own logic at once; the server works everything out again when it is sent."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from core.text import localised
from forms.access import column_states
from forms.fieldschema import option_rules
from forms.groupschema import GROUP, columns_of
from forms.kinds import KINDS
from forms.rowvalues import ROW_ID, rows_in, typed_value
from forms.rules import names_in
from forms.schema import evaluation_order, located_fields, name_of
from forms.shapes import SHAPES, UPLOADED

if TYPE_CHECKING:
    from forms.building import AnswerForm

UNREADABLE = (*UPLOADED, "ledger_snapshot", "address")  # what the browser cannot know before the server has seen it
Logic = dict[str, Any]


def logic_of(form: "AnswerForm") -> Logic | None:
    """The rules that the browser may work out, with the values they read; None when there are none.

    `fields`: in the order of evaluation, {"key", "kind", "name" of the input or "", "show": rules, "options": id →
    rule, "required": true, false or a rule, "calc", "places", "unit"}, of a group also "columns" and "known", row →
    column → value; `checks`: {"rule", "at", "message"}; `known`:
    key → value of what is only read; `words`: what the page says.
    A rule that reads what this reader does not see whole stays on the server, so that nothing hidden shows by it.
    """
    seen: set[str] = set()
    fields = _fields(form, seen)
    fields += _notes(form, seen)
    checks = list(_checks(form, seen))
    inside = [column for one in fields for column in one.get("columns", ())]
    if not checks and not any(map(_has_rules, [*fields, *inside])):
        return None
    read = [one for one in form.definitions.values() if one["key"] not in form.fields and "calc" not in one]
    known = {one["key"]: _tagged(_value(form, one, seen)) for one in read if _is_in(one, seen)}
    today = form.context.today.isoformat()
    return {"today": today, "fields": fields, "checks": checks, "known": known, "words": _words()}


def _has_rules(field: Logic) -> bool:
    return bool(field["show"]) or isinstance(field["required"], dict) or "calc" in field or "options" in field


def _checks(form: "AnswerForm", seen: set[str]) -> Iterator[Logic]:
    """The checks that the browser may work out and its reader can put right."""
    for check in form.plan.checks:
        if check.names <= seen and form.concerns(check):
            yield {"rule": check.rule, "at": check.at, "message": localised(check.message)}


def _fields(form: "AnswerForm", seen: set[str], unread: frozenset[str] = frozenset()) -> list[Logic]:
    """The fields of a form, or of a row, in the order of evaluation; adds the names that may be read to `seen`."""
    located = {
        one["key"]: (section, one) for _p, section, one in located_fields(form.document) if SHAPES[one["kind"]].value
    }
    fields = []
    for key in evaluation_order(form.document):
        if key not in located or key in unread:
            continue
        section, definition = located[key]
        fields.append(_field(form, section, definition, seen))
        if key in form.row_sets:
            more, whole = _row_logic(form, definition, seen)
            fields[-1] |= more
        else:
            whole = _whole_columns(form, definition)
        rules = [section.get("show_if"), definition.get("show_if"), definition.get("calc")]
        rules = [rule for rule in (*rules, *option_rules(definition).values()) if rule is not None]
        if _is_readable(form, definition) and len(list(_rules(seen, *rules))) == len(rules):
            seen |= _names(definition, whole)
    return fields


def _is_readable(form: "AnswerForm", definition: dict[str, Any]) -> bool:
    key = definition["key"]
    if definition["kind"] in UNREADABLE or form.keeps(key):
        return False
    return key in form.fields or form.state(key) == "read"


def _names(definition: dict[str, Any], whole: set[str]) -> set[str]:
    """The names under which rules may read a field; `whole`: the columns of a group that may be read."""
    if definition["kind"] != GROUP:
        return {definition["key"]}
    names = {f"{definition['key']}.{key}" for key in whole}
    return names | ({definition["key"]} if len(whole) == len(columns_of(definition)) else set())


def _whole_columns(form: "AnswerForm", group: dict[str, Any]) -> set[str]:
    states = column_states(group, columns_of(group), form.access, most=form.state(group["key"]))
    return {key for key, state in states.items() if state in ("edit", "read")}


def _row_logic(form: "AnswerForm", group: dict[str, Any], seen: set[str]) -> tuple[Logic, set[str]]:
    """The logic of the rows, and the columns that may be read: none whose own rules stay on the server."""
    rows, columns = form.row_sets[group["key"]], {one["key"]: one for one in columns_of(group)}
    row = rows.model or next(iter(rows.rows), None)
    if row is None:
        return {"columns": [], "known": {}}, set()
    inside = seen - columns.keys()
    around = set(inside)
    fields = _fields(row, inside, frozenset(columns.keys() - _whole_columns(form, group)))
    whole = inside - around
    known = {
        row_id: {key: _tagged(typed_value(columns[key], stood.get(key))) for key in sorted(whole)}
        for row_id, stood in rows.stood.items()
    }
    return {"columns": fields, "known": known}, whole


def _is_in(definition: dict[str, Any], seen: set[str]) -> bool:
    return any(name.split(".")[0] == definition["key"] for name in seen)


def _value(form: "AnswerForm", definition: dict[str, Any], seen: set[str]) -> Any:
    """What is only read; of a group the columns that may be read."""
    key, stored = definition["key"], form.earlier.get(definition["key"])
    if definition["kind"] != GROUP:
        return typed_value(definition, stored)
    names = [one["key"] for one in columns_of(definition) if f"{key}.{one['key']}" in seen]
    rows = [{name: row.get(name) for name in (*names, ROW_ID)} for row in rows_in(stored)]
    return [{name: row[name] for name in names} for row in typed_value(definition, rows) or ()] or None


def _notes(form: "AnswerForm", seen: set[str]) -> Iterator[Logic]:
    """The notes that are shown only sometimes."""
    for _place, section, definition in located_fields(form.document):
        show = list(_rules(seen, section.get("show_if"), definition.get("show_if")))
        if SHAPES[definition["kind"]].value is None and show:
            yield {"key": name_of(definition), "kind": "note", "name": "", "show": show, "required": False}


def _field(form: "AnswerForm", section: dict[str, Any], definition: dict[str, Any], seen: set[str]) -> Logic:
    found: Logic = {
        "key": definition["key"],
        "kind": definition["kind"],
        "name": form.add_prefix(definition["key"]) if definition["key"] in form.fields else "",
        "show": list(_rules(seen, section.get("show_if"), definition.get("show_if"))),
        "required": bool(definition.get("required")),
    }
    offers = {option: rule for option, rule in option_rules(definition).items() if names_in(rule) <= seen}
    if offers and found["name"]:
        found["options"] = offers
    for rule in _rules(seen, definition.get("required_if")):
        found["required"] = rule
    for rule in _rules(seen, definition.get("calc")):
        kind = KINDS[definition["kind"]]
        found["calc"] = rule
        found["places"] = getattr(kind, "places", lambda _definition: 0)(definition)
        unit = definition.get("unit", getattr(kind, "usual_unit", ""))
        found["unit"] = localised(unit) if isinstance(unit, dict) else str(unit)
    return found


def _rules(seen: set[str], *rules: Any) -> Iterator[Any]:
    return (rule for rule in rules if rule is not None and names_in(rule) <= seen)


def _tagged(value: Any) -> Any:
    """A value as the shared vectors write it, so that a number arrives exactly."""
    if isinstance(value, Decimal):
        return {"n": f"{value:f}"}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, dict):
        return {"row": {name: _tagged(part) for name, part in value.items()}}
    return [_tagged(part) for part in value] if isinstance(value, list) else value


def _words() -> dict[str, str]:
    return {
        "required": gettext("required"),
        "optional": gettext("optional"),
        "yes": gettext("Yes"),
        "no": gettext("No"),
        "gone": not_on_offer() % {"option": "{option}"},
    }


def not_on_offer() -> str:
    """What is said of a chosen option that other answers took away; `%(option)s` is its label."""
    return gettext("“%(option)s” cannot be chosen with your other answers. Please choose again.")
