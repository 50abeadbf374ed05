"""The differences of two versions as sentences, in groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.text import localised
from forms.access import rights_in
from forms.groupschema import GROUP
from forms.rule_words import literal
from forms.rules import OPERATORS
from forms.versions import words as form_words
from workflows.designer import sheets
from workflows.kinds import KINDS
from workflows.outline import kind_name
from workflows.tree import START
from workflows.versions.diff import Change, changes
from workflows.versions.phrases import condition, going, limit, people
from workflows.versions.sides import Side

STEPS, PEOPLE, FORMS, TIMES, DECISIONS, WAYS, SIGHT, REST = range(8)
HEADINGS: Final = {
    STEPS: lazy("Steps"),
    PEOPLE: lazy("Who does what"),
    FORMS: lazy("Forms"),
    TIMES: lazy("Deadlines and waits"),
    DECISIONS: lazy("Decisions"),
    WAYS: lazy("Ways and conditions"),
    SIGHT: lazy("Who sees and fills in what"),
    REST: lazy("Everything else"),
}
LEVELS: Final = {
    "edit": lazy("fill in"),
    "read": lazy("read"),
    "mask": lazy("read masked"),
    "hide": lazy("not see"),
    None: lazy("as usual"),
}
RIGHTS_WORDS: Final = {"add": lazy("add rows"), "change": lazy("change rows"), "delete": lazy("delete rows")}
COMMENTS: Final = {
    "required": lazy("must be given"),
    "optional": lazy("may be given"),
    "none": lazy("is not asked"),
}
PEOPLE_PROPERTIES: Final = {
    "claimants",
    "slots",
    "least",
    "per_claimant",
    "eligible",
    "scope",
    "not_same_as",
    "not_same_unit_as",
    "when_nobody",
    "when_self",
    "when_again",
    "may_add",
    "mode",
    "need",
    "copy_to",
    "to",
    "who",
}
TIME_PROPERTIES: Final = {
    "limit",
    "hold",
    "waitlist",
    "days",
    "calendar",
    "until",
    "event",
    "about",
    "every",
    "on",
    "date",
    "at",
}


@dataclass(frozen=True)
class Group:
    """Sentences under one heading."""

    heading: str
    sentences: list[str]


def differences(old: Side, new: Side) -> list[Group]:
    """What differs, in groups; none when the two sides say the same."""
    told = Told(old, new)
    found: dict[int, list[str]] = {}
    for change in changes(old.document, new.document):
        group, sentence = told.of(change)
        found.setdefault(group, []).append(sentence)
    for group, sentence in told.forms():
        found.setdefault(group, []).append(sentence)
    return [Group(str(HEADINGS[group]), list(dict.fromkeys(found[group]))) for group in sorted(found)]


class Told:
    """Tells changes; names are those of the newer side, for what it has."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old, self.new = old, new

    def name(self, step_id: str) -> str:
        """What a step is called."""
        return self.new.step(step_id) if step_id in self.new.tree.steps or step_id == START else self.old.step(step_id)

    def of(self, change: Change) -> tuple[int, str]:
        """(group, sentence)."""
        special = getattr(self, f"_{change.code}", None)
        if special is not None:
            found: tuple[int, str] = special(change)
            return found
        return self._part(change)

    def _values(self, change: Change, before: str = "", after: str = "") -> dict[str, str]:
        return {"step": self.name(change.step_id), "before": before, "after": after}

    # steps

    def _step_added(self, change: Change) -> tuple[int, str]:
        values = {**self._values(change), "place": self._place(change.part), "kind": kind_name(change.after)}
        return STEPS, _("“%(step)s” (%(kind)s) is new, %(place)s.") % values

    def _step_removed(self, change: Change) -> tuple[int, str]:
        return STEPS, _("“%(step)s” is gone.") % self._values(change)

    def _step_moved(self, change: Change) -> tuple[int, str]:
        return STEPS, _("“%(step)s” moved: it now comes %(place)s.") % {
            **self._values(change),
            "place": self._place(change.part),
        }

    def _place(self, before: str) -> str:
        block, _slash, way = before.partition("/")
        if way:
            values = {"way": self.new.way(block, way), "step": self.new.step(block)}
            return _("first in the way “%(way)s” of “%(step)s”") % values
        return _("after “%(step)s”") % {"step": self.new.step(before)}

    def _renamed(self, change: Change) -> tuple[int, str]:
        values = self._values(change, localised(change.before) or self.old.step(change.step_id))
        return STEPS, _("“%(before)s” is now called “%(step)s”.") % values

    def _kind(self, change: Change) -> tuple[int, str]:
        values = self._values(change, kind_name(change.before), kind_name(change.after))
        return STEPS, _("“%(step)s” is of another kind: %(after)s instead of %(before)s.") % values

    # who, with which form, until when

    def _assignee(self, change: Change) -> tuple[int, str]:
        values = self._values(change, people(change.before, self.old), people(change.after, self.new))
        return PEOPLE, _("“%(step)s” now goes to: %(after)s. Before: %(before)s.") % values

    def _form(self, change: Change) -> tuple[int, str]:
        values = self._values(change, self._form_name(change.before), self._form_name(change.after))
        return FORMS, _("“%(step)s” now asks for the form “%(after)s” instead of “%(before)s”.") % values

    def _form_name(self, slug: Any) -> str:
        version = self.new.forms.get(str(slug)) or self.old.forms.get(str(slug))
        return str(version.definition) if version is not None else str(slug or _("none"))

    def _deadline(self, change: Change) -> tuple[int, str]:
        before, after = limit(change.before), limit(change.after)
        if before == after:
            return TIMES, _("Reminders at “%(step)s” come at other times.") % self._values(change)
        return TIMES, _("Deadline of “%(step)s”: %(after)s instead of %(before)s.") % self._values(
            change, before, after
        )

    # decisions

    def _outcome(self, change: Change) -> str:
        side = self.old if change.after is None else self.new
        return side.outcome(change.step_id, change.part)

    def _outcome_added(self, change: Change) -> tuple[int, str]:
        values = {**self._values(change), "outcome": self._outcome(change)}
        values["goes"] = going(change.after.get("effect", "continue"), self.new)
        return DECISIONS, _("At “%(step)s” one can now choose “%(outcome)s”, which %(goes)s.") % values

    def _outcome_removed(self, change: Change) -> tuple[int, str]:
        values = {**self._values(change), "outcome": self._outcome(change)}
        return DECISIONS, _("At “%(step)s” one can no longer choose “%(outcome)s”.") % values

    def _outcome_label(self, change: Change) -> tuple[int, str]:
        values = self._values(change, localised(change.before), localised(change.after))
        return DECISIONS, _("At “%(step)s” the decision “%(before)s” is now called “%(after)s”.") % values

    def _outcome_effect(self, change: Change) -> tuple[int, str]:
        values = self._values(change, going(change.before, self.old), going(change.after, self.new))
        values["outcome"] = self._outcome(change)
        return DECISIONS, _("At “%(step)s” the decision “%(outcome)s” now %(after)s; before, it %(before)s.") % values

    def _outcome_comment(self, change: Change) -> tuple[int, str]:
        values = {**self._values(change), "outcome": self.new.outcome(change.step_id, change.part)}
        values["after"] = str(COMMENTS.get(change.after, change.after))
        return DECISIONS, _("At “%(step)s”, a reason for “%(outcome)s” %(after)s.") % values

    def _outcome_then(self, change: Change) -> tuple[int, str]:
        values = {**self._values(change), "outcome": self._outcome(change)}
        if change.after == "straight":
            text = _("At “%(step)s”, what “%(outcome)s” sends back now comes straight back once it is corrected.")
        else:
            text = _("At “%(step)s”, what “%(outcome)s” sends back now goes through all steps again.")
        return DECISIONS, text % values

    def _outcome_form(self, change: Change) -> tuple[int, str]:
        values = {**self._values(change), "outcome": self._outcome(change)}
        values["after"] = self._form_name(change.after) if change.after else ""
        if not change.after:
            return DECISIONS, _("At “%(step)s” the decision “%(outcome)s” asks for no form any more.") % values
        return DECISIONS, _("At “%(step)s” the decision “%(outcome)s” now asks for the form “%(after)s”.") % values

    def _outcome_order(self, change: Change) -> tuple[int, str]:
        return DECISIONS, _("The decisions at “%(step)s” stand in another order.") % self._values(change)

    # ways

    def _way(self, change: Change) -> dict[str, str]:
        side = self.old if change.code == "way_removed" else self.new
        return {**self._values(change), "way": side.way(change.step_id, change.part)}

    def _way_added(self, change: Change) -> tuple[int, str]:
        return WAYS, _("“%(step)s” has a new way: “%(way)s”.") % self._way(change)

    def _way_removed(self, change: Change) -> tuple[int, str]:
        return WAYS, _("“%(step)s” has lost the way “%(way)s”.") % self._way(change)

    def _way_name(self, change: Change) -> tuple[int, str]:
        values = {**self._way(change), "before": self.old.way(change.step_id, change.part)}
        return WAYS, _("The way “%(before)s” of “%(step)s” is now called “%(way)s”.") % values

    def _way_when(self, change: Change) -> tuple[int, str]:
        values = {**self._way(change), "before": self._condition(change.before, self.old)}
        values["after"] = self._condition(change.after, self.new)
        return WAYS, _("The way “%(way)s” of “%(step)s” is taken when: %(after)s. Before: %(before)s.") % values

    def _condition(self, expression: Any, side: Side) -> str:
        return condition(expression, side) if expression is not None else _("no other way is taken")

    def _way_default(self, change: Change) -> tuple[int, str]:
        if change.after:
            return WAYS, _("“%(way)s” is now the way for everything else at “%(step)s”.") % self._way(change)
        return WAYS, _("“%(way)s” is no longer the way for everything else at “%(step)s”.") % self._way(change)

    def _way_order(self, change: Change) -> tuple[int, str]:
        return WAYS, _("The ways of “%(step)s” are tried in another order.") % self._values(change)

    # what is seen, and the rest

    def _access(self, change: Change) -> tuple[int, str]:
        values = self._values(change, _access_words(change.before), _access_words(change.after))
        side = self.new if change.after is not None else self.old
        values["field"] = _access_subject(side, change.step_id, change.part)
        return SIGHT, _("%(field)s at “%(step)s”: %(after)s instead of %(before)s.") % values

    def _flow(self, change: Change) -> tuple[int, str]:
        names = {"title": _("Name"), "prefix": _("Letters before the number"), "help": _("Explanation")}
        return REST, self._from_to(names.get(change.part, change.part), change)

    def _property(self, change: Change) -> tuple[int, str]:
        group = PEOPLE if change.part in PEOPLE_PROPERTIES else TIMES if change.part in TIME_PROPERTIES else REST
        label = _("%(property)s at “%(step)s”") % {
            "property": property_label(change.part, self._kind_of(change.step_id), change.step_id),
            "step": self.name(change.step_id),
        }
        return group, self._from_to(label, change)

    def _kind_of(self, step_id: str) -> str:
        return str(self.new.tree.steps[step_id]["kind"]) if step_id != START else ""

    def _from_to(self, label: str, change: Change) -> str:
        before, after = self._shown(change.before, self.old), self._shown(change.after, self.new)
        if not before or not after or before == after:
            return _("%(property)s: changed.") % {"property": label}
        values = {"property": label, "before": before, "after": after}
        return _("%(property)s: %(after)s instead of %(before)s.") % values

    def _shown(self, value: Any, side: Side) -> str:
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return " / ".join(side.step(one) if one in side.tree.steps else one for one in value)
        return (
            condition(value, side) if isinstance(value, dict) and value.keys() <= OPERATORS.keys() else literal(value)
        )

    def _part(self, change: Change) -> tuple[int, str]:
        values = {**self._values(change), "outcome": self._outcome(change)}
        return DECISIONS, _("How “%(outcome)s” at “%(step)s” looks or is explained changed.") % values

    # forms

    def forms(self) -> Iterator[tuple[int, str]]:
        """What differs in the forms that both sides use."""
        for slug, now in self.new.forms.items():
            was = self.old.forms.get(slug)
            if was is None or was.pk == now.pk:
                continue
            values = {"form": str(now.definition), "before": was.number, "after": now.number}
            yield FORMS, _("The form “%(form)s” is used as of version %(after)d instead of %(before)d.") % values
            for group in form_words.differences(was.document, now.document):
                yield from ((FORMS, f"{now.definition}: {sentence}") for sentence in group.sentences)


def property_label(name: str, kind: str, step_id: str = "") -> str:
    """What a property is called on the sheet of the designer, else its name."""
    path = f"start.{name}" if step_id == START else f"props.{name}"
    wanted = sheets.kinds()["_start" if step_id == START else kind]["sheet"] if step_id or kind in KINDS else ()
    found = (one["label"] for group in wanted for one in group["controls"] if one.get("path") == path)
    return str(next(found, name))


def _access_subject(side: Side, step_id: str, key: str) -> str:
    """What access is about, in words: a field, the rows of a group or one of their columns."""
    label, group = side.label(step_id, key), side.group(step_id, key)
    if group:
        return _("“%(column)s” in the rows of “%(group)s”") % {"column": label, "group": localised(group["label"])}
    if side.field(step_id, key).get("kind") == GROUP:
        return _("The rows of “%(group)s”") % {"group": label}
    return _("“%(field)s”") % {"field": label}


def _access_words(state: str | None) -> str:
    """What somebody may do, in words: a state, or which rights on rows there are and which are lacking."""
    if state in LEVELS:
        return str(LEVELS[state])
    rights = rights_in(state or "")
    may, lacking = (
        _(", ").join(str(words) for right, words in RIGHTS_WORDS.items() if (right in rights) is there)
        for there in (True, False)
    )
    return _("%(may)s, but not %(lacking)s") % {"may": may, "lacking": lacking} if may and lacking else may
