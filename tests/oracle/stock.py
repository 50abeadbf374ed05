"""The oracle: the same documents on Viewflow's own nodes and tables, where those are right.

Left out are returns over a parallel boundary, which the stock join cannot survive, and deadlines.
"""

from itertools import count
from typing import Any

from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.base import Flow
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import STATUS

from core.people.models import User
from tests.oracle import published
from workflows.tree import branch_steps, effect_of, outcomes_of

_numbers = count(1)


def started(activation: Any, data: dict[str, Any]) -> Any:
    activation.process.data = {**data, "outcomes": {}}
    return activation.process


class Stock:
    """Compiles one document; names are `n_<step>`."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.nodes: dict[str, Any] = {}

    def build(self) -> type[Flow]:
        self.nodes["end"] = nodes.End()
        entry = self.sequence(self.document["steps"], "end")
        self.nodes["n_start"] = nodes.StartHandle(started).Next(getattr(this, entry))
        self.nodes["n_again"] = nodes.View(view=None).Next(getattr(this, entry))
        name = f"Stock{next(_numbers)}"
        flow = type(name, (Flow,), {"__module__": published.__name__, "process_title": "-", **self.nodes})
        setattr(published, name, flow)
        return flow

    def sequence(self, steps: Any, following: str) -> str:
        for step in reversed(steps):
            following = getattr(self, f"do_{step['kind']}")(step, following)
        return following

    def do_approval(self, step: dict[str, Any], following: str) -> str:
        switch = nodes.Switch()
        for outcome in outcomes_of(step):
            kind, target = effect_of(outcome)
            if kind == "end":
                self.nodes.setdefault(f"end_{target}", nodes.TerminateEnd())
                switch.Case(getattr(this, f"end_{target}"), self.had(step["id"], outcome["id"]))
            elif kind in ("return", "again"):
                entry = "n_again" if target == "start" else f"n_{target}"
                switch.Case(getattr(this, entry), self.had(step["id"], outcome["id"]))
        switch.Default(getattr(this, following))
        self.nodes[f"n_{step['id']}__outcome"] = switch
        self.nodes[f"n_{step['id']}"] = nodes.View(view=None).Next(getattr(this, f"n_{step['id']}__outcome"))
        return f"n_{step['id']}"

    def had(self, step_id: str, outcome: str) -> Any:
        return lambda activation: activation.process.data["outcomes"].get(step_id) == outcome

    def do_branch(self, step: dict[str, Any], following: str) -> str:
        hit, default = (self.sequence(steps, following) for steps in branch_steps(step))
        limit = step["branches"][0]["when"][">"][1]
        switch = nodes.Switch().Case(getattr(this, hit), lambda activation: activation.process.data["value"] > limit)
        self.nodes[f"n_{step['id']}"] = switch.Default(getattr(this, default))
        return f"n_{step['id']}"

    def do_parallel(self, step: dict[str, Any], following: str) -> str:
        join = f"n_{step['id']}__join"
        self.nodes[join] = nodes.Join().Next(getattr(this, following))
        split = nodes.Split()
        for steps in branch_steps(step):
            split.Next(getattr(this, self.sequence(steps, join)))
        self.nodes[f"n_{step['id']}"] = split
        return f"n_{step['id']}"

    def do_end(self, step: dict[str, Any], following: str) -> str:
        result = step["props"]["result"]
        self.nodes.setdefault(f"end_{result}", nodes.TerminateEnd())
        return f"end_{result}"


class StockCase:
    """A running case of the oracle, with the same questions and actions as the bench."""

    def __init__(self, document: dict[str, Any], value: int) -> None:
        self.flow = Stock(document).build()
        self.process: Process = self.flow.instance.node("n_start").run(data={"value": value})

    def rows(self) -> list[Task]:
        return list(Task.objects.filter(process=self.process, flow_task_type="HUMAN", status=STATUS.NEW).order_by("pk"))

    def open(self) -> list[str]:
        names = [row.flow_task.name.removeprefix("n_") for row in self.rows()]
        return sorted("start" if name == "again" else name for name in names)

    def act(self, step_id: str, outcome: str, user: User) -> None:
        name = "n_again" if step_id == "start" else f"n_{step_id}"
        row = next(row for row in self.rows() if row.flow_task.name == name)
        with row.activation() as activation:
            activation.assign(user)
            activation.start(None)
            activation.process.data["outcomes"][step_id] = outcome
            activation.process.save()
            activation.execute()

    def is_over(self) -> bool:
        self.process.refresh_from_db()
        return bool(self.process.status == "DONE")
