"""What else can be done with a task than to decide: the sheets behind “More”, each with its one button."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from workflows.lengths import LONGEST_REASON
from workflows.presenters.actions import Typed
from workflows.presenters.colleagues import Colleague
from workflows.selectors import Actions

PLACES: Final[dict[str, str | Promise]] = {
    "before": lazy("First they, then I"),
    "beside": lazy("At the same time as I"),
    "after": lazy("First I, then they"),
}


@dataclass(frozen=True)
class Sheet:
    """One thing to do. `id`: what the form sends as `do`; `people`: to whom, if it asks that; words are required.

    `places`: when somebody who is added approves, as (value, label, whether it is chosen).
    """

    id: str
    label: str
    help: str
    words: str
    people: Sequence[Colleague] = field(default_factory=tuple)
    places: Sequence[tuple[str, str, bool]] = ()
    longest: int = LONGEST_REASON
    is_open: bool = False
    typed: str = ""
    problem: str = ""
    person_problem: str = ""

    @property
    def person(self) -> str:
        """The name of the field in which a person is chosen."""
        return "to_user" if self.id == "reassign" else f"to-{self.id}"


def sheets_of(may: Actions, colleagues: Sequence[Colleague], typed: Typed) -> list[Sheet]:
    """The sheets of a task, the most usual first."""
    found = []
    if may.can_delegate and colleagues:
        help_text = _("It comes back to you with what they write, and you decide. The deadline stays as it is.")
        found.append(Sheet("delegate", _("Ask a colleague"), help_text, _("What you would like to know"), colleagues))
    if may.may_add and colleagues:
        help_text = _("Both of you have to agree; whoever refuses or sends back decides for both.")
        places = [(place, str(label), False) for place, label in PLACES.items() if place in may.may_add]
        label, words = _("Add an approver"), _("Why this person should approve too")
        found.append(Sheet("add_approver", label, help_text, words, colleagues, places))
    if may.can_give_back:
        help_text = _("Whoever asked reads why, and has it again.")
        found.append(Sheet("give_back", _("Give back without an opinion"), help_text, _("Reason")))
    if may.can_reassign and colleagues:
        help_text = _("The other person will read it. The deadline stays as it is.")
        found.append(Sheet("reassign", _("Hand over"), help_text, _("Reason"), colleagues))
    return [_as_left(sheet, typed) for sheet in found]


def _as_left(sheet: Sheet, typed: Typed) -> Sheet:
    if typed.do != sheet.id:
        return sheet
    problems = typed.problems or {}
    return replace(
        sheet,
        places=[(place, label, place == typed.place) for place, label, _chosen in sheet.places],
        is_open=True,
        typed=typed.reason(sheet.id),
        problem=typed.problem,
        person_problem=problems.get("to_user", ""),
    )
