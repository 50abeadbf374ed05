"""What the ladder of a deadline must get right: each rung can be climbed, in order, and none stands behind the last."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflows.claim_checks import check_rung
from workflows.kinds import RUNG, RUNG_OF, SCOPE
from workflows.ladders import LAST, REASSIGN, STEP, UP, WIDEN
from workflows.tree import Step, assignees_of, effect_of, outcomes_of, props_of

if TYPE_CHECKING:
    from workflows.checks import Known, Meaning
    from workflows.schema import _Shape

MOST_RUNGS = 10


def check_shape(shape: "_Shape", rungs: Any, place: str) -> None:
    """Reports rungs that are malformed, out of order, or behind one after which the task is over."""
    if not isinstance(rungs, list):
        return  # told already
    if len(rungs) > MOST_RUNGS:
        shape.report("too_many_rungs", place, most=MOST_RUNGS)
    before = -1
    for index, rung in enumerate(one for one in rungs[:MOST_RUNGS] if isinstance(one, dict)):
        here = f"{place}[{index}]"
        _rung(shape, rung, here)
        after = rung.get("after")
        if isinstance(after, int):
            if after <= before:
                shape.report("rungs_in_order", f"{here}.after")
            before = after
        if rung.get("do") in LAST and index + 1 < len(rungs):
            shape.report("rung_behind_last", f"{place}[{index + 1}]")


def _rung(shape: "_Shape", rung: Mapping[Any, Any], place: str) -> None:
    shape.checked(rung, RUNG, place)
    for key in ("after", "do"):
        if key not in rung:
            shape.report("property_missing", place, name=key)
    own, needed = RUNG_OF.get(str(rung.get("do")), (frozenset(RUNG), ()))
    for key in sorted(rung.keys() & (RUNG.keys() - own - {"after", "do"})):
        shape.report("rung_of_other_kind", f"{place}.{key}", name=key)
    for key in needed:
        if key not in rung:
            shape.report("property_missing", place, name=key)
    if isinstance(rung.get("scope"), dict):
        shape.checked(rung["scope"], SCOPE, f"{place}.scope")
    if "assignee" in rung:
        shape.assignees(rung, place)


def check_meaning(meaning: "Meaning", step: Step, place: str, known: "Known") -> None:
    """Reports rungs of a step that could never be climbed."""
    for index, rung in enumerate((props_of(step).get("deadline") or {}).get("overdue") or ()):
        here, do = f"{place}[{index}]", rung["do"]
        if step["kind"] == "claim":
            check_rung(meaning, step, rung, here)
        elif do == WIDEN:
            meaning._report("widen_off_claim", here)
        elif do == REASSIGN:
            for number, rule in enumerate(assignees_of({"props": rung})):
                meaning._rule(rule, f"{here}.assignee[{number}]" if number else f"{here}.assignee", known)
        elif do == UP:
            _up(meaning, step, rung, here)
        elif do == STEP:
            meaning._back(step["id"], rung["step"], f"{here}.step")
        elif do == "outcome":
            _outcome(meaning, step, rung["outcome"], f"{here}.outcome")


def _up(meaning: "Meaning", step: Step, rung: Mapping[str, Any], place: str) -> None:
    meaning._known_codes(rung.get("roles") or (), meaning.roles, "unknown_role", f"{place}.roles")
    if not rung.get("roles") and not any(rule.get("roles") for rule in assignees_of(step)):
        meaning._report("rung_needs_role", place)


def _outcome(meaning: "Meaning", step: Step, name: str, place: str) -> None:
    """The system writes no reason, fills in no form and gives no scores."""
    outcome = next((one for one in outcomes_of(step) if one["id"] == name), None)
    if outcome is None:
        meaning._report("rung_unknown_outcome", place, name=name)
    elif outcome.get("comment") == "required":
        meaning._report("rung_needs_comment", place, name=name)
    elif (
        step["kind"] == "score"
        or outcome.get("form")
        or (props_of(step).get("form") and effect_of(outcome)[0] == "continue")
    ):
        meaning._report("rung_needs_form", place, name=name)
