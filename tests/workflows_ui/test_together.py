"""Deciding several cases at once: exceptions first, one decision, a result for each; and narrowing the inbox."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.workflows.conftest import Bench, bench
from tests.workflows.flows import APPROVE, approval, effect, flow
from workflows import services
from workflows.models import Case, Task

__all__ = ["bench"]  # the fixture
REFUSE = {"id": "reject", "label": "不同意", "effect": "end:rejected", "comment": "required"}
RETURN = {"id": "back", "label": "退回补正", "effect": "return:start", "comment": "required"}
SECRETARY, DEPUTY = "lishuji", "zhoufu"


@pytest.fixture(autouse=True)
def today(bench: Bench) -> None:
    cache.clear()
    bench.now = timezone.now()


def browser(bench: Bench, login: str = SECRETARY) -> Client:
    client = Client()
    client.force_login(bench.cast.users[login])
    return client


def begun(bench: Bench, values: list[int], **props: Any) -> list[Case]:
    bench.publish(flow(approval("review", APPROVE, REFUSE, RETURN, **props), effect("post", "log", text="x")))
    return [bench.start(what=f"第{number}件", value=value) for number, value in enumerate(values, 1)]


def address(bench: Bench, case: Case) -> str:
    return reverse("together", args=(case.version_id, "review"))


def tasks(bench: Bench, cases: list[Case]) -> list[int]:
    return [bench.task(case, "review").pk for case in cases]


def titles(items: list[Any]) -> list[str]:
    return sorted(item.title for item in items)


def test_the_inbox_offers_to_decide_together_what_waits_for_the_same_decision(bench: Bench) -> None:
    (one,) = begun(bench, [5])
    inbox = reverse("inbox")
    assert address(bench, one) not in browser(bench).get(inbox).content.decode()
    bench.start(what="又一件")
    page = browser(bench).get(inbox).content.decode()
    assert address(bench, one) in page
    assert "一起办 2 件" in page


def test_all_that_are_ticked_are_decided_and_each_has_its_result(bench: Bench) -> None:
    cases = begun(bench, [5, 6, 7])
    client = browser(bench)
    posted = {"task": tasks(bench, cases)[:2], "do": "outcome:approve", "comment": "一并同意"}
    page = client.post(address(bench, cases[0]), posted)
    assert page.status_code == 200
    assert "“通过”：办了 2 件" in page.content.decode()
    assert [bench.result(case)[0] for case in cases] == ["DONE", "DONE", "NEW"]
    assert bench.log == ["x", "x"]
    done = Task.objects.filter(step_id="review", status="DONE")
    assert {task.data["comment"] for task in done} == {"一并同意"}


def test_one_refusal_keeps_no_other_waiting_and_says_why(bench: Bench) -> None:
    cases = begun(bench, [5, 6], not_same_as=["start"])
    own = bench.start(what="书记自己的", login=SECRETARY)
    keep = tasks(bench, cases)
    services.act(task_id=keep[0], actor=bench.actor(SECRETARY), outcome="back", comment="缺", now=bench.now)
    page = (
        browser(bench)
        .post(address(bench, cases[0]), {"task": [*keep, 999_999], "do": "outcome:approve"})
        .content.decode()
    )
    assert "“通过”：办了 1 件" in page
    assert "有 1 件没有办成" in page
    assert page.index(cases[0].number) < page.index(cases[1].number)
    assert bench.result(own)[0] == "NEW"
    assert own.number not in page


def test_a_doubled_click_counts_once(bench: Bench) -> None:
    cases = begun(bench, [5, 6])
    posted = {"task": tasks(bench, cases), "do": "outcome:approve"}
    browser(bench).post(address(bench, cases[0]), posted)
    again = browser(bench).post(address(bench, cases[0]), posted).content.decode()
    assert again.count("只算一次") == 2
    assert bench.log == ["x", "x"]


def test_what_stands_out_comes_first_and_is_not_ticked(bench: Bench) -> None:
    cases = begun(bench, [5, 6, 5, 4, 90, 5], deadline={"days": 3})
    Task.objects.filter(pk=tasks(bench, cases)[0]).update(due_at=timezone.now() - timedelta(days=9))
    services.urge(case_id=cases[1].pk, actor=bench.actor("member1"), now=bench.now)
    services.write_note(case_id=cases[2].pk, actor=bench.actor(SECRETARY), text="再看看", is_open=False, now=bench.now)
    page = browser(bench).get(address(bench, cases[0]))
    shown = page.context["page"]
    assert titles(shown.exceptions) == ["第1件", "第2件", "第3件", "第5件"]
    assert titles(shown.plain) == ["第4件", "第6件"]
    assert not any(item.is_chosen for item in shown.exceptions)
    assert all(item.is_chosen for item in shown.plain)
    text = page.content.decode()
    assert text.index("请先看这几件") < text.index("没有异常")
    for words in ("逾期", "催办 1 次", "讨论", "明显高于其他各件"):
        assert words in text, words


def test_a_reason_that_is_missing_keeps_the_ticks(bench: Bench) -> None:
    cases = begun(bench, [5, 6, 7])
    chosen = tasks(bench, cases)[1:]
    page = browser(bench).post(address(bench, cases[0]), {"task": chosen, "do": "outcome:reject"})
    assert page.status_code == 422 or page.status_code == 400
    assert [item.is_chosen for item in page.context["page"].plain] == [False, True, True]
    posted = {"task": chosen, "do": "outcome:reject", "reason-reject": "名额已满"}
    assert "“不同意”：办了 2 件" in browser(bench).post(address(bench, cases[0]), posted).content.decode()


@pytest.mark.parametrize("posted", [{"do": "outcome:approve"}, {"do": "outcome:nonsense"}, {"do": "", "task": "x"}])
def test_nothing_is_decided_when_the_page_sends_nonsense(bench: Bench, posted: dict[str, str]) -> None:
    cases = begun(bench, [5, 6])
    page = browser(bench).post(address(bench, cases[0]), posted)
    assert page.status_code in (400, 422)
    assert {bench.result(case)[0] for case in cases} == {"NEW"}


def test_a_form_of_the_step_is_filled_in_once_for_all(bench: Bench) -> None:
    cases = begun(bench, [5, 6], form="note")
    posted: dict[str, Any] = {"task": tasks(bench, cases), "do": "outcome:approve"}
    missing = browser(bench).post(address(bench, cases[0]), posted)
    assert missing.status_code in (400, 422)
    assert {bench.result(case)[0] for case in cases} == {"NEW"}
    browser(bench).post(address(bench, cases[0]), {**posted, "remark": "都好"})
    from workflows.answers import raw_answers

    assert [raw_answers(case.pk)["review"] for case in cases] == [{"remark": "都好"}] * 2


def test_nobody_decides_together_what_is_not_his(bench: Bench) -> None:
    cases = begun(bench, [5, 6])
    chosen = tasks(bench, cases)
    assert browser(bench, "member1").get(address(bench, cases[0])).status_code == 404
    page = browser(bench, "org1").post(address(bench, cases[0]), {"task": chosen, "do": "outcome:approve"})
    assert cases[0].number not in page.content.decode()
    assert {bench.result(case)[0] for case in cases} == {"NEW"}


def test_the_number_of_queries_does_not_grow_with_the_cases(bench: Bench) -> None:
    cases = begun(bench, [5, 6])
    client = browser(bench)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address(bench, cases[0])).status_code == 200
        return len(seen)

    queries()
    few = queries()
    for _number in range(4):
        bench.start(what="更多", value=5)
    assert queries() == few


def test_the_inbox_is_narrowed_by_flow_and_by_deadline(bench: Bench) -> None:
    (one,) = begun(bench, [5])
    bench.publish({**flow(approval("look")), "title": "另一个"}, "other")
    other = bench.start(slug="other", what="别的事")
    client, inbox = browser(bench), reverse("inbox")
    page = client.get(inbox, {"flow": "other"}).content.decode()
    assert other.number in page
    assert one.number not in page
    assert one.number not in client.get(inbox, {"due": "late"}).content.decode()
    Task.objects.filter(process=one, step_id="review").update(due_at=timezone.now() - timedelta(days=2))
    assert one.number in client.get(inbox, {"due": "late"}).content.decode()
    assert one.number in client.get(inbox, {"due": "nonsense"}).content.decode()
    assert "没有找到" in client.get(inbox, {"flow": "no-such"}).content.decode()
