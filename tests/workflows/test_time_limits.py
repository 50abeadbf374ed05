"""The time of a whole case: warned of, told of again and again, moved by corrections and holds, reset by nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.audit.models import AuditEntry
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.faulty_flows import codes
from tests.workflows.flows import APPROVE, REJECT, RETURN, approval, fill, flow
from workflows import services
from workflows.inbox import inbox
from workflows.insight.figures import figures_of
from workflows.models import Case, TimeLimit
from workflows.presenters.cases import events_of
from workflows.presenters.dates import clock_at
from workflows.repairs.listing import Chosen, page_of_cases
from workflows.versions.phrases import limit

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
        ("property_missing", {"days": 3, "end_after": 5}),
        ("property_missing", {"days": 3, "end_result": "expired"}),
        ("bad_count", {"days": 3, "end_after": 400, "end_result": "expired"}),
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


def undone_by(effect: str, **more: Any) -> dict[str, Any]:
    document = limited(**more)
    return {**document, "start": {**document["start"], "on_withdraw": effect}}


def test_a_case_that_nobody_brings_to_its_end_is_ended_with_the_result_of_the_flow(bench: Bench) -> None:
    case = bench.start(undone_by("log.withdrawn", end_after=3, end_result="unanswered"))
    bench.later(days=11)
    body = Message.objects.filter(user=bench.cast.users["lishuji"], kind="case.too_old").latest("pk").body
    assert "自动结束" in body, "whoever has it in hand knows what comes"
    bench.later(days=3)
    case.refresh_from_db()
    assert (case.status, case.result, bench.open(case)) == ("CANCELED", "unanswered", [])
    assert (row(case).is_over, row(case).scheduled) == (True, None)
    assert bench.log == ["withdrawn"]
    (entry,) = AuditEntry.objects.filter(case_id=case.pk, verb="case.expired")
    assert entry.actor_kind == "system"
    last = events_of(case)[-1]
    assert (last.what, last.who, last.comment) == ("到期结束", "", "超过了总时限。")
    told_of_it = Message.objects.filter(kind__in=["case.expired", "case.closed"])
    assert set(told_of_it.values_list("user__username", "kind")) == {
        ("lishuji", "case.expired"),
        ("member1", "case.closed"),
    }
    assert bench.later(days=40) == 0


def test_it_is_never_ended_before_somebody_was_told(bench: Bench) -> None:
    case = bench.start(limited(end_after=1, end_result="expired"))
    bench.later(days=20)
    case.refresh_from_db()
    assert (case.status, told(bench, "lishuji")) == ("NEW", ["超过总时限"]), "the dispatcher had stood still"
    bench.later(days=2)
    case.refresh_from_db()
    assert case.result == "expired"


def test_a_correction_keeps_it_open_and_a_hold_moves_it(bench: Bench) -> None:
    case = bench.start(limited(end_after=0, end_result="expired"))
    bench.act(case, "review", outcome="return", comment="缺一页")
    bench.later(days=30)
    case.refresh_from_db()
    assert case.status == "NEW", "whoever corrects it does not use its time up"
    bench.act(case, "start", "member1", what="一件事", where="fangta")
    bench.later(days=9)
    services.hold_case(case_id=case.pk, actor=bench.actor("admin"), reason="等材料", now=bench.now)
    bench.later(days=9)
    services.resume_case(case_id=case.pk, actor=bench.actor("admin"), now=bench.now)
    assert bench.later(hours=1) in (0, 1)
    case.refresh_from_db()
    assert case.status == "NEW"
    bench.later(days=2)
    case.refresh_from_db()
    assert case.result == "expired"


def test_an_effect_that_refuses_keeps_it_open_and_people_are_told_on(bench: Bench) -> None:
    case = bench.start(undone_by("fail", end_after=0, end_result="expired"))
    bench.later(days=11)
    bench.later(days=3)
    case.refresh_from_db()
    assert (case.status, bench.open(case)) == ("NEW", ["review"])
    assert told(bench, "lishuji") == ["超过总时限", "超过总时限"]
    assert not Message.objects.filter(kind="case.expired").exists()


def test_the_figures_of_a_flow_know_which_cases_kept_to_their_time(bench: Bench) -> None:
    since = bench.now
    early = bench.start(limited(end_after=3, end_result="expired"))
    bench.act(early, "review", outcome="reject")
    bench.start(slug="flow")
    bench.later(days=11)
    figures = figures_of(Case.objects.all(), frozenset(), since=since, now=bench.now)
    assert figures.in_limit == 1
    assert [step.overdue for step in figures.steps if step.open] == [1], "late as a whole"
    assert [(load.open, load.overdue) for load in figures.units] == [(1, 1)]
    bench.later(days=3)
    assert figures_of(Case.objects.all(), frozenset(), since=since, now=bench.now).in_limit == 0.5
    other = bench.start(flow(approval("review")), slug="other")
    bench.act(other, "review", outcome="approve")
    mine = Case.objects.filter(pk=other.pk)
    assert figures_of(mine, frozenset(), since=since, now=bench.now).in_limit is None


def test_two_versions_differ_in_when_they_end_their_cases() -> None:
    assert limit({**LIMIT, "end_after": 3, "end_result": "expired"}) != limit(LIMIT)
