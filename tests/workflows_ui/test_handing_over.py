"""Somebody leaves: all that he has in hand goes to another person, with a result for each task."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.audit.models import AuditEntry
from notifications.models import Message
from tests.workflows.conftest import Bench, bench
from tests.workflows.flows import DEPUTY, approval, flow
from workflows import services
from workflows.models import Case

__all__ = ["bench"]  # the fixture
PAGE = reverse("desk_hand_over")


@pytest.fixture(autouse=True)
def today(bench: Bench) -> None:
    cache.clear()
    bench.now = timezone.now()


def browser(bench: Bench, login: str = "admin") -> Client:
    client = Client()
    client.force_login(bench.cast.users[login])
    return client


def held(bench: Bench, count: int, **props: Any) -> list[Case]:
    """Cases whose review the secretary has in hand."""
    bench.publish(flow(approval("first", assignee=DEPUTY), approval("review", deadline={"days": 3}, **props)))
    cases = [bench.start(what=f"第{number}件") for number in range(1, count + 1)]
    for case in cases:
        bench.act(case, "first", "zhoufu", "approve")
        task = bench.task(case, "review")
        by: dict[str, Any] = {"to_user": bench.cast.users["lishuji"], "reason": "分工", "now": bench.now}
        services.reassign(task_id=task.pk, actor=bench.actor("admin"), **by)
    return cases


def owner(bench: Bench, case: Case) -> str:
    user = bench.task(case, "review").owner
    return user.username if user is not None else ""


def sent(bench: Bench, cases: list[Case], to: str, **more: Any) -> dict[str, Any]:
    tasks = [bench.task(case, "review").pk for case in cases]
    return {
        "of": bench.cast.users["lishuji"].pk,
        "to": bench.cast.users[to].pk,
        "reason": "调离",
        "task": tasks,
        **more,
    }


def test_all_that_somebody_has_goes_to_another_with_its_deadlines(bench: Bench) -> None:
    cases = held(bench, 3)
    due = [bench.task(case, "review").due_at for case in cases]
    page = browser(bench).get(PAGE, {"of": bench.cast.users["lishuji"].pk}).content.decode()
    assert all(case.number in page for case in cases)
    answer = browser(bench).post(PAGE, sent(bench, cases[:2], "shenjie"))
    assert answer.content.decode().count("已交办") == 2
    owners = [owner(bench, case) for case in cases]
    assert owners == ["shenjie", "shenjie", "lishuji"]
    assert [bench.task(case, "review").due_at for case in cases] == due
    assert AuditEntry.objects.filter(verb="task.reassigned", data__to=bench.cast.users["shenjie"].pk).count() == 2
    assert Message.objects.filter(user=bench.cast.users["shenjie"]).exists()


def test_whoever_must_stay_apart_is_refused(bench: Bench) -> None:
    apart = held(bench, 1, not_same_as=["first"])
    page = browser(bench).post(PAGE, sent(bench, apart, "zhoufu")).content.decode()
    assert "未交办" in page
    assert "此人已办理过前面的步骤" in page
    assert owner(bench, apart[0]) == "lishuji"


@pytest.mark.parametrize(
    ("without", "words"), [("to", "请选择由谁接手"), ("reason", "为什么"), ("task", "至少勾选一件")]
)
def test_what_is_missing_is_told_and_nothing_moves(bench: Bench, without: str, words: str) -> None:
    cases = held(bench, 1)
    posted = sent(bench, cases, "shenjie")
    del posted[without]
    answer = browser(bench).post(PAGE, posted)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert owner(bench, cases[0]) == "lishuji"


def test_tasks_of_cases_that_one_does_not_manage_cannot_be_moved(bench: Bench) -> None:
    cases = held(bench, 1)
    for login in ("member1", "lishuji"):
        assert browser(bench, login).post(PAGE, sent(bench, cases, "shenjie")).status_code in (302, 403, 404)
    assert owner(bench, cases[0]) == "lishuji"


def test_what_was_only_asked_as_an_opinion_stays_with_whoever_asked(bench: Bench) -> None:
    cases = held(bench, 1)
    by: dict[str, Any] = {"words": "您看呢", "now": bench.now}
    task = bench.task(cases[0], "review")
    services.delegate(task_id=task.pk, actor=bench.actor("lishuji"), to_user=bench.cast.users["shenjie"], **by)
    posted = {**sent(bench, cases, "zhoufu"), "of": bench.cast.users["shenjie"].pk}
    assert "只是被征求意见" in browser(bench).post(PAGE, posted).content.decode()
    assert owner(bench, cases[0]) == "shenjie"
