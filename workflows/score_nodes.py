"""The nodes of a score step: one task per juror, and where their scores become one result."""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from core.exceptions import WrongState
from workflows import assignees, copies, scoring
from workflows.activations.cancelling import cancel_tasks
from workflows.activations.parallel import JoinActivation
from workflows.nodes import QuorumNode
from workflows.tree import SCORED

NOBODY_LEFT = _(
    "You cannot step back: nobody else is left who could score in your place. Please ask an administrator to hand "
    "your task to somebody else first."
)


class ScoreActivation(JoinActivation):
    """Waits until there are enough scores; whoever recuses himself is made up for by the administrators."""

    @Activation.status.transition(source=STATUS.STARTED)
    def activate(self) -> None:
        """Counts the scores of this round."""
        rows = list(self._jurors())
        scored = [row for row in rows if row.outcome == SCORED]
        waiting = [row for row in rows if row.status != STATUS.DONE]
        needed = scoring.needed(self.flow_task.step, len(scored) + len(waiting))
        self.done = len(scored) >= needed
        if not self.done and len(scored) + len(waiting) < needed:
            self._make_up(len(rows) + 1, [row.owner_id for row in rows])

    def _jurors(self) -> Any:
        rows = self.branch_tasks().filter(flow_task=self.flow_task.signer, flow_task_type="HUMAN")
        return rows.exclude(status=STATUS.CANCELED).order_by("pk")

    def _make_up(self, number: int, jurors: list[int | None]) -> None:
        """One more juror: somebody else whom the rules find now, else an administrator."""
        step, case = self.flow_task.step, self.process
        barred = assignees.excluded_users(step, case) | frozenset(pk for pk in jurors if pk is not None)
        free = [one for one in assignees.signers(step, case) if one.owner_id is not None and one.owner_id not in barred]
        following = free[0] if free else assignees.nobody(step, case, barred)
        if following.owner_id is None and not self._persons(following) - barred:
            raise WrongState(NOBODY_LEFT, code="nobody_left")
        self.flow_task.signer._create(self, Token(f"{self.task.data['prefix']}{number}"), data=following)

    def _persons(self, assigned: assignees.Assigned) -> set[int]:
        return {user.pk for user in assignees.persons_behind(list(assigned.keys), localdate(self.run.now))}

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE, conditions=[this.is_done])
    def complete(self) -> None:
        """The result stands; nobody else needs to score."""
        step, data = self.flow_task.step, self.process.data
        totals = [scoring.total_of(step, row.data["scores"]) for row in self._jurors() if row.outcome == SCORED]
        cancel_tasks(self.branch_tasks(), self.run.now)
        mean = scoring.mean_of(step, totals)
        self.task.outcome = scoring.outcome_of(step, mean)
        data.setdefault("outcomes", {})[step["id"]] = self.task.outcome
        data.setdefault("scores", {})[step["id"]] = str(scoring.decimal_of(mean))
        self.run.dirty.add("data")
        self.finish_row("outcome")
        copies.when_done(step, self.task.outcome, self.run)


class ScoreNode(QuorumNode):
    """The jurors' scores become one."""

    activation_class = ScoreActivation
