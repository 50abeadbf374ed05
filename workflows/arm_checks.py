"""Judges the arms of a branch step before publishing, each finding with an example filling. Plain Python."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from forms.problem import Problem
from workflows.arms import Condition, Facts, Filling, fillings
from workflows.tree import Step

if TYPE_CHECKING:
    from workflows.checks import Meaning


def check_arms(meaning: "Meaning", step: Step, place: str) -> Iterator[Problem]:
    """What is wrong with the arms, under all that holds where the branch begins.

    `arms_gap`: an example filling that no arm takes, where no arm is the default; `arms_unsure`: nothing can be said
    about that, so that there must be a default; `arm_never`: nothing ever takes an arm, a
    warning if only because of the branches around it; `arms_overlap`, a warning since the first arm is taken: an
    example filling that two arms would take.
    """
    arms = [(number, arm["when"]) for number, arm in enumerate(step["branches"]) if "when" in arm]
    has_default = len(arms) < len(step["branches"])
    facts = Facts(meaning.types, meaning.options, frozenset(meaning.required), meaning.limits)
    found = fillings([*(rule for _number, rule in arms), *(rule for rule, _holds in meaning.holding)], facts)
    if found is None:
        if not has_default:
            yield Problem("arms_unsure", place)
        return
    before: list[Condition] = [*meaning.holding]
    for number, rule in arms:
        if found.is_complete and found.first(*before, (rule, True)) is None and found.first(*meaning.holding):
            own = before[len(meaning.holding) :]
            is_so_anywhere = found.first(*own, (rule, True)) is None
            yield Problem("arm_never", f"{place}[{number}].when", is_warning=not is_so_anywhere)
        before.append((rule, False))
    if not has_default:
        gap = found.first(*before)
        if gap is not None:
            yield Problem("arms_gap", place, {"example": told(gap, meaning.labels)})
        elif not found.is_complete:
            yield Problem("arms_unsure", place)
    for at, (number, rule) in enumerate(arms):
        for other, earlier in arms[:at]:
            both = found.first(*meaning.holding, (earlier, True), (rule, True))
            if both is not None:
                params = {"first": other + 1, "second": number + 1, "example": told(both, meaning.labels)}
                yield Problem("arms_overlap", f"{place}[{number}].when", params, is_warning=True)


def holding_inside(step: Step, number: int, around: list[Condition]) -> list[Condition]:
    """What holds inside an arm: what holds around its branch, its own condition, and none of the earlier ones."""
    branch = step["branches"][number]
    others = step["branches"][:number] if "when" in branch else step["branches"]
    own = [(branch["when"], True)] if "when" in branch else []
    return [*around, *((one["when"], False) for one in others if "when" in one), *own]


def told(filling: Filling, labels: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Any]]:
    """A filling as (label of the field, value in words, or true, false, None); numbers without needless noughts."""
    return [
        (str(labels.get(name, {}).get("label") or name), _value(value, labels.get(name, {})))
        for name, value in filling.items()
    ]


def _value(value: Any, labels: Mapping[str, Any]) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_value(one, labels) for one in value]
    return labels.get("options", {}).get(value, value) if isinstance(value, str) else value
