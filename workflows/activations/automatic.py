"""What the engine does by itself: effects, messages and waits."""

from typing import Any

from django.db import transaction
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS

from workflows import deadlines
from workflows.activations.base import Lean
from workflows.tree import props_of


class FunctionActivation(Lean, nodes.Function.activation_class):
    """The engine does something. In the background a failure parks the task instead of losing the case."""

    @Activation.status.super()
    def activate(self) -> None:
        """Calls the function; in the foreground whatever it raises rolls everything back."""
        self.task.started = self.run.now
        if not self.run.background:
            self.flow_task._func(self)
            return
        told = len(self.run.letters)
        try:
            with transaction.atomic():
                self.flow_task._func(self)
        except Exception as error:  # any effect may fail in any way, the case must stay whole
            del self.run.letters[told:]
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
