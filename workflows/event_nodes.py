"""The node of a wait for an event: it ends when the event happens, or at its time limit if it has one."""

from typing import Any

from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS

from core.programme.selectors import due_at
from workflows.activations.automatic import WaitActivation
from workflows.answers import given_at, pinned_form
from workflows.kinds import CAME, TIMEOUT
from workflows.models import EventWait
from workflows.nodes import WaitNode
from workflows.tree import props_of


class EventWaitActivation(WaitActivation):
    """Waits for something that happens in the programme; how it ended is the outcome of the step."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        """Stores what it waits for beside the row."""
        props = props_of(self.flow_task.step)
        about, nobody = self._about(props)
        self.task.scheduled = self.run.now if nobody else self.until()
        self.task.save(force_insert=True)
        EventWait.objects.create(task=self.task, event=props["event"], about=about)

    def _about(self, props: dict[str, Any]) -> tuple[str, bool]:
        """(whom the event must concern, whether that was left empty, so that there is nothing to wait for)."""
        if "about" not in props:
            return "", False
        step_id, _dot, key = props["about"].partition(".")
        chosen, _at = given_at(self.process.pk, step_id, key)
        return f"{subject_kind(self.process, step_id, key)}:{chosen}", chosen is None

    def until(self) -> Any:
        """The time limit; None without one."""
        props = props_of(self.flow_task.step)
        if "days" not in props:
            return None
        return due_at(self.run.now, days=props["days"], calendar=props.get("calendar", "calendar"))

    def ended(self) -> None:
        """By the event when its job said so, else by time."""
        self.task.outcome = self.task.outcome or TIMEOUT
        self.process.data.setdefault("outcomes", {})[self.flow_task.step_id] = self.task.outcome
        self.run.dirty.add("data")

    def came(self) -> None:
        """The event happened."""
        self.task.outcome = CAME
        self.wake()


def subject_kind(case: Any, step_id: str, key: str) -> str:
    """The kind of the field in which somebody chose whom it concerns."""
    tree = case.flow_class.tree
    slug = tree.start["form"] if step_id == "start" else props_of(tree.steps[step_id])["form"]
    return next((str(one["kind"]) for one in pinned_form(case, slug).fields if one["key"] == key), "")


class EventWaitNode(WaitNode):
    """A wait for an event."""

    activation_class = EventWaitActivation
