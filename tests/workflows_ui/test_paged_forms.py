"""Forms of several pages over HTTP: at the start of a case and at a task, without scripts."""

import copy
import re

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from forms.models import FormDefinition
from forms.services import publish_form
from tests.cast import NOW
from tests.workflows_ui.journey import ANSWERS, FLOW, FORMS, Journey, question
from workflows import services
from workflows.models import Case, FlowDefinition

START = reverse("start", args=("wish",))


def in_pages(document):
    """Each question after the first begins a page of its own, called after it."""
    fields = document["sections"][0]["fields"]
    sections = [{"id": one["key"], "title": one["label"], "page": True, "fields": [one]} for one in fields]
    return {"v": 1, "sections": sections}


@pytest.fixture
def paged(journey: Journey) -> Journey:
    """The wish flow, with a page per question at its start and two at the first step."""
    ours = {"ui_wish": in_pages(FORMS["ui_wish"]), "ui_verify": copy.deepcopy(FORMS["ui_verify"])}
    visit = {"id": "visit", "title": "上门", "page": True, "fields": [question("seen", label="看到的", required=True)]}
    ours["ui_verify"]["sections"].append(visit)
    for slug, document in ours.items():
        definition = FormDefinition.objects.get(slug=slug)
        definition.document = document
        publish_form(definition=definition, actor=SYSTEM, now=NOW)
    definition = FlowDefinition.objects.get(slug="wish")
    definition.document = {**FLOW, "title": {"zh-hans": "分页的微心愿"}}
    services.publish_flow(definition=definition, actor=SYSTEM, now=NOW)
    return journey


def inputs(page: str) -> dict[str, str]:
    """What a browser without scripts would send of the page's own text inputs."""
    found = dict(re.findall(r'<input type="(?:text|tel|hidden)" name="([^"]+)" value="([^"]*)"', page))
    chosen = re.search(r'<select name="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    return {**found, **({chosen[1]: chosen[2]} if chosen else {})}


def test_a_visitor_goes_from_page_to_page_and_hands_in_after_a_last_look(paged: Journey):
    page = paged.guest.get(START).content.decode()
    assert "第 1 页，共 6 页：心愿" in page
    assert "提交" not in re.findall(r"<button[^>]*btn--primary[^>]*>([^<]*)", page)
    for number, key in enumerate(ANSWERS, start=1):
        answer = paged.guest.post(START, {**inputs(page), key: ANSWERS[key], "form-turn": "next"})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert f"第 {number + 1} 页，共 6 页" in page or number == 6
    assert "最后看一遍" in page
    assert Case.objects.count() == 0
    assert paged.guest.post(START, inputs(page)).status_code == 302
    assert Case.objects.get().title == ANSWERS["text"]


def test_a_page_with_errors_is_not_left_and_says_so(paged: Journey):
    page = paged.guest.get(START).content.decode()
    answer = paged.guest.post(START, {**inputs(page), "form-turn": "next"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 1 页" in page
    assert 'role="alert" tabindex="-1" autofocus' in page
    assert "请填写：心愿" in page
    assert "请填写：受益人" not in page


def test_errors_on_handing_in_lead_to_their_page(paged: Journey):
    page = paged.guest.get(START).content.decode()
    sent = {**inputs(page), **ANSWERS, "phone": "123", "where": "", "form-page": "*"}
    answer = paged.guest.post(START, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 3 页，共 6 页：电话" in page
    assert "“社区”这一页还有 1 处要改" in page
    assert Case.objects.count() == 0


def test_a_task_asks_page_by_page_and_offers_its_decision_at_the_end(paged: Journey):
    case, _code = paged.started()
    worker = paged.browser("wanggexia")
    address = reverse("task", args=(paged.task(case, "verify").pk,))

    def offered(page: str) -> list[str]:
        return re.findall(r'name="do" value="(outcome:\w+)"', page)

    page = worker.get(address).content.decode()
    assert offered(page) == ["outcome:back", "outcome:decline"]  # which need no filled form
    answer = worker.post(address, {**inputs(page), "public_text": "盼人读报", "form-turn": "next"}, follow=True)
    page = answer.content.decode()
    assert "第 2 页，共 2 页：上门" in page
    assert "盼人读报" in page
    answer = worker.post(
        address, {**inputs(page), "public_text": "盼人读报", "seen": "一人在家", "form-turn": "next"}, follow=True
    )
    page = answer.content.decode()
    assert "outcome:verified" in offered(page)
    sent = {**inputs(page), "public_text": "盼人读报", "do": "outcome:verified"}
    assert worker.post(address, sent).status_code == 302
    assert paged.task(case, "claim")


def test_sending_back_needs_no_page(paged: Journey):
    case, _code = paged.started()
    sent = {"form-page": "main", "reason-back": "请补一张照片"}
    assert paged.press(paged.browser("wanggexia"), case, "verify", "outcome:back", **sent).status_code == 302


def test_deciding_too_early_leads_to_the_page_that_is_missing(paged: Journey):
    case, _code = paged.started()
    answer = paged.press(
        paged.browser("wanggexia"), case, "verify", "outcome:verified", public_text="盼人读报", **{"form-page": "main"}
    )
    assert answer.status_code == 422
    assert "第 2 页，共 2 页：上门" in answer.content.decode()
