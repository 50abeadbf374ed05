"""A star volunteer's review over HTTP with the packs as shipped: it starts a commendation and waits for it."""

import pytest

from core.jobs.running import drain
from tests.stories.browsing import Person, open_task
from tests.stories.test_commendation_journey import NAME, nomination
from workflows.models import Case, Task


def asked_for(songjiang: object) -> tuple[int, int]:
    """Started by a grid worker, compared with the ledger; the review and the commendation that it started."""
    Person("wanggexia").starts("star_review", **nomination())
    review = int(Case.objects.get(version__slug="star_review").pk)
    Person("centre1").does(review, "check", "outcome:fit")
    drain()
    return review, int(Case.objects.get(version__slug="commendation").pk)


def test_the_review_ends_as_the_commendation_does(songjiang):
    review, child = asked_for(songjiang)
    case = Case.objects.get(pk=child)
    assert case.starter is not None
    assert case.starter.username == "wanggexia"
    page = Person("wanggexia").opens("case", review)
    assert case.number in page
    assert "报请表彰" in page
    task, why = open_task(child, "branch"), {"reason-decline": "今年太少"}
    Person("lishuji").client.post(f"/task/{task}/", {"do": "outcome:decline", "opinion": "再看一年。", **why})
    drain()
    assert Case.objects.get(pk=review).result == "kept"
    assert NAME not in Person().opens("/honours/")


def test_whoever_withdraws_the_review_takes_the_commendation_with_it(songjiang):
    review, child = asked_for(songjiang)
    admin = Person("admin")
    admin.client.post(f"/case/{review}/", {"do": "cancel", "reason": "重复了"})
    drain()
    assert Case.objects.get(pk=review).result == "cancelled"
    assert Case.objects.get(pk=child).result == "withdrawn"
    assert not Task.objects.filter(process__in=[review, child], status__in=["NEW", "ASSIGNED", "STARTED"]).exists()


@pytest.mark.parametrize("login", ["member1", "centre1", "org1"])
def test_who_may_not_ask_for_a_review_finds_none(songjiang, login):
    assert Person(login).client.get("/start/star_review/").status_code in (403, 404)
