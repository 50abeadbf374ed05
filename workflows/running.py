"""One unit of work on a case: the lock, who acts and when, what changed, and what people are told at its end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from core.actors import Actor
from core.audit.services import record
from core.exceptions import TryLater, WrongState
from core.jobs.services import enqueue
from notifications.services import Letter, send_all
from workflows import announcements, claim_letters, effects, offers, pauses, time_limits
from workflows.locks import BUSY, lock_case
from workflows.models import Case, GuestAccess, StepClaim, Task
from workflows.tree import Tree, props_of

RESUME_PARENT = "workflows.resume_parent"
ON_HOLD = _(
    "This case is on hold, so nothing can be done in it at the moment. Its clocks stand still; nothing gets lost."
)


@dataclass(frozen=True)
class Done:
    """The step that a unit of work finished. `effect`: continue, return, again or end; `remark`: what was written."""

    task: Task
    step_id: str
    effect: str = "continue"
    remark: str = ""


class Run:
    """A case under its lock. `background`: nobody waits for the answer, so a failing effect is parked.

    `guest`: its status code, if it has one.
    """

    def __init__(
        self,
        case: Case,
        actor: Actor,
        now: datetime,
        *,
        background: bool = False,
        guest: GuestAccess | None = None,
    ) -> None:
        self.case, self.actor, self.now, self.background, self.guest = case, actor, now, background, guest
        self.dirty: set[str] = set()
        self.opened: list[Task] = []
        self.posted: list[Task] = []  # windows of public notices
        self.done: Done | None = None
        self.told_starter = False  # by a step of the flow
        self.led_to: dict[str, Any] = {}  # what the decision ended and joined, for whoever takes it back
        self.reason = ""
        self.freed: set[str] = set()  # claim steps at which a place may have got free
        self.ended = False
        self.letters: list[Letter] = []  # what people are to be told, written at the end
        case.run = self

    @property
    def tree(self) -> Tree:
        """The document of the case's version."""
        if self.case.flow_class is None:
            raise WrongState(code="broken_version")
        tree: Tree = self.case.flow_class.tree
        return tree

    def started(self, task: Task) -> None:
        """Called by the start node with its row."""
        self.start_task = task

    def failed(self, task: Task) -> None:
        """An effect failed in the background: the trail says where, not why."""
        data = {"task": task.pk, "step": task.step_id, "error": task.data.get("error", "")}
        self.audit("case.effect_failed", data)
        announcements.effect_failed(self, task)

    def give_back(self, row: StepClaim, state: str = StepClaim.LAPSED) -> None:
        """A claim ends: the `on_release` effect of its step undoes what `on_claim` did."""
        claim_letters.lapsed(self, row)
        self.led_to["final"] = True
        if self.case.flow_class is not None:
            effects.perform(props_of(self.tree.steps[row.step_id]).get("on_release"), self, claim=row)
        row.reason = self.reason[:200]
        offers.end(self, row, state)

    def close(self, status: str, result: str) -> None:
        """The case is over."""
        case = self.case
        pauses.over(case, self.now)
        time_limits.end(case)
        offers.close(self)
        case.status, case.result, case.finished = status, result, self.now
        self.dirty |= {"status", "result", "finished", "data"}
        self.ended = True
        if case.parent_task_id is not None:
            enqueue(key=f"child-ended:{case.pk}", kind=RESUME_PARENT, payload={"child": case.pk}, now=self.now)

    def audit(self, verb: str, data: dict[str, Any] | None = None) -> None:
        """One line of the trail about this case; codes and primary keys only."""
        record(actor=self.actor, verb=verb, obj=self.case, now=self.now, case_id=self.case.pk, data=data)

    def finish(self) -> None:
        """Offers what got free, stores the case once, then tells everybody concerned."""
        if self.freed and not self.ended:
            offers.offer_freed(self)
        if self.dirty:
            self.case.save(update_fields=sorted(self.dirty))
            self.dirty = set()
        announcements.after(self)
        send_all(self.letters, now=self.now)
        self.letters = []


@contextmanager
def working_on(case_id: int | Subquery, *, actor: Actor, now: datetime, background: bool = False) -> Iterator[Run]:
    """A transaction in which the case is locked; stores and announces at its end. `case_id`: as for `lock_case`.

    Raises: NotFound; TryLater when the case, or SQLite's only writer, stays busy.
    """
    with atomic_or_later():
        case = lock_case(case_id)
        run = Run(case, actor, now, background=background, guest=getattr(case, "guest_access", None))
        yield run
        run.finish()


@contextmanager
def atomic_or_later() -> Iterator[None]:
    """A transaction; a writer that cannot begin in time is asked to come back. Raises: TryLater."""
    with ExitStack() as stack:
        try:
            stack.enter_context(transaction.atomic())
        except OperationalError as error:
            raise TryLater(BUSY, code="case_busy") from error
        yield


def require_open(run: Run) -> None:
    """Raises: WrongState unless the case is running."""
    if run.case.status != PROCESS.NEW:
        raise WrongState(code="case_closed")


def require_going(run: Run) -> None:
    """Raises: WrongState unless the case is running and not on hold."""
    require_open(run)
    if pauses.is_held(run.case):
        raise WrongState(ON_HOLD, code="on_hold")


def open_task_of(run: Run, task_id: int, *, even_held: bool = False) -> Task:
    """The task, read under the lock. Raises: WrongState unless it is still open, or while its case is on hold."""
    (require_open if even_held else require_going)(run)
    task = Task.objects.select_related("owner").filter(pk=task_id, process_id=run.case.pk).first()
    if task is None or task.status not in (STATUS.NEW, STATUS.ASSIGNED) or task.flow_task_type != "HUMAN":
        raise WrongState(code="task_closed")
    task.process = run.case
    if task.flow_task is None:
        raise WrongState(code="broken_version")
    return task
