"""Reading a masked answer in full: for whoever works on the case, for a reason, once, and on record."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from core.audit.models import AuditEntry
from tests.workflows.conftest import Bench
from tests.workflows.conftest import bench as bench
from tests.workflows.flows import approval, claim, fill, flow
from workflows.models import Case, Reading
from workflows.services import reading

PHONE = "13912345678"


@pytest.fixture
def case(bench: Bench) -> Case:
    return bench.start(flow(approval("review"), fill("after")), phone=PHONE)


def client_of(bench: Bench, login: str) -> Client:
    client = Client()
    client.force_login(bench.cast.users[login])
    return client


def address_of(case: Case, key: str = "phone") -> str:
    return reverse("reading", args=[case.pk, "start", key])


def test_it_is_shown_once_to_whoever_has_the_case_in_hand_and_gives_a_reason(bench: Bench, case: Case) -> None:
    client, address = client_of(bench, "lishuji"), address_of(case)
    for page in (reverse("case", args=[case.pk]), reverse("task", args=[bench.task(case, "review").pk])):
        assert address in client.get(page).content.decode()
    assert PHONE not in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"reason": "other", "words": " x "}).status_code == 422
    assert client.post(address, {"reason": "nonsense"}).status_code == 422
    assert not Reading.objects.exists()
    shown = client.post(address, {"reason": "contact", "words": "约上门时间"})
    assert PHONE in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert PHONE not in client.get(address).content.decode()


def test_it_is_on_record_without_the_answer_and_the_case_tells_it(bench: Bench, case: Case) -> None:
    client = client_of(bench, "lishuji")
    client.post(address_of(case), {"reason": "other", "words": "电话 13912345678 打不通"})
    entry = AuditEntry.objects.get(verb="case.read_in_full")
    assert (entry.case_id, entry.data) == (case.pk, {"step": "start", "field": "phone", "reason": "other"})
    story = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "原文" in story
    assert "打不通" in story
    assert PHONE not in story


@pytest.mark.parametrize("login", ["member1", "org1"])
def test_nobody_else_is_told_that_there_is_something_to_read(bench: Bench, case: Case, login: str) -> None:
    client = client_of(bench, login)
    assert client.get(address_of(case)).status_code == 404
    assert client.post(address_of(case), {"reason": "contact"}).status_code == 404
    assert Client().post(address_of(case), {"reason": "contact"}).status_code == 302
    assert not Reading.objects.exists()


def test_whoever_may_only_take_it_on_reads_nothing(bench: Bench) -> None:
    case = bench.start(flow(claim()), phone=PHONE)
    assert client_of(bench, "org1").post(address_of(case), {"reason": "contact"}).status_code == 404


def test_once_it_is_out_of_ones_hands_one_reads_it_only_with_the_permission(bench: Bench, case: Case) -> None:
    bench.act(case, "review", outcome="reject")
    client, address = client_of(bench, "lishuji"), address_of(case)
    assert client.get(address).status_code == 404
    bench.cast.users["lishuji"].user_permissions.add(Permission.objects.get(codename="read_masked_answers"))
    assert PHONE in client.post(address, {"reason": "check"}).content.decode()


@pytest.mark.parametrize("key", ["what", "nothing", "mail2", "day"])
def test_only_what_is_masked_may_be_asked_for(bench: Bench, case: Case, key: str) -> None:
    assert client_of(bench, "lishuji").get(address_of(case, key)).status_code == 404


def test_what_is_hidden_stays_hidden(bench: Bench) -> None:
    step = {**approval("review"), "access": {"start.phone": "hide"}}
    case = bench.start(flow(step), phone=PHONE)
    task = reverse("task", args=[bench.task(case, "review").pk])
    assert address_of(case) not in client_of(bench, "lishuji").get(task).content.decode()


def test_very_many_within_an_hour_are_too_many(bench: Bench, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_AN_HOUR", 2)
    client = client_of(bench, "lishuji")
    answers = [client.post(address_of(case), {"reason": "contact"}) for _time in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert PHONE not in answers[2].content.decode()
    assert Reading.objects.count() == 2
