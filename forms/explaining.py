"""Tells why a question was asked or not, had to be answered or not, and how a value was worked out, as sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.text import localised
from forms.kinds import KINDS
from forms.kinds.choices import labels_of
from forms.logic import Field, Plan, plan, worked_out
from forms.rule_words import condition, literal
from forms.rules import RuleError, evaluate, names_in
from forms.rules.evaluation import operation
from forms.schema import Document

READABLE: Final = ("read", "edit")
COMPARED: Final = {
    (">", True): lazy("%(name)s is %(value)s, more than %(limit)s"),
    (">", False): lazy("%(name)s is %(value)s, not more than %(limit)s"),
    (">=", True): lazy("%(name)s is %(value)s, at least %(limit)s"),
    (">=", False): lazy("%(name)s is %(value)s, less than %(limit)s"),
    ("<", True): lazy("%(name)s is %(value)s, less than %(limit)s"),
    ("<", False): lazy("%(name)s is %(value)s, at least %(limit)s"),
    ("<=", True): lazy("%(name)s is %(value)s, not more than %(limit)s"),
    ("<=", False): lazy("%(name)s is %(value)s, more than %(limit)s"),
    ("==", False): lazy("%(name)s is %(value)s, not %(limit)s"),
    ("!=", True): lazy("%(name)s is %(value)s, not %(limit)s"),
    ("in", True): lazy("%(name)s is %(value)s, one of %(limit)s"),
    ("in", False): lazy("%(name)s is %(value)s, none of %(limit)s"),
    ("has", True): lazy("%(name)s is %(value)s, with %(limit)s in it"),
    ("has", False): lazy("%(name)s is %(value)s, without %(limit)s in it"),
}
DATED: Final = {
    (">", True): lazy("%(name)s is %(value)s, after %(limit)s"),
    (">", False): lazy("%(name)s is %(value)s, not after %(limit)s"),
    (">=", True): lazy("%(name)s is %(value)s, not before %(limit)s"),
    (">=", False): lazy("%(name)s is %(value)s, before %(limit)s"),
    ("<", True): lazy("%(name)s is %(value)s, before %(limit)s"),
    ("<", False): lazy("%(name)s is %(value)s, not before %(limit)s"),
    ("<=", True): lazy("%(name)s is %(value)s, not after %(limit)s"),
    ("<=", False): lazy("%(name)s is %(value)s, after %(limit)s"),
}
SENTENCES: Final = {
    "hidden": lazy("“%(label)s” was not asked, because: %(why)s."),
    "shown": lazy("“%(label)s” was asked, because: %(why)s."),
    "required": lazy("“%(label)s” had to be answered, because: %(why)s."),
    "optional": lazy("“%(label)s” did not have to be answered, because: %(why)s."),
    "withheld": lazy("“%(label)s”, option “%(option)s”: it could not be chosen, because: %(why)s."),
    "worked": lazy("“%(label)s” was worked out as %(value)s: %(why)s."),
    "unworked": lazy("“%(label)s” could not be worked out: %(why)s."),
    "secret": lazy("“%(label)s”: this was decided by answers that are not shown to you."),
}


@dataclass(frozen=True)
class Told:
    """One decision of a form's logic. `code`: which of `SENTENCES`; `key`: of the field that it is about."""

    key: str
    code: str
    sentence: str


def explained(
    document: Document, answers: Mapping[str, Any], *, today: date, access: Mapping[str, str] | None = None
) -> list[Told]:
    """Why each question with a rule was asked or not, had to be answered, offered what it did, or came to its value.

    `answers`: as they are kept, those that stand; `today`: the day on which they were given. `access`: key → state;
    what is not named is hidden, None reads all. A decision that rests on an answer which the reader does not see whole
    is told without its reason, and one about a field that is hidden from him not at all. Nothing when rules cannot be
    worked out.
    """
    planned = plan(document)
    try:
        return list(_Telling(planned, answers, today, access).all())
    except RuleError:
        return []


class _Telling:
    """One set of answers, with what its rules come to."""

    def __init__(
        self, planned: Plan, answers: Mapping[str, Any], today: date, access: Mapping[str, str] | None
    ) -> None:
        self.plan, self.today, self.access = planned, today, access
        self.outcome = worked_out(planned, answers, today=today, settled=answers.keys())
        self.fields: dict[str, Field] = {key: one for key, one, _shown_by, _rules in planned.steps}
        self.typed = {key: KINDS[self.fields[key]["kind"]].typed(value) for key, value in self.outcome.answers.items()}

    def all(self) -> Iterator[Told]:
        """Everything, in the document's order."""
        order = {key: place for place, key in enumerate(self.plan.keys)}
        for key, definition, shown_by, offers in sorted(self.plan.steps, key=lambda step: order[step[0]]):
            if self.state(key) == "hide":
                continue
            if shown_by:
                code = "shown" if key in self.outcome.visible else "hidden"
                yield self.told(key, code, {"and": shown_by} if len(shown_by) > 1 else shown_by[0])
            is_shown = all(self.value(rule) is True for rule in shown_by)
            for option, rule in offers.items() if is_shown else ():
                if self.value(rule) is not True:
                    yield self.told(key, "withheld", rule, option=labels_of(definition).get(option, option))
            if key in self.outcome.visible and "required_if" in definition and not definition.get("required"):
                code = "required" if key in self.outcome.required else "optional"
                yield self.told(key, code, definition["required_if"])
            if key in self.outcome.visible and "calc" in definition and self.state(key) in READABLE:
                yield self.worked(key, definition)

    def state(self, key: str) -> str:
        return "read" if self.access is None else self.access.get(key, "hide")

    def may_tell(self, rule: Any) -> bool:
        """Whether the reader sees every answer that a rule reads; of rows, the whole list and the column."""
        return all(
            self.state(name.partition(".")[0]) in READABLE
            and (self.access is None or self.access.get(name, "read") in READABLE)
            for name in names_in(rule)
        )

    def value(self, rule: Any) -> Any:
        return evaluate(rule, self.typed, today=self.today)

    def told(self, key: str, code: str, rule: Any, **more: str) -> Told:
        label = localised(self.fields[key]["label"])
        if not self.may_tell(rule):
            return Told(key, "secret", SENTENCES["secret"] % {"label": label})
        why = _("; and ").join(dict.fromkeys(self.why(rule)))
        return Told(key, code, SENTENCES[code] % {"label": label, "why": why, **more})

    def worked(self, key: str, definition: Field) -> Told:
        rule = definition["calc"]
        if not self.may_tell(rule):
            return self.told(key, "secret", rule)
        values = {"label": localised(definition["label"])}
        if key in self.outcome.answers:
            values |= {"value": self.shown(key, self.outcome.answers[key]), "why": condition(rule, _Valued(self))}
            return Told(key, "worked", SENTENCES["worked"] % values)
        missing = [name for name in sorted(names_in(rule)) if self.typed.get(name) is None and name in self.fields]
        values["why"] = _("; and ").join(map(self.unanswered, missing)) or condition(rule, _Valued(self))
        return Told(key, "unworked", SENTENCES["unworked"] % values)

    def why(self, rule: Any) -> Iterator[str]:
        """The facts that decided what a condition comes to."""
        if not isinstance(rule, Mapping):
            yield _("the form says so for everybody")
            return
        name, parts = operation(rule)
        if name == "!":
            yield from self.why(parts[0])
        elif name in ("and", "or"):
            found, stop = self.value(rule), name == "or"
            deciding = [part for part in parts if found is not (not stop) and self.value(part) is found] or [
                part for part in parts if found is (not stop) or self.value(part) is not (not stop)
            ]
            for part in deciding:
                yield from self.why(part)
        else:
            yield self.fact(rule, name, parts)

    def fact(self, rule: Any, name: str, parts: list[Any]) -> str:
        """One comparison with what was answered."""
        found = self.value(rule)
        subject = next((_name(part) for part in parts if _name(part)), _name(rule))
        missing = [one for one in sorted(names_in(rule)) if self.typed.get(one) is None and one in self.fields]
        if name == "blank" and subject in self.fields:
            return self.unanswered(subject) if found else _("%(name)s was answered") % {"name": self.called(subject)}
        if missing and found is not True:
            return _("; and ").join(map(self.unanswered, missing))
        if subject not in self.fields or self.typed.get(subject) is None:
            state = _("it holds that %(rule)s") if found is True else _("it does not hold that %(rule)s")
            return state % {"rule": condition(rule, _Valued(self))}
        return self.compared(name, subject, parts, found)

    def compared(self, name: str, subject: str, parts: list[Any], found: Any) -> str:
        if name == "in":
            name = "in" if _name(parts[0]) == subject else "has"
        elif len(parts) == 2 and _name(parts[0]) != subject:  # 500 < value says: value > 500
            name = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(name, name)
        values = {"name": self.called(subject), "value": self.shown(subject, self.outcome.answers[subject])}
        is_date = isinstance(self.typed[subject], date)
        sentence = (DATED if is_date else {}).get((name, found)) or COMPARED.get((name, found))
        if sentence is None or len(parts) != 2:
            return _("%(name)s is %(value)s") % values
        other = parts[1] if _name(parts[0]) == subject else parts[0]
        return sentence % {**values, "limit": self.limit(subject, other)}

    def limit(self, subject: str, part: Any) -> str:
        """What an answer was compared with, as an answer of that field would be shown."""
        name = _name(part)
        if name in self.fields:
            return _Valued(self).variable(name)
        definition = self.fields[subject]
        if isinstance(part, list):
            return " / ".join(self.limit(subject, one) for one in part)
        if isinstance(part, str) and part in labels_of(definition):
            return f"“{labels_of(definition)[part]}”"
        value = self.value(part)
        stored = KINDS[definition["kind"]].from_rule(value, definition)
        if stored is None or isinstance(value, str):
            return condition(part, _Valued(self))
        return KINDS[definition["kind"]].shown(stored, definition)

    def called(self, key: str) -> str:
        return f"“{localised(self.fields[key]['label'])}”"

    def shown(self, key: str, stored: Any) -> str:
        return literal(KINDS[self.fields[key]["kind"]].shown(stored, self.fields[key]))

    def unanswered(self, key: str) -> str:
        if key not in self.outcome.visible:
            return _("%(name)s was not asked") % {"name": self.called(key)}
        return _("%(name)s was not answered") % {"name": self.called(key)}


@dataclass(frozen=True)
class _Valued:
    """Names in a rule with what was answered: “How many” (3)."""

    telling: _Telling

    def variable(self, name: str) -> str:
        """The question with its answer."""
        telling = self.telling
        if name not in telling.fields:
            return f"“{name}”" if name != "item" else _("each of them")
        stored = telling.outcome.answers.get(name)
        shown = telling.shown(name, stored) if stored is not None else _("not answered")
        return _("%(name)s (%(value)s)") % {"name": telling.called(name), "value": shown}

    def word(self, name: str, value: Any) -> str:
        """The label of an option, else the value itself."""
        labels = labels_of(self.telling.fields.get(name, {}))
        return f"“{labels[value]}”" if isinstance(value, str) and value in labels else condition(value, self)


def _name(part: Any) -> str:
    """The name that a part reads, if it does nothing else."""
    name = part.get("var") if isinstance(part, Mapping) and len(part) == 1 else None
    name = name[0] if isinstance(name, list) and len(name) == 1 else name
    return name if isinstance(name, str) else ""
