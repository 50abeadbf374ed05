"""Doing tasks over HTTP: every role, wrong input, stale and doubled clicks, races, hand-over."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.workflows_ui.journey import INCOME, NAME, PHONE, TITLE
from workflows.claims import standing
from workflows.models import Case, StepSubmission, Task


def address(task):
    return reverse("task", args=(task.pk,))


def shown(client, task):
    page = client.get(address(task))
    assert page.status_code == 200
    return page.content.decode()


def test_the_task_says_what_why_until_when_and_offers_the_outcomes(journey):
    case, _code = journey.started()
    page = shown(journey.browser("wanggexia"), journey.task(case, "verify"))
    assert TITLE in page
    assert "为什么到您这里" in page
    assert "网格员" in page
    assert "个工作日（" in page
    for label in ("属实，交社区书记", "退回补正", "不予受理"):
        assert label in page


def test_access_of_the_step_decides_what_is_shown(journey):
    case, _code = journey.started()
    page = shown(journey.browser("wanggexia"), journey.task(case, "verify"))
    assert NAME in page
    assert "139****5678" in page
    for secret in (PHONE, INCOME, "hidden_note", "内部记号"):
        assert secret not in page


def test_a_hidden_value_is_not_accepted(journey):
    case, _code = journey.started()
    journey.press(
        journey.browser("wanggexia"), case, "verify", "outcome:verified", public_text="盼人读报", hidden_note="偷写"
    )
    answers = StepSubmission.objects.get(case=case, step_id="verify").submission.answers
    assert answers == {"public_text": "盼人读报"}


@pytest.mark.parametrize("login", ["outsider", "member1", "org1"])
def test_a_stranger_is_told_that_there_is_nothing(journey, login):
    case, _code = journey.started()
    task = journey.task(case, "verify")
    assert journey.browser(login).get(address(task)).status_code == 404
    assert journey.browser(login).post(address(task), {"do": "outcome:verified"}).status_code == 404


def test_an_expired_session_leads_to_the_login_and_back_to_the_task(journey):
    case, _code = journey.started()
    task = journey.task(case, "verify")
    browser = Client()
    answer = browser.post(address(task), {"do": "outcome:verified"})
    assert answer["Location"] == f"{reverse('login')}?next={address(task)}"
    assert "刚才填的没有保存" in browser.get(answer["Location"]).content.decode()


def test_a_missing_answer_comes_back_beside_its_field_with_everything_typed(journey):
    case, _code = journey.started()
    answer = journey.press(
        journey.browser("wanggexia"), case, "verify", "outcome:verified", public_text="", comment="先记一笔"
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "field--error" in page
    assert "先记一笔" in page
    assert journey.task(case, "verify")


def test_sending_back_needs_a_reason_and_keeps_what_was_typed(journey):
    case, _code = journey.started()
    answer = journey.press(
        journey.browser("wanggexia"), case, "verify", "outcome:back", public_text="写到一半", **{"reason-back": ""}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert "写到一半" in page


def test_the_missing_reason_is_named_beside_its_box_and_nothing_else_is(journey):
    # Sending back listed the answers that only going on needs, and the box of the reason was red without a word.
    case, _code = journey.started()
    worker = journey.browser("wanggexia")
    answer = journey.press(worker, case, "verify", "outcome:back", public_text="", **{"reason-back": " "})
    page = answer.content.decode()
    assert "处需要修改" not in page
    assert page.count("field--error") == 1
    box = re.search(r'<textarea[^>]*id="reason-back"[^>]*>', page)
    assert box is not None
    assert 'aria-invalid="true"' in box[0]
    assert 'aria-describedby="help-back error-back"' in box[0]
    assert 'id="error-back"' in page


def test_sending_back_needs_no_filled_form(journey):
    case, _code = journey.started()
    answer = journey.press(journey.browser("wanggexia"), case, "verify", "outcome:back", **{"reason-back": "缺楼号"})
    assert answer.status_code == 302
    page = shown(journey.guest, journey.task(case, "start"))
    assert "退回来请您补正" in page
    assert "缺楼号" in page


def test_the_guest_corrects_without_seeing_or_losing_what_is_personal(journey):
    case, _code = journey.started()
    journey.press(journey.browser("wanggexia"), case, "verify", "outcome:back", **{"reason-back": "写清楚些"})
    page = shown(journey.guest, journey.task(case, "start"))
    for secret in (NAME, PHONE, INCOME):
        assert secret not in page
    answer = journey.press(journey.guest, case, "start", "outcome:done", text="想有人读报", where="fangta-1")
    assert answer["Location"] == reverse("case", args=(case.pk,))
    answers = StepSubmission.objects.get(case=case, step_id="start", is_current=True).submission.answers
    assert (answers["text"], answers["name"], answers["phone"]) == ("想有人读报", NAME, PHONE)


def test_the_guest_replaces_a_wrong_phone_number(journey):
    case, _code = journey.started()
    journey.press(journey.browser("wanggexia"), case, "verify", "outcome:back", **{"reason-back": "电话打不通"})
    journey.press(
        journey.guest, case, "start", "outcome:done", text="想有人读报", where="fangta-1", phone="13900007777"
    )
    answers = StepSubmission.objects.get(case=case, step_id="start", is_current=True).submission.answers
    assert (answers["name"], answers["phone"]) == (NAME, "13900007777")


def test_a_stale_page_gets_a_sentence_and_has_no_second_effect(journey):
    case, _code = journey.started()
    task, worker = journey.task(case, "verify"), journey.browser("wanggexia")
    typed = {"do": "outcome:verified", "public_text": "盼人读报"}
    assert worker.post(address(task), typed).status_code == 302
    again = worker.post(address(task), {"do": "outcome:decline", "reason-decline": "不合适"})
    assert again.status_code == 409
    assert "这一步已经办过了" in again.content.decode()
    assert Task.objects.filter(process=case, step_id="claim").count() == 1


def test_whoever_had_a_task_reads_that_it_was_withdrawn_meanwhile(journey):
    # A withdrawal deletes the candidates, so that the officer who was reading it was told that it never existed.
    case, _code = journey.started()
    task = journey.task(case, "verify")
    journey.guest.post(reverse("case", args=(case.pk,)), {"do": "withdraw"})
    worker, stranger = journey.browser("wanggexia"), journey.browser("outsider")
    for answer in (
        worker.post(address(task), {"do": "outcome:verified", "public_text": "盼人读报"}),
        worker.get(address(task)),
    ):
        assert answer.status_code == 409
        assert "这件事已经撤回" in answer.content.decode()
    assert stranger.get(address(task)).status_code == 404


def test_whoever_could_have_done_a_task_reads_that_a_colleague_did(journey):
    # A stale click of the second person who might have decided was answered as if there had never been a task.
    case, _code = journey.verified()
    task = Task.objects.get(process=case, step_id="verify", flow_task_type="HUMAN")
    secretary = journey.cast.users["lishuji"]
    Task.objects.filter(pk=task.pk).update(owner=secretary)
    answer = journey.browser("wanggexia").post(address(task), {"do": "outcome:verified"})
    assert answer.status_code == 409
    assert "已由别人办好" in answer.content.decode()


def test_the_earlier_holder_of_a_task_reads_that_it_was_handed_over(journey):
    # The same bare "not found" after a hand-over, for the candidate and for the holder before.
    case, _code = journey.started()
    task, handing = journey.task(case, "verify"), {"do": "reassign", "reason-reassign": "请假"}
    for login, to in (("wanggexia", "zhoufu"), ("zhoufu", "lishuji")):
        browser, colleague = journey.browser(login), journey.cast.users[to]
        assert browser.post(address(task), {**handing, "to_user": colleague.pk}).status_code == 302
        late = browser.post(address(task), {"do": "outcome:verified", "public_text": "盼人读报"})
        assert late.status_code == 409
        assert "已转交给别人" in late.content.decode()


def test_an_unknown_outcome_is_a_sentence(journey):
    case, _code = journey.started()
    for do in ("outcome:explode", "explode", ""):
        answer = journey.press(journey.browser("wanggexia"), case, "verify", do, public_text="盼人读报")
        assert answer.status_code in (400, 422)
    assert journey.task(case, "verify")


def test_two_organisations_claim_and_the_second_reads_a_kind_sentence(journey):
    case, _code = journey.verified()
    task = journey.task(case, "claim")
    first, second = journey.browser("org1"), journey.browser("org2")
    assert "方塔图书馆" in shown(first, task)
    assert "青禾园艺公司" in shown(second, task)
    garden = f"organisation:{journey.cast.units['garden'].pk}"
    assert first.post(address(task), {"do": "claim"})["Location"] == reverse("case", args=(case.pk,))
    late = second.post(address(task), {"do": "claim", "claimant": garden})
    assert late.status_code == 409
    assert "认领" in late.content.decode()
    case.refresh_from_db()
    assert standing(case)[0].claimant == journey.cast.units["library"].pk


def test_a_double_click_on_claiming_leads_to_the_case_that_is_theirs(journey):
    # The second click asked the winner on whose behalf he wanted to claim.
    case, _code = journey.verified()
    task, browser = journey.task(case, "claim"), journey.browser("org1")
    for _click in range(2):
        assert browser.post(address(task), {"do": "claim"})["Location"] == reverse("case", args=(case.pk,))
    assert Task.objects.filter(process=case, step_id="fulfil").count() == 1


def test_a_loser_who_sees_the_case_reads_that_somebody_was_faster(journey):
    case, _code = journey.verified()
    task, admin = journey.task(case, "claim"), journey.browser("admin")
    assert journey.browser("org1").post(address(task), {"do": "claim"}).status_code == 302
    late = admin.post(address(task), {"do": "claim"})
    assert late.status_code == 409
    assert "快了一步" in late.content.decode()


def test_nobody_claims_for_an_organisation_he_does_not_act_for(journey):
    case, _code = journey.verified()
    garden = f"organisation:{journey.cast.units['garden'].pk}"
    answer = journey.press(journey.browser("org1"), case, "claim", "claim", claimant=garden)
    assert answer.status_code == 422
    assert journey.task(case, "claim")


def test_a_task_is_handed_over_with_a_reason_to_somebody_of_the_list(journey):
    case, _code = journey.started()
    worker, deputy = journey.browser("wanggexia"), journey.cast.users["zhoufu"]
    task = journey.task(case, "verify")
    assert "社区副书记 周芙" in shown(worker, task)
    without = worker.post(address(task), {"do": "reassign", "to_user": deputy.pk, "reason-reassign": " "})
    assert without.status_code == 422
    stranger = journey.cast.users["outsider"]
    refused = worker.post(address(task), {"do": "reassign", "to_user": stranger.pk, "reason-reassign": "请假"})
    assert refused.status_code == 422
    assert (
        worker.post(
            address(task), {"do": "reassign", "to_user": deputy.pk, "reason-reassign": "我请假三天"}
        ).status_code
        == 302
    )
    assert "我请假三天" in shown(journey.browser("zhoufu"), task)


def test_the_guest_confirms_and_then_reads_that_it_is_done(journey):
    case, _code = journey.claimed()
    journey.press(journey.browser("org1"), case, "fulfil", "outcome:done", what="读了一次报")
    task = journey.task(case, "confirm")
    page = shown(journey.guest, task)
    assert "实现了" in page
    assert "为什么到您这里" not in page
    assert journey.press(journey.guest, case, "confirm", "outcome:yes", words="谢谢").status_code == 302
    assert "这一步已经办过了" in shown(journey.guest, task)
    assert Case.objects.get(pk=case.pk).result == "fulfilled"


def test_not_yet_goes_back_to_the_claimant_with_the_words_of_the_guest(journey):
    case, _code = journey.claimed()
    journey.press(journey.browser("org1"), case, "fulfil", "outcome:done", what="读了一次报")
    answer = journey.press(journey.guest, case, "confirm", "outcome:no", **{"reason-no": "只来过一次"})
    assert answer.status_code == 302
    assert journey.task(case, "fulfil")


def test_every_button_and_field_has_a_label(journey):
    case, _code = journey.started()
    page = shown(journey.browser("wanggexia"), journey.task(case, "verify"))
    assert "style=" not in page
    assert "onclick" not in page
    assert "<script>" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/')
