"""What every activation of ours does differently from Viewflow's, and the first and last row of a case."""

from collections.abc import Iterable
from typing import Any

from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes.mixins import NextNodeActivationMixin
from viewflow.workflow.signals import flow_finished, flow_started, task_finished
from viewflow.workflow.status import PROCESS, STATUS
from viewflow.workflow.token import Token

from workflows import notices
from workflows.activations.cancelling import cancel_tasks
from workflows.models import Task


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
