"""The node of a step that starts another flow, and waits for the end of the case if it is told to."""

from typing import Any

from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS

from workflows.activations.automatic import FunctionActivation
from workflows.activations.cancelling import SUBCASE
from workflows.nodes import EffectNode
from workflows.tree import Step, waits_for_child


class SubcaseActivation(FunctionActivation):
    """Starts a case of another flow; its row stays open as long as it waits for that case."""

    @Activation.status.super()
    def activate(self) -> None:
        """The row comes first, since the new case points at it."""
        if self.task.pk is None:
            self.task.save(force_insert=True)
        super().activate()
        if self.task.status != STATUS.ERROR:
            self.task.status = STATUS.STARTED if waits_for_child(self.flow_task.step) else STATUS.NEW
            self.task.save(update_fields=["status", "started", "data"])

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def child_ended(self, result: str) -> None:
        """The case that it started is over; its result is the outcome of the step."""
        self.task.outcome = result
        self.process.data.setdefault("outcomes", {})[self.flow_task.step_id] = result
        self.run.dirty.add("data")
        self.finish_row("outcome")


class SubcaseNode(EffectNode):
    """Another flow begins."""

    task_type = SUBCASE
    activation_class = SubcaseActivation

    def __init__(self, step: Step) -> None:
        super().__init__(step, starts_child)


def starts_child(activation: Any) -> None:
    """Begins the case, in the transaction of the step."""
    from workflows.services.subcases import start_child  # the services know the compiler, which knows the nodes

    start_child(activation.flow_task.step, activation.task, activation.run)
