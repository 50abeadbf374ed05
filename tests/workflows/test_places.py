"""The page of the places of an offer: who sees it, joining the waiting list, leaving it, giving a place back."""

import pytest
from django.test import Client
from django.urls import reverse

from core.people.models import User
from tests.workflows.conftest import Bench
from tests.workflows.flows import claim, fill, flow
from workflows.models import Case, StepClaim, Task

WORK = fill("work", {"rule": "claimant", "step": "claim"})


def of(bench: Bench, login: str) -> Client:
    client = Client()
    client.force_login(bench.cast.users[login])
    return client


@pytest.fixture
def taken(bench: Bench) -> tuple[Case, Task]:
    """Taken on by one organisation; the other may wait."""
    case = bench.start(flow(claim(waitlist={"days": 1}), WORK))
    bench.claim(case)
    return case, Task.objects.get(process=case, step_id="claim")


def test_who_comes_too_late_joins_the_waiting_list(bench: Bench, taken: tuple[Case, Task]) -> None:
    case, offer = taken
    late = of(bench, "org2")
    answer = late.get(reverse("task", args=(offer.pk,)))
    assert answer.status_code == 409
    assert "参加候补" in answer.content.decode()
    answer = late.post(reverse("task", args=(offer.pk,)), {"do": "claim"})
    assert answer.status_code == 409
    address = reverse("places", args=(offer.pk,))
    page = late.post(address, {"do": "join"}, follow=True).content.decode()
    assert "候补第 1 位" in page
    assert late.post(address, {"do": "join"}).status_code == 422
    row = StepClaim.objects.get(case=case, state="waiting")
    page = late.post(address, {"do": f"leave:{row.pk}"}, follow=True).content.decode()
    assert "目前没有人候补" in page


def test_whoever_holds_a_place_gives_it_back_and_the_next_takes_it(bench: Bench, taken: tuple[Case, Task]) -> None:
    case, offer = taken
    address = reverse("places", args=(offer.pk,))
    late, holder = of(bench, "org2"), of(bench, "org1")
    late.post(address, {"do": "join"})
    row = StepClaim.objects.get(case=case, state="held")
    assert holder.post(address, {"do": f"release:{row.pk}"}).status_code == 422
    assert late.post(address, {"do": f"release:{row.pk}", f"reason-{row.pk}": "x"}).status_code == 403
    answer = holder.post(address, {"do": f"release:{row.pk}", f"reason-{row.pk}": "人手不够"})
    assert answer.status_code == 302
    page = late.get(address).content.decode()
    pool = bench.task(case, "claim")
    assert "名额保留到" in page
    assert reverse("task", args=(pool.pk,)) in page
    page = holder.get(reverse("task", args=(pool.pk,))).content.decode()
    assert "剩下的名额正为排在前面的候补保留" in page
    late.post(reverse("task", args=(pool.pk,)), {"do": "claim"})
    assert bench.open(case) == ["work"]


def test_those_in_the_case_read_who_gave_it_back_and_why(bench: Bench, taken: tuple[Case, Task]) -> None:
    case, offer = taken
    address = reverse("places", args=(offer.pk,))
    row = StepClaim.objects.get(case=case, state="held")
    of(bench, "org1").post(address, {"do": f"release:{row.pk}", f"reason-{row.pk}": "人手不够"})
    page = of(bench, "member1").get(address).content.decode()
    assert "曾经认领的" in page
    assert "人手不够" in page
    assert "人手不够" not in of(bench, "org2").get(address).content.decode()


def test_strangers_see_no_places(bench: Bench, taken: tuple[Case, Task]) -> None:
    _case, offer = taken
    address = reverse("places", args=(offer.pk,))
    assert Client().get(address).status_code == 302
    bench.cast.users["stranger"] = User.objects.create_user("stranger")
    assert of(bench, "stranger").get(address).status_code == 404
    assert of(bench, "admin").get(address).status_code == 200


def test_an_offer_without_places_or_list_has_no_page(bench: Bench) -> None:
    case = bench.start(flow(claim(), WORK))
    offer = bench.task(case, "claim")
    assert of(bench, "org1").get(reverse("places", args=(offer.pk,))).status_code == 404


def test_names_of_those_in_line_are_not_for_everybody(bench: Bench, taken: tuple[Case, Task]) -> None:
    _case, offer = taken
    address = reverse("places", args=(offer.pk,))
    library = bench.cast.units["library"].name
    assert library not in of(bench, "org2").get(address).content.decode()
    assert library in of(bench, "admin").get(address).content.decode()


def test_only_whoever_waits_is_offered_to_leave(bench: Bench, taken: tuple[Case, Task]) -> None:
    _case, offer = taken
    address = reverse("places", args=(offer.pk,))
    of(bench, "org2").post(address, {"do": "join"})
    assert "退出候补" in of(bench, "org2").get(address).content.decode()
    assert "退出候补" not in of(bench, "admin").get(address).content.decode()
