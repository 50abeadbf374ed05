"""The page of a case: for the guest nothing personal, for others as much as they may see."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.workflows_ui.journey import DOOR, INCOME, NAME, PHONE, TITLE
from workflows.models import Case


def address(case):
    return reverse("case", args=(case.pk,))


def shown(client, case):
    page = client.get(address(case))
    assert page.status_code == 200
    return page.content.decode()


def test_the_guest_sees_where_it_is_with_whom_since_when_and_what_comes_next(journey):
    case, _code = journey.started()
    page = shown(journey.guest, case)
    assert "现在在：核实" in page
    assert "第一网格的网格员" in page
    assert "最晚" in page
    assert "请您确认" in page
    assert "您一共等了" in page
    assert case.number in page
    assert TITLE in page


def test_the_guest_sees_the_picture_and_its_list(journey):
    case, _code = journey.started()
    page = shown(journey.guest, case)
    assert '<svg class="flow"' in page
    assert '<ol class="flow-list">' in page


def test_nothing_personal_stands_on_any_page_of_the_guest(journey):
    case, _code = journey.claimed()
    journey.press(journey.browser("org1"), case, "fulfil", "outcome:done", what="读了一次报")
    task = reverse("task", args=(journey.task(case, "confirm").pk,))
    for page in (shown(journey.guest, case), journey.guest.get(task).content.decode()):
        for secret in (NAME, PHONE, DOOR, INCOME, "家中只有她一人", "王格霞", "陈文", "13800000001"):
            assert secret not in page


def test_a_title_loses_what_leaks(journey):
    journey.hand_in(text="电话13912345678，想听戏")
    case = Case.objects.latest("pk")
    journey.guest.get(reverse("started", args=("wish",)))
    page = shown(journey.guest, case)
    assert PHONE not in page
    assert "想听戏" in page


def test_a_visitor_is_led_to_the_login_and_back(journey):
    case, _code = journey.started()
    assert Client().get(address(case))["Location"] == f"{reverse('login')}?next={address(case)}"


@pytest.mark.parametrize("login", ["outsider", "member1"])
def test_a_stranger_is_told_that_there_is_nothing(journey, login):
    case, _code = journey.started()
    assert journey.browser(login).get(address(case)).status_code == 404
    assert journey.browser(login).get(reverse("case", args=(999_999,))).status_code == 404


def test_the_grid_worker_sees_answers_masked_by_privacy(journey):
    case, _code = journey.started()
    page = shown(journey.browser("wanggexia"), case)
    assert "139****5678" in page
    for secret in (PHONE, INCOME):
        assert secret not in page


def test_a_login_that_entered_a_code_sees_the_guests_page(journey):
    case, code = journey.started()
    stranger = journey.browser("outsider")
    stranger.post(reverse("status"), {"code": code})
    page = shown(stranger, case)
    assert "139****5678" not in page
    assert "您一共等了" in page


def test_the_guest_withdraws_before_anybody_decided(journey):
    case, _code = journey.started()
    answer = journey.guest.post(address(case), {"do": "withdraw"})
    assert answer["Location"] == address(case)
    case.refresh_from_db()
    assert case.result == "withdrawn"
    assert "已撤回" in shown(journey.guest, case)


def test_a_second_click_on_withdraw_is_a_sentence(journey):
    case, _code = journey.started()
    journey.guest.post(address(case), {"do": "withdraw"})
    answer = journey.guest.post(address(case), {"do": "withdraw"})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()


def test_withdrawing_too_late_is_a_sentence_and_changes_nothing(journey):
    case, _code = journey.verified()
    answer = journey.guest.post(address(case), {"do": "withdraw", "reason": "不用了"})
    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.result == ""


def test_the_claimant_gives_back_with_a_reason_only(journey):
    case, _code = journey.claimed()
    library = journey.browser("org1")
    refused = library.post(address(case), {"do": "release", "reason": " "})
    assert refused.status_code == 422
    assert library.post(address(case), {"do": "release", "reason": "没有合适的人"}).status_code == 302
    assert journey.task(case, "claim")
    assert "没有合适的人" not in shown(journey.guest, case)


def test_an_unknown_button_changes_nothing(journey):
    case, _code = journey.started()
    assert journey.guest.post(address(case), {"do": "explode"}).status_code == 400


def test_a_finished_case_says_how_it_ended(journey):
    case, _code = journey.claimed()
    journey.press(journey.browser("org1"), case, "fulfil", "outcome:done", what="读了一次报")
    journey.press(journey.guest, case, "confirm", "outcome:yes")
    page = shown(journey.guest, case)
    assert "已实现" in page
    assert "一共用了" in page


def test_who_may_claim_sees_only_what_is_public(journey):
    case, _code = journey.verified()
    library = journey.browser("org1")
    task = reverse("task", args=(journey.task(case, "claim").pk,))
    for page in (shown(library, case), library.get(task).content.decode()):
        assert "盼人读报" in page
        for secret in (NAME, "吴", PHONE, "139****5678", DOOR, INCOME, "家中只有她一人"):
            assert secret not in page


def test_titles_in_lists_lose_what_leaks(journey):
    journey.hand_in(text="电话13912345678，想听戏")
    page = journey.browser("wanggexia").get(reverse("inbox")).content.decode()
    assert "想听戏" in page
    assert PHONE not in page
