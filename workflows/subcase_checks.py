"""What a step that starts another flow must get right: the flow exists, no circle, and its starting form is filled."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from forms.rules import check_types
from forms.shapes import SHAPES, UPLOADED, value_type
from workflows.copy_checks import check_inputs
from workflows.tree import Step, props_of

if TYPE_CHECKING:
    from workflows.checks import Known, Meaning

PLAIN = frozenset({"text", "long_text", "integer", "decimal", "money", "date", "yes_no", "duration", "rating"})
REFERENCES = frozenset({"unit", "venue", "member", "team", "award", *UPLOADED})


def check_subcase(meaning: "Meaning", step: Step, place: str, known: "Known") -> None:
    """Reports everything that would keep the step from starting its flow."""
    props = props_of(step)
    slug = props["flow"]
    flow = meaning.flows.get(slug)
    if slug == meaning.slug or _leads_to(meaning.slug, slug, meaning.flows):
        meaning._report("starts_itself", f"{place}.flow", name=slug)
    elif flow is None:
        meaning._report("unknown_flow", f"{place}.flow", name=slug)
    else:
        inputs = props.get("inputs") or {}
        check_answers(meaning, flow["form"], inputs, f"{place}.inputs", known)
        check_inputs(meaning, inputs, f"{place}.inputs", flow["form"].get("privacy"))
    if props.get("unit", "case") != "case":
        meaning._chosen(props["unit"], "unit", f"{place}.unit", known)


def _leads_to(target: str, slug: str, flows: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a flow starts `target`, directly or through others."""
    seen: set[str] = set()
    waiting = {slug}
    while waiting:
        started = {other for one in waiting for other in (flows.get(one) or {}).get("starts", ())}
        if target in started:
            return True
        seen |= waiting
        waiting = started - seen
    return False


def check_answers(
    meaning: "Meaning", form: Mapping[str, Any], given: Mapping[str, Any], place: str, known: "Known"
) -> None:
    """Reports answers to fields that are not there, of the wrong kind, and required fields without one."""
    kinds = form["kinds"]
    for key, expression in given.items():
        kind = kinds.get(key)
        if kind is None or SHAPES[kind].is_computed or SHAPES[kind].value is None:
            meaning._report("unknown_target", place, name=key)
        else:
            _fits(meaning, expression, key, form, f"{place}.{key}", known)
    for key in sorted(form.get("required") or ()):
        if key not in given:
            meaning._report("target_missing", place, name=key)


def _fits(meaning: "Meaning", expression: Any, key: str, form: Mapping[str, Any], place: str, known: "Known") -> None:
    kind = form["kinds"][key]
    before = len(meaning.found)
    meaning._expression(expression, place, known, may_lack=key not in (form.get("required") or ()))
    if len(meaning.found) > before:
        return
    source = expression.get("var") if isinstance(expression, Mapping) and len(expression) == 1 else None
    if isinstance(source, str):
        found = meaning.types[source]
        is_same = found == kind or (kind in PLAIN and found not in REFERENCES and value_type(found) == value_type(kind))
    else:
        is_constant = not isinstance(expression, Mapping)
        is_same = (is_constant or kind in PLAIN) and not check_types(
            expression, meaning.types, expects=value_type(kind)
        )
    allowed = (form.get("options") or {}).get(key)
    strange = [one for one in meaning._possible(expression) if allowed is not None and one not in allowed]
    if not is_same or strange:
        meaning._report("target_kind", place, name=key)
