"""Filling in with pauses: saved by a button, by turning pages and by itself; found again, told apart, thrown away."""

import copy
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.jobs.models import Job
from forms import drafts
from forms.jobs import purge_old_drafts
from forms.models import Draft, FormDefinition
from forms.services import publish_form
from tests.cast import NOW
from tests.workflows_ui.journey import ANSWERS, FORMS, NAME, PHONE, Journey, question
from workflows import services
from workflows.models import Case, FlowDefinition, Task

START = reverse("start", args=("wish",))
DRAFTS = reverse("drafts")


def hidden(client: Client, address: str = START) -> dict[str, str]:
    """The hidden inputs of a page as it is opened now."""
    page = client.get(address).content.decode()
    found = dict(
        re.findall(r'<input type="hidden" name="(once|form-leaf|form-seen|form-page|form-of)" value="([^"]*)"', page)
    )
    assert "form-leaf" in found
    return found


def saved(client: Client, address: str = START, **more: str):
    return client.post(address, {**hidden(client, address), **more, "form-turn": "save"})


@pytest.fixture
def member(journey: Journey) -> Client:
    return journey.browser("member1")


def test_what_is_saved_for_later_comes_back_right_or_wrong(journey: Journey, member: Client):
    answer = saved(member, text="读报", phone="还没想好", name=NAME)
    assert answer["Location"] == DRAFTS
    other_device = journey.browser("member1")
    page = other_device.get(START).content.decode()
    assert 'value="还没想好"' in page
    assert NAME in page
    assert re.search(r"这是您.+存下的，还没有提交", page)
    assert "请填写" not in page
    assert "field--error" not in page


def test_only_its_owner_ever_sees_a_draft_and_it_is_kept_encrypted(journey: Journey, member: Client):
    saved(member, name=NAME, phone=PHONE)
    for login in ("wanggexia", "lishuji"):
        other = journey.browser(login)
        assert NAME not in other.get(START).content.decode()
        assert "微心愿" not in other.get(DRAFTS).content.decode().partition("<main")[2]
    kept = Draft.objects.get()
    assert NAME not in kept.content
    assert PHONE not in kept.content


def test_a_draft_is_found_in_the_list_and_can_be_thrown_away(member: Client):
    saved(member, text="读报")
    page = member.get(DRAFTS).content.decode()
    assert f'href="{START}"' in page
    assert "接着填" in page
    assert "还没提交的表" in member.get(reverse("me")).content.decode()
    assert member.post(DRAFTS, {"subject": "start:wish"}).status_code == 302
    assert not Draft.objects.exists()
    assert member.post(DRAFTS, {"subject": "start:wish"}).status_code == 302  # twice is no harm


def test_a_stranger_cannot_throw_away_what_is_not_his(journey: Journey, member: Client):
    saved(member, text="读报")
    journey.browser("wanggexia").post(DRAFTS, {"subject": "start:wish"})
    journey.browser("wanggexia").post(START, {"form-turn": "throw"})
    assert Draft.objects.count() == 1


def test_throwing_away_on_the_page_begins_anew(member: Client):
    saved(member, text="读报")
    assert member.post(START, {"form-turn": "throw"})["Location"] == START
    assert "读报" not in member.get(START).content.decode()


def test_the_script_saves_without_turning_anything(member: Client):
    page = hidden(member)
    answer = member.post(START, {**page, "text": "读报", "form-turn": "auto"})
    assert answer.status_code == 200
    assert answer.json()["seen"] == 1
    assert re.fullmatch(r"已存 \d{1,2}:\d{2}", answer.json()["sentence"])
    assert member.post(START, {**page, "text": "读报纸", "form-turn": "auto"}).json()["seen"] == 2
    assert "读报纸" in member.get(START).content.decode()
    assert Case.objects.count() == 0


def test_saving_on_two_devices_is_told_and_nothing_is_lost(journey: Journey, member: Client):
    phone, computer = member, journey.browser("member1")
    on_phone, on_computer = hidden(phone), hidden(computer)
    phone.post(START, {**on_phone, "text": "手机上写的", "form-turn": "auto"})
    refused = computer.post(START, {**on_computer, "text": "电脑上写的", "form-turn": "auto"})
    assert refused.status_code == 409
    assert "另一个页面或设备" in refused.json()["sentence"]
    assert "手机上写的" in phone.get(START).content.decode()  # nothing was written over
    told = computer.post(START, {**on_computer, "text": "电脑上写的", "form-turn": "save"})
    page = told.content.decode()
    assert told.status_code == 409
    assert "另一个页面或设备" in page
    assert "电脑上写的" in page
    assert "改用那边存下的" in page
    assert "drafting.js" not in page  # no script decides for the person
    seen = dict(re.findall(r'name="(form-leaf|form-seen)" value="([^"]*)"', page))
    assert computer.post(START, {**on_computer, **seen, "text": "电脑上写的", "form-turn": "save"}).status_code == 302
    assert "电脑上写的" in phone.get(START).content.decode()


def test_handing_in_an_old_page_tells_of_the_newer_draft_first(journey: Journey, member: Client):
    phone, computer = member, journey.browser("member1")
    old = hidden(phone)
    computer.post(START, {**hidden(computer), **ANSWERS, "door": "新写的门牌", "form-turn": "auto"})
    answer = phone.post(START, {**old, **ANSWERS})
    assert answer.status_code == 409
    assert Case.objects.count() == 0
    seen = dict(re.findall(r'name="(form-leaf|form-seen|once)" value="([^"]*)"', answer.content.decode()))
    assert phone.post(START, {**seen, **ANSWERS}).status_code == 302
    assert Case.objects.count() == 1


def test_handing_in_removes_the_draft_and_a_refusal_keeps_it(member: Client):
    saved(member, **ANSWERS)
    assert member.post(START, {**hidden(member), **ANSWERS, "phone": "12"}).status_code == 422
    assert Draft.objects.count() == 1
    assert member.post(START, {**hidden(member), **ANSWERS}).status_code == 302
    assert not Draft.objects.exists()


def test_an_old_page_sent_again_leads_to_the_same_case_although_a_new_draft_was_begun(member: Client):
    sent = {**hidden(member), **ANSWERS}
    assert member.post(START, sent).status_code == 302
    saved(member, text="下一个心愿")
    assert member.post(START, sent).status_code == 302
    assert Case.objects.count() == 1
    assert Draft.objects.count() == 1


def test_a_task_is_saved_and_taken_up_again_and_its_draft_goes_with_it(journey: Journey):
    case, _code = journey.started()
    worker = journey.browser("wanggexia")
    address = reverse("task", args=(journey.task(case, "verify").pk,))
    assert saved(worker, address, public_text="盼人读报", visit="说到一半").status_code == 302
    assert "说到一半" in worker.get(address).content.decode()
    assert case.number in worker.get(DRAFTS).content.decode()
    sent = {**hidden(worker, address), "public_text": "盼人读报", "visit": "说完了", "do": "outcome:verified"}
    assert worker.post(address, sent).status_code == 302
    assert not Draft.objects.exists()
    again = worker.post(address, sent)  # the second click, or the page gone back to
    assert again.status_code == 302
    assert Task.objects.filter(process=case, step_id="verify", status="DONE").count() == 1


def test_a_draft_of_a_task_that_went_to_somebody_else_is_listed_without_a_way_on(journey: Journey):
    case, _code = journey.started()
    worker = journey.browser("wanggexia")
    address = reverse("task", args=(journey.task(case, "verify").pk,))
    saved(worker, address, visit="说到一半")
    task = journey.task(case, "verify")
    services.act(task_id=task.pk, actor=SYSTEM, outcome="verified", answers={"public_text": "盼人读报"}, now=NOW)
    page = worker.get(DRAFTS).content.decode()
    assert "已经不能提交了" in page
    assert f'href="{address}"' not in page


def test_guests_keep_what_they_enter_in_the_page_alone(journey: Journey):
    page = journey.guest.get(START).content.decode()
    assert 'name="form-leaf"' not in page
    assert "先存着" not in page
    assert journey.guest.post(START, {"text": "读报", "form-turn": "auto"}).status_code == 403
    shown = journey.guest.post(START, {"text": "读报", "form-turn": "save"})
    assert shown.status_code == 200
    assert "读报" in shown.content.decode()
    assert not Draft.objects.exists()


def test_a_form_changed_meanwhile_takes_over_what_fits_and_says_what_does_not(journey: Journey, member: Client):
    """Changing a form while people fill it in gave errors, and a draft of the old version could never be finished."""
    saved(member, text="读报", name=NAME, income="不愿多说", phone="还没想好")
    document = copy.deepcopy(FORMS["ui_wish"])
    fields = [one for one in document["sections"][0]["fields"] if one["key"] != "income"]
    document["sections"][0]["fields"] = [*fields, question("when", "date", label="什么时候", required=True)]
    definition = FormDefinition.objects.get(slug="ui_wish")
    definition.document = document
    publish_form(definition=definition, actor=SYSTEM, now=NOW)
    flow = FlowDefinition.objects.get(slug="wish")
    flow.document = {**flow.document, "title": {"zh-hans": "改过的微心愿"}}
    services.publish_flow(definition=flow, actor=SYSTEM, now=NOW)
    page = member.get(START).content.decode()
    assert NAME in page
    assert 'value="还没想好"' in page
    assert "“困难情况”已经不再问了" in page
    assert "“什么时候”" in page
    assert "不愿多说" not in page
    assert member.post(START, {**hidden(member), **ANSWERS, "when": "2026-10-01"}).status_code == 302
    assert Case.objects.count() == 1


def test_a_page_open_while_the_form_changes_is_not_lost(journey: Journey, member: Client):
    """A page of the old version, sent after publishing a new one: what was entered stays, what is new is asked."""
    open_page = hidden(member)
    document = copy.deepcopy(FORMS["ui_wish"])
    document["sections"][0]["fields"].append(question("when", "date", label="什么时候", required=True))
    definition = FormDefinition.objects.get(slug="ui_wish")
    definition.document = document
    publish_form(definition=definition, actor=SYSTEM, now=NOW)
    flow = FlowDefinition.objects.get(slug="wish")
    flow.document = {**flow.document, "title": {"zh-hans": "改过的微心愿"}}
    services.publish_flow(definition=flow, actor=SYSTEM, now=NOW)
    answer = member.post(START, {**open_page, **ANSWERS})
    assert answer.status_code == 422
    assert NAME in answer.content.decode()
    assert "请填写：什么时候" in answer.content.decode()
    assert member.post(START, {**open_page, **ANSWERS, "when": "2026-10-01"}).status_code == 302


def test_pages_turn_by_address_and_what_is_on_them_is_saved(journey: Journey, member: Client):
    document = copy.deepcopy(FORMS["ui_wish"])
    fields = document["sections"][0]["fields"]
    document["sections"] = [{"id": "a", "fields": fields[:2]}, {"id": "b", "page": True, "fields": fields[2:]}]
    definition = FormDefinition.objects.get(slug="ui_wish")
    definition.document = document
    publish_form(definition=definition, actor=SYSTEM, now=NOW)
    flow = FlowDefinition.objects.get(slug="wish")
    flow.document = {**flow.document, "title": {"zh-hans": "分页"}}
    services.publish_flow(definition=flow, actor=SYSTEM, now=NOW)
    answer = member.post(START, {**hidden(member), "text": "读报", "name": NAME, "form-turn": "next"})
    assert answer["Location"] == f"{START}?page=b"
    page = member.get(answer["Location"]).content.decode()
    assert "第 2 页，共 2 页" in page
    assert "还没有提交" not in page.partition("<footer")[0]
    assert NAME in page  # on the page that is out of sight
    back_later = journey.browser("member1").get(START).content.decode()
    assert "第 2 页，共 2 页" in back_later
    assert "还没有提交" in back_later


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 40, "٣"])
def test_a_forged_counter_or_page_harms_nothing(member: Client, seen: str):
    saved(member, text="读报")
    sent = {"form-leaf": "x\x00" * 500, "form-seen": seen, "text": "改", "form-turn": "auto", "form-page": "<b>"}
    assert member.post(START, sent).status_code == 409
    assert "读报" in member.get(START).content.decode()
    assert member.post(DRAFTS, {"subject": "start:\x00wish" * 50}).status_code == 302


def test_too_much_is_refused_with_a_sentence(member: Client):
    answer = member.post(START, {**hidden(member), "text": "长" * 300_000, "form-turn": "auto"})
    assert answer.status_code == 422
    assert "太多" in answer.json()["sentence"]
    assert not Draft.objects.exists()


def test_nobody_touched_for_ninety_days_is_removed_and_later_ones_stay(member: Client):
    saved(member, text="读报")
    now = timezone.now()
    assert drafts.purge(now=now + timedelta(days=89)) == 0
    purge_old_drafts(Job())  # today nothing is old
    assert Draft.objects.count() == 1
    assert drafts.purge(now=now + timedelta(days=91)) == 1
    assert drafts.purge(now=now + timedelta(days=91)) == 0


def test_a_draft_that_no_key_opens_breaks_no_page(member: Client):
    saved(member, text="读报")
    Draft.objects.update(content="gAAAAA-broken")
    assert member.get(START).status_code == 200
    assert member.get(DRAFTS).status_code == 200
