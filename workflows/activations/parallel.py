"""Branches at the same time, signers who decide together, and the joins behind them."""

from typing import Any

from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from workflows import added, assignees, copies, rounds, signing
from workflows.activations.base import Lean
from workflows.activations.cancelling import UNFINISHED, end_tasks
from workflows.models import PASSED, Task
from workflows.quorum import quorum_result
from workflows.tree import props_of


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
    """One task per signer; in turn, the first one's, and the others in the line."""

    @Activation.status.super()
    def activate(self) -> None:
        """Asks the assignee rules who signs."""
        ((node, _condition, _source),) = self.flow_task._branches
        found = assignees.signers(self.flow_task.step, self.process)
        if props_of(self.flow_task.step).get("mode") == "in_turn":
            self.task.data = {"line": [signing.waiting(one) for one in found[1:]]}
            found = found[:1]
        self.next_tasks = [(node, one) for one in found]


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
        self.run.led_to.setdefault("joins", []).append(self.task.pk)
        self.finish_row()


class QuorumActivation(JoinActivation):
    """Waits until the signers' decision is certain."""

    result: str | None = None

    @Activation.status.transition(source=STATUS.STARTED)
    def activate(self) -> None:
        """Counts the decisions of this round; who signs in turn is called when it is his."""
        signers = self.branch_tasks().filter(flow_task=self.flow_task.signer, flow_task_type__in=["HUMAN", PASSED])
        voices = added.voices(self.flow_task.step, signers)
        given = [voice for voice in voices if voice is not None]
        prefix = self.task.data["prefix"]
        total = len(voices) + len(rounds.line_of(rounds.opener_of(prefix)))
        self.result = quorum_result(self.flow_task.step, given, total)
        self.done = self.result is not None
        if not self.done and len(given) == len(voices):
            self._call_next(prefix, len(voices) + 1)

    def _call_next(self, prefix: str, number: int) -> None:
        case = self.process
        following = signing.call_next(self.flow_task.step, case, prefix)
        if following is not None:
            self.flow_task.signer._create(self, Token(f"{prefix}{number}"), data=following)

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE, conditions=[this.is_done])
    def complete(self) -> None:
        """Nobody else needs to sign."""
        self.run.led_to.setdefault("joins", []).append(self.task.pk)
        end_tasks(self.branch_tasks(), self.run)
        self.process.data.setdefault("outcomes", {})[self.flow_task.step_id] = self.result
        self.run.dirty.add("data")
        self.task.outcome = self.result or ""
        self.finish_row("outcome")
        copies.when_done(self.flow_task.step, self.task.outcome, self.run)
