"""Flows that begin by the calendar: once per unit and period; after a sleep only the newest."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from core.exceptions import Invalid
from core.jobs.running import drain
from tests.workflows.conftest import Bench
from tests.workflows.flows import fill, flow
from workflows.models import Case
from workflows.schedule import newest_period
from workflows.services.scheduling import start_due


def scheduled(**start: Any) -> dict[str, Any]:
    document = flow(fill("look"))
    document["start"] = {
        "kind": "schedule",
        "form": "note",
        "answers": {"remark": "看一看"},
        "title_from": "remark",
        **start,
    }
    return document


@pytest.mark.parametrize(
    ("start", "now", "period"),
    [
        ({"every": "day"}, "2026-05-13T10:00", ("2026-05-13", "05-13")),
        ({"every": "day"}, "2026-05-13T08:59", ("2026-05-12", "05-12")),
        ({"every": "day", "calendar": "working"}, "2026-05-17T10:00", ("2026-05-15", "05-15")),
        ({"every": "week", "on": 3}, "2026-05-13T10:00", ("2026-W20", "05-13")),
        ({"every": "week", "on": 4}, "2026-05-13T10:00", ("2026-W19", "05-07")),
        ({"every": "month", "on": 31}, "2026-05-13T10:00", ("2026-04", "04-30")),
        ({"every": "month", "on": 9, "calendar": "working"}, "2026-05-10T10:00", ("2026-04", "04-09")),
        ({"every": "month", "on": 9, "calendar": "working"}, "2026-05-11T10:00", ("2026-05", "05-11")),
        ({"date": "2026-05-12", "at": "12:30"}, "2026-05-12T12:30", ("2026-05-12", "05-12")),
        ({"date": "2026-05-12", "at": "12:30"}, "2026-05-12T12:29", None),
    ],
)
def test_the_newest_period_is_found(start: dict[str, Any], now: str, period: Any) -> None:
    found = newest_period(start, datetime.fromisoformat(now).replace(tzinfo=UTC), UTC, {})
    assert (found and (found[0], f"{found[1]:%m-%d}")) == period


def test_it_begins_once_for_each_period_however_often_one_asks(bench: Bench) -> None:
    bench.publish(scheduled(every="week", on=1), "weekly")  # on Monday the 11th at nine
    for later, cases in [(0, 1), (0, 1), (1, 1), (7, 2), (40, 3)]:
        moment = bench.now + timedelta(days=later)
        start_due(now=moment)
        start_due(now=moment)
        drain()
        assert Case.objects.count() == cases
    case = Case.objects.latest("pk")
    assert (case.title, case.starter, case.unit.depth) == ("看一看", None, 1)


def test_one_case_for_each_unit_of_a_level_and_none_for_the_past(bench: Bench) -> None:
    bench.now += timedelta(hours=1)  # published after the moment of this week
    bench.publish(scheduled(every="week", on=1, level="community"), "weekly")
    assert start_due(now=bench.now) == 0
    wanted = {unit.pk for unit in bench.cast.units.values() if unit.kind.slug == "community" and unit.is_active}
    assert start_due(now=bench.now + timedelta(days=7)) == len(wanted)
    drain()
    assert set(Case.objects.values_list("unit_id", flat=True)) == wanted


def test_fire_due_shows_it(bench: Bench) -> None:
    bench.publish(scheduled(date="2026-06-01"), "once")
    call_command("fire_due", at="2026-06-01")
    assert bench.open(Case.objects.get()) == ["look"]


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        ({}, ("every_or_date", "start")),
        ({"every": "day", "date": "2026-05-12"}, ("every_or_date", "start")),
        ({"every": "week", "on": 8}, ("bad_count", "start.on")),
        ({"date": "2026-02-30"}, ("bad_value", "start.date")),
        ({"every": "day", "at": "25:00"}, ("bad_value", "start.at")),
        ({"every": "day", "level": "planet"}, ("unknown_level", "start.level")),
        ({"every": "day", "answers": {}}, ("target_missing", "start.answers")),
    ],
)
def test_faulty_schedules_are_not_published(bench: Bench, start: dict[str, Any], problem: Any) -> None:
    with pytest.raises(Invalid) as refused:
        bench.publish(scheduled(**start), "faulty")
    assert refused.value.data["problems"] == [problem]
