"""The time that a flow gives to a whole case: set when it starts, moved by corrections and holds, never reset."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from core.programme.selectors import due_at
from workflows.models import Case, Hold, Task, TimeLimit

DEFAULT_WARN_PERCENT = 80


def limit_in(document: Any) -> dict[str, Any] | None:
    """What a flow says about the time of its cases, or None."""
    found: dict[str, Any] | None = document["start"].get("limit")
    return found


def limit_of(case: Case) -> datetime | None:
    """By when a running case has to be over as a whole, or None. Read with `select_related("time_limit")`."""
    limit: TimeLimit | None = getattr(case, "time_limit", None)
    return limit.due_at if limit is not None and limit.scheduled is not None else None


def sooner(*moments: datetime | None) -> datetime | None:
    """The earliest of some moments, None without any."""
    return min((one for one in moments if one is not None), default=None)


def begin(case: Case, now: datetime) -> None:
    """The time of a case that has just started runs."""
    limit = limit_in(case.version.document)
    if limit is not None:
        due = _due(limit, now)
        TimeLimit.objects.create(case=case, due_at=due, scheduled=_warns(limit, now, due))


def _due(limit: dict[str, Any], start: datetime) -> datetime:
    return due_at(start, days=limit["days"], calendar=limit.get("calendar", "working"))


def _warns(limit: dict[str, Any], start: datetime, due: datetime) -> datetime:
    percent: int = limit.get("warn_percent", DEFAULT_WARN_PERCENT)
    return start + (due - start) * percent / 100


def ends_at(limit: dict[str, Any], due: datetime) -> datetime | None:
    """When a case whose time was over at `due` is ended, or None when it never is."""
    if "end_after" not in limit:
        return None
    after: int = limit["end_after"]
    return due_at(due, days=after, calendar=limit.get("calendar", "working")) if after else due


def move(case: Case, by: timedelta) -> None:
    """The case stood still for so long, through nobody's fault who works on it."""
    rows = TimeLimit.objects.filter(case=case, scheduled__isnull=False)
    rows.update(due_at=F("due_at") + by, scheduled=F("scheduled") + by, moved=F("moved") + by)


def after_correction(task: Task, now: datetime) -> None:
    """Whoever had to correct the case has done so: the time that this took does not count."""
    limit = limit_in(task.process.version.document)
    if limit is None or not is_correction(task):
        return
    held = Hold.objects.filter(case=task.process, since__gte=task.created).exclude(until=None)
    on_hold = sum(((one.until or now) - one.since for one in held), timedelta())  # the holds have moved it themselves
    move(task.process, max(now - task.created - on_hold, timedelta()))
    row = TimeLimit.objects.filter(case=task.process, scheduled__isnull=False).first()
    if row is not None:  # nobody was told meanwhile: what was put off then comes when it should, not so much later
        told = row.due_at if row.times else _warns(limit, task.process.created + row.moved, row.due_at)
        row.scheduled = min(row.scheduled or told, max(told, now))
        row.save(update_fields=["scheduled"])


def is_correction(task: Task) -> bool:
    """Whether the task came to its holder by a return."""
    return bool(task.data.get("sent_back", {}).get("effect") == "return")


def end(case: Case) -> None:
    """The case is over: nobody is told any more."""
    if limit_in(case.version.document) is not None:
        TimeLimit.objects.filter(case=case).update(scheduled=None)


def follow(case: Case, now: datetime) -> None:
    """The case has moved to another version: its time is what that version gives, counted from its start."""
    limit, row = limit_in(case.version.document), TimeLimit.objects.filter(case=case).first()
    if limit is None:
        TimeLimit.objects.filter(case=case).delete()
        return
    moved = row.moved if row is not None else timedelta()
    due = _due(limit, case.created) + moved
    if row is not None and row.due_at == due:
        return
    warns = _warns(limit, case.created, due)
    values = {"due_at": due, "scheduled": warns if now < warns else due, "is_over": False, "moved": moved}
    TimeLimit.objects.update_or_create(case=case, defaults=values)
