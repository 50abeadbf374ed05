"""An outcome may go back only over effects that can be undone or carried out again."""

from typing import Any

import pytest

from tests.workflows.faulty_flows import AROUND, BIG
from tests.workflows.flows import APPROVE, RETURN, approval, branch, effect, fill, flow, parallel
from workflows.effects import described
from workflows.schema import problems

STANDS = {"inputs": {}, "optional": set(), "may_go_back": False}
GOES = {"inputs": {}, "optional": set(), "may_go_back": True}
STRAIGHT = {**RETURN, "then": "straight"}


def found(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    around = {**AROUND, "effects": {**AROUND["effects"], "stands": STANDS, "goes": GOES}}
    return [(one.code, one.place) for one in problems(flow(*steps), **around)]


def test_going_back_over_what_stands_is_refused_at_the_outcome() -> None:
    assert found(effect("e", "stands"), approval("a", APPROVE, RETURN)) == [
        ("effect_stands", "steps[1].outcomes[1].effect")
    ]


def test_in_a_branch_beside_it_may_have_happened_too() -> None:
    beside = parallel("both", [approval("a", APPROVE, RETURN)], [effect("e", "stands")])
    assert [code for code, _place in found(beside)] == ["effect_stands"]


def test_in_an_arm_before_it_may_have_happened() -> None:
    size = branch("size", BIG, [effect("e", "stands")], [])
    assert [code for code, _place in found(size, approval("a", APPROVE, STRAIGHT))] == ["effect_stands"]


@pytest.mark.parametrize(
    "steps",
    [
        [effect("e", "goes"), approval("a", APPROVE, RETURN)],
        [approval("a", APPROVE, RETURN), effect("e", "stands")],
        [effect("e", "stands"), fill("f"), approval("a", APPROVE, {**RETURN, "effect": "return:f"})],
        [branch("size", BIG, [effect("e", "stands")], [approval("a", APPROVE, RETURN)]), fill("last")],
        [effect("e", "stands"), approval("a", APPROVE, STRAIGHT)],
    ],
    ids=["undone", "behind the outcome", "before the target", "the other arm", "straight back"],
)
def test_nothing_is_found_where_nothing_would_stand(steps: list[dict[str, Any]]) -> None:
    assert found(*steps) == []


def test_what_the_shipped_effects_say_of_themselves() -> None:
    assert {name for name, entry in described().items() if entry["may_go_back"]} == {"wish.post", "service.check"}
