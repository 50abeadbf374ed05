"""What the pages say of a decision: why it came back or ended, who has it, and what one's own button did."""

import pytest
from django.urls import reverse

from tests.workflows_ui.journey import NAME, PHONE
from workflows.models import Case
from workflows.presenters.actions import Typed, what_happened
from workflows.selectors import Actions, Choice


def shown(client, case):
    page = client.get(reverse("case", args=(case.pk,)))
    assert page.status_code == 200
    return page.content.decode()


def task_shown(client, task):
    return client.get(reverse("task", args=(task.pk,))).content.decode()


def test_a_guest_reads_why_he_was_refused(journey):
    # His page said only 没有受理; the officer had been told that he would read the reason.
    case, _code = journey.started()
    reason = f"这件事归自来水公司管，可以打 {PHONE} 问问"
    answer = journey.press(
        journey.browser("wanggexia"), case, "verify", "outcome:decline", **{"reason-decline": reason}
    )
    assert answer.status_code == 302
    page = shown(journey.guest, case)
    assert "归自来水公司管" in page
    assert PHONE not in page


def test_a_guest_reads_on_his_page_why_it_came_back(journey):
    case, _code = journey.started()
    journey.press(journey.browser("wanggexia"), case, "verify", "outcome:back", **{"reason-back": "请补上想听哪份报"})
    assert "请补上想听哪份报" in shown(journey.guest, case)
    assert "请补上想听哪份报" in task_shown(journey.guest, journey.task(case, "start"))


def test_whoever_has_to_do_it_again_reads_why(journey):
    # The reason for a return was shown at the start step only.
    case, _code = journey.claimed()
    journey.press(journey.browser("org1"), case, "fulfil", "outcome:done", what="读了一次")
    journey.press(journey.guest, case, "confirm", "outcome:no", **{"reason-no": "说好每周来，只来了一次"})
    page = task_shown(journey.browser("org1"), journey.task(case, "fulfil"))
    assert "说好每周来，只来了一次" in page
    assert "退回来请您补正" not in page


def test_a_word_between_officers_is_not_taken_for_the_reason_of_a_return(journey):
    # At the start step the latest comment of any kind was shown.
    case, _code = journey.started()
    assert "退回来请您补正" not in task_shown(journey.browser("wanggexia"), journey.task(case, "verify"))


def test_the_reason_of_a_withdrawal_stands_in_the_story_of_the_case(journey):
    # It was asked for and then kept nowhere.
    journey.hand_in(client=journey.browser("wanggexia"))
    case = Case.objects.latest("pk")
    answer = journey.browser("wanggexia").post(
        reverse("case", args=(case.pk,)), {"do": "withdraw", "reason": "她女儿每天来读了"}
    )
    assert answer.status_code == 302
    assert "她女儿每天来读了" in shown(journey.browser("wanggexia"), case)


@pytest.mark.parametrize(("outcome", "said"), [("back", "已退回"), ("decline", "已谢绝"), ("verified", "办好了")])
def test_after_pressing_a_button_one_reads_what_it_did(journey, outcome, said):
    # ZS-… 办好了 stood there right after sending back and after refusing.
    case, _code = journey.started()
    browser = journey.browser("wanggexia")
    more = {f"reason-{outcome}": "请补电话"} if outcome != "verified" else {"public_text": "盼人读报"}
    answer = journey.press(browser, case, "verify", f"outcome:{outcome}", **more)
    page = browser.get(answer["Location"]).content.decode()
    assert f"{case.number} {said}" in page


def test_a_return_without_a_reason_is_not_said_to_have_one():
    # 已退回，写的原因对方看得到 stood there although nothing had been written.
    back = Choice(id="back", label="退回", effect="return", comment="optional", tone="")
    may = Actions(outcomes=[back])
    assert "没有写原因" in what_happened(may, Typed(do="outcome:back", comment=" "))
    assert "写的原因对方看得到" in what_happened(may, Typed(do="outcome:back", comment="请补电话"))


def test_what_waits_to_be_claimed_is_not_said_to_be_with_somebody(journey):
    # 由等待认领负责
    case, _code = journey.verified()
    page = shown(journey.guest, case)
    assert "由等待认领" not in page
    assert "正等着有人认领" in page


def test_a_reason_that_names_the_resident_names_nobody_on_pages(journey):
    # The page behind the code masked the number but not the name; a claimant read both among what had happened.
    case, _code = journey.started()
    worker, reason = journey.browser("wanggexia"), f"{NAME}您好，电话 {PHONE} 打不通"
    journey.press(worker, case, "verify", "outcome:back", **{"reason-back": reason})
    seen = [shown(journey.guest, case), task_shown(journey.guest, journey.task(case, "start")), shown(worker, case)]
    for page in seen:
        assert "打不通" in page
        assert NAME not in page
        assert PHONE not in page


def test_an_offer_that_nobody_has_taken_is_in_nobodys_hands(journey):
    # The officer who had verified it read that the step was with somebody else.
    case, _code = journey.verified()
    page = task_shown(journey.browser("wanggexia"), journey.task(case, "claim"))
    assert "等着有人认领" in page
    assert "在别人手上" not in page
