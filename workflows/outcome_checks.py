"""Forms that an outcome asks: where they may stand, and where their answers may be read. Plain Python."""

from collections.abc import Mapping
from typing import Any

from workflows.tree import Step, effect_of, is_together, outcomes_of, own_form_key, props_of

LONGEST_KEY = 40
NOTHING: frozenset[str] = frozenset()


def check_outcome_forms(meaning: Any, step: Step, place: str) -> frozenset[str]:
    """What is certainly asked behind the step: the form of its only outcome that continues.

    Only where one person decides and the step itself asks nothing, so that a page never holds two forms.
    """
    for index, outcome in enumerate(outcomes_of(step)):
        if "form" not in outcome:
            continue
        here, key = f"{place}[{index}].form", own_form_key(step["id"], outcome["id"])
        meaning._form(outcome["form"], here)
        if props_of(step).get("form") or is_together(step):
            meaning._report("outcome_form_beside", here, name=outcome["form"])
        elif len(key) > LONGEST_KEY:
            meaning._report("bad_id", here, name=key)
    onward = [one for one in outcomes_of(step) if effect_of(one)[0] == "continue"]
    if len(onward) == 1 and onward[0].get("form") and step["kind"] != "notice":
        asked: frozenset[str] = meaning._asked(own_form_key(step["id"], onward[0]["id"]), onward[0]["form"])
        return asked
    return NOTHING


def behind_outcome(meaning: Any, when: Any) -> frozenset[str]:
    """What a way knows more that is taken exactly when a step had one outcome: the answers to that outcome's form."""
    pair = when.get("==") if isinstance(when, Mapping) else None
    if not isinstance(pair, list) or len(pair) != 2:
        return NOTHING
    name = pair[0].get("var") if isinstance(pair[0], Mapping) else None
    if not isinstance(name, str) or not name.startswith("outcomes."):
        return NOTHING
    step = meaning.tree.steps.get(name.removeprefix("outcomes."))
    form = next((one.get("form") for one in outcomes_of(step or {"kind": ""}) if one["id"] == pair[1]), None)
    asked: frozenset[str] = meaning._asked(own_form_key(step["id"], pair[1]), form) if step and form else NOTHING
    return asked
