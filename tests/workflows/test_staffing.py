"""Who could decide, unit by unit: a warning with an example unit, which keeps nobody from publishing."""

from typing import Any

import pytest

from core.people.models import Appointment
from tests.workflows.conftest import Bench
from tests.workflows.faulty_flows import BIG
from tests.workflows.flows import DEPUTY, GRID, SECRETARY, approval, branch, fill, flow
from workflows.messages import sentence
from workflows.publishing import find_problems, form_slugs, newest_forms

ONLY = {"who": ["grid_worker"]}  # in 第一网格 of 方塔社区, and in that of 云间社区 where nobody else holds a role


def found(bench: Bench, document: dict[str, Any]) -> list[tuple[str, str, str]]:
    given = find_problems("flow", document, newest_forms(form_slugs(document)))
    assert all(one.is_warning for one in given)
    return [(one.code, one.place, sentence(one)) for one in given]


def test_a_unit_in_which_nobody_decides_is_told_with_the_role(bench: Bench) -> None:
    [one] = found(bench, flow(approval("review"), **ONLY))
    assert one[:2] == ("nobody_decides", "steps[0].props.assignee")
    assert "第一网格" in one[2]
    assert "社区书记" in one[2]


def test_a_step_within_an_arm_is_told_at_its_place(bench: Bench) -> None:
    [one] = found(bench, flow(branch("b", BIG, [approval("review")], []), **ONLY))
    assert one[1] == "steps[0].branches[0].steps[0].props.assignee"


def test_a_warning_keeps_nobody_from_publishing(bench: Bench) -> None:
    assert bench.publish(flow(approval("review"), **ONLY)).number == 1


@pytest.mark.parametrize(
    "rule", [GRID, {"rule": "starter"}, {"rule": "role", "roles": ["street_clerk", "grid_worker"]}]
)
def test_where_somebody_decides_or_nothing_is_known_nothing_is_said(bench: Bench, rule: dict[str, Any]) -> None:
    assert found(bench, flow(fill("review", rule), **ONLY)) == []


def test_one_person_for_two_steps_that_must_be_apart_is_told(bench: Bench) -> None:
    [one] = found(bench, flow(fill("first", GRID), fill("second", GRID, not_same_as=["first"]), **ONLY))
    assert one[:2] == ("nobody_apart", "steps[1].props.not_same_as")


def test_two_persons_for_two_steps_are_apart(bench: Bench) -> None:
    Appointment.objects.filter(unit__slug="yunjian-1").delete()
    document = flow(fill("first", DEPUTY), fill("second", SECRETARY, not_same_as=["first"]), **ONLY)
    assert found(bench, document) == []
