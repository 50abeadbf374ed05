"""The inbox, the lists beside it and my page."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.workflows_ui.journey import PHONE, TITLE
from workflows.models import Case, Task

INBOX, ME = reverse("inbox"), reverse("me")


@pytest.mark.parametrize("name", ["inbox", "me", "started_by_me", "done_by_me"])
def test_a_visitor_is_led_to_the_login(db, name):
    assert Client().get(reverse(name))["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", ["inbox", "me", "started_by_me", "done_by_me"])
def test_everybody_of_the_cast_gets_a_page(journey, name):
    for login in journey.cast.users:
        assert journey.browser(login).get(reverse(name)).status_code == 200, login


def test_the_inbox_holds_what_may_be_taken_and_nothing_else(journey):
    journey.started()
    page = journey.browser("wanggexia").get(INBOX).content.decode()
    assert TITLE in page
    assert "核实" in page
    assert "还没人接" in page
    assert PHONE not in page
    assert TITLE not in journey.browser("outsider").get(INBOX).content.decode()


def test_the_tabs_tell_mine_from_the_pool(journey):
    journey.started()
    worker = journey.browser("wanggexia")
    assert TITLE not in worker.get(INBOX, {"scope": "mine"}).content.decode()
    assert TITLE in worker.get(INBOX, {"scope": "pool"}).content.decode()
    assert worker.get(INBOX, {"scope": "nonsense"}).status_code == 200


def test_overdue_stands_first_in_its_own_group(journey):
    for _number in range(2):
        journey.hand_in()
    first, late = Task.objects.filter(step_id="verify", flow_task_type="HUMAN").order_by("pk")
    Task.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=10))
    page = journey.browser("wanggexia").get(INBOX).content.decode()
    assert "逾期 1" in page
    assert page.index(f"/task/{late.pk}/") < page.index(f"/task/{first.pk}/")


def test_search_finds_by_number_and_by_title(journey):
    journey.hand_in()
    journey.hand_in(text="修一修收音机")
    case = Case.objects.get(title="修一修收音机")
    worker = journey.browser("wanggexia")
    for words in (case.number.lower(), "收音机"):
        page = worker.get(INBOX, {"q": words}).content.decode()
        assert "修一修收音机" in page
        assert TITLE not in page
    assert "没有找到" in worker.get(INBOX, {"q": "没有这个"}).content.decode()


@pytest.mark.parametrize("before", ["x", "2026-01-01~1", "2026-01-01T00:00:00+08:00~0", "~", "9" * 400])
def test_a_broken_cursor_shows_the_first_page(journey, before):
    journey.started()
    assert TITLE in journey.browser("wanggexia").get(INBOX, {"before": before}).content.decode()


def test_pages_follow_each_other_without_gap_or_repeat(journey, monkeypatch):
    monkeypatch.setattr("workflows.presenters.lists.PAGE_SIZE", 2)
    for _number in range(5):
        journey.hand_in()
    worker, address, seen = journey.browser("wanggexia"), INBOX, []
    for _page in range(5):
        page = worker.get(address).context["page"]
        seen += [row.url for group in page.groups for row in group.rows]
        if not page.older_url:
            break
        address = page.older_url
    assert len(seen) == len(set(seen)) == 5


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", [INBOX, ME, reverse("started_by_me"), reverse("done_by_me")])
def test_the_number_of_queries_does_not_grow_with_the_rows(journey, address):
    worker = journey.browser("wanggexia")

    def add():
        journey.hand_in(client=worker)
        case, _code = journey.started()
        journey.press(worker, case, "verify", "outcome:verified", public_text="盼人读报")
        journey.hand_in()

    add()
    queries(worker, address)
    few = queries(worker, address)
    add()
    assert queries(worker, address) == few


def test_what_i_started_and_did_is_listed_with_its_state(journey):
    worker = journey.browser("wanggexia")
    journey.verified()
    assert TITLE in worker.get(reverse("done_by_me")).content.decode()
    journey.hand_in(client=worker, text="替邻居提的")
    assert "替邻居提的" in worker.get(reverse("started_by_me")).content.decode()
    assert TITLE not in worker.get(reverse("started_by_me")).content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999", "9999999999"])
def test_a_broken_page_number_is_no_error(journey, number):
    assert journey.browser("wanggexia").get(reverse("done_by_me"), {"page": number}).status_code == 200


def test_my_page_says_who_i_am_and_what_waits(journey):
    journey.started()
    page = journey.browser("wanggexia").get(ME).content.decode()
    for words in (
        "王格霞",
        "网格员",
        "岳阳街道 · 方塔社区 · 第一网格",
        TITLE,
        "等我办的",
        "我可以发起的",
        "先试三件事",
    ):
        assert words in page


def test_a_login_without_a_member_gets_a_friendly_page(journey):
    page = journey.browser("admin").get(ME).content.decode()
    assert "还没有归到哪个单位" in page


def rows_of(client: Client, name: str, **query: str) -> list[list[str]]:
    response = client.get(reverse(name), {"export": "csv", **query})
    assert response["Content-Disposition"].startswith("attachment")
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))


def test_the_inbox_as_a_file_holds_the_same_tasks_and_is_narrowed_as_the_page_is(journey):
    journey.hand_in()
    journey.hand_in(text="=HYPERLINK('http://x')")
    worker = journey.browser("wanggexia")
    heads, *rows = rows_of(worker, "inbox")
    assert heads == ["编号", "办件", "流程", "环节", "分给", "期限", "缓急", "共等"]
    assert {row[1] for row in rows} == {TITLE, "'=HYPERLINK('http://x')"}
    assert all(row[5].startswith("20") for row in rows)
    assert rows_of(worker, "inbox", q="没有这样的字")[1:] == []
    assert PHONE not in str(rows)
    assert rows_of(journey.browser("outsider"), "inbox")[1:] == []


def test_what_i_started_did_and_may_read_is_a_file_too(journey):
    journey.verified()
    worker = journey.browser("wanggexia")
    heads, *rows = rows_of(worker, "done_by_me")
    assert heads == ["编号", "办件", "流程", "我办了什么", "办到哪一步", "办理时间"]
    assert [row[1:4] for row in rows] == [[TITLE, "微心愿", "核实 · 属实，交社区书记"]]
    assert rows_of(worker, "started_by_me") == [["编号", "办件", "流程", "办到哪一步", "提交时间"]]
    assert rows_of(worker, "copied_to_me")[1:] == []
    sheet = worker.get(reverse("done_by_me"), {"export": "xlsx"})
    assert sheet.content[:2] == b"PK"
