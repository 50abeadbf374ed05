"""What effects did is undone when their case goes back behind them: newest first, each deed exactly once."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from viewflow.workflow.status import STATUS

from workflows.effects import UNDOS, perform
from workflows.models import Task
from workflows.tree import props_of

if TYPE_CHECKING:
    from workflows.running import Run

EFFECT_ROW = "FUNCTION"
UNDONE = "undone"  # data of the row of an effect: when it was undone


def undo_effects(run: "Run", step_ids: Iterable[str], *, after: int = 0) -> None:
    """Undoes what effects in these steps did in tasks later than `after`, unless it was undone before.

    Raises: as `effects.perform`; then nothing happens at all, also not what led to it.
    """
    tree = run.tree
    effects = {
        step_id: tree.steps[step_id]
        for step_id in step_ids
        if step_id in tree.steps and props_of(tree.steps[step_id]).get("effect") in UNDOS
    }
    if not effects:
        return
    rows = Task.objects.filter(process=run.case, step_id__in=effects, flow_task_type=EFFECT_ROW, status=STATUS.DONE)
    for row in rows.filter(pk__gt=after).order_by("-pk"):
        if UNDONE in row.data:
            continue
        step = effects[row.step_id]
        perform(props_of(step)["effect"], run, step=step, within=UNDOS)
        row.data = {**row.data, UNDONE: run.now.isoformat()}
        row.save(update_fields=["data"])
        run.led_to["final"] = True
        run.audit("case.effect_undone", {"task": row.pk, "step": row.step_id})
