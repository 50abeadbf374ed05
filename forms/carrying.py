"""Carries answers from one version of a form to another, by the ids of fields: what fits, and what does not and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.text import localised
from forms.context import FillContext
from forms.kinds import KINDS
from forms.kinds.base import Definition, NotCarried, Stored
from forms.logic import Outcome, worked_out
from forms.rules import RuleError
from forms.schema import Document, fields_of
from forms.shapes import SHAPES

SENTENCES: Final[dict[str, Promise]] = {
    "removed": _("“%(label)s” is no longer asked."),
    "kind": _("“%(label)s” now takes another kind of answer, and what was answered cannot be read as one."),
    "option": _("“%(label)s”: %(why)s"),
    "limit": _("“%(label)s”: %(why)s"),
    "unfit": _("“%(label)s”: %(why)s"),
    "consent": _("“%(label)s”: the text changed, so agreement is asked for anew."),
    "calculated": _("“%(label)s” is worked out now, so what was answered is not kept."),
    "hidden": _("“%(label)s” is no longer asked with these answers."),
    "required": _("“%(label)s” must be answered now."),
}


@dataclass(frozen=True)
class Misfit:
    """One answer that did not fit, or one that is missing now. `code`: a key of `SENTENCES`; nothing personal in it."""

    field_id: str
    key: str
    label: str
    code: str
    why: str = ""

    @property
    def sentence(self) -> str:
        """What happened, in the reader's language."""
        return str(SENTENCES[self.code]) % {"label": self.label, "why": self.why}


@dataclass
class Carried:
    """`answers`: field key of the new document → JSON, not yet checked as a whole; `misfits`: what to tell."""

    answers: dict[str, Stored] = field(default_factory=dict)
    misfits: list[Misfit] = field(default_factory=list)


def carried(old: Document, new: Document, answers: Mapping[str, Any], *, today: date) -> Carried:
    """Answers to the published document `old` as answers to the valid document `new`. Never raises for what they hold.

    What is newly required, or no longer asked because of other answers, is told as well. Answers with keys that `old`
    does not know are left behind.
    """
    context = FillContext(by_system=True, today=today)
    found = fields_carried(fields_of(old), fields_of(new), answers, context)
    before, after = _outcome(old, answers, today), _outcome(new, found.answers, today)
    if before is not None and after is not None:
        told = {one.field_id for one in found.misfits}
        found.misfits += [one for one in _by_logic(old, new, found.answers, before, after) if one.field_id not in told]
    return found


def fields_carried(
    old: Iterable[Definition], new: Iterable[Definition], answers: Mapping[str, Any], context: FillContext
) -> Carried:
    """The same for two lists of fields, each alone; for a whole form, or for the columns of a group."""
    was_of = {one["id"]: one for one in old}
    found = Carried()
    for definition in new:
        was = was_of.pop(definition["id"], None)
        stored = answers.get(was["key"]) if was is not None else None
        if was is None or stored is None:
            continue
        try:
            value = _one(stored, was, definition, context)
        except NotCarried as misfit:
            value = misfit.kept
            found.misfits.append(_misfit(definition, misfit.code, misfit.why))
        if value is not None:
            found.answers[definition["key"]] = value
    found.misfits += [_misfit(one, "removed") for one in was_of.values() if answers.get(one["key"]) is not None]
    return found


def _one(stored: Stored, was: Definition, definition: Definition, context: FillContext) -> Stored:
    if not _is_entered(definition):
        if _is_entered(was):
            raise NotCarried("calculated")
        return None  # worked out anew
    if _meaning(was) == _meaning(definition):
        return stored
    return KINDS[definition["kind"]].carried(stored, was, definition, context)


def _is_entered(definition: Definition) -> bool:
    return "calc" not in definition and not SHAPES[definition["kind"]].is_computed


def _meaning(definition: Definition) -> dict[str, Any]:
    """What decides whether an answer suits: the kind with its own properties, options without their labels."""
    own = {name: definition[name] for name in SHAPES[definition["kind"]].properties if name in definition}
    if "options" in own:
        own["options"] = [one["id"] for one in own["options"]]
    return {"kind": definition["kind"], **own}


def _misfit(definition: Definition, code: str, why: str = "") -> Misfit:
    label = localised(definition.get("label", "")) or definition["key"]
    return Misfit(definition["id"], definition["key"], label, code, why)


def _outcome(document: Document, answers: Mapping[str, Any], today: date) -> Outcome | None:
    try:
        return worked_out(document, dict(answers), today=today)
    except RuleError:
        return None


def _by_logic(
    old: Document, new: Document, answers: Mapping[str, Any], before: Outcome, after: Outcome
) -> Iterator[Misfit]:
    """What the rules of the new document hide although it was answered, and what they demand although it was not."""
    was_of = {one["id"]: one["key"] for one in fields_of(old)}
    for definition in fields_of(new):
        key, was = definition["key"], was_of.get(definition["id"], "")
        if key in answers and key not in after.visible and was in before.visible:
            yield _misfit(definition, "hidden")
        demanded = key in after.required and _is_entered(definition)
        if demanded and was not in before.required and KINDS[definition["kind"]].is_missing(answers.get(key)):
            yield _misfit(definition, "required")
