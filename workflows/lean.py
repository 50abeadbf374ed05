"""Activations on Viewflow's graph, state machine and tokens, with own rows and few statements.

Switches, returns and joins of choices leave no row; automatic rows are inserted once, finished; the case is updated
once per transaction (`workflows.running`). Boundary events are not used: deadlines are rows of `workflows.deadlines`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes.mixins import NextNodeActivationMixin
from viewflow.workflow.signals import flow_finished, flow_started, task_finished
from viewflow.workflow.status import PROCESS, STATUS
from viewflow.workflow.token import Token

from workflows import assignees, deadlines, notices, opening
from workflows.models import OPEN_STATUSES, Case, Task, TaskCandidate
from workflows.quorum import quorum_result
from workflows.tree import props_of

UNFINISHED = [*OPEN_STATUSES, STATUS.ERROR]
Condition = Callable[[Any], bool]


def cut(token: Token, depth: int) -> Token:
    """The token as it was inside `depth` parallel blocks."""
    return Token("/".join(token.token.split("/")[: depth + 1]))


def cancel_tasks(tasks: Any, now: Any) -> None:
    """Cancels the open tasks of a queryset and takes them out of every inbox."""
    ids = list(tasks.filter(status__in=UNFINISHED).values_list("pk", flat=True))
    if ids:
        Task.objects.filter(pk__in=ids).update(status=STATUS.CANCELED, finished=now)
        TaskCandidate.objects.filter(task_id__in=ids).delete()


def cancel_region(case: Case, region: Iterable[str]) -> None:
    """Cancels everything open in the steps of `region` and forgets what they decided.

    Claims in it are given back, public notices called off.
    """
    run = case.run
    steps = set(region)
    notices.call_off(run, steps)
    cancel_tasks(Task.objects.filter(process=case, step_id__in=steps), run.now)
    for step_id in sorted(steps & set(case.data.get("claimants", {}))):
        run.give_back(step_id)
    for part in ("outcomes", "claimants"):
        kept = {step_id: value for step_id, value in case.data.get(part, {}).items() if step_id not in steps}
        case.data[part] = kept
    newest = Task.objects.filter(process=case).aggregate(Max("pk"))["pk__max"]
    case.data["lapsed"] = {**case.data.get("lapsed", {}), **dict.fromkeys(sorted(steps), newest)}
    run.dirty.add("data")


class Lean(Activation):
    """What every activation of ours does differently from Viewflow's."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.process = task.process

    def __hash__(self) -> int:
        return id(self.task)  # unsaved tasks have no hash of their own

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def run(self) -> Any:
        """The unit of work that is under way."""
        return self.process.run

    @classmethod
    def build(cls, flow_task: Any, previous: Activation, token: Token, **fields: Any) -> Any:
        """An activation of a new, unsaved task."""
        case = previous.process
        return cls(
            Task(
                process=case,
                flow_task=flow_task,
                flow_task_type=flow_task.task_type,
                step_id=getattr(flow_task, "step_id", ""),
                token=token,
                previous_task_id=previous.task.pk,
                created=case.run.now,
                **fields,
            )
        )

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Token, data: Any = None, seed: Any = None) -> Any:
        """A new activation; its row is inserted when it finishes."""
        return cls.build(flow_task, prev_activation, token)

    def finish_row(self, *fields: str) -> None:
        """Stores that the task is over."""
        self.task.finished = self.run.now
        if self.task.pk is None:
            self.task.save(force_insert=True)
        else:
            self.task.save(update_fields=["status", "finished", *fields])
        task_finished.send(sender=self.flow_class, process=self.process, task=self.task)

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def complete(self) -> None:
        """The task is over."""
        self.finish_row()

    @Activation.status.transition(source=STATUS.DONE)
    def activate_next(self) -> None:
        """Goes on as far as nobody is needed."""
        self._activate_next(list(self.create_next()))

    def _activate_next(self, activations: Iterable[Any]) -> None:
        """In a fixed order, joins last and once; stops when the case is over."""
        waiting = list(activations)
        while waiting and self.process.status == PROCESS.NEW:
            current = next((one for one in waiting if one.type != "join"), waiting[0])
            waiting.remove(current)
            if current.type == "join":
                waiting = [one for one in waiting if one.type != "join" or one.task.pk != current.task.pk]
            if current.activate.can_proceed():
                current.activate()
            if current.complete.can_proceed():
                current.complete()
            if current.create_next.can_proceed():
                waiting.extend(current.create_next())


class StartActivation(Lean, nodes.StartHandle.activation_class):
    """The first row of a case: who started it, when."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Token, data: Any = None, seed: Any = None) -> Any:
        """`prev_activation` is the case, which is saved already."""
        case = prev_activation
        return cls(
            Task(
                process=case,
                flow_task=flow_task,
                flow_task_type=flow_task.task_type,
                step_id="start",
                token=token,
                owner_id=case.starter_id,
                created=case.run.now,
                started=case.run.now,
                outcome="done",
            )
        )

    @Activation.status.transition(source=STATUS.NEW)
    def execute(self) -> None:
        """Stores the row and goes on."""
        self.complete()
        flow_started.send(sender=self.flow_class, process=self.process, task=self.task)
        self.run.started(self.task)
        self.activate_next()

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def complete(self) -> None:
        """The form was filled in before the case began."""
        self.finish_row()


class HumanActivation(Lean, nodes.View.activation_class):
    """Somebody must do something."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Token, data: Any = None, seed: Any = None) -> Any:
        """`data`: whom the task goes to, if that is decided already (signers)."""
        activation = cls.build(flow_task, prev_activation, token)
        case = prev_activation.process
        assigned = data if isinstance(data, assignees.Assigned) else assignees.for_step(flow_task.step, case)
        opening.open_task(activation.task, flow_task.step, assigned, case.run)
        return activation

    @Activation.status.super()
    def activate(self) -> None:
        """Nothing: a person acts."""

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        """Never by the engine: `finish` is called by a service."""
        self.finish_row()

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.DONE)
    def finish(self, outcome: str) -> None:
        """The person has acted."""
        self.decided(outcome)
        task, case = self.task, self.process
        task.owner_id, task.outcome = self.run.actor.user_id, outcome
        task.started = task.started or self.run.now
        if not self.flow_task.signs:
            case.data.setdefault("outcomes", {})[self.flow_task.step_id] = outcome
            self.run.dirty.add("data")
        self.finish_row("owner", "outcome", "started", "data")
        opening.close_task(task, self.flow_task.step, self.run.now)

    def decided(self, outcome: str) -> None:
        """What else the outcome means."""

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.CANCELED)
    def cancel(self) -> None:
        """The task is not needed any more."""
        self.finish_row()
        opening.close_task(self.task, self.flow_task.step, self.run.now)


class SplitActivation(Lean, nodes.Split.activation_class):
    """All branches begin."""

    def __init__(self, task: Task) -> None:
        self.next_tasks: list[tuple[Any, Any]] = []
        super().__init__(task)

    @Activation.status.super()
    def activate(self) -> None:
        """Takes every branch."""
        self.next_tasks = [(node, None) for node, _condition, _source in self.flow_task._branches]


class SignersActivation(SplitActivation):
    """One task per signer."""

    @Activation.status.super()
    def activate(self) -> None:
        """Asks the assignee rules who signs."""
        ((node, _condition, _source),) = self.flow_task._branches
        self.next_tasks = [(node, one) for one in assignees.signers(self.flow_task.step, self.process)]


class JoinActivation(Lean, nodes.Join.activation_class):
    """Waits for every branch."""

    done = False

    def __init__(self, task: Task) -> None:
        self.next_task = None
        super().__init__(task)

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Token, data: Any = None, seed: Any = None) -> Any:
        """The row of this join: the first branch to arrive inserts it."""
        case = prev_activation.process
        base = token.get_base_split_token()
        task = Task.objects.filter(process=case, flow_task=flow_task, token=base, status=STATUS.STARTED).first()
        if task is not None:
            task.process = case
            return cls(task)
        prefix = token.token.rsplit("_", 1)[0] + "_"
        activation = cls.build(
            flow_task, prev_activation, base, data={"prefix": prefix}, started=case.run.now, status=STATUS.STARTED
        )
        activation.task.save(force_insert=True)
        return activation

    def branch_tasks(self) -> Any:
        """Everything between the split and this join."""
        return Task.objects.filter(process_id=self.task.process_id, token__startswith=self.task.data["prefix"])

    @Activation.status.transition(source=STATUS.STARTED)
    def activate(self) -> None:
        """Looks whether a branch is still under way."""
        self.done = not self.branch_tasks().filter(status__in=UNFINISHED).exists()

    def is_done(self) -> bool:
        """Whether all branches have arrived."""
        return self.done

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE, conditions=[this.is_done])
    def complete(self) -> None:
        """All have arrived."""
        self.finish_row()


class QuorumActivation(JoinActivation):
    """Waits until the signers' decision is certain."""

    result: str | None = None

    @Activation.status.transition(source=STATUS.STARTED)
    def activate(self) -> None:
        """Counts the decisions of this round."""
        signers = self.branch_tasks().filter(flow_task=self.flow_task.signer, flow_task_type="HUMAN")
        signed = list(signers.order_by("finished", "pk").values_list("status", "outcome"))
        given = [outcome for status, outcome in signed if status == STATUS.DONE]
        self.result = quorum_result(self.flow_task.step, given, len(signed))
        self.done = self.result is not None

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE, conditions=[this.is_done])
    def complete(self) -> None:
        """Nobody else needs to sign."""
        cancel_tasks(self.branch_tasks(), self.run.now)
        self.process.data.setdefault("outcomes", {})[self.flow_task.step_id] = self.result
        self.run.dirty.add("data")
        self.task.outcome = self.result or ""
        self.finish_row("outcome")


class FunctionActivation(Lean, nodes.Function.activation_class):
    """The engine does something. In the background a failure parks the task instead of losing the case."""

    @Activation.status.super()
    def activate(self) -> None:
        """Calls the function; in the foreground whatever it raises rolls everything back."""
        self.task.started = self.run.now
        if not self.run.background:
            self.flow_task._func(self)
            return
        try:
            with transaction.atomic():
                self.flow_task._func(self)
        except Exception as error:  # any effect may fail in any way, the case must stay whole
            self.park(error)

    def park(self, error: Exception) -> None:
        """Keeps the task as failed: visible, retryable, with nothing personal in it."""
        self.task.status = STATUS.ERROR
        self.task.data = {"error": getattr(error, "code", type(error).__name__)}
        if self.task.pk is None:
            self.task.save(force_insert=True)
        else:
            self.task.save(update_fields=["status", "data"])
        self.run.failed(self.task)

    @Activation.status.transition(source=STATUS.ERROR, target=STATUS.NEW)
    def retry(self) -> None:
        """Makes the failed task ready to run again."""
        self.task.data = {}

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def complete(self) -> None:
        """Done."""
        self.finish_row("started", "data")


class WaitActivation(Lean, nodes.Timer.activation_class):
    """Pauses until its moment; `workflows.services.fire_due` wakes it."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        """Works out the moment."""
        self.task.scheduled = self.until()
        self.task.save(force_insert=True)

    def until(self) -> Any:
        """The moment."""
        return deadlines.wait_until(props_of(self.flow_task.step), self.run)

    @Activation.status.transition(source=STATUS.SCHEDULED, target=STATUS.DONE)
    def wake(self) -> None:
        """The moment has come."""
        self.ended()
        self.task.started = self.run.now
        self.finish_row("started", "outcome")

    def ended(self) -> None:
        """What else its end means."""

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        """Never by the engine: `wake` does it."""


class EndActivation(NextNodeActivationMixin, Lean, nodes.End.activation_class):
    """The case is over."""

    @Activation.status.super()
    def create_next(self) -> list[Any]:
        """Nothing follows."""
        return []

    @Activation.status.super()
    def activate(self) -> None:
        """Cancels what is open and closes the case."""
        case = self.process
        self.task.started = self.run.now
        cancel_tasks(Task.objects.filter(process=case), self.run.now)
        notices.call_off(self.run)
        self.run.close(PROCESS.DONE, self.flow_task.result)
        flow_finished.send(sender=self.flow_class, process=case, task=self.task)
