"""A sensitive answer walks through a whole case, and stands in plain in no table, no log and no foreign page."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM
from core.exceptions import Invalid
from core.jobs.running import drain
from forms.models import FormDefinition
from forms.retention import clear
from forms.services import publish_form
from tests.cast import NOW
from tests.workflows.conftest import Bench
from tests.workflows.flows import (
    APPROVE,
    FORMS,
    REJECT,
    RETURN,
    approval,
    branch,
    effect,
    field,
    fill,
    flow,
    form,
    notice,
)
from workflows.answers import raw_answers
from workflows.models import Case, StepSubmission

MARK = "尘肺病二期马克七三一"
SECRET = {"level": "sensitive", "purpose": "安排照护"}


def publish(slug: str, *fields: dict[str, Any]) -> None:
    definition = FormDefinition.objects.create(slug=slug, title="表", document=form(*fields))
    publish_form(definition=definition, actor=SYSTEM, now=NOW)


@pytest.fixture
def secret(bench: Bench) -> None:
    publish("ill", *FORMS["ask"]["sections"][0]["fields"], field("illness", "long_text", privacy=SECRET))
    publish("care", field("plan", privacy=SECRET), field("illness", "long_text", privacy=SECRET))
    publish("plain", field("what", required=True))


def tables_with(word: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text = str(cursor.fetchall())
            if word in text or word.encode("unicode_escape").decode() in text:
                found.append(table)
    return found


def pages(bench: Bench, case: Case, *logins: str) -> dict[str, str]:
    found = {}
    for login in logins:
        client = Client()
        client.force_login(bench.cast.users[login])
        for address in (reverse("case", args=[case.pk]), reverse("inbox"), "/desk/"):
            found[f"{login} {address}"] = client.get(address, follow=True).content.decode()
    return found


def test_it_stands_nowhere_in_plain_through_a_whole_case(
    bench: Bench, secret: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    unknown = {"blank": {"var": "start.illness"}}
    care = {**fill("care", form="care"), "access": {"start.illness": "read"}}
    document = flow(
        approval("review", APPROVE, REJECT, RETURN),
        branch("how", unknown, [fill("wrong")], [care]),
        notice(shows=["start.what"]),
        form="ill",
    )
    case = bench.start(document, "member1", illness=MARK)
    bench.act(case, "review", outcome="return", comment="请补充")
    bench.act(case, "start", "member1", what="一件事", where="fangta", illness=MARK)
    bench.act(case, "review", outcome="approve")
    assert bench.open(case) == ["care"], "the rule read it"
    seen = Client()
    seen.force_login(bench.cast.users["lishuji"])
    assert MARK in seen.get(reverse("task", args=[bench.task(case, "care").pk])).content.decode(), "the step opens it"
    bench.act(case, "care", plan=MARK, illness=MARK)
    drain()
    bench.later(days=30)
    drain()
    assert bench.result(case)[0] == "DONE"
    call_command("rotate_keys", verbosity=0)

    assert raw_answers(case.pk)["start"]["illness"] == raw_answers(case.pk)["care"]["plan"] == MARK
    assert tables_with("一件事") != []
    assert tables_with(MARK) == []
    assert MARK not in caplog.text
    foreign = pages(bench, case, "lishuji", "admin")
    assert not [where for where, page in foreign.items() if MARK in page]


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        ({"title_from": "illness"}, [approval("review")]),
        ({}, [effect("post", "log", text={"var": "start.illness"})]),
        ({}, [effect("post", "log", text={"if": [True, {"var": "start.illness"}, ""]})]),
        (
            {},
            [{"id": "s", "kind": "subcase", "props": {"flow": "plain", "inputs": {"what": {"var": "start.illness"}}}}],
        ),
    ],
)
def test_a_flow_may_not_copy_it_out_of_its_form(bench: Bench, secret: None, start: Any, steps: Any) -> None:
    bench.publish(flow(approval("review"), form="plain", title_from="what"), "plain")
    with pytest.raises(Invalid) as refusal:
        bench.publish(flow(*steps, **{"form": "ill", **start}))
    assert "加密保存" in str(refusal.value.errors), refusal.value.errors


def test_another_form_that_keeps_it_as_sensitive_may_take_it(bench: Bench, secret: None) -> None:
    bench.publish(_care(), "care")
    inputs = {"illness": {"var": "start.illness"}}
    bench.publish(flow({"id": "s", "kind": "subcase", "props": {"flow": "care", "inputs": inputs}}, form="ill"))
    bench.start(illness=MARK)
    child = Case.objects.latest("pk")
    assert raw_answers(child.pk)["start"]["illness"] == MARK
    assert tables_with(MARK) == []


def _care() -> dict[str, Any]:
    document = flow(approval("review"), form="care")
    del document["start"]["title_from"]
    return document


def test_the_time_of_an_answer_begins_when_its_case_is_closed(bench: Bench) -> None:
    timed = {"level": "personal", "retain_days": 30}
    fields = (field("what", privacy=timed), field("mail", "email", privacy=timed), field("where", "unit"))
    publish("timed", *fields)
    case = bench.start(flow(approval("review"), form="timed", guest_email_from="mail"), mail="lan@example.com")
    version = StepSubmission.objects.get(case=case).submission.version
    assert clear(version, after=0, now=bench.now + timedelta(days=400)).submissions == 0, (
        "an open case keeps everything"
    )
    bench.act(case, "review", outcome="approve")
    assert case.finished is not None
    assert clear(version, after=0, now=case.finished + timedelta(days=29)).submissions == 0
    assert clear(version, after=0, now=case.finished + timedelta(days=30)).fields == 2
    case.refresh_from_db()
    assert case.title == ""
    assert tables_with("lan@example.com") == []
    page = pages(bench, case, "lishuji")[f"lishuji {reverse('case', args=[case.pk])}"]
    assert "已按期清除" in page
