"""Attackers asked: the address of one task is open to me; what do its neighbours, the case's other tasks, tell me?

They told everything. The page of a finished task opened the fields that its step opens to whoever does it, so a
liaison who might claim a wish, or the secretary, read name and phone on the page of the verification.
"""

import pytest
from django.urls import reverse

from core.promises.services import post_wish
from tests.cast import NOW
from tests.workflows_ui.journey import DOOR, INCOME, NAME, PHONE, TITLE
from workflows.models import Task


def pages(browser, case):
    """Every page of the case and its human tasks that the browser can open."""
    tasks = Task.objects.filter(process=case, flow_task_type="HUMAN").values_list("pk", flat=True)
    addresses = [reverse("case", args=(case.pk,)), *(reverse("task", args=(pk,)) for pk in tasks)]
    answers = [browser.get(address) for address in addresses]
    return [answer.content.decode() for answer in answers if answer.status_code == 200]


@pytest.mark.parametrize("login", ["org1", "org2"])
def test_who_may_claim_reads_nothing_of_the_resident_on_any_task_of_the_case(journey, login):
    case, _code = journey.verified()
    seen = pages(journey.browser(login), case)
    assert seen
    for page in seen:
        for secret in (NAME, PHONE, "139****5678", DOOR, INCOME, "家中只有她一人"):
            assert secret not in page


def test_what_a_step_opens_is_closed_again_when_it_is_done(journey):
    case, _code = journey.started()
    worker = journey.browser("wanggexia")
    assert any(NAME in page for page in pages(worker, case))
    journey.press(worker, case, "verify", "outcome:verified", public_text="盼人读报", visit="家中只有她一人")
    assert not any(NAME in page for page in pages(worker, case))


def test_what_a_step_opens_stays_closed_to_those_who_only_follow_the_case(journey):
    case, _code = journey.claimed()
    for login in ("wanggexia", "org1"):
        for page in pages(journey.browser(login), case):
            assert NAME not in page


def test_a_guest_reads_nothing_internal_on_the_tasks_of_others(journey):
    case, _code = journey.claimed()
    for page in pages(journey.guest, case):
        assert "家中只有她一人" not in page


def test_who_may_claim_reads_no_more_of_the_wish_than_the_board_shows(journey):
    # The inbox, its search and the heading of the task gave the resident's own words to every organisation around.
    case, _code = journey.verified()
    browser = journey.browser("org2")
    inbox = browser.get(reverse("inbox")).content.decode()
    assert case.number in inbox
    seen = [inbox, *pages(browser, case), browser.get(reverse("inbox"), {"q": TITLE}).content.decode()]
    assert not any(TITLE in page.replace(f'value="{TITLE}"', "") for page in seen)
    assert "没有找到" in seen[-1]


def test_who_may_claim_finds_the_wish_under_the_words_of_the_board(journey):
    case, _code = journey.verified()
    post_wish(
        actor=journey.cast.actor("lishuji"),
        case_id=case.pk,
        public_text="盼人读报",
        category="company",
        unit=case.unit,
        claimant_kinds=["organisation"],
        registered_at=NOW,
        now=NOW,
    )
    browser = journey.browser("org2")
    for page in [browser.get(reverse("inbox"), {"q": "读报"}).content.decode(), *pages(browser, case)]:
        assert "盼人读报" in page
