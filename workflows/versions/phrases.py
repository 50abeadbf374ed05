"""Conditions, assignee rules and property values as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from core.people.models import Role, UnitKind
from core.text import localised
from forms import rule_words
from forms.rule_words import literal
from workflows.claimant_facts import FACTS
from workflows.claimant_facts import LABELS as FACT_LABELS
from workflows.designer.rule_sheets import PARAMS, RULE_WORDS
from workflows.names import ladder_words
from workflows.results import result_name
from workflows.tree import START
from workflows.versions.sides import Side

OUTCOMES: Final = "outcomes"
GOING: Final = {
    "continue": lazy("goes on"),
    "return": lazy("sends back for correction to “%(target)s”"),
    "again": lazy("goes back to “%(target)s”, to be done once more"),
    "end": lazy("ends the case as “%(target)s”"),
}


def condition(expression: Any, side: Side) -> str:
    """An expression in words; unusual calculations keep their operator."""
    return rule_words.condition(expression, _Names(side))


@dataclass(frozen=True)
class _Names:
    """How the steps, fields and decisions of a side are called in rules."""

    side: Side

    def variable(self, name: str) -> str:
        """A field, a fact or a decision."""
        return _variable(name, self.side)

    def word(self, name: str, value: Any) -> str:
        """The label of an option or an outcome."""
        return _labelled(name, value, self.side) if isinstance(value, str) else condition(value, self.side)


def _labelled(name: str, word: Any, side: Side) -> str:
    step_id, _dot, key = name.partition(".")
    if step_id == OUTCOMES:
        return f"“{side.outcome(key, str(word))}”"
    if name in FACT_LABELS:
        words = dict(FACTS[key].options)
        return f"“{words[word]}”" if word in words else literal(word)
    found = [one for one in side.field(step_id, key).get("options", []) if one.get("id") == word]
    return f"“{localised(found[0]['label'])}”" if found else literal(word)


def _variable(name: str, side: Side) -> str:
    step_id, _dot, key = name.partition(".")
    if name in FACT_LABELS:
        return f"“{FACT_LABELS[name]}”"
    if step_id == OUTCOMES:
        return _("the decision at “%(step)s”") % {"step": side.step(key)}
    return f"“{side.label(step_id, key)}”"


def people(assignee: Any, side: Side) -> str:
    """Assignee rules in words."""
    rules = assignee if isinstance(assignee, list) else [assignee]
    return _("; ").join(_rule(rule, side) for rule in rules if isinstance(rule, Mapping)) or _("nobody")


def _rule(rule: Mapping[str, Any], side: Side) -> str:
    name = str(rule.get("rule"))
    known = RULE_WORDS.get(name)
    details = [_param(name, key, value, side) for key, value in rule.items() if key != "rule"]
    head = str(known[0]) if known else name
    return f"{head} ({_('; ').join(details)})" if details else head


def _param(rule: str, key: str, value: Any, side: Side) -> str:
    if key == "roles":
        names = {role.slug: localised(role.name) for role in Role.objects.filter(slug__in=value)}
        return " / ".join(names.get(slug, slug) for slug in value)
    control = PARAMS.get(rule, {}).get(key)
    label = str(control["label"]) if control else key
    return f"{label}: {_of_param(key, value, side)}"


def _of_param(key: str, value: Any, side: Side) -> str:
    if key == "step":
        return f"“{side.step(str(value))}”"
    if key == "level":
        kind = UnitKind.objects.filter(slug=value).first()
        return localised(kind.name) if kind is not None else str(value)
    if isinstance(value, str) and "." in value:
        return f"“{side.label('', value)}”"
    return literal(value)


def limit(deadline: Any) -> str:
    """A deadline in words."""
    if not isinstance(deadline, Mapping):
        return _("no deadline")
    days = int(deadline.get("days", 0))
    if deadline.get("calendar", "working") == "working":
        text = ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
    else:
        text = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    late = ladder_words(deadline) or _ended(deadline)
    return _("%(within)s; %(late)s") % {"within": text, "late": late} if late else text


def _ended(deadline: Mapping[str, Any]) -> str:
    """That a case is ended when its time as a whole is over, in words."""
    if "end_after" not in deadline:
        return ""
    after = int(deadline["end_after"])
    return ngettext("ended %(days)d day later", "ended %(days)d days later", after) % {"days": after}


def going(effect: str, side: Side) -> str:
    """What an outcome does, in words."""
    kind, _colon, target = str(effect).partition(":")
    name = result_name(side.document, target) if kind == "end" else side.step(target or START)
    return str(GOING.get(kind, effect)) % {"target": name}
