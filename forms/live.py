"""What the browser needs to show a form's own logic at once; the server works everything out again when it is sent."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from core.text import localised
from forms.fieldschema import option_rules
from forms.kinds import KINDS
from forms.rules import names_in
from forms.schema import evaluation_order, located_fields, name_of
from forms.shapes import SHAPES

if TYPE_CHECKING:
    from forms.building import AnswerForm

UNREADABLE = ("photos", "ledger_snapshot")  # what the browser cannot know before the server has seen it
Logic = dict[str, Any]


def logic_of(form: "AnswerForm") -> Logic | None:
    """The rules that the browser may work out, with the values they read; None when there are none.

    `fields`: in the order of evaluation, {"key", "kind", "name" of the input or "", "show": rules, "options": id →
    rule, "required": true, false or a rule, "calc", "places", "unit"}; `checks`: {"rule", "at", "message"}; `known`:
    key → value of what is only read; `words`: what the page says.
    A rule that reads what this reader does not see whole stays on the server, so that nothing hidden shows by it.
    """
    located = {
        one["key"]: (section, one) for _p, section, one in located_fields(form.document) if SHAPES[one["kind"]].value
    }
    seen: set[str] = set()
    fields = []
    for key in evaluation_order(form.document):
        if key in located:
            section, definition = located[key]
            fields.append(_field(form, section, definition, seen))
            rules = [section.get("show_if"), definition.get("show_if"), definition.get("calc")]
            rules = [rule for rule in (*rules, *option_rules(definition).values()) if rule is not None]
            if _is_readable(form, key, definition) and len(list(_rules(seen, *rules))) == len(rules):
                seen.add(key)
    fields += _notes(form, seen)
    checks = list(_checks(form, seen))
    if not checks and not any(map(_has_rules, fields)):
        return None
    read = [key for key in seen if key not in form.fields and "calc" not in located[key][1]]
    known = {key: _tagged(KINDS[located[key][1]["kind"]].typed(form.earlier.get(key))) for key in sorted(read)}
    today = form.context.today.isoformat()
    return {"today": today, "fields": fields, "checks": checks, "known": known, "words": _words()}


def _has_rules(field: Logic) -> bool:
    return bool(field["show"]) or isinstance(field["required"], dict) or "calc" in field or "options" in field


def _checks(form: "AnswerForm", seen: set[str]) -> Iterator[Logic]:
    """The checks that the browser may work out and its reader can put right."""
    for check in form.plan.checks:
        if check.names <= seen and form.concerns(check):
            yield {"rule": check.rule, "at": check.at, "message": localised(check.message)}


def _is_readable(form: "AnswerForm", key: str, definition: dict[str, Any]) -> bool:
    if definition["kind"] in UNREADABLE or form.keeps(key):
        return False
    return key in form.fields or form.state(key) == "read"


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
