"""The time of a whole case: warned of, told of again and again, moved by corrections and holds, reset by nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, REJECT, RETURN, approval, fill, flow
from tests.workflows.test_schema import codes
from workflows import services
from workflows.inbox import inbox
from workflows.models import Case, TimeLimit
from workflows.presenters.dates import clock_at
from workflows.repairs.listing import Chosen, page_of_cases

LIMIT = {"days": 10, "calendar": "calendar", "warn_percent": 50, "repeat_days": 2, "tell": ["street_clerk"]}
AGAIN = {"id": "again", "label": "再办", "effect": "again:first"}


def limited(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return flow(*(steps or (approval("review", APPROVE, REJECT, RETURN), fill("last"))), limit={**LIMIT, **more})


def told(bench: Bench, login: str) -> list[str]:
    rows = Message.objects.filter(user=bench.cast.users[login], kind="case.too_old").order_by("pk")
    return [row.subject.partition("：")[0] for row in rows]


def row(case: Case) -> TimeLimit:
    return TimeLimit.objects.get(case=case)


def test_whoever_has_it_is_warned_and_once_it_is_over_the_named_ones_hear_it_too(bench: Bench) -> None:
    case = bench.start(limited())
    bench.later(days=4)
    assert told(bench, "lishuji") == []
    bench.later(days=2)
    assert (told(bench, "lishuji"), told(bench, "shenjie")) == (["总时限快到了"], [])
    bench.later(days=5)
    assert (told(bench, "lishuji"), told(bench, "shenjie")) == (["总时限快到了", "超过总时限"], ["超过总时限"])
    assert row(case).is_over
    assert bench.later(hours=1) == 0, "once per time"
    bench.later(days=2)
    assert told(bench, "shenjie") == ["超过总时限", "超过总时限"]


def test_going_back_resets_nothing_and_correcting_does_not_count(bench: Bench) -> None:
    case = bench.start(limited())
    before = row(case).due_at
    bench.now += timedelta(days=3)
    bench.act(case, "review", outcome="return", comment="缺一页")
    bench.now += timedelta(days=6)
    assert services.fire_due(now=bench.now) == 0, "whoever has it now is the one who corrects"
    bench.act(case, "start", "member1", what="一件事", where="fangta")
    assert row(case).due_at == before + timedelta(days=6)


def test_doing_it_once_more_counts(bench: Bench) -> None:
    case = bench.start(limited(approval("first"), approval("review", APPROVE, AGAIN), fill("last")))
    before = row(case).due_at
    bench.act(case, "first", outcome="approve")
    bench.act(case, "review", outcome="again")
    bench.now += timedelta(days=2)
    bench.act(case, "first", outcome="approve")
    assert row(case).due_at == before


def test_a_hold_moves_it_once_also_within_a_correction(bench: Bench) -> None:
    case = bench.start(limited())
    before = row(case).due_at
    bench.act(case, "review", outcome="return", comment="缺一页")
    bench.now += timedelta(days=1)
    services.hold_case(case_id=case.pk, actor=bench.actor("admin"), reason="等材料", now=bench.now)
    bench.later(days=30)
    assert told(bench, "lishuji") == []
    services.resume_case(case_id=case.pk, actor=bench.actor("admin"), now=bench.now)
    bench.now += timedelta(days=1)
    bench.act(case, "start", "member1", what="一件事", where="fangta")
    assert row(case).due_at == before + timedelta(days=32)


def test_when_the_case_is_over_nobody_is_told_any_more(bench: Bench) -> None:
    case = bench.start(limited())
    bench.act(case, "review", outcome="reject")
    assert row(case).scheduled is None
    assert bench.later(days=40) == 0
    assert told(bench, "lishuji") == []


def test_it_is_neither_set_nor_told_where_the_flow_says_nothing(bench: Bench) -> None:
    bench.start(flow(approval("review")))
    assert not TimeLimit.objects.exists()


@pytest.mark.parametrize(("days", "expected"), [(30, 30), (None, None)])
def test_a_case_that_moves_to_another_version_has_the_time_of_that_one(
    bench: Bench, days: int | None, expected: int | None
) -> None:
    case = bench.start(limited())
    document = limited(days=days) if days else flow(approval("review", APPROVE, REJECT, RETURN), fill("last"))
    version = bench.publish(document)
    services.migrate_case(case_id=case.pk, to=version, actor=bench.actor("admin"), now=bench.now)
    found = TimeLimit.objects.filter(case=case).first()
    assert (found.due_at - case.created).days == expected if expected and found else found is None


def test_two_dispatchers_tell_it_once(bench: Bench) -> None:
    bench.start(limited())
    bench.now += timedelta(days=6)
    assert [services.fire_due(now=bench.now), services.fire_due(now=bench.now)] == [1, 0]


def test_the_page_of_the_case_says_how_much_is_left(bench: Bench) -> None:
    case = bench.start(limited())
    client = Client()
    client.force_login(bench.cast.users["lishuji"])
    assert "总时限" in client.get(reverse("case", args=[case.pk])).content.decode()


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("property_missing", {"warn_percent": 50}),
        ("bad_count", {"days": 3, "warn_percent": 0}),
        ("unknown_property", {"days": 3, "overdue": []}),
        ("unknown_role", {"days": 3, "tell": ["nobody_has_this"]}),
        ("bad_value", "10"),
    ],
)
def test_what_is_wrong_with_it_is_found_before_it_is_published(code: str, limit: Any) -> None:
    assert codes(flow(approval("review"), limit=limit)) == [code]


def test_lists_call_a_case_late_when_its_time_as_a_whole_is_over(bench: Bench) -> None:
    late = bench.start(limited(approval("review", deadline={"days": 60, "calendar": "calendar"})))
    bench.publish(flow(approval("review", deadline={"days": 60, "calendar": "calendar"})), "other")
    bench.start(slug="other")
    bench.later(days=11)
    rows = {one.case_id: one for one in inbox(bench.actor("lishuji"), now=bench.now)}
    assert [pk for pk, one in rows.items() if one.is_overdue] == [late.pk]
    assert rows[late.pk].due_at == row(late).due_at
    assert len(rows) == 2
    _page, shown = page_of_cases(bench.actor("admin"), Chosen(state="overdue"), clock_at(bench.now), "1")
    assert [one.pk for one in shown] == [late.pk]
    assert "逾期" in shown[0].due.text
