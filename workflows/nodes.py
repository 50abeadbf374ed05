"""The nodes that a compiled flow is made of: Viewflow's, subclassed where the open-source edition has no equivalent."""

from collections.abc import Callable
from typing import Any

from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.base import Edge, Flow, Node
from viewflow.workflow.exceptions import FlowRuntimeError
from viewflow.workflow.nodes.mixins import NextNodeMixin

from workflows import straight
from workflows.activations.automatic import FunctionActivation, WaitActivation
from workflows.activations.base import EndActivation, StartActivation
from workflows.activations.cancelling import cancel_region, cut
from workflows.activations.human import HumanActivation
from workflows.activations.parallel import JoinActivation, QuorumActivation, SignersActivation, SplitActivation
from workflows.locks import CaseRowLock
from workflows.models import Case, Task
from workflows.straight_rules import in_between
from workflows.tree import Back, Step, Tree, props_of

Condition = Callable[[Any], bool]


class CompiledFlow(Flow):
    """Base of every compiled version. `tree`: the index over its document."""

    process_class = Case
    task_class = Task
    lock_impl = CaseRowLock()
    process_title = "-"
    process_description = "-"
    tree: Tree


class StepMixin:
    """A node that stands for a step of the document."""

    def __init__(self, step: Step, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step = step

    @property
    def step_id(self) -> str:
        """The id of the step."""
        return str(self.step["id"])


class StartNode(StepMixin, nodes.StartHandle):
    """The starting form, already filled in."""

    task_type = "HUMAN_START"
    activation_class = StartActivation


class HumanNode(StepMixin, nodes.View):
    """Something that a person must do. `signs`: one of several who decide together."""

    task_type = "HUMAN"
    activation_class = HumanActivation

    def __init__(self, step: Step, *, signs: bool = False) -> None:
        super().__init__(step=step, view=None)
        self.signs = signs


class SwitchNode(nodes.Switch):
    """A choice without a row: evaluated while its successor is created."""

    def _create(self, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        for node, condition in self._branches:
            if condition is None or condition(prev_activation):
                return node._create(prev_activation, token)
        raise FlowRuntimeError(f"no way on from {self.name}")


class JumpNode(NextNodeMixin, Node):
    """Going back: cancels the region, then enters the target. Has no row."""

    task_type = "JUMP"
    shape = nodes.Switch.shape
    bpmn_element = "exclusiveGateway"

    def __init__(self, back: Back, step: Step, target: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.back, self.step, self.target = back, step, target

    def _create(self, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        case = prev_activation.process
        noted = straight.noted_before(self.step, self.target, case)
        stands = in_between(case.flow_class.tree, self.step["id"], self.target) if noted is not None else ()
        cancel_region(case, self.back.region, stands=stands)
        if noted is not None:
            straight.remember(self.step, self.target, noted, prev_activation.task, case)
        return self._next._create(prev_activation, cut(token, self.back.depth))


class SplitNode(StepMixin, nodes.Split):
    """Parallel branches begin."""

    activation_class = SplitActivation


class SignersNode(StepMixin, nodes.Split):
    """One task per person who signs; Viewflow's data-source split is not in the open-source edition."""

    activation_class = SignersActivation

    def ForEach(self, node: Any) -> "SignersNode":  # noqa: N802  # named like Viewflow's `Next`
        """Create `node` once per signer."""
        self._activate_next.append((node, None, None))
        return self

    def _ready(self) -> None:
        super()._ready()
        for node, _condition, _source in self._activate_next:
            node._multi_instance = True


class JoinNode(StepMixin, nodes.Join):
    """Parallel branches meet."""

    activation_class = JoinActivation


class QuorumNode(StepMixin, nodes.Join):
    """The signers' decisions become one."""

    activation_class = QuorumActivation

    def __init__(self, step: Step, signer: Any) -> None:
        super().__init__(step=step)
        self.signer = signer

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.signer = this.resolve(instance, self.signer)


class EffectNode(StepMixin, nodes.Function):
    """A named effect of the programme."""

    bpmn_element = "serviceTask"
    activation_class = FunctionActivation

    def __init__(self, step: Step, func: Any) -> None:
        super().__init__(step=step, func=func)


class NotifyNode(StepMixin, nodes.SendHandle):
    """A message that the designer wrote."""

    activation_class = FunctionActivation

    def __init__(self, step: Step, func: Any) -> None:
        super().__init__(step=step, func=func)


class WaitNode(StepMixin, nodes.Timer):
    """A pause until a moment."""

    activation_class = WaitActivation

    def __init__(self, step: Step) -> None:
        super().__init__(step=step, delay=None)


class EndNode(nodes.TerminateEnd):
    """The end, with its result; cancels whatever is still open."""

    activation_class = EndActivation

    def __init__(self, result: str, step_id: str = "") -> None:
        super().__init__()
        self.result = result
        self.step_id = step_id


__all__ = ["CompiledFlow", "Condition", "Edge", "props_of"]
