"""What a flow says for the case that somebody would decide on his own matter, or a second time on the same one."""

from collections.abc import Mapping
from typing import Any

from viewflow.workflow.status import STATUS

from workflows.assignees.found import Why
from workflows.models import Case, Task
from workflows.tree import Step, Tree, effect_of, outcomes_of, props_of


def passing_outcome(step: Step) -> str:
    """The outcome that a step takes by itself when nobody is asked: the first that goes on; "" without any."""
    return next((one["id"] for one in outcomes_of(step) if effect_of(one)[0] == "continue"), "")


class Skipping:
    """Tells for each person whether a step need not ask him, and why."""

    def __init__(self, step: Step, case: Case) -> None:
        props = props_of(step)
        self.starter = case.starter_id if props.get("when_self") == "skip" else None
        again = props.get("when_again", "ask")
        self.agreed: Mapping[int, str] = (
            {} if again == "ask" else agreed_before(step, case, in_a_row=again == "in_a_row")
        )

    def why(self, user_id: int) -> Why | None:
        """The reason why this person need not be asked, None when he must."""
        if user_id == self.starter:
            return {"code": "skipped_self", "user": user_id}
        if user_id in self.agreed:
            return {"code": "skipped_again", "user": user_id, "step": self.agreed[user_id]}
        return None


def agreed_before(step: Step, case: Case, *, in_a_row: bool) -> dict[int, str]:
    """Who let the case pass at an earlier approval of this round → where; `in_a_row`: only at the latest of them."""
    lapsed: Mapping[str, Any] = case.data.get("lapsed", {})
    tree = case.run.tree if hasattr(case, "run") else Tree(case.version.document)
    passing = {
        (one["id"], outcome["id"])
        for one in tree.walk()
        if one["kind"] == "approval" and one["id"] != step["id"]
        for outcome in outcomes_of(one)
        if effect_of(outcome)[0] == "continue"
    }
    done = Task.objects.filter(process=case, flow_task_type="HUMAN", status=STATUS.DONE, owner__isnull=False)
    rows = done.order_by("finished", "pk").values_list("pk", "step_id", "outcome", "owner_id")
    found = [
        (owner, step_id)
        for pk, step_id, outcome, owner in rows
        if owner is not None and (step_id, outcome) in passing and pk > lapsed.get(step_id, 0)
    ]
    if in_a_row and found:
        found = [one for one in found if one[1] == found[-1][1]]
    return dict(found)
