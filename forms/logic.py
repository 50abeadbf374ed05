"""Works out a form's own logic on answers: what is shown and offered, required, calculated, and what contradicts."""

from collections.abc import Collection, Iterator, Mapping
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
    return _Pass(planned, today, settled, around or {}).outcome_of(answers)


class _Pass:
    """One way through the steps of a plan. `typed`: name → value in rules of what is known so far."""

    def __init__(self, planned: Plan, today: date, settled: Collection[str], around: Mapping[str, Any]) -> None:
        self.planned, self.today, self.settled = planned, today, settled
        self.outcome = Outcome()
        self.typed = {name: value for name, value in around.items() if name not in planned.keys}

    def outcome_of(self, answers: Mapping[str, Any]) -> Outcome:
        """What comes of these answers."""
        outcome, found = self.outcome, {}
        for key, definition, shown_by, rules in self.planned.steps:
            if self._all_hold(shown_by):
                stored = self._answer(key, definition, rules, answers.get(key))
                if stored is not None:
                    found[key] = stored
                    self.typed[key] = typed_value(definition, stored)
        outcome.visible |= {name for name, shown_by in self.planned.notes if self._all_hold(shown_by)}
        outcome.required = set(self._required())
        outcome.broken = [one for one in self.planned.checks if self._value(one.rule) is False]
        outcome.answers = {key: found[key] for key in self.planned.keys if key in found}
        return outcome

    def _value(self, rule: Any) -> Any:
        return evaluate(rule, self.typed, today=self.today)

    def _all_hold(self, rules: list[Any]) -> bool:
        return all(self._value(rule) is True for rule in rules)

    def _answer(self, key: str, definition: Field, rules: dict[str, Any], stored: Any) -> Any:
        """What remains of the answer to a field whose own rules show it; None for none."""
        if rules and key not in self.settled:
            offered = [one for one in option_ids(definition) if one not in rules or self._all_hold([rules[one]])]
            if not offered:
                return None
            self.outcome.offered[key] = offered
            stored, refused = _among(stored, offered)
            if refused:
                self.outcome.refused[key] = refused
        self.outcome.visible.add(key)
        if "calc" in definition:
            stored = KINDS[definition["kind"]].from_rule(self._value(definition["calc"]), definition)
        return self._rows(key, stored) if definition["kind"] == GROUP else stored

    def _rows(self, key: str, stored: Any) -> list[dict[str, Any]] | None:
        """The rows after their own logic; None when there are none. A row of which no answer remains is none."""
        found, planned = self.outcome.rows.setdefault(key, {}), self.planned.rows[key]
        for row in rows_in(stored):
            before = f"{key}.{row[ROW_ID]}."
            cells = {name.removeprefix(before) for name in self.settled if name.startswith(before)}
            found[row[ROW_ID]] = _Pass(planned, self.today, cells, self.typed).outcome_of(row)
        asked = {column for column, definition, _shown_by, _rules in planned.steps if "calc" not in definition}
        return [{ROW_ID: row_id, **one.answers} for row_id, one in found.items() if asked & one.answers.keys()] or None

    def _required(self) -> Iterator[str]:
        for key, definition, _shown_by, _rules in self.planned.steps:
            if key not in self.outcome.visible:
                continue
            rule = definition.get("required_if")
            if definition.get("required") or (rule is not None and self._value(rule) is True):
                yield key


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
