"""The buttons of a task: one per outcome of its step, in the words of the flow, with what pressing it means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from workflows.lengths import LONGEST_COMMENT, LONGEST_REASON
from workflows.selectors import Actions, Choice
from workflows.tree import RECUSED, Step

OUTCOME: Final = "outcome"
CLAIM: Final = "claim"
RELEASE: Final = "release"
ICONS: Final = {"continue": "check", "return": "back", "again": "back", "end": "x"}
HELP: Final = {
    "return": lazy("Say what is missing; they read it. It comes back here once corrected; the waiting time goes on."),
    "again": lazy("Say what still has to be done. The person concerned reads it."),
    "end": lazy("Whoever handed this in reads it. Give the grounds, and say who else can help."),
    "continue": lazy("Those who come next read it."),
}
RECUSING: Final = lazy("Say how you know whom you would judge. Somebody else scores where too few are left.")
HAPPENED: Final = {
    "reassign": lazy("%(number)s: handed over."),
    RELEASE: lazy("%(number)s: given back."),
    "delegate": lazy("%(number)s: your colleague was asked; it comes back to you."),
    "add_approver": lazy("%(number)s: the person was asked to approve too."),
    "remove_approver": lazy("%(number)s: the person need not approve any more."),
    "answer": lazy("%(number)s: your opinion was sent."),
    "give_back": lazy("%(number)s: given back."),
    "take_back": lazy("%(number)s: taken back; it is with you again."),
    "call_back": lazy("%(number)s: it is with you again."),
}


@dataclass(frozen=True)
class Action:
    """One button; with `needs_reason` it opens a sheet first. `value` is what the form sends as `do`.

    `needs_answers`: it stands at the end of a form of several pages, since it wants all of them.
    """

    id: str
    value: str
    label: str
    icon: str
    help: str = ""
    needs_reason: bool = False
    is_primary: bool = False
    is_refusal: bool = False
    is_open: bool = False
    needs_answers: bool = False
    typed: str = ""
    problem: str = ""
    longest: int = LONGEST_COMMENT


@dataclass(frozen=True)
class Typed:
    """What was typed before the page came back with a problem. `do`: the button that was pressed."""

    do: str = ""
    comment: str = ""
    claimant: str = ""
    to_user: str = ""
    reasons: Mapping[str, str] | None = None
    problems: Mapping[str, str] | None = None
    suggested: str = ""
    form_of: str = ""
    people: Mapping[str, str] | None = None
    place: str = ""

    @property
    def person(self) -> str:
        """Who was chosen in the sheet whose button was pressed."""
        return self.to_user if self.do == "reassign" else (self.people or {}).get(self.do, "")

    @property
    def reassign(self) -> str:
        """The reason typed for handing over."""
        return self.reason("reassign")

    @property
    def problem(self) -> str:
        """What is wrong with the reason in the sheet that is open."""
        found = self.problems or {}
        return found.get("reason") or found.get("comment", "")

    def reason(self, name: str) -> str:
        """The reason typed in the sheet called `name`."""
        return (self.reasons or {}).get(name, "")


def actions_of(actions: Actions, step: Step, typed: Typed, *, may_release: bool = False) -> list[Action]:
    """The buttons of an open task: the first way onward is the primary one."""
    shown = []
    if actions.can_claim:
        shown.append(Action(CLAIM, CLAIM, _("Take it on"), "heart", is_primary=True, needs_answers=True))
    if actions.can_answer:
        return [Action("answer", "answer", _("Send my opinion"), "check", is_primary=True)]
    if actions.can_take_back:
        return [Action("take_back", "take_back", _("Take it back"), "back")]
    if actions.can_call_back:
        return [Action("call_back", "call_back", _("Call it back"), "back")]
    primary = _primary(actions.outcomes)
    shown += [_action(one, step, typed, is_primary=one.id == primary) for one in actions.outcomes]
    if may_release:
        help_text = _("Say why. It is open for others again; the waiting time is not counted anew.")
        label = _("Give it back")
        give_back = Action(RELEASE, RELEASE, label, "back", help_text, needs_reason=True, longest=LONGEST_REASON)
        shown.append(_with_reason(give_back, typed))
    return shown


def goes_unfilled(choice: Choice) -> bool:
    """Whether a choice needs no filled form: sending back, recusing oneself and refusing, with a reason."""
    return not choice.form and choice.comment == "required" and (choice.effect != "continue" or choice.id == RECUSED)


def what_happened(may: Actions, typed: Typed) -> str:
    """What pressing the button did, as a sentence with a place for the number of the case."""
    do, _colon, choice = typed.do.partition(":")
    if do in HAPPENED:
        return str(HAPPENED[do])
    chosen = next((one for one in may.outcomes if one.id == choice), None)
    if chosen is not None and chosen.effect == "return" and not (typed.comment + typed.reason(choice)).strip():
        return _("%(number)s: sent back, without a reason.")
    sentences = {"return": _("%(number)s: sent back."), "again": _("%(number)s: sent back, to be seen through.")}
    if chosen is not None and chosen.effect == "end" and (chosen.comment == "required" or chosen.tone == "danger"):
        return (
            _("%(number)s: declined, with your reason.") if chosen.comment == "required" else _("%(number)s: declined.")
        )
    return sentences.get(chosen.effect if chosen is not None else "", _("Done: %(number)s."))


def _primary(choices: list[Choice]) -> str | None:
    """The outcome that the flow calls primary, else the first that needs no reason."""
    named = (one.id for one in choices if one.tone == "primary")
    ready = (one.id for one in choices if one.comment != "required" and not one.tone)
    return next(named, None) or next(ready, None)


def _action(choice: Choice, step: Step, typed: Typed, *, is_primary: bool) -> Action:
    named = (
        any(one["id"] == choice.id and one.get("label") for one in step.get("outcomes") or ())
        or step["kind"] == "score"
    )
    action = Action(
        id=choice.id,
        value=f"{OUTCOME}:{choice.id}",
        label=choice.label if named else _("Hand it in"),
        icon=ICONS.get(choice.effect, "check"),
        help=str(RECUSING if choice.id == RECUSED and step["kind"] == "score" else HELP.get(choice.effect, "")),
        needs_reason=choice.comment == "required",
        is_primary=is_primary,
        needs_answers=typed.do == f"{OUTCOME}:{choice.id}" if choice.form else not goes_unfilled(choice),
        is_refusal=choice.tone == "danger" or (choice.effect == "end" and choice.comment == "required"),
    )
    return _with_reason(action, typed)


def _with_reason(action: Action, typed: Typed) -> Action:
    """The action with its sheet as it was left."""
    if not action.needs_reason or typed.do != action.value:
        return action
    return replace(action, is_open=True, typed=typed.reason(action.id), problem=typed.problem)
