"""Works out a form's own logic on answers: what is shown, what is required, what is calculated."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.kinds import KINDS
from forms.rules import evaluate
from forms.schema import Document, evaluation_order, located_fields, name_of
from forms.shapes import SHAPES


@dataclass
class Outcome:
    """`answers`: what remains, in JSON form and in the document's order; `visible`: field keys and names of notes;
    `required`: field keys.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)


def worked_out(document: Document, answers: dict[str, Any], *, today: date) -> Outcome:
    """Apply `show_if`, `calc` and `required_if`. What is hidden has no answer, and counts as unanswered in rules.

    Raises: `RuleError` when a rule cannot be worked out.
    """
    located = {
        definition["key"]: (section, definition)
        for _place, section, definition in located_fields(document)
        if SHAPES[definition["kind"]].value
    }
    outcome = Outcome()
    typed: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for key in evaluation_order(document):
        if key not in located:
            continue
        section, definition = located[key]
        if not _holds(section, definition, typed, today):
            continue
        outcome.visible.add(key)
        kind = KINDS[definition["kind"]]
        stored = answers.get(key)
        if "calc" in definition:
            stored = kind.from_rule(evaluate(definition["calc"], typed, today=today), definition)
        if stored is not None:
            found[key] = stored
            typed[key] = kind.typed(stored)
    for _place, section, definition in located_fields(document):
        if SHAPES[definition["kind"]].value is None and _holds(section, definition, typed, today):
            outcome.visible.add(name_of(definition))
    for key in outcome.visible & located.keys():
        definition = located[key][1]
        rule = definition.get("required_if")
        if definition.get("required") or (rule is not None and evaluate(rule, typed, today=today) is True):
            outcome.required.add(key)
    outcome.answers = {key: found[key] for key in located if key in found}
    return outcome


def _holds(section: dict[str, Any], definition: dict[str, Any], typed: dict[str, Any], today: date) -> bool:
    rules = [one["show_if"] for one in (section, definition) if "show_if" in one]
    return all(evaluate(rule, typed, today=today) is True for rule in rules)
