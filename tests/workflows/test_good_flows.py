"""Sixty sound flows, made of every pair of parts: the checks find nothing in any of them, not even a warning."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from tests.workflows.faulty_flows import AROUND, BIG
from tests.workflows.flows import (
    APPROVE,
    GRID,
    REJECT,
    RETURN,
    approval,
    branch,
    claim,
    effect,
    fill,
    flow,
    notice,
    parallel,
)
from workflows.compiler import compile_flow
from workflows.schema import problems

SMALL = {"<=": [{"var": "start.value"}, 100]}
PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "returns": lambda: approval("review", APPROVE, REJECT, RETURN),
    "apart": lambda: approval("apart", not_same_as=["start"], deadline={"days": 3, "calendar": "working"}),
    "form": lambda: fill("write", GRID),
    "arms": lambda: branch("size", BIG, [fill("large")], []),
    "arms that end": lambda: branch("over", SMALL, [approval("little", APPROVE, REJECT)], [fill("much")]),
    "together": lambda: parallel("both", [fill("left")], [approval("right")]),
    "claim": lambda: claim("offer", on_claim="log.claimed"),
    "pool": lambda: claim(
        "pool",
        slots={"var": "start.value"},
        least=2,
        per_claimant=3,
        eligible={"==": [{"var": "claimant.kind"}, "organisation"]},
        waitlist={"days": 1, "most": 5},
        deadline={
            "days": 2,
            "overdue": [
                {"after": 0, "do": "widen", "claimants": ["person"]},
                {"after": 1, "do": "outcome", "outcome": "claimed"},
            ],
        },
    ),
    "notice": notice,
    "effect": lambda: effect("record", "log", text={"var": "start.what"}),
}
PAIRS = list(permutations(PARTS, 2))


def test_there_are_enough_of_them() -> None:
    assert len(PAIRS) >= 60


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_nothing_is_found_in_a_sound_flow(first: str, second: str) -> None:
    document = flow(PARTS[first](), PARTS[second](), fill("last"))
    assert problems(document, **AROUND) == []
    compile_flow(document, "sound_draft")
