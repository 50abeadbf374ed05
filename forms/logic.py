"""Works out a form's own logic on answers: what is shown and offered, required, calculated, and what contradicts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.checkschema import checks_of
from forms.fieldschema import option_ids, option_rules
from forms.groupschema import GROUP, row_document
from forms.kinds import KINDS
from forms.rowvalues import ROW_ID, rows_in, typed_value
from forms.rules import evaluate, names_in
from forms.schema import Document, evaluation_order, located_fields, name_of
from forms.shapes import SHAPES

Field = dict[str, Any]  # Any: one field of a valid document


@dataclass(frozen=True)
class Check:
    """A sentence across several answers. `names`: keys that its rule reads; `at`: the key beside which it is told."""

    id: str
    rule: Any
    message: Any
    at: str
    names: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """What the logic of a document comes to, found once. `steps`: key, field, rules under which it is shown, and
    option id → rule; in the order of evaluation. `notes`: name, rules. `keys`: in the document's order. `rows`: key of
    a group → the plan of one row.
    """

    keys: list[str]
    steps: list[tuple[str, Field, list[Any], dict[str, Any]]]
    notes: list[tuple[str, list[Any]]]
    checks: list[Check]
    rows: dict[str, "Plan"]


@dataclass
class Outcome:
    """`answers`: what remains, in JSON form and in the document's order; `visible`: field keys and names of notes;
    `required`: field keys.

    `offered`: key → ids of the options on offer, of fields whose options have rules; `refused`: key → ids that were
    chosen but are not on offer; `broken`: checks that do not hold; `rows`: key of a group → id of a row → what came of
    this row.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)
    offered: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)
    broken: list[Check] = field(default_factory=list)
    rows: dict[str, dict[str, "Outcome"]] = field(default_factory=dict)


def plan(document: Document) -> Plan:
    """The plan of a valid document."""
    located = {
        definition["key"]: (section, definition)
        for _place, section, definition in located_fields(document)
        if SHAPES[definition["kind"]].value
    }
    steps = []
    for key in evaluation_order(document):
        if key in located:
            section, definition = located[key]
            steps.append((key, definition, _shown_by(section, definition), option_rules(definition)))
    notes = [
        (name_of(definition), _shown_by(section, definition))
        for _place, section, definition in located_fields(document)
        if SHAPES[definition["kind"]].value is None
    ]
    checks = [
        Check(one["id"], one["rule"], one["message"], one["at"], frozenset(names_in(one["rule"])))
        for _place, one in checks_of(document)
    ]
    rows = {key: plan(row_document(one)) for key, (_section, one) in located.items() if one["kind"] == GROUP}
    return Plan(list(located), steps, notes, checks, rows)


def _shown_by(section: Field, definition: Field) -> list[Any]:
    return [part["show_if"] for part in (section, definition) if "show_if" in part]


def worked_out(
    document: Document | Plan,
    answers: Mapping[str, Any],
    *,
    today: date,
    settled: Collection[str] = (),
    around: Mapping[str, Any] | None = None,
) -> Outcome:
    """Apply all rules of a form. What is hidden has no answer, and counts as unanswered in rules; so does an option
    that is not on offer. A field without any option on offer is not shown.

    `settled`: keys whose answer stands and cannot be chosen anew, so that it is not held against what is on offer;
    of a cell `group.row.column`. `around`: for a row, name → value of the form around it; its own names come first.
    Raises: `RuleError` when a rule cannot be worked out.
    """
    planned = document if isinstance(document, Plan) else plan(document)
    outcome = Outcome()
    typed: dict[str, Any] = {name: value for name, value in (around or {}).items() if name not in planned.keys}
    found: dict[str, Any] = {}

    def holds(rule: Any) -> bool:
        return evaluate(rule, typed, today=today) is True

    for key, definition, shown_by, rules in planned.steps:
        if not all(map(holds, shown_by)):
            continue
        stored = answers.get(key)
        if rules and key not in settled:
            offered = [option for option in option_ids(definition) if option not in rules or holds(rules[option])]
            if not offered:
                continue
            outcome.offered[key] = offered
            stored, refused = _among(stored, offered)
            if refused:
                outcome.refused[key] = refused
        outcome.visible.add(key)
        kind = KINDS[definition["kind"]]
        if "calc" in definition:
            stored = kind.from_rule(evaluate(definition["calc"], typed, today=today), definition)
        if definition["kind"] == GROUP:
            stored = _rows(planned, key, outcome, stored, today=today, settled=settled, around=typed)
        if stored is not None:
            found[key] = stored
            typed[key] = typed_value(definition, stored)
    outcome.visible |= {name for name, shown_by in planned.notes if all(map(holds, shown_by))}
    for key, definition, _shown_by, _rules in planned.steps:
        rule = definition.get("required_if")
        if key in outcome.visible and (definition.get("required") or (rule is not None and holds(rule))):
            outcome.required.add(key)
    outcome.broken = [one for one in planned.checks if evaluate(one.rule, typed, today=today) is False]
    outcome.answers = {key: found[key] for key in planned.keys if key in found}
    return outcome


def _rows(
    planned: Plan,
    key: str,
    outcome: Outcome,
    stored: Any,
    *,
    today: date,
    settled: Collection[str],
    around: Mapping[str, Any],
) -> list[dict[str, Any]] | None:
    """The rows after their own logic; None when there are none. A row of which no answer remains is none."""
    found = outcome.rows.setdefault(key, {})
    for row in rows_in(stored):
        before = f"{key}.{row[ROW_ID]}."
        cells = {name.removeprefix(before) for name in settled if name.startswith(before)}
        found[row[ROW_ID]] = worked_out(planned.rows[key], row, today=today, settled=cells, around=around)
    asked = {column for column, definition, _shown_by, _rules in planned.rows[key].steps if "calc" not in definition}
    return [{ROW_ID: row_id, **one.answers} for row_id, one in found.items() if asked & one.answers.keys()] or None


def _among(stored: Any, offered: list[str]) -> tuple[Any, list[str]]:
    """(what remains of a choice, the ids that are not on offer)."""
    if stored is None:
        return None, []
    chosen = stored if isinstance(stored, list) else [stored]
    refused = [one for one in chosen if one not in offered]
    if not refused:
        return stored, []
    kept = [one for one in chosen if one in offered]
    return (kept if isinstance(stored, list) and kept else None), refused
