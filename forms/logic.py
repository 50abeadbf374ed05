"""Works out a form's own logic on answers: what is shown, what is required, what is calculated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.groupschema import GROUP, row_document
from forms.kinds import KINDS
from forms.rowvalues import ROW_ID, rows_in, typed_value
from forms.rules import evaluate
from forms.schema import Document, evaluation_order, located_fields
from forms.shapes import SHAPES


@dataclass
class Outcome:
    """`answers`: what remains, in JSON form and in the document's order; `visible`, `required`: field keys.

    `rows`: key of a group → id of a row → what came of this row.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)
    rows: dict[str, dict[str, "Outcome"]] = field(default_factory=dict)


def worked_out(
    document: Document, answers: dict[str, Any], *, today: date, around: Mapping[str, Any] | None = None
) -> Outcome:
    """Apply `show_if`, `calc` and `required_if`. What is hidden has no answer, and counts as unanswered in rules.

    `around`: for a row of a group, name → value of the form that it stands in; the row's own names come first.
    Raises: `RuleError` when a rule cannot be worked out.
    """
    located = {
        definition["key"]: (section, definition)
        for _place, section, definition in located_fields(document)
        if SHAPES[definition["kind"]].value
    }
    outcome = Outcome()
    typed: dict[str, Any] = {name: value for name, value in (around or {}).items() if name not in located}
    found: dict[str, Any] = {}
    for key in evaluation_order(document):
        if key not in located:
            continue
        _section, definition = located[key]
        if not all(evaluate(rule["show_if"], typed, today=today) is True for rule in located[key] if "show_if" in rule):
            continue
        outcome.visible.add(key)
        kind = KINDS[definition["kind"]]
        stored = answers.get(key)
        if "calc" in definition:
            stored = kind.from_rule(evaluate(definition["calc"], typed, today=today), definition)
        if definition["kind"] == GROUP:
            stored = _rows(outcome, definition, stored, today, typed)
        if stored is not None:
            found[key] = stored
            typed[key] = typed_value(definition, stored)
    for key in outcome.visible:
        definition = located[key][1]
        rule = definition.get("required_if")
        if definition.get("required") or (rule is not None and evaluate(rule, typed, today=today) is True):
            outcome.required.add(key)
    outcome.answers = {key: found[key] for key in located if key in found}
    return outcome


def _rows(
    outcome: Outcome, group: dict[str, Any], stored: Any, today: date, around: Mapping[str, Any]
) -> list[dict[str, Any]] | None:
    """The rows after their own logic; None when there are none."""
    inside, found = row_document(group), outcome.rows.setdefault(group["key"], {})
    for row in rows_in(stored):
        found[row[ROW_ID]] = worked_out(inside, row, today=today, around=around)
    return [{ROW_ID: row_id, **one.answers} for row_id, one in found.items()] or None
