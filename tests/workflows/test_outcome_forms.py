"""A decision that asks a form of its own: pressed, filled in on the same page, kept, and read only behind it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import Invalid
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, approval, branch, effect, fill, flow
from workflows.answers import raw_answers
from workflows.models import FlowVersion

NO = {"id": "no", "label": "不通过", "effect": "continue", "form": "note"}
STOP = {"id": "stop", "label": "终止", "effect": "end:declined", "form": "note", "comment": "required"}
SAYS = {"var": "review__no.remark"}


def behind(*steps: Any) -> dict[str, Any]:
    return branch("how", {"==": [{"var": "outcomes.review"}, "no"]}, list(steps), [])


def test_pressing_it_leads_to_its_form_and_what_was_filled_in_is_kept(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, NO), behind(effect("post", "log", text=SAYS)), fill("last")))
    client, address = Client(), reverse("task", args=[bench.task(case, "review").pk])
    client.force_login(bench.cast.users["lishuji"])
    assert 'name="remark"' not in client.get(address).content.decode()
    page = client.post(address, {"do": "outcome:no", "comment": "还差一点"}).content.decode()
    assert 'name="remark"' in page
    assert "还差一点" in page
    assert bench.open(case) == ["review"], "nothing happened yet"
    sent = {"do": "outcome:no", "form-of": "outcome:no"}
    assert client.post(address, {**sent, "remark": ""}).status_code == 422
    assert client.post(address, {**sent, "remark": "材料不齐"}).status_code == 302
    assert raw_answers(case.pk)["review__no"] == {"remark": "材料不齐"}
    assert (bench.open(case), bench.log) == (["last"], ["材料不齐"])
    assert "材料不齐" in client.get(reverse("case", args=[case.pk])).content.decode()


def test_another_outcome_asks_nothing(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, NO), fill("last")))
    bench.act(case, "review", outcome="approve")
    assert bench.open(case) == ["last"]


def test_no_way_around_the_form_even_where_the_case_ends(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, STOP)))
    with pytest.raises(Invalid) as refusal:
        bench.act(case, "review", outcome="stop", comment="不行")
    assert refusal.value.code == "form_missing"
    bench.act(case, "review", outcome="stop", comment="不行", remark="材料不齐")
    assert bench.result(case) == ("DONE", "declined", [])


@pytest.mark.parametrize(
    "steps",
    [
        [approval("review", APPROVE, NO), effect("post", "log", text=SAYS)],
        [approval("review", APPROVE, {**NO, "form": "gone"})],
        [approval("review", APPROVE, NO, form="note")],
        [approval("review", APPROVE, NO, mode="all")],
    ],
)
def test_what_would_not_be_asked_on_every_way_is_found_before_publishing(bench: Bench, steps: Any) -> None:
    with pytest.raises(Invalid):
        bench.publish(flow(*steps))
    assert not FlowVersion.objects.filter(slug="flow").exists()


def test_the_only_way_on_makes_its_form_readable_behind_the_step(bench: Bench) -> None:
    only = approval("review", NO, {"id": "end", "label": "止", "effect": "end:declined"})
    case = bench.start(flow(only, effect("post", "log", text=SAYS)))
    bench.act(case, "review", outcome="no", remark="可以")
    assert bench.log == ["可以"]
