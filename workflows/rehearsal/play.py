"""Plays a script on the stage through the same services that real people call; one refused action ends the replay."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import SYSTEM, VISITOR, Actor
from core.exceptions import DandelionError, Invalid, WrongState
from core.notices.models import PublicNotice
from core.people.models import OrgUnit, User
from forms import uploads
from workflows import selectors, services
from workflows.deadlines import REMINDER
from workflows.models import Case, StepClaim, Task
from workflows.rehearsal import children, happened
from workflows.rehearsal import script as scripts
from workflows.rehearsal.script import Action, Script
from workflows.rehearsal.stage import Stage
from workflows.services.claiming import is_carried_out
from workflows.services.starting import begin, require_starter

log = logging.getLogger(__name__)
BETWEEN_ACTIONS: Final = timedelta(minutes=1)  # so that what happened one after another also reads so
MOVED_ON = _("The draft has changed since, so the rehearsal goes only as far as this. Please go on from here.")
UNFORESEEN = _("Something went wrong at this point that nobody foresaw (%(error)s), so this could not be done.")
NOTHING_WAITS = _("Nothing here waits for time to pass.")
FULL = _("A rehearsal has at most %(most)d actions. Please undo some, or start over.")


@dataclass(frozen=True)
class Past:
    """One action that was played. `heard`: how many messages had been written before it."""

    action: Action
    at: datetime
    step: str
    heard: int


class Play:
    """A rehearsal under way: the case, the moment, and what was played so far."""

    def __init__(self, stage: Stage, begun_at: datetime) -> None:
        self.stage, self.begun_at, self.now = stage, begun_at, begun_at
        self.case: Case | None = None
        self.past: list[Past] = []
        self.users: dict[str, User] = {}

    @property
    def script(self) -> Script:
        """What was played, to be replayed."""
        return Script(self.begun_at, tuple(one.action for one in self.past))

    def replay(self, script: Script) -> str:
        """Play a script from its start; what the draft does not allow any more ends it, with a sentence."""
        for action in script.actions:
            try:
                self.perform(action)
            except DandelionError:
                return str(MOVED_ON)
        return ""

    def perform(self, action: Action) -> None:
        """Play one action. Raises: whatever refusal it meets; then nothing of it stays."""
        if len(self.past) >= scripts.MOST_ACTIONS:
            raise WrongState(FULL % {"most": scripts.MOST_ACTIONS}, code="script_full")
        heard, now = len(self.stage.heard), self.now
        step = action.task.partition(":")[0]
        try:
            with transaction.atomic():
                self.case = self._done(action, now)
                if children.settle(self.case, self.now):
                    self.case = self._the_case()
        except DandelionError:
            self._forget(heard, now)
            raise
        except Exception as error:  # a draft may be wrong in any way; the text might be personal
            self._forget(heard, now)
            log.error("rehearsal: %s failed: %s", action.do, type(error).__name__)
            raise Invalid(UNFORESEEN % {"error": type(error).__name__}, code="unforeseen") from error
        self.past.append(Past(action, self.now, step, heard))
        self.now += BETWEEN_ACTIONS

    def _forget(self, heard: int, now: datetime) -> None:
        self.now = now
        for key in list(self.stage.heard)[heard:]:
            del self.stage.heard[key]

    def _done(self, action: Action, now: datetime) -> Case:
        actor = self.actor(action.who)
        uploads.stand_in(action.answers or {}, user=actor.user, now=now)
        if action.do == "start":
            return self._start(action, actor, now)
        case = self._the_case()
        if action.do == "time":
            self._let_time_pass(case)
        elif action.do == "child":
            children.let_end(case, action.task, action.choice, now)
        elif action.do == "event":
            happened.let_happen(case, action.task, now)
        elif action.do == "retry":
            services.retry(task_id=self._stuck(case).pk, actor=SYSTEM, now=now)
        elif action.do == "object":
            self._object(case, action, now)
        elif action.do == "withdraw":
            services.withdraw(case_id=case.pk, actor=actor, reason=action.comment, now=now)
        elif action.do == "release":
            services.release(case_id=case.pk, actor=actor, reason=action.comment, now=now)
        else:
            self._act(action, actor, now)
        return self._the_case()

    def _start(self, action: Action, actor: Actor, now: datetime) -> Case:
        version = self.stage.version
        require_starter(version, actor, now)
        actor = SYSTEM if version.document["start"]["kind"] != "manual" else actor
        unit = OrgUnit.objects.filter(pk=action.unit, is_active=True).first()
        begin(version, actor=actor, answers=action.answers or {}, now=now, unit=unit, pk=self.stage.case_id)
        return self._the_case()

    def _act(self, action: Action, actor: Actor, now: datetime) -> None:
        task, answers, choice = self.task(action.task), action.answers, action.choice
        if action.do == "claim":
            may = selectors.actions_on(task, actor, now=now)
            claimant = next((one for one in may.claimants if f"{one.kind}:{one.pk}" == choice), None)
            if claimant is None:
                raise Invalid(_("Please say for whom you take this on."), code="claimant_missing")
            services.claim(task_id=task.pk, actor=actor, claimant=claimant, answers=answers, now=now)
            return
        services.act(task_id=task.pk, actor=actor, outcome=choice, answers=answers, comment=action.comment, now=now)

    def _let_time_pass(self, case: Case) -> None:
        coming = next_moment(case)
        if coming is None:
            raise WrongState(NOTHING_WAITS, code="nothing_waits")
        self.now = max(self.now, coming.at)
        if not services.fire_due(now=self.now, limit=1, case_id=case.pk):
            raise WrongState(code="timer_failed")

    def _object(self, case: Case, action: Action, now: datetime) -> None:
        notice = open_notices(case).filter(step_id=action.task).first()
        if notice is None:
            raise WrongState
        about = str(_("The public notice"))
        services.object_to_notice(notice=notice, actor=VISITOR, about=about, reason=action.comment, now=now)

    def _stuck(self, case: Case) -> Task:
        task = Task.objects.filter(process=case, status=STATUS.ERROR).order_by("pk").first()
        if task is None:
            raise WrongState
        return task

    def _the_case(self) -> Case:
        case = Case.objects.select_related("version__definition", "unit", "starter")
        found = case.filter(pk=self.stage.case_id).first()
        if found is None:
            raise WrongState
        return found

    def actor(self, who: str) -> Actor:
        """Who acts. Raises: WrongState when the login is gone."""
        if who == scripts.GUEST:
            return Actor(guest_case=self.stage.case_id)
        if who in (scripts.VISITOR, scripts.SYSTEM):
            return VISITOR if who == scripts.VISITOR else SYSTEM
        if who not in self.users:
            number = who.removeprefix("user:")
            user = User.objects.filter(pk=number if number.isdecimal() else 0, is_active=True)
            found = user.select_related("member").first()
            if found is None:
                raise WrongState(code="login_gone")
            self.users[who] = found
        return Actor(user=self.users[who])

    def tasks(self) -> dict[str, Task]:
        """`step:place` → open task, the oldest first; the same task has the same name at every replay."""
        places: dict[str, int] = {}
        found = {}
        for task in selectors.open_tasks_of(self.case) if self.case is not None else []:
            place = places[task.step_id] = places.get(task.step_id, -1) + 1
            found[f"{task.step_id}:{place}"] = task
        return found

    def task(self, name: str) -> Task:
        """The open task of that name. Raises: WrongState."""
        task = self.tasks().get(name)
        if task is None:
            raise WrongState(code="task_closed")
        return task

    @property
    def is_over(self) -> bool:
        """Whether the case has come to its end."""
        return self.case is not None and self.case.status != PROCESS.NEW


def open_notices(case: Case) -> QuerySet[PublicNotice]:
    """The public notices of the case to which anybody may object now."""
    return PublicNotice.objects.filter(case_id=case.pk, state=PublicNotice.State.OPEN).order_by("pk")


@dataclass(frozen=True)
class Coming:
    """What happens next by itself. `what`: reminder, wait, claim (not carried out in time) or offer (not taken)."""

    at: datetime
    step_id: str
    what: str


def next_moment(case: Case) -> Coming | None:
    """What happens next by itself in the case; None when nothing waits for time to pass."""
    waiting = Task.objects.filter(process=case, status=STATUS.SCHEDULED, scheduled__isnull=False)
    found = [
        Coming(at, step_id, "reminder" if kind == REMINDER else "wait")
        for at, step_id, kind in waiting.order_by("pk").values_list("scheduled", "step_id", "flow_task_type")
        if at is not None
    ]
    outcomes = case.data.get("outcomes", {})
    for row in StepClaim.objects.filter(case=case, until__isnull=False).order_by("pk"):
        is_held = row.state == StepClaim.HELD
        if row.until is not None and not (is_held and is_carried_out(row, case.flow_class.tree, outcomes)):
            found.append(Coming(row.until, row.step_id, "claim" if is_held else "offer"))
    return min(found, key=lambda one: one.at, default=None)
