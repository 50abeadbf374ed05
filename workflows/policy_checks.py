"""What the policies of a step need: rules that stand in, an outcome to go on with, somebody whom they can concern."""

from typing import TYPE_CHECKING

from workflows.separation_checks import APART
from workflows.tree import START, Step, effect_of, outcomes_of, props_of, rules_in

if TYPE_CHECKING:
    from workflows.checks import Known, Meaning

SKIPS = {"when_self": ("skip",), "when_again": ("skip", "in_a_row")}


def check_policies(meaning: "Meaning", step: Step, place: str, known: "Known") -> None:
    """Reports everything that would keep the policies of a step from being carried out."""
    props = props_of(step)
    for index, rule in enumerate(rules_in(props, "when_nobody")):
        meaning._rule(rule, f"{place}.when_nobody[{index}]" if index else f"{place}.when_nobody", known)
    goes_on = any(effect_of(one)[0] == "continue" for one in outcomes_of(step))
    for name, skipping in SKIPS.items():
        if props.get(name) not in skipping:
            continue
        if not goes_on:
            meaning._report("skip_without_outcome", f"{place}.{name}")
        if props.get("mode") == "in_turn":
            meaning._report("skip_in_turn", f"{place}.{name}")
        if props.get("form") is not None:
            meaning._report("skip_with_form", f"{place}.{name}")
    is_kept_out = any(START in (props.get(name) or ()) for name in APART)
    if props.get("when_self", "allow") != "allow" and is_kept_out:
        meaning._report("self_kept_out", f"{place}.when_self")
