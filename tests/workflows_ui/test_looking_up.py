"""Finding the cases in which somebody gave a phone, an e-mail or an ID number, without keeping these in the clear."""

import logging
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM
from core.audit.models import AuditEntry
from core.exceptions import Invalid
from forms.lookup import found_by, index_anew
from forms.models import AnswerDigest, FormDefinition, FormVersion
from forms.retention import clear
from forms.services import publish_form
from tests.stories.browsing import text_of
from tests.workflows.conftest import Bench
from tests.workflows.conftest import bench as bench
from tests.workflows.flows import approval, field, flow, form
from workflows.models import Case
from workflows.services import looking_up

PHONE, ID = "13912345678", "11010519491231002X"
ADDRESS = "/desk/cases/lookup/"


@pytest.fixture
def case(bench: Bench) -> Case:
    return bench.start(flow(approval("review")), phone=PHONE, mail="Wang@Example.com")


def clerk(bench: Bench, login: str, *permissions: str) -> Client:
    user = bench.cast.users[login]
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", *permissions]))
    client = Client()
    client.force_login(user)
    return client


def test_a_clerk_finds_the_case_and_nothing_is_said_of_what_was_looked_for(bench: Bench, case: Case, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    client = clerk(bench, "admin")
    assert reverse("desk_lookup") == ADDRESS
    assert ADDRESS in client.get("/desk/cases/").content.decode()
    page = client.post(ADDRESS, {"kind": "phone", "text": "139 1234 5678", "reason": "person"})
    assert page.status_code == 200
    assert "找到 1 处" in text_of(page)
    assert case.number in text_of(page)
    assert f"/desk/cases/{case.pk}/" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = AuditEntry.objects.get(verb="answers.looked_up")
    assert entry.data == {"kind": "phone", "reason": "person", "cases": 1}
    assert PHONE not in caplog.text
    by_mail = client.post(ADDRESS, {"kind": "email", "text": " wang@example.COM", "reason": "check"})
    assert case.number in text_of(by_mail)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"text": "139 1234 5679"}, "没有找到"),
        ({"text": "不是电话"}, "电话"),
        ({"text": ""}, ""),
        ({"reason": ""}, ""),
        ({"reason": "other"}, ""),
        ({"kind": "id_number"}, "18"),
        ({"kind": "name"}, ""),
        ({"text": "\x00" + PHONE}, ""),
    ],
)
def test_what_is_not_right_finds_nothing_and_says_so(
    bench: Bench, case: Case, typed: dict[str, str], told: str
) -> None:
    page = clerk(bench, "admin").post(ADDRESS, {"kind": "phone", "text": PHONE, "reason": "person"} | typed)
    assert page.status_code in (200, 400, 422)
    assert told in text_of(page)
    assert case.number not in text_of(page)


def test_only_cases_of_ones_own_units_are_found(bench: Bench, case: Case) -> None:
    both = ("view_case", "read_masked_answers")
    asked = {"kind": "phone", "text": PHONE, "reason": "contact"}
    assert case.number in text_of(clerk(bench, "lishuji", *both).post(ADDRESS, asked))
    elsewhere = clerk(bench, "org1", *both).post(ADDRESS, asked)
    assert elsewhere.status_code == 200
    assert case.number not in text_of(elsewhere)


@pytest.mark.parametrize("permissions", [(), ("view_case",), ("read_masked_answers",)])
def test_nobody_without_both_permissions_may_look(bench: Bench, case: Case, permissions: tuple[str, ...]) -> None:
    client = clerk(bench, "zhoufu", *permissions)
    assert client.get(ADDRESS).status_code in (302, 403)
    assert client.post(ADDRESS, {"kind": "phone", "text": PHONE, "reason": "person"}).status_code in (302, 403)
    assert not AuditEntry.objects.filter(verb="answers.looked_up").exists()


def test_after_many_within_an_hour_it_is_enough(bench: Bench, case: Case, monkeypatch) -> None:
    monkeypatch.setattr(looking_up, "MOST_AN_HOUR", 2)
    client = clerk(bench, "admin")
    codes = [client.post(ADDRESS, {"kind": "phone", "text": PHONE, "reason": "person"}).status_code for _n in range(3)]
    assert codes == [200, 200, 429]


def ask_for(bench: Bench, *fields: dict[str, Any]) -> FormVersion:
    """Publish the form `ask` anew, with these fields beside the usual ones."""
    definition = FormDefinition.objects.get(slug="ask")
    definition.document = form(field("what", required=True), field("where", "unit"), *fields)
    return publish_form(definition=definition, actor=SYSTEM, now=bench.now)


def test_a_sensitive_number_in_rows_is_found_although_it_is_nowhere_in_plain(bench: Bench) -> None:
    ask_for(
        bench,
        field(
            "people",
            "group",
            fields=[
                field("who", required=True),
                field("card", "id_number", privacy={"level": "sensitive", "purpose": "核对身份"}),
            ],
        ),
    )
    case = bench.start(flow(approval("review")), people=[{"_id": "aaaaaaaa", "who": "王小明", "card": ID}])
    assert AnswerDigest.objects.get().name == "people.card"
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept FROM forms_submission")
        assert ID not in str(cursor.fetchall())
    found = text_of(clerk(bench, "admin").post(ADDRESS, {"kind": "id_number", "text": ID.lower(), "reason": "person"}))
    assert case.number in found
    assert ID not in found


def test_what_is_cleared_is_found_no_more(bench: Bench) -> None:
    version = ask_for(bench, field("phone", "phone", privacy={"level": "personal", "retain_days": 1}))
    case = bench.start(flow(approval("review")), phone=PHONE)
    bench.act(case, "review", outcome="approve")
    assert found_by("phone", PHONE).count() == 1
    bench.later(days=3)
    assert clear(version, after=0, now=bench.now).fields == 1
    assert found_by("phone", PHONE).count() == 0


def test_keys_that_change_and_answers_from_before_are_indexed_anew(bench: Bench, case: Case, settings) -> None:
    before = set(AnswerDigest.objects.values_list("digest", flat=True))
    settings.DATA_KEYS = [Fernet.generate_key().decode(), *settings.DATA_KEYS]
    assert found_by("phone", PHONE).count() == 1  # under the key from before
    assert sum(batch.changed for batch in index_anew(10)) == 1
    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    assert found_by("phone", PHONE).count() == 1
    assert before.isdisjoint(AnswerDigest.objects.values_list("digest", flat=True))
    AnswerDigest.objects.all().delete()  # as handed in before there were digests
    assert sum(batch.changed for batch in index_anew(10)) == 1
    assert sum(batch.changed for batch in index_anew(10)) == 0


def test_nonsense_is_refused_with_the_sentence_of_the_kind(bench: Bench) -> None:
    with pytest.raises(Invalid, match="18"):
        list(found_by("id_number", "123"))
