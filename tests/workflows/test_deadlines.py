"""Deadlines: one armed timer per open timed task, reminders that repeat, and silence once the task is closed."""

import pytest
from django.core.management import CommandError, call_command

from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, RETURN, approval, claim, flow, simple
from workflows import services
from workflows.models import Task

TIMED = {"days": 5, "calendar": "calendar", "warn_percent": 80, "repeat_days": 2}


def told(bench: Bench, login: str = "lishuji") -> list[str]:
    kinds = Message.objects.filter(user=bench.cast.users[login]).order_by("pk").values_list("kind", flat=True)
    return [kind for kind in kinds if kind.startswith("task.")]


def test_a_task_warns_then_is_overdue_then_reminds_again_until_it_is_done(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline=TIMED)))
    assert bench.task(case, "review").due_at is not None
    assert bench.timers(case) == 1
    assert bench.later(days=4, hours=12) == 1
    assert bench.later(hours=1) == 0
    assert bench.later(days=1) == 1
    assert bench.later(days=2) == 1
    assert told(bench) == ["task.opened", "task.warn", "task.overdue", "task.overdue"]
    assert bench.timers(case) == 1
    bench.act(case, "review", outcome="approve")
    assert bench.timers(case) == 0
    assert bench.later(days=30) == 0


def test_a_returned_task_is_timed_anew(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, RETURN, deadline=TIMED)))
    first = bench.task(case, "review").due_at
    bench.now = bench.now.replace(day=13)
    bench.act(case, "review", outcome="return")
    assert bench.timers(case) == 0
    bench.act(case, "start", "member1", what="改过了")
    assert bench.timers(case) == 1
    again = bench.task(case, "review").due_at
    assert first is not None
    assert again is not None
    assert again > first


def test_a_reassigned_task_keeps_its_deadline_and_reminds_the_new_person(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline=TIMED)))
    task = bench.task(case, "review")
    services.reassign(
        task_id=task.pk,
        actor=bench.actor("lishuji"),
        to_user=bench.cast.users["shenjie"],
        reason="出差",
        now=bench.now,
    )
    assert bench.task(case, "review").due_at == task.due_at
    assert bench.timers(case) == 1
    bench.later(days=6)
    assert told(bench, "shenjie") == ["task.opened", "task.overdue"]
    assert "task.overdue" not in told(bench)


def test_a_late_dispatcher_tells_once_not_twice(bench: Bench) -> None:
    bench.start(flow(approval("review", deadline=TIMED)))
    assert bench.later(days=6) == 1
    assert told(bench) == ["task.opened", "task.overdue"]


def test_a_batch_is_limited_and_a_broken_case_does_not_stop_the_others(bench: Bench) -> None:
    cases = [bench.start(flow(approval("review", deadline=TIMED)))]
    cases += [bench.start() for _number in range(3)]
    Task.objects.filter(process=cases[0]).update(flow_task="workflows/published.flow_v1.n_gone")
    bench.later(days=0)
    bench.now = bench.now.replace(day=20)
    fired = [services.fire_due(now=bench.now, limit=2) for _batch in range(4)]
    assert sum(fired) == 3
    assert max(fired) <= 2


def test_tomorrow_can_be_shown_today(bench: Bench, capsys) -> None:
    bench.start(flow(approval("review", deadline=TIMED)))
    call_command("fire_due", at="2026-05-17")
    assert capsys.readouterr().out == "到 2026-05-17 23:59 为止该办的，办了 1 件。\n"


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30"])
def test_a_day_that_does_not_exist_is_refused_in_the_language_of_the_installation(bench: Bench, day: str) -> None:
    # The command spoke English in a Chinese run.
    with pytest.raises(CommandError, match="不是日期"):
        call_command("fire_due", at=day)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_moment_beyond_all_calendars_is_refused_in_a_sentence(bench: Bench, day: str) -> None:
    # fire_due --at 9999-12-31 ended in an OverflowError.
    bench.start(flow(approval("review", deadline=TIMED)))
    with pytest.raises(CommandError, match="相隔超过 10 年"):
        call_command("fire_due", at=day)


def test_a_task_without_a_deadline_has_no_timer(bench: Bench) -> None:
    case = bench.start(simple())
    assert (bench.timers(case), bench.task(case, "review").due_at) == (0, None)


def test_when_nobody_claims_in_time_whoever_decided_last_hears_of_it(bench: Bench) -> None:
    # An open offer has no receiver, so an overdue claim reminded nobody at all.
    offer = claim()
    offer["props"]["deadline"] = TIMED
    case = bench.start(flow(approval("review"), offer))
    bench.act(case, "review", outcome="approve")
    bench.later(days=4, hours=12)
    assert told(bench) == ["task.opened"]
    bench.later(days=1)
    bench.later(days=2)
    assert told(bench) == ["task.opened", "task.unclaimed", "task.unclaimed"]
    assert told(bench, "org1") == []
