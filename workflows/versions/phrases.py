"""Conditions, assignee rules and property values as people read them."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from core.people.models import Role, UnitKind
from core.text import localised
from forms.rules import MalformedRule
from forms.rules.evaluation import operation
from workflows.claimant_facts import FACTS
from workflows.claimant_facts import LABELS as FACT_LABELS
from workflows.designer.rule_sheets import PARAMS, RULE_WORDS
from workflows.names import ladder_words
from workflows.results import result_name
from workflows.tree import START
from workflows.versions.sides import Side

SIGNS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "+": "+", "-": "−", "*": "×", "/": "÷"}
OUTCOMES: Final = "outcomes"
LONGEST: Final = 80
GOING: Final = {
    "continue": lazy("goes on"),
    "return": lazy("sends back for correction to “%(target)s”"),
    "again": lazy("goes back to “%(target)s”, to be done once more"),
    "end": lazy("ends the case as “%(target)s”"),
}


def condition(expression: Any, side: Side) -> str:
    """An expression in words; unusual calculations keep their operator."""
    if not isinstance(expression, Mapping):
        return literal(expression)
    try:
        name, arguments = operation(expression)
    except MalformedRule:  # a draft may hold anything
        return "…"
    if name == "var":
        return _variable(str(arguments[0]), side)
    parts = [_argument(one, arguments, side) for one in arguments]
    if name in ("and", "or"):
        return (_(" and ") if name == "and" else _(" or ")).join(parts)
    sentences = {
        "==": _("%(a)s is %(b)s"),
        "!=": _("%(a)s is not %(b)s"),
        "in": _("%(a)s is among %(b)s"),
        "blank": _("%(a)s is empty"),
        "!": _("not: %(a)s"),
        "today": _("today"),
    }
    if name in sentences and len(parts) < 3:
        return sentences[name] % dict(zip("ab", parts, strict=False))
    if name in SIGNS and len(parts) > 1:
        return f" {SIGNS[name]} ".join(parts)
    return f"{name}({', '.join(parts)})"


def _argument(part: Any, siblings: list[Any], side: Side) -> str:
    """One argument; a word beside a choice or an outcome is told by its label."""
    names = [one["var"] for one in siblings if isinstance(one, Mapping) and isinstance(one.get("var"), str)]
    if not isinstance(part, str | list) or not names:
        return condition(part, side)
    words = part if isinstance(part, list) else [part]
    return " / ".join(_labelled(names[0], word, side) for word in words)


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


def literal(value: Any) -> str:
    """A value of a document as text; "" when it is too rich to be shown in a sentence."""
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return " / ".join(map(str, value)) or _("nothing")
    if isinstance(value, dict):
        value = localised(value) if all(isinstance(one, str) for one in value.values()) else ""
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


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
    late = ladder_words(deadline)
    return _("%(within)s; %(late)s") % {"within": text, "late": late} if late else text


def going(effect: str, side: Side) -> str:
    """What an outcome does, in words."""
    kind, _colon, target = str(effect).partition(":")
    name = result_name(side.document, target) if kind == "end" else side.step(target or START)
    return str(GOING.get(kind, effect)) % {"target": name}
