"""What a claim pool must get right: places that can be counted, a time for some work, a ladder that leads on."""

from collections.abc import Mapping
from typing import Any

from forms.rules import check_types, misspelt_times, names_in, unknown_options
from workflows.claimant_facts import OPTIONS, TYPES, is_fact
from workflows.ladders import OUTCOME, REMIND, WIDEN
from workflows.tree import Step, props_of, works_for


def check_shape(shape: Any, props: Mapping[str, Any], place: str) -> None:
    """Reports a time to hold or to decide without days, and more places to be taken than there are."""
    for key in ("hold", "waitlist"):
        if isinstance(props.get(key), dict) and "days" not in props[key]:
            shape.report("property_missing", f"{place}.{key}", name="days")
    slots, least = props.get("slots", 1), props.get("least")
    if isinstance(slots, int) and isinstance(least, int) and least > slots:
        shape.report("least_of_places", f"{place}.least", most=slots)


def check_pool(meaning: Any, step: Step, place: str, known: Any) -> None:
    """Reports places that no field gives, forms and effects that fit only one claim, and a time for no work."""
    props = props_of(step)
    slots = props.get("slots", 1)
    if not isinstance(slots, int):
        meaning._expression(slots, f"{place}.slots", known, expects="number")
    if slots != 1:
        if "form" in props:
            meaning._report("form_of_many", f"{place}.form")
        if (meaning.effects.get(props.get("on_claim")) or {}).get("for_one"):
            meaning._report("effect_for_one", f"{place}.on_claim", name=props["on_claim"])
    if "eligible" in props:
        _check_eligible(meaning, props["eligible"], f"{place}.eligible", known)
    if "hold" in props and not has_work(meaning.tree, step["id"]):
        meaning._report("hold_without_work", f"{place}.hold")
    rungs = (props.get("deadline") or {}).get("overdue") or ()
    if "least" in props and not any(rung["do"] == OUTCOME for rung in rungs):
        meaning._report("least_without_rung", f"{place}.least")


def _check_eligible(meaning: Any, expression: Any, place: str, known: Any) -> None:
    """Facts about the claimant that there are, answers that were asked before, and a yes or no in the end."""
    before = len(meaning.found)
    for name in sorted(names_in(expression)):
        if not is_fact(name):
            meaning._read(name, place, known)
        elif name not in TYPES:
            meaning._report("unknown_field", place, name=name)
    if len(meaning.found) == before:
        meaning.found.extend(check_types(expression, {**meaning.types, **TYPES}, place=place, expects="bool"))
        meaning.found.extend(unknown_options(expression, {**meaning.options, **OPTIONS}, place=place))
        meaning.found.extend(misspelt_times(expression, meaning.types, place=place))


def has_work(tree: Any, claim_step: str) -> bool:
    """Whether a step goes to whoever claims here."""
    return any(works_for(step, claim_step) for step in tree.walk())


def check_rung(meaning: Any, step: Step, rung: Mapping[str, Any], place: str) -> None:
    """Reports what cannot happen to an open offer when it is overdue."""
    props, do = props_of(step), rung["do"]
    if do == OUTCOME:
        if "least" not in props:
            meaning._report("rung_without_least", place)
    elif do == WIDEN:
        more = set(rung.get("claimants") or ()) - set(props["claimants"])
        if "scope" not in rung and not more:
            meaning._report("widens_never", place)
        level = (rung.get("scope") or {}).get("level")
        if level is not None:
            meaning._known_codes([level], meaning.unit_kinds, "unknown_level", f"{place}.scope.level")
    elif do != REMIND:
        meaning._report("rung_on_claim", place)
