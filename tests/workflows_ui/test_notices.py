"""The public pages of notices: reading what is posted, objecting without a login, and the decision on it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.notices.models import Objection, PublicNotice
from tests.workflows.conftest import Bench, bench
from tests.workflows.flows import KEEP, effect, flow, notice
from workflows import services
from workflows.models import Case

__all__ = ["bench"]
WRITTEN = {"about": "第一项", "reason": "当天没有人来。", "contact": "13912345678"}


@pytest.fixture
def posted(bench: Bench) -> tuple[Bench, Case, PublicNotice]:
    """A case whose notice is open now, by the real clock of the pages."""
    cache.clear()
    bench.now = timezone.now()
    case = bench.start(
        flow(notice(KEEP, shows=["start.what", "start.phone"]), effect("e", "log", text="counted")), phone="13812345678"
    )
    return bench, case, PublicNotice.objects.get(case_id=case.pk)


def test_everybody_reads_the_masked_text_and_until_when_he_may_object(client: Client, posted: Any) -> None:
    _bench, _case, shown = posted
    page = client.get(f"/notices/{shown.pk}/").content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "个工作日" in page
    assert shown.subject["zh-hans"] in client.get("/notices/").content.decode()


def test_a_visitor_objects_without_a_login_and_whoever_decides_reads_it_alone(client: Client, posted: Any) -> None:
    bench, case, shown = posted
    answer = client.post(f"/notices/{shown.pk}/", WRITTEN, follow=True)
    assert "异议已经收到" in answer.content.decode()
    assert "当天没有人来" not in answer.content.decode()
    client.post(f"/notices/{shown.pk}/", WRITTEN)
    assert Objection.objects.count() == 1, "the second of two clicks"
    bench.later(days=20)
    task = bench.task(case, "posted")
    for login, sees in [("lishuji", True), ("member1", False), ("shenjie", False)]:
        client.force_login(bench.cast.users[login])
        page = client.get(f"/task/{task.pk}/").content.decode() + client.get(f"/case/{case.pk}/").content.decode()
        assert ("当天没有人来" in page, "13912345678" in page) == (sees, sees), login
    client.logout()
    page = client.get(f"/notices/{shown.pk}/").content.decode()
    assert "正在核查" in page
    assert "当天没有人来" not in page


def test_what_is_missing_stands_beside_its_field_and_nothing_typed_is_lost(client: Client, posted: Any) -> None:
    _bench, _case, shown = posted
    answer = client.post(f"/notices/{shown.pk}/", {**WRITTEN, "about": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="about-error"' in page
    assert 'id="reason-error"' not in page
    assert "当天没有人来。" in page
    assert "13912345678" in page


def test_a_notice_that_is_over_answers_with_a_kind_sentence(client: Client, posted: Any) -> None:
    _bench, _case, shown = posted
    PublicNotice.objects.update(closes_at=timezone.now())
    answer = client.post(f"/notices/{shown.pk}/", WRITTEN)
    assert answer.status_code == 409
    assert "异议时间已过" in answer.content.decode()
    assert 'name="reason"' not in client.get(f"/notices/{shown.pk}/").content.decode()
    assert not Objection.objects.exists()


def test_a_notice_that_was_called_off_shows_nothing_any_more(client: Client, posted: Any) -> None:
    bench, case, shown = posted
    services.cancel_case(case_id=case.pk, actor=bench.actor("admin"), reason="误报", now=bench.now)
    page = client.get(f"/notices/{shown.pk}/").content.decode()
    assert "138****5678" not in page
    assert "已撤下" in page
    assert shown.subject["zh-hans"] not in client.get("/notices/").content.decode()


def test_the_sixth_objection_from_one_place_waits_ten_minutes(client: Client, posted: Any) -> None:
    _bench, _case, shown = posted
    for number in range(5):
        assert client.post(f"/notices/{shown.pk}/", {**WRITTEN, "about": f"第{number}项"}).status_code == 302
    answer = client.post(f"/notices/{shown.pk}/", {**WRITTEN, "about": "又一项"})
    assert answer.status_code == 429
    assert "又一项" in answer.content.decode()
    assert Objection.objects.count() == 5


def test_the_list_costs_the_same_for_few_and_many(client: Client, bench: Bench) -> None:
    bench.now = timezone.now()
    bench.publish(flow(notice(KEEP)))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/notices/").status_code == 200
        return len(caught)

    for _number in range(2):
        bench.start()
    queries()  # what the process remembers from here on
    few = queries()
    for _number in range(4):
        bench.start()
    assert queries() == few
