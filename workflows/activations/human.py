"""A task that a person must do."""

from typing import Any

from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from workflows import added, assignees, copies, opening, pools
from workflows.activations.base import Lean
from workflows.models import PASSED


class HumanActivation(Lean, nodes.View.activation_class):
    """Somebody must do something."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Token, data: Any = None, seed: Any = None) -> Any:
        """`data`: whom the task goes to, if that is decided already (signers)."""
        activation = cls.build(flow_task, prev_activation, token)
        case = prev_activation.process
        if flow_task.step["kind"] == "claim":
            pools.start_pool(activation.task, flow_task.step, case.run)
            return activation
        assigned = data if isinstance(data, assignees.Assigned) else assignees.for_step(flow_task.step, case)
        if assigned.passes:
            activation.pass_by(assigned)
        else:
            opening.open_task(activation.task, flow_task.step, assigned, case.run)
        return activation

    def pass_by(self, assigned: assignees.Assigned) -> None:
        """Nobody need be asked: a row that says why, and the case goes on by itself."""
        task, step = self.task, self.flow_task.step
        task.flow_task_type, task.status, task.why = PASSED, STATUS.DONE, assigned.why
        task.outcome, task.started = assignees.passing_outcome(step), self.run.now
        self.finish_row()
        self.run.audit("task.passed_by", {"task": task.pk, "step": step["id"], "reason": assigned.why["code"]})
        self.conclude(task.outcome)

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
        task = self.task
        task.owner_id, task.outcome = self.run.actor.user_id, outcome
        task.started = task.started or self.run.now
        self.finish_row("owner", "outcome", "started", "data")
        opening.close_task(task, self.flow_task.step, self.run.now)
        if not added.is_shared(task):
            self.conclude(outcome)

    def conclude(self, outcome: str) -> None:
        """The decision stands; where several decide together, their join says so instead."""
        if self.flow_task.signs:
            return
        self.process.data.setdefault("outcomes", {})[self.flow_task.step_id] = outcome
        self.run.dirty.add("data")
        copies.when_done(self.flow_task.step, outcome, self.run)

    def decided(self, outcome: str) -> None:
        """What else the outcome means."""

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.CANCELED)
    def cancel(self) -> None:
        """The task is not needed any more."""
        self.finish_row()
        opening.close_task(self.task, self.flow_task.step, self.run.now)
