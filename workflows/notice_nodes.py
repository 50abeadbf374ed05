"""The nodes of a notice step: the days in which anybody may object, and the decision on objections."""

from typing import Any

from workflows import deadlines, notices
from workflows.activations.automatic import WaitActivation
from workflows.activations.human import HumanActivation
from workflows.kinds import NOBODY_OBJECTED
from workflows.nodes import HumanNode, WaitNode
from workflows.tree import props_of


class NoticeWindowActivation(WaitActivation):
    """A public notice is posted; its end without objections is an outcome like a person's."""

    def until(self) -> Any:
        """The last moment, the same that the notice shows."""
        self.run.posted.append(self.task)
        return deadlines.notice_until(props_of(self.flow_task.step), self.run)

    def ended(self) -> None:
        """Closes the notice; what follows depends on whether somebody objected."""
        step = self.flow_task.step
        if notices.close_window(step, self.run):
            return
        self.task.outcome = NOBODY_OBJECTED
        self.process.data.setdefault("outcomes", {})[step["id"]] = NOBODY_OBJECTED
        self.run.dirty.add("data")


class NoticeDecisionActivation(HumanActivation):
    """Whoever decides on objections."""

    def decided(self, outcome: str) -> None:
        """The decision ends the notice."""
        notices.decide(self.flow_task.step, outcome, self.run)


class NoticeWindowNode(WaitNode):
    """The days in which anybody may object."""

    activation_class = NoticeWindowActivation


class NoticeDecisionNode(HumanNode):
    """Somebody decides on the objections to a notice."""

    activation_class = NoticeDecisionActivation
