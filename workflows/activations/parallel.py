"""Branches at the same time, signers who decide together, and the joins behind them."""

from typing import Any

from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from workflows import assignees, copies
from workflows.activations.base import Lean
from workflows.activations.cancelling import UNFINISHED, cancel_tasks
from workflows.models import PASSED, Task
from workflows.quorum import quorum_result


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
        signers = self.branch_tasks().filter(flow_task=self.flow_task.signer, flow_task_type__in=["HUMAN", PASSED])
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
        copies.when_done(self.flow_task.step, self.task.outcome, self.run)
