"""Who decided in a case, for effects that must not count what one person did alone."""

from collections.abc import Mapping, Set
from typing import Any

from viewflow.workflow.status import STATUS

from workflows.models import Case, Task
from workflows.tree import START, Tree, effect_of, outcomes_of


def others_who_acted(case: Case, but: Set[int | None]) -> set[int]:
    """Logins that finished a step of this round, the start left out, without those in `but`."""
    lapsed = case.data.get("lapsed", {})
    done = Task.objects.filter(process=case, flow_task_type="HUMAN", status=STATUS.DONE, owner__isnull=False)
    rows = done.exclude(step_id=START).values_list("pk", "step_id", "owner_id")
    return {owner for pk, step_id, owner in rows if owner is not None and pk > lapsed.get(step_id, 0)} - but


def two_who_let_it_pass(case: Case, definition: Mapping[str, Any], but: Set[int | None]) -> tuple[int, int] | None:
    """Two logins that let the case pass at two different approvals of this round, the earlier first; None if not two.

    Neither is in `but`, and they are not the same person. Steps that only ask something, and the decision on a public
    notice, count for nobody: they are no approval of the whole.
    """
    lapsed = case.data.get("lapsed", {})
    passing = {
        (step["id"], outcome["id"])
        for step in Tree(definition).walk()
        if step["kind"] == "approval"
        for outcome in outcomes_of(step)
        if effect_of(outcome)[0] == "continue"
    }
    done = Task.objects.filter(process=case, flow_task_type="HUMAN", status=STATUS.DONE, owner__isnull=False)
    rows = done.order_by("finished", "pk").values_list("pk", "step_id", "outcome", "owner_id")
    found = [
        (step_id, owner)
        for pk, step_id, outcome, owner in rows
        if owner is not None and (step_id, outcome) in passing and pk > lapsed.get(step_id, 0) and owner not in but
    ]
    for index, (step_id, owner) in enumerate(found):
        for later_step, later in found[index + 1 :]:
            if later_step != step_id and later != owner:
                return owner, later
    return None
