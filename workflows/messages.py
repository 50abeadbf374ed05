"""Finds the words for problems of a flow document: code → translated sentence, with the place."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forms import messages as form_messages
from forms.problem import Problem

SENTENCES: dict[str, Promise] = {
    "not_an_object": _("A flow is written as keys with values."),
    "too_large": _("The flow is too large or nested too deeply."),
    "unknown_format": _("The flow must say which format it follows: “v”: 1."),
    "bad_slug": _("The code of a flow is small letters, digits, “_” and “-”, beginning with a letter, at most 40."),
    "bad_prefix": _("The flow needs a prefix for its case numbers: one to six capital letters."),
    "start_missing": _("The flow does not say how it starts."),
    "start_field": _("The starting form has no suitable field “%(name)s”."),
    "steps_missing": _("There must be a list of at least one step here."),
    "too_many_steps": _("The flow has more than %(most)s steps."),
    "too_deep": _("Branches are nested more than %(most)s levels deep."),
    "step_not_an_object": _("A step is written as keys with values."),
    "bad_id": _(
        "“%(name)s” is no valid id: small letters, digits and single “_”, beginning with a letter, at most 40."
    ),
    "reserved_id": _("The id “%(name)s” has a meaning of its own. Please choose another."),
    "duplicate_id": _("The id “%(name)s” is used twice."),
    "unknown_kind": _("There is no kind of step called “%(name)s”."),
    "unknown_property": _("The format has no property “%(name)s” here."),
    "property_missing": _("The property “%(name)s” is missing."),
    "bad_value": _("The property “%(name)s” does not have a suitable value."),
    "bad_count": _("“%(name)s” must be a whole number from %(least)s to %(most)s."),
    "bad_choice": _("“%(name)s” must be one of: %(allowed)s."),
    "wait_days_or_until": _("A wait has either “days”, “until” or “event”; an event may have a limit in “days”."),
    "outcome_form_beside": _(
        "A decision may ask the form “%(name)s” of its own only where the step asks none and one person decides."
    ),
    "rungs_in_order": _("Each thing that happens when it is overdue must come later than the one before."),
    "too_many_rungs": _("At most %(most)s things can happen one after the other when it is overdue."),
    "rung_behind_last": _("This never happens: the step is over already when a decision was taken or it went back."),
    "rung_of_other_kind": _("“%(name)s” belongs to something else that can happen when it is overdue."),
    "rung_on_claim": _(
        "An open offer is with nobody: overdue, it can only be reminded of, opened to more, or go on as it stands."
    ),
    "rung_without_least": _("Going on as it stands needs “least”: with how many places taken the case may go on."),
    "widen_off_claim": _("Only an offer that is open to be taken on can be opened to more."),
    "widens_never": _("This opens the offer to nobody who may not take it on already: name more claimants or a level."),
    "least_of_places": _("There are not more than %(most)s places, so no more can be taken."),
    "least_without_rung": _(
        "“least” counts only where the case may go on as it stands when it is overdue; that never happens here."
    ),
    "form_of_many": _("Several who take it on cannot share one form here. Please ask it in a step of their own."),
    "effect_for_one": _("“%(name)s” keeps one claimant for each case, so there can be only one place."),
    "hold_without_work": _("No step goes to whoever takes this on, so there is nothing to be done in this time."),
    "rung_needs_role": _(
        "Going one unit up needs a role: name one here, since nobody is found by a role at this step."
    ),
    "rung_unknown_outcome": _("This step has no outcome “%(name)s” that could be taken when it is overdue."),
    "rung_needs_comment": _("“%(name)s” needs a reason, which nobody writes when it is taken because it is overdue."),
    "rung_needs_form": _("“%(name)s” needs the form of this step, which nobody fills in when it is overdue."),
    "outcomes_missing": _("A decision needs at least one outcome."),
    "bad_outcome_effect": _("“%(name)s” is no effect of an outcome: continue, return:…, again:… or end:…"),
    "branches_missing": _("There must be 2 to %(most)s branches here."),
    "one_default": _("Only one branch can be the default."),
    "arms_gap": _("Nobody would know how to go on with this filling: %(example)s. No branch takes it."),
    "arms_unsure": _("It cannot be told whether one of these branches is always taken; make one of them the default."),
    "arm_never": _(
        "This branch is never taken: whatever is filled in, an earlier one is, or its condition cannot hold."
    ),
    "arms_overlap": _(
        "Branches %(first)s and %(second)s would both take this filling: %(example)s. The earlier one is taken."
    ),
    "default_with_condition": _("The default branch cannot have a condition."),
    "empty_branch": _("A parallel branch needs at least one step."),
    "separation_never": _("Only one person could ever do this step, and “%(name)s” is that very person."),
    "nobody_decides": _(
        "Nobody holds %(roles)s in %(unit)s or above it, so the administrators would get “%(name)s” (units: %(count)s)."
    ),
    "nobody_apart": _(
        "In %(unit)s only one person could do “%(name)s”, and the same one does “%(other)s” (units: %(count)s)."
    ),
    "bad_access": _("“%(name)s” needs an access of edit, read, mask or hide, and a field of this form or of a step."),
    "access_unclear": _(
        "“%(name)s” is both a column of the form of this step and a field of an earlier step; rename one of them."
    ),
    "rights_without_rows": _("“%(name)s” has no rows of this step that could be added, changed or deleted."),
    "column_never_asked": _("New rows lack “%(name)s” at this step: it must be filled in, but nobody here can do so."),
    "unknown_rule": _("There is no assignee rule called “%(name)s”."),
    "unknown_form": _("There is no published form with the code “%(name)s”."),
    "unknown_role": _("There is no role with the code “%(name)s”."),
    "unknown_level": _("There is no kind of unit with the code “%(name)s”."),
    "unknown_step": _("There is no step “%(name)s” that a person does."),
    "unknown_field": _("There is no field “%(name)s”; write it as step.key."),
    "unknown_effect": _("There is no effect called “%(name)s”."),
    "unknown_input": _("The effect has no input “%(name)s”."),
    "input_missing": _("The effect needs the input “%(name)s”."),
    "input_option": _("The effect takes as “%(name)s” only: %(allowed)s; the flow can give it: %(found)s."),
    "effect_needs_inputs": _("The effect “%(name)s” needs inputs, so it can only stand in a step of its own."),
    "effect_stands": _(
        "The case cannot go back to “%(name)s” from here, because the effect “%(effect)s” of the step “%(step)s” in "
        "between cannot be undone. Please put that step behind this one."
    ),
    "effect_too_early": _("The effect “%(name)s” needs “%(needs)s” before it, on every way that leads here."),
    "unknown_placeholder": _("The text uses a placeholder that does not exist: “%(name)s”."),
    "broken_placeholder": _("The text holds “{{”, “}}” or “{%%” that is no placeholder; write {{ name }} only."),
    "unreachable": _("The step “%(name)s” can never be reached."),
    "not_asked_before": _("“%(name)s” is not asked on every way that leads here."),
    "not_same_as_later": _("Step “%(name)s” is not passed on every way that leads here, so nobody can be compared."),
    "skip_without_outcome": _("A step can be passed by itself only if it has an outcome that goes on."),
    "skip_in_turn": _("Where people sign one after the other each of them is asked; no step is passed by itself."),
    "skip_with_form": _("A step with a form cannot be passed by itself: its answers would be missing."),
    "self_kept_out": _("“not_same_as: start” keeps out whoever started already, so “when_self” never applies."),
    "not_a_member": _("“%(name)s” is not a field in which a member is chosen."),
    "not_a_unit": _("“%(name)s” is not a field in which a unit is chosen."),
    "not_a_team": _("“%(name)s” is not a field in which a team is chosen."),
    "unknown_flow": _("There is no published flow with the code “%(name)s” to start."),
    "starts_itself": _("The flow “%(name)s” would start itself again, directly or through others, without an end."),
    "unknown_target": _("The starting form of that flow has no field “%(name)s” that can be filled in."),
    "target_missing": _("The starting form of that flow must be told “%(name)s”."),
    "target_kind": _("What is given does not fit the field “%(name)s” of the starting form of that flow."),
    "start_of_other_kind": _("“%(name)s” belongs to another way to start."),
    "every_or_date": _("A start by the calendar has either “every” or “date”."),
    "unknown_event": _("There is no event called “%(name)s”."),
    "unknown_value": _("The event tells nothing called “%(name)s”."),
    "not_about": _("The event is never about what is chosen in “%(name)s”."),
    "needs_login": _("“%(name)s” shows names to choose from, so only somebody who is signed in may be asked for it."),
    "guest_needs_code": _("A step for the guest needs “status_code” at the start, so that there is a code."),
    "claim_needed": _("The claimant of “%(name)s” is needed here, but no such claim is passed on every way before."),
    "not_for_the_public": _(
        "“%(name)s” is personal: a public notice may show only a masked part of it, "
        "so give the field a mask, or leave it out."
    ),
    "sensitive_copied": _(
        "“%(name)s” is sensitive: it is kept encrypted in its form and may not be copied from there. "
        "Choose another field, or give it another level."
    ),
    "back_unknown": _("There is no step “%(name)s” to go back to."),
    "back_sibling": _("Step “%(name)s” is in a branch beside this one; going there would leave work hanging."),
    "back_not_earlier": _("Step “%(name)s” does not come before this one."),
    "bad_then": _("“then” is “walk” or “straight”, and only for a decision that sends back for correction."),
    "straight_from_here": _("Only from a step in which people decide or fill in can a case be sent back so."),
    "straight_to_several": _(
        "A case comes straight back only from a step that one person does; “%(name)s” is none. Let it walk again."
    ),
    "straight_over": _(
        "Between “%(name)s” and here are steps that a return undoes (claims, notices, scores, parallel branches, other "
        "cases), so the case has to walk again."
    ),
    "back_into_block": _(
        "Step “%(name)s” is inside a branch; going back is possible only to a step that is passed by all."
    ),
}


def sentence(problem: Problem) -> str:
    """What is wrong and where, as one sentence in the reader's language."""
    known = SENTENCES.get(problem.code)
    if known is None:
        return form_messages.sentence(problem)
    params = problem.params
    if "example" in params:
        params = {**params, "example": _filling(params["example"])}
    text = str(known) % _Params(params)
    return _now("%(place)s: %(sentence)s") % {"place": problem.place, "sentence": text} if problem.place else text


def _filling(example: Any) -> str:
    """`[(label, value)]` as 金额 = 50、类型 = 其他."""
    return _now(", ").join(f"{label} = {_value(value)}" for label, value in example)


def _value(value: Any) -> str:
    if value is None:
        return _now("not filled in")
    if isinstance(value, bool):
        return _now("Yes") if value else _now("No")
    return " + ".join(map(str, value)) if isinstance(value, list) else str(value)


class _Params(dict[str, Any]):
    """Parameters of which none is missing."""

    def __missing__(self, key: str) -> str:
        return ""
