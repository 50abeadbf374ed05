"""Deadlines and waits: when a task is due, its one reminder row, and the moment a wait ends."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils.timezone import get_current_timezone
from viewflow.workflow.status import STATUS

from core.programme.selectors import due_at
from workflows import ladders
from workflows.answers import value_of
from workflows.models import Case, Task
from workflows.tree import Step, props_of

REMINDER = "REMINDER"
DEFAULT_WARN_PERCENT = 80
DEFAULT_REPEAT_DAYS = 1


def deadline_of(step: Step) -> dict[str, Any] | None:
    """The deadline property of a step, or None."""
    return props_of(step).get("deadline")


def due_moment(step: Step, start: datetime) -> datetime | None:
    """When a task of the step that opens at `start` is due, or None."""
    deadline = deadline_of(step)
    if deadline is None:
        return None
    return due_at(start, days=deadline["days"], calendar=deadline.get("calendar", "working"))


def arm(task: Task, step: Step) -> None:
    """Stores the task's only timer: it warns first, then reminds again and again until the task is closed."""
    deadline = deadline_of(step)
    if deadline is None or task.due_at is None:
        return
    percent = deadline.get("warn_percent", DEFAULT_WARN_PERCENT)
    Task(
        process=task.process,
        flow_task=task.flow_task,
        flow_task_type=REMINDER,
        step_id=task.step_id,
        token=task.token,
        previous_task_id=task.pk,
        created=task.created,
        status=STATUS.SCHEDULED,
        scheduled=task.created + (task.due_at - task.created) * percent / 100,
        data={"stage": "warn", "times": 0},
    ).save(force_insert=True)


def disarm(task: Task, now: datetime) -> None:
    """Cancels the timer of a task."""
    timers = Task.objects.filter(process_id=task.process_id, previous_task=task, flow_task_type=REMINDER)
    timers.filter(status=STATUS.SCHEDULED).update(status=STATUS.CANCELED, finished=now)


def ring(timer: Task, host: Task, step: Step, now: datetime) -> tuple[str, ladders.Rung | None]:
    """Moves the timer on to its next moment; says what it tells now, `warn` or `overdue`, and which rung it climbs.

    A rung that only reminds is told as every reminder is.
    """
    deadline = deadline_of(step) or {}
    due, data = host.due_at or now, dict(timer.data)
    rung = None
    if data["stage"] == "warn" and now < due:
        told, timer.scheduled = "warn", due
    else:
        told = "overdue"
        reached = ladders.next_rung(deadline, data, due)
        if reached is not None and reached[1] <= now:
            rung = reached[0]
            data[ladders.CLIMBED] = [*data.get(ladders.CLIMBED, ()), {"at": now.isoformat(), "do": rung["do"]}]
            if step["kind"] != "claim":  # the clock of an open offer waits for nobody
                data[ladders.SLIP] = ladders.slip_of(ladders.moment_of(rung, deadline, due), now)
        following = ladders.next_rung(deadline, data, due)
        repeat = max(due, now) + timedelta(days=deadline.get("repeat_days", DEFAULT_REPEAT_DAYS))
        timer.scheduled = min(repeat, max(following[1], now)) if following is not None else repeat
    timer.data = {**data, "stage": "overdue", "times": data["times"] + 1}
    timer.save(update_fields=["scheduled", "data"])
    return told, rung


def notice_until(props: dict[str, Any], run: Any) -> datetime:
    """When the window of a public notice that opens now ends; in working days unless it says otherwise."""
    return due_at(run.now, days=props["days"], calendar=props.get("calendar", "working"))


def wait_until(props: dict[str, Any], run: Any, start: datetime | None = None) -> datetime:
    """When a wait ends: after so many days, or as the day begins that a form names (at once if it is empty).

    `start`: when it began, if not now.
    """
    case: Case = run.case
    if "days" in props:
        return due_at(start or run.now, days=props["days"], calendar=props.get("calendar", "calendar"))
    day = value_of(props["until"], case)
    if day is None:
        moment: datetime = run.now
        return moment
    return datetime.combine(day, time.min, tzinfo=get_current_timezone())
