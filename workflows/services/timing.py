"""Firing what is due: reminders of open tasks and waits that end; and running a failed effect again."""

import logging
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import SYSTEM, Actor
from core.exceptions import DandelionError, NotAllowed, WrongState
from workflows import added, announcements, asides, deadlines, ladders, pauses
from workflows.access import may_repair
from workflows.models import Case, Task
from workflows.running import Done, Run, atomic_or_later, require_going, working_on
from workflows.services import escalating, limiting, waiting
from workflows.services.acting import case_of

log = logging.getLogger(__name__)
BATCH = 500
AFTER_FAILURE = timedelta(hours=1)  # so that broken ones do not fill every batch
ADMINISTRATORS_ONLY = _("Only administrators can run this again.")


def fire_due(*, now: datetime, limit: int = BATCH, case_id: int | None = None) -> int:
    """Fire up to `limit` due timers, of one case or of all, each in its own transaction; how many fired.

    Safe in several copies at once: whoever comes second skips a case that another copy has locked. One broken case
    never keeps the others waiting.
    """
    due = Task.objects.filter(status=STATUS.SCHEDULED, scheduled__lte=now).order_by("scheduled", "pk")
    if case_id is not None:
        due = due.filter(process_id=case_id)
    fired = 0
    for task_id, its_case in list(due.values_list("pk", "process_id")[:limit]):
        try:
            with atomic_or_later():
                if is_free(its_case):
                    fired += _fire(task_id, its_case, now)
        except DandelionError as error:
            log.warning("timer %s of case %s waits: %s", task_id, its_case, error.code)
        except Exception as error:  # the other cases must go on; no text, it might be personal
            log.error("timer %s of case %s failed: %s", task_id, its_case, type(error).__name__)
            Task.objects.filter(pk=task_id, status=STATUS.SCHEDULED).update(scheduled=now + AFTER_FAILURE)
    fired += waiting.lapse_due(now=now, limit=limit, case_id=case_id)
    return fired + (limiting.tell_limits(now=now, limit=limit) if case_id is None else 0)


def let_pass(*, case_id: int, until: datetime) -> int:
    """Let the waits and notices of one case end, each at its own moment, as far as `until`; how many ended.

    For cases that are played into the past, in demonstrations and tests.
    """
    waits = Task.objects.filter(process_id=case_id, status=STATUS.SCHEDULED, scheduled__lte=until)
    ended = 0
    while (wait := waits.exclude(flow_task_type=deadlines.REMINDER).order_by("scheduled", "pk").first()) is not None:
        with atomic_or_later():
            moment = wait.scheduled or until
            if not _fire(wait.pk, case_id, moment):
                break
        ended += 1
    return ended


def is_free(case_id: int) -> bool:
    """Takes the row lock of a case unless another transaction has it."""
    if not connection.features.has_select_for_update_skip_locked:
        return True
    rows = Case.objects.filter(pk=case_id).select_for_update(skip_locked=True, no_key=True)
    return rows.values_list("pk", flat=True).first() is not None


def _fire(task_id: int, case_id: int, now: datetime) -> int:
    with working_on(case_id, actor=SYSTEM, now=now, background=True) as run:
        timer = Task.objects.filter(pk=task_id, status=STATUS.SCHEDULED, scheduled__lte=now).first()
        if timer is None or run.case.status != PROCESS.NEW or pauses.is_held(run.case):
            return 0
        timer.process = run.case
        if timer.flow_task_type == deadlines.REMINDER:
            _ring(timer, run)
        else:
            run.done = Done(timer, timer.step_id)
            activation = timer.flow_task.activation_class(timer)
            activation.wake()
            activation.activate_next()
    return 1


def _ring(timer: Task, run: Run) -> None:
    host = Task.objects.filter(pk=timer.previous_task_id).first()
    if host is None or host.status not in (STATUS.NEW, STATUS.ASSIGNED):
        timer.status, timer.finished = STATUS.CANCELED, run.now
        timer.save(update_fields=["status", "finished"])
        return
    host.process = run.case
    step = timer.flow_task.step
    told, rung = deadlines.ring(timer, host, step, run.now)
    run.audit(f"task.{'reminded' if told == 'warn' else 'overdue'}", {"task": host.pk, "step": host.step_id})
    if rung is not None and rung["do"] != ladders.REMIND and escalating.climb(timer, host, step, rung, run):
        return
    if not added.awaited(host):  # whoever was added before him is told of a deadline of his own
        announcements.reminder(host, told, timer.data["times"], run)


def retry(*, task_id: int, actor: Actor, now: datetime) -> Case:
    """Run an effect that failed in the background again; in the foreground, so the administrator reads why not.

    The other administrators hear that it is repaired, the starter that his case goes on.
    Raises: NotFound; NotAllowed; WrongState when it has not failed; and whatever the effect refuses.
    """
    with working_on(case_of(task_id), actor=actor, now=now) as run:
        if not may_repair(run.case, actor):
            raise NotAllowed(ADMINISTRATORS_ONLY)
        require_going(run)
        task = Task.objects.filter(pk=task_id, process=run.case, status=STATUS.ERROR).first()
        if task is None:
            raise WrongState
        task.process = run.case
        activation = task.flow_task.activation_class(task)
        activation.retry()
        activation.activate()
        run.audit("case.effect_retried", {"task": task.pk, "step": task.step_id})
        run.done = Done(task, task.step_id)
        asides.repaired(task, run)
        if activation.complete.can_proceed():  # not while it waits for the case that it has started
            activation.complete()
            activation.activate_next()
    return run.case
