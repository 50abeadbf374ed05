"""What an event does: it ends the waits that it concerns and begins flows, each by a job of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from viewflow.workflow.status import PROCESS, STATUS

from core.actors import SYSTEM
from core.events import EVENTS, SUBJECTS
from core.jobs.services import enqueue
from workflows import pauses
from workflows.models import EventWait, FlowVersion, Task
from workflows.running import Done, working_on
from workflows.services.acting import case_of
from workflows.services.starting import Started, begin, latest_version, latest_versions

END_WAIT = "workflows.end_wait"
START_BY_EVENT = "workflows.start_by_event"


def deliver(*, event: str, occurrence: int, values: Mapping[str, Any], at: str, now: datetime) -> None:
    """Write a job for each case that waits for the event and for each flow that begins with it; twice is once."""
    kinds = EVENTS[event].values if event in EVENTS else {}
    about = ["", *(f"{kinds[key]}:{value}" for key, value in values.items() if kinds.get(key) in SUBJECTS)]
    waits = EventWait.objects.filter(event=event, about__in=about, task__status=STATUS.SCHEDULED)
    for task_id in waits.values_list("task_id", flat=True):
        enqueue(key=f"event-wait:{task_id}", kind=END_WAIT, payload={"task": task_id, "at": at}, now=now)
    for version in latest_versions():
        if begins_with(version, event):
            payload = {"flow": version.slug, "event": event, "values": dict(values), "at": at}
            key = f"event-start:{version.slug}:{event}:{occurrence}"
            enqueue(key=key, kind=START_BY_EVENT, payload=payload, now=now)


def begins_with(version: FlowVersion, event: str) -> bool:
    """Whether cases of the flow begin with the event."""
    start = version.document["start"]
    return bool(start.get("kind") == "event" and start.get("event") == event)


def end_wait(*, task_id: int, now: datetime) -> bool:
    """Let a case go on for which the event happened; False when it does not wait now. Raises: TryLater."""
    with working_on(case_of(task_id), actor=SYSTEM, now=now, background=True) as run:
        task = Task.objects.filter(pk=task_id, status=STATUS.SCHEDULED).first()
        if task is None or run.case.status != PROCESS.NEW:
            return False
        if pauses.is_held(run.case):
            task.data = {**task.data, pauses.CAME: True}
            task.save(update_fields=["data"])
            return False
        task.process = run.case
        run.done = Done(task, task.step_id)
        activation = task.flow_task.activation_class(task)
        activation.came()
        activation.activate_next()
    return True


def start_by_event(*, flow: str, event: str, values: Mapping[str, Any], now: datetime) -> Started | None:
    """Begin a case of a flow that begins with the event; None when it does so no longer.

    Raises: NotFound; Invalid when its starting form refuses what the event tells.
    """
    version = latest_version(flow)
    if not begins_with(version, event):
        return None
    start = version.document["start"]
    told = {key: values.get(name) for key, name in (start.get("inputs") or {}).items()}
    answers = {**(start.get("answers") or {}), **{key: value for key, value in told.items() if value is not None}}
    return begin(version, actor=SYSTEM, answers=answers, now=now)
