"""Several who decide together: compared with an oracle that plays every way in which the others could still decide."""

import random
from itertools import permutations, product

import pytest

from workflows.quorum import agreements_needed, quorum_result
from workflows.tree import Step, effect_of

ROUNDS, MOST = range(150), 5
EFFECTS = ["continue", "continue", "end:declined", "end:void", "return:start", "again:start"]


def step_of(dice: random.Random) -> Step:
    ways = ["continue", "end:declined", *dice.sample(EFFECTS, dice.randint(0, 5))]
    dice.shuffle(ways)
    mode = dice.choice(["any", "all", "quorum", "ratio", "in_turn"])
    props = {"mode": mode, "need": dice.randint(1, MOST), "percent": dice.choice([1, 34, 50, 51, 66, 67, 100])}
    return {
        "id": "sign",
        "kind": "approval",
        "props": props,
        "outcomes": [{"id": f"o{number}", "label": "好", "effect": way} for number, way in enumerate(ways)],
    }


def way(step: Step, outcome: str | None) -> str | None:
    """Where an outcome leads, as far as several who decide are concerned: on, to the end, or back."""
    found = next((effect_of(one)[0] for one in step["outcomes"] if one["id"] == outcome), None)
    return "back" if found in ("return", "again") else found


def at_the_end(step: Step, ballot: list[str], total: int) -> str:
    """What a ballot amounts to in which everybody has decided and nobody went back. Counts, and nothing else."""
    agreed = sum(way(step, one) == "continue" for one in ballot)
    props = step["props"]
    enough = {
        "any": agreed >= 1,
        "quorum": agreed >= min(props["need"], total),
        "ratio": agreed * 100 >= props["percent"] * total,
    }.get(props["mode"], agreed == total)
    return "continue" if enough else "end"


def oracle(step: Step, given: list[str], total: int) -> set[str]:
    """Where it can still lead: the ways of all ballots that begin with `given`."""
    if any(way(step, one) == "back" for one in given):
        return {"back"}
    open_ways = [one["id"] for one in step["outcomes"] if way(step, one["id"]) != "back"]
    rest = product(open_ways, repeat=total - len(given))
    return {at_the_end(step, [*given, *others], total) for others in rest}


@pytest.mark.parametrize("seed", ROUNDS)
def test_it_is_decided_as_soon_as_no_one_left_could_change_it_and_not_before(seed: int) -> None:
    dice = random.Random(seed)  # no secret
    step, total = step_of(dice), dice.randint(1, MOST)
    choices = [one["id"] for one in step["outcomes"]]
    given: list[str] = []
    while len(given) <= total:
        result = quorum_result(step, given, total)
        possible = oracle(step, given, total)
        assert (result is not None) == (len(possible) == 1)
        if result is not None:
            assert {way(step, result)} == possible
            assert result in given, "nobody chose it"
            return
        given.append(dice.choice(choices))
    pytest.fail("everybody decided and nothing came of it")


@pytest.mark.parametrize("seed", ROUNDS)
def test_the_order_in_which_people_decide_never_matters(seed: int) -> None:
    dice = random.Random(seed)  # no secret
    step, total = step_of(dice), dice.randint(1, MOST)
    given = [dice.choice(step["outcomes"])["id"] for _number in range(dice.randint(1, total))]
    assert len({quorum_result(step, list(one), total) for one in permutations(given)}) == 1


@pytest.mark.parametrize(
    ("percent", "total", "needed"),
    [(50, 4, 2), (50, 5, 3), (51, 4, 3), (66, 3, 2), (67, 3, 3), (1, 100, 1), (100, 7, 7)],
)
def test_a_share_is_reached_and_never_nearly(percent: int, total: int, needed: int) -> None:
    step = {"id": "s", "kind": "approval", "props": {"mode": "ratio", "percent": percent}}
    assert agreements_needed(step, total) == needed
