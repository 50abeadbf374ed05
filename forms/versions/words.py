"""The differences of two form documents as sentences, in groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.text import localised
from forms.designer import sheets
from forms.rule_words import condition, literal
from forms.shapes import SHAPES
from forms.versions.diff import Change, Json, Placed, changes, fields_by_id, sections_of

SECTIONS, FIELDS, ANSWERS, RULES, PRIVACY, REST = range(6)
HEADINGS: Final = {
    SECTIONS: lazy("Sections"),
    FIELDS: lazy("Questions"),
    ANSWERS: lazy("What may be answered"),
    RULES: lazy("When something is asked, demanded or worked out"),
    PRIVACY: lazy("Privacy"),
    REST: lazy("Everything else"),
}
RULE_PARTS: Final = ("show_if", "required_if", "calc")
LOOKS: Final = ("help", "style", "autocomplete", "default", "page")


@dataclass(frozen=True)
class Group:
    """Sentences under one heading."""

    heading: str
    sentences: list[str]


def differences(old: Json, new: Json) -> list[Group]:
    """What differs, in groups; none when the two documents say the same."""
    told = _Told(old, new)
    found: dict[int, list[str]] = {}
    for change in changes(old, new):
        group, sentence = told.of(change)
        found.setdefault(group, []).append(sentence)
    return [Group(str(HEADINGS[group]), list(dict.fromkeys(found[group]))) for group in sorted(found)]


class _Side:
    """One document: how its sections, fields and options are called, in rules too."""

    def __init__(self, document: Json) -> None:
        known = document if isinstance(document, Mapping) else {}
        self.sections: Placed = sections_of(known)
        self.fields: Placed = fields_by_id(known)
        self.by_key = {str(one.get("key")): one for _holder, _place, one in self.fields.values()}

    def label(self, name: str) -> str:
        """What a field asks, its code where it has no words."""
        field = self.fields[name][2] if name in self.fields else {}
        return localised(field.get("label")) or str(field.get("key") or name)[:60]

    def section(self, name: str) -> str:
        """The title of a section; of one without, its number. The label of a group that holds columns."""
        if name in self.fields:
            return self.label(name)
        _holder, place, section = self.sections.get(name, ("", 0, {}))
        return localised(section.get("title")) or _("Section %(n)d") % {"n": place + 1}

    def option(self, name: str, option: Json) -> str:
        """The label of an option."""
        field = self.fields[name][2] if name in self.fields else {}
        return _option(field, option)

    def variable(self, name: str) -> str:
        """A question in quotation marks; of a column, what stands after the dot."""
        field = self.by_key.get(name) or self.by_key.get(name.rpartition(".")[2])
        return f"“{(localised(field.get('label')) if field else '') or name}”"

    def word(self, name: str, value: Any) -> str:
        """The label of an option of this question, else the value."""
        field = self.by_key.get(name) or self.by_key.get(name.rpartition(".")[2]) or {}
        if isinstance(value, str) and "options" in field:
            return f"“{_option(field, value)}”"
        return condition(value, self)


def _message(check: Mapping[str, Json]) -> str:
    """What a check tells whoever does not meet it."""
    return localised(check.get("message")) or str(check.get("id"))[:60]


def _option(field: Mapping[str, Json], option: Json) -> str:
    options = field.get("options")
    entries = options if isinstance(options, list) else []
    labels = [localised(one.get("label")) for one in entries if isinstance(one, Mapping) and one.get("id") == option]
    return labels[0] if labels and labels[0] else str(option)[:60]


class _Told:
    """Tells changes; names are those of the newer side, for what it has."""

    def __init__(self, old: Json, new: Json) -> None:
        self.old, self.new = _Side(old), _Side(new)

    def of(self, change: Change) -> tuple[int, str]:
        """(group, sentence)."""
        special = getattr(self, f"_{change.code}", None)
        found: tuple[int, str] = special(change) if special is not None else self._option_part(change)
        return found

    def _form(self, change: Change) -> tuple[int, str]:
        return REST, _("%(property)s: changed.") % {"property": change.part}

    # checks across several answers

    def _check_added(self, change: Change) -> tuple[int, str]:
        values = {"message": _message(change.after), "rule": condition(change.after.get("rule"), self.new)}
        return RULES, _("New check: %(rule)s; otherwise it is told “%(message)s”.") % values

    def _check_removed(self, change: Change) -> tuple[int, str]:
        return RULES, _("The check “%(message)s” is gone.") % {"message": _message(change.before)}

    def _check(self, change: Change) -> tuple[int, str]:
        before, after = change.before, change.after
        values = {"message": _message(after), "before": _message(before)}
        if change.part == "message":
            return RULES, _("The check “%(before)s” now tells “%(message)s”.") % values
        if change.part == "at":
            values["field"] = self.new.variable(str(after.get("at")))
            return RULES, _("The check “%(message)s” now stands beside %(field)s.") % values
        values |= {"before": condition(before.get("rule"), self.old), "rule": condition(after.get("rule"), self.new)}
        return RULES, _("The check “%(message)s” now demands: %(rule)s. Before: %(before)s.") % values

    # sections

    def _section_added(self, change: Change) -> tuple[int, str]:
        return SECTIONS, _("The section “%(section)s” is new.") % {"section": self.new.section(change.id)}

    def _section_removed(self, change: Change) -> tuple[int, str]:
        return SECTIONS, _("The section “%(section)s” is gone.") % {"section": self.old.section(change.id)}

    def _section_moved(self, change: Change) -> tuple[int, str]:
        values = {"section": self.new.section(change.id), "place": self.new.sections[change.id][1] + 1}
        return SECTIONS, _("The section “%(section)s” now stands in place %(place)d.") % values

    def _section(self, change: Change) -> tuple[int, str]:
        values = {"section": self.new.section(change.id), "before": localised(change.before)}
        if change.part == "title":
            return SECTIONS, _("The section “%(before)s” is now called “%(section)s”.") % {
                **values,
                "before": self.old.section(change.id),
            }
        if change.part == "page":
            begins = _("The section “%(section)s” now begins a new page.")
            return SECTIONS, (
                begins if change.after else _("The section “%(section)s” no longer begins a page.")
            ) % values
        if change.part == "show_if":
            return RULES, self._rule(_("The section “%(section)s” is asked") % values, change)
        return REST, _("The explanation of the section “%(section)s” changed.") % values

    # fields

    def _field_added(self, change: Change) -> tuple[int, str]:
        kind = sheets.kind_words(str(self.new.fields[change.id][2].get("kind")))
        values = {"field": self.new.label(change.id), "section": self.new.section(change.after), "kind": kind}
        return FIELDS, _("“%(field)s” (%(kind)s) is new, in “%(section)s”.") % values

    def _field_removed(self, change: Change) -> tuple[int, str]:
        return FIELDS, _("“%(field)s” is no longer asked.") % {"field": self.old.label(change.id)}

    def _field_moved(self, change: Change) -> tuple[int, str]:
        values = {"field": self.new.label(change.id), "section": self.new.section(change.after)}
        if change.before != change.after:
            values["before"] = self.old.section(change.before)
            return FIELDS, _("“%(field)s” moved from “%(before)s” to “%(section)s”.") % values
        return FIELDS, _("“%(field)s” stands in another place of “%(section)s”.") % values

    def _field(self, change: Change) -> tuple[int, str]:
        field = self.new.label(change.id)
        if change.part == "label":
            return FIELDS, _("“%(before)s” is now asked as “%(field)s”.") % {
                "field": field,
                "before": self.old.label(change.id),
            }
        if change.part == "kind":
            before, after = (sheets.kind_words(str(one)) for one in (change.before, change.after))
            text = _("“%(field)s” takes another kind of answer: %(after)s instead of %(before)s.")
            return ANSWERS, text % {"field": field, "before": before, "after": after}
        if change.part == "required":
            text = _("“%(field)s” must be answered now.") if change.after else _("“%(field)s” may be left empty now.")
            return ANSWERS, text % {"field": field}
        if change.part in RULE_PARTS:
            return RULES, self._rule(self._head(change.part) % {"field": field}, change)
        group = REST if change.part in LOOKS else ANSWERS
        return group, self._from_to(change, self._shown(change, change.before), self._shown(change, change.after))

    def _head(self, part: str) -> str:
        return {
            "show_if": _("“%(field)s” is asked"),
            "required_if": _("“%(field)s” must be answered"),
            "calc": _("“%(field)s” is worked out"),
        }[part]

    def _rule(self, head: str, change: Change) -> str:
        is_value = change.part == "calc"
        before, after = condition(change.before, self.old), condition(change.after, self.new)
        values = {"head": head, "before": before, "after": after}
        if change.after is None:
            return (
                _("%(head)s: no longer.") if is_value or change.part == "required_if" else _("%(head)s always.")
            ) % values
        if is_value:
            return _("%(head)s: %(after)s.") % values
        if change.before is None:
            return _("%(head)s only if %(after)s.") % values
        return _("%(head)s only if %(after)s. Before: %(before)s.") % values

    # options

    def _values(self, change: Change) -> dict[str, str]:
        side = self.old if change.code == "option_removed" else self.new
        return {"field": self.new.label(change.id), "option": side.option(change.id, change.part)}

    def _option_added(self, change: Change) -> tuple[int, str]:
        return ANSWERS, _("“%(field)s” offers “%(option)s” as well.") % self._values(change)

    def _option_removed(self, change: Change) -> tuple[int, str]:
        return ANSWERS, _("“%(field)s” no longer offers “%(option)s”.") % self._values(change)

    def _option_label(self, change: Change) -> tuple[int, str]:
        values = {**self._values(change), "before": self.old.option(change.id, change.part)}
        return ANSWERS, _("The choice “%(before)s” of “%(field)s” is now called “%(option)s”.") % values

    def _options_order(self, change: Change) -> tuple[int, str]:
        return ANSWERS, _("The choices of “%(field)s” stand in another order.") % {"field": self.new.label(change.id)}

    def _option_part(self, change: Change) -> tuple[int, str]:
        values = self._values(change)
        if change.code == "option_show_if":
            head = _("The choice “%(option)s” of “%(field)s” is offered") % values
            return RULES, self._rule(head, Change("", change.id, "show_if", change.before, change.after))
        return REST, _("How the choice “%(option)s” of “%(field)s” is explained changed.") % values

    # privacy and whatever else the sheet names

    def _privacy(self, change: Change) -> tuple[int, str]:
        named = Change(change.code, change.id, f"privacy.{change.part}", change.before, change.after)
        return PRIVACY, self._from_to(named, self._shown(named, change.before), self._shown(named, change.after))

    def _control(self, change: Change) -> Mapping[str, Any]:
        kind = str(self.new.fields[change.id][2].get("kind"))
        if kind not in SHAPES:
            return {}
        controls = [one for group in sheets.field_sheet(kind, SHAPES[kind]) for one in group["controls"]]
        exact = [one for one in controls if one["path"] == change.part]
        near = [one for one in controls if one["path"].startswith(f"{change.part}.")]
        return next(iter(exact or near), {})

    def _shown(self, change: Change, value: Json) -> str:
        """A value as the sheet calls it."""
        control = self._control(change)
        if value is None:
            return str(control.get("empty") or _("not set"))
        words = {str(one["value"]): str(one["label"]) for one in control.get("options", ())}
        if isinstance(value, str) and value in words:
            return words[value]
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return " / ".join(words.get(one) or self.new.option(change.id, one) for one in value)
        return self.new.option(change.id, value) if isinstance(value, str) else literal(value)

    def _from_to(self, change: Change, before: str, after: str) -> str:
        label = str(self._control(change).get("label") or change.part)
        head = _("“%(field)s”, %(property)s") % {"field": self.new.label(change.id), "property": label}
        if not before or not after or before == after:
            return _("%(property)s: changed.") % {"property": head}
        return _("%(property)s: %(after)s instead of %(before)s.") % {
            "property": head,
            "before": before,
            "after": after,
        }
