"""Starting a case over HTTP: the form, wrong input, the double click, the code that is shown once."""

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from tests.cast import NOW
from tests.workflows_ui.journey import FLOW, NAME, PHONE, TITLE
from workflows import services
from workflows.models import Case, FlowDefinition, GuestAccess, StartOnce

DONE = reverse("started", args=("wish",))


def test_everybody_may_open_the_form_without_a_login(journey):
    page = journey.guest.get(reverse("start", args=("wish",)))
    assert page.status_code == 200
    assert "微心愿" in page.content.decode()
    assert "接下来会怎样" in page.content.decode()


def test_one_page_lists_what_a_visitor_and_a_member_can_start(journey):
    """A flow for anyone had no link for a visitor: only /me/ listed what one may start."""
    for slug, who in (("for_members", "members"), ("for_secretaries", ["community_secretary"])):
        document = {**FLOW, "start": {**FLOW["start"], "who": who}}
        definition = FlowDefinition.objects.create(slug=slug, title=slug, document=document)
        services.publish_flow(definition=definition, actor=SYSTEM, now=NOW)

    def links(client):
        return set(re.findall(r'quiet" href="/start/(\w+)/"', client.get(reverse("starts")).content.decode()))

    assert links(journey.guest) == {"wish", "for_members"}
    assert links(journey.browser("member1")) == {"wish", "for_members"}
    assert links(journey.browser("lishuji")) == {"wish", "for_members", "for_secretaries"}


def test_an_unknown_flow_is_not_found(journey):
    assert journey.guest.get(reverse("start", args=("nothing",))).status_code == 404


def test_handing_in_starts_one_case_and_shows_its_code_once(journey):
    answer = journey.hand_in()
    assert answer["Location"] == DONE
    first = journey.guest.get(DONE).content.decode()
    code = "".join(re.findall(r"<span>(\w{4})</span>", first))
    assert len(code) == 16
    assert code not in journey.guest.get(DONE).content.decode().replace("</span><span>", "")
    assert Case.objects.count() == 1
    assert code not in GuestAccess.objects.get().code_sha256.upper()


def test_the_code_never_stands_in_an_address(journey):
    answer = journey.hand_in()
    page = journey.guest.get(answer["Location"]).content.decode()
    code = re.findall(r"<span>(\w{4})</span>", page)
    assert not any(group in address for group in code for address in re.findall(r'(?:href|action)="([^"]*)"', page))


def test_wrong_input_comes_back_with_the_typed_values_and_a_sentence_per_field(journey):
    answer = journey.hand_in(phone="123", text="")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert Case.objects.count() == 0
    assert NAME in page
    assert 'value="123"' in page
    assert page.count('class="field field--error"') == 2


def test_a_doubled_click_gives_one_case_and_the_same_page(journey):
    token = journey.token()
    assert journey.hand_in(token=token)["Location"] == DONE
    assert journey.hand_in(token=token)["Location"] == DONE
    assert Case.objects.count() == 1
    assert Case.objects.get().number in journey.guest.get(DONE).content.decode()


def test_a_form_without_its_token_starts_nothing(journey):
    answer = journey.guest.post(reverse("start", args=("wish",)), {"text": TITLE, "phone": PHONE})
    assert answer.status_code == 400
    assert Case.objects.count() == 0


def test_a_form_that_failed_may_be_sent_again(journey):
    token = journey.token()
    assert journey.hand_in(token=token, text="").status_code == 422
    assert journey.hand_in(token=token).status_code == 302


def test_a_login_that_hands_in_for_a_resident_does_not_become_the_resident(journey):
    worker = journey.browser("wanggexia")
    assert journey.hand_in(client=worker)["Location"] == DONE
    assert "您的查询码" in worker.get(DONE).content.decode()
    assert "guest_case" not in worker.session


def test_the_page_after_starting_is_empty_for_others(journey):
    journey.hand_in()
    assert journey.browser("outsider").get(DONE)["Location"] == reverse("status")


def test_a_flow_for_roles_sends_a_visitor_to_the_login_and_refuses_others(journey):
    definition = FlowDefinition.objects.get(slug="wish")
    definition.document = {**FLOW, "start": {**FLOW["start"], "who": ["grid_worker"]}}
    services.publish_flow(definition=definition, actor=SYSTEM, now=NOW)
    address = reverse("start", args=("wish",))
    assert journey.guest.get(address)["Location"].startswith(reverse("login"))
    assert journey.browser("member1").get(address).status_code == 403
    assert journey.browser("wanggexia").get(address).status_code == 200


def code_on(page):
    return "".join(re.findall(r"<span>(\w{4})</span>", page.content.decode()))


def test_a_doubled_click_of_a_visitor_shows_the_code_although_the_first_answer_is_lost(journey):
    # The browser dropped the first answer with the cookie in it, and with that the only page that would show the code:
    # the resident could neither correct nor confirm.
    token = journey.token()
    lost, kept = Client(), Client()
    assert journey.hand_in(client=lost, token=token)["Location"] == DONE
    assert journey.hand_in(client=kept, token=token)["Location"] == DONE
    code = code_on(kept.get(DONE))
    assert Case.objects.count() == 1
    assert code_on(lost.get(DONE)) == code  # whichever answer the browser keeps, the code on it is good
    opened = Client().post(reverse("status"), {"code": code})
    assert opened["Location"] == reverse("case", args=(Case.objects.get().pk,))


def test_the_token_shows_no_code_to_a_login_nor_some_minutes_later(journey):
    token = journey.token()
    journey.hand_in(client=Client(), token=token)
    login = journey.browser("member1")
    journey.hand_in(client=login, token=token)
    assert login.get(DONE)["Location"] == reverse("status")
    StartOnce.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    later = Client()
    journey.hand_in(client=later, token=token)
    assert later.get(DONE)["Location"] == reverse("status")
