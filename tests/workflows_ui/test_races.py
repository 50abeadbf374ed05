"""Two requests at the same moment, as the pages answer them: what one commits after the other has read its task.

The loser of a race got a bare "not found" instead of the kind sentence, and whoever pressed twice read that somebody
else had been faster: only the services had been tested against races, never the pages.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from workflows.handling import handle


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Lets something happen once, between the reading of a task and the doing of it."""

    def arrange(happening: Callable[[], Any]) -> None:
        waiting = [happening]

        def late(*given: Any) -> Any:
            if waiting:
                waiting.pop()()
            return handle(*given)

        monkeypatch.setattr("workflows.views.handle", late)

    return arrange


def test_the_loser_of_a_race_to_claim_reads_the_kind_sentence(journey, meanwhile):
    case, _code = journey.verified()
    address, winner = reverse("task", args=(journey.task(case, "claim").pk,)), journey.browser("org1")
    meanwhile(lambda: winner.post(address, {"do": "claim"}))
    answer = journey.browser("org2").post(address, {"do": "claim"})
    assert answer.status_code == 409
    assert "快了一步" in answer.content.decode()


def test_two_clicks_at_the_same_moment_lead_the_winner_to_the_case_that_is_his(journey, meanwhile):
    case, _code = journey.verified()
    address = reverse("task", args=(journey.task(case, "claim").pk,))
    meanwhile(lambda: journey.browser("org1").post(address, {"do": "claim"}))
    assert journey.browser("org1").post(address, {"do": "claim"})["Location"] == reverse("case", args=(case.pk,))


def test_whoever_verifies_while_it_is_withdrawn_reads_that_it_was(journey, meanwhile):
    case, _code = journey.started()
    address = reverse("task", args=(journey.task(case, "verify").pk,))
    meanwhile(lambda: journey.guest.post(reverse("case", args=(case.pk,)), {"do": "withdraw"}))
    answer = journey.browser("wanggexia").post(address, {"do": "outcome:verified", "public_text": "盼人读报"})
    assert answer.status_code == 409
    assert "撤回" in answer.content.decode()


@pytest.mark.parametrize("together", [True, False])
def test_pressing_twice_says_that_it_counts_once(journey, meanwhile, together):
    # The second click read that things had moved on, as if somebody else had acted.
    case, _code = journey.started()
    address, worker = reverse("task", args=(journey.task(case, "verify").pk,)), journey.browser("wanggexia")
    sent = {"do": "outcome:verified", "public_text": "盼人读报"}
    if together:
        meanwhile(lambda: journey.browser("wanggexia").post(address, sent))
    else:
        worker.post(address, sent)
    answer = worker.post(address, sent)
    assert answer["Location"] == reverse("inbox")
    assert "只算一次" in worker.get(reverse("inbox")).content.decode()
    assert journey.task(case, "claim")
