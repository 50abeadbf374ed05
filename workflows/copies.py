"""Sending a case to people who only read it, by hand or because the flow says so at a step."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.people.models import User
from workflows import asides
from workflows.letters import receivers
from workflows.models import CaseCopy
from workflows.tree import Step, effect_of, outcomes_of, props_of

if TYPE_CHECKING:
    from workflows.running import Run


def give(users: Iterable[User], run: "Run", *, note: str = "", step_id: str = "", is_internal: bool) -> list[CaseCopy]:
    """One copy to each of them, with a message; from the step `step_id`, else from whoever acts."""
    by = None if step_id else run.actor.user
    made = [
        CaseCopy.objects.create(
            case=run.case, to=user, by=by, step_id=step_id, note=note, is_internal=is_internal, created_at=run.now
        )
        for user in users
    ]
    if made:
        data = {"to": [copy.to_id for copy in made], **({"step": step_id} if step_id else {})}
        run.audit("case.copied", data)
    for copy in made:
        asides.copied(copy, run)
    return made


def when_done(step: Step, outcome: str, run: "Run") -> None:
    """What the step's `copy_to` says, once it is done; not when it sends the case back, and to nobody twice."""
    wanted = props_of(step).get("copy_to") or ()
    chosen = next((one for one in outcomes_of(step) if one["id"] == outcome), None)
    if not wanted or (chosen is not None and effect_of(chosen)[0] in ("return", "again")):
        return
    users: dict[int, User] = {}
    for one in wanted:
        found, _guest = receivers(one, run)
        users |= {user.pk: user for user in found if user.is_active}
    there = CaseCopy.objects.filter(case=run.case, step_id=step["id"]).values_list("to_id", flat=True)
    new = [user for pk, user in users.items() if pk not in set(there) | {run.actor.user_id}]
    give(new, run, step_id=step["id"], is_internal=True)
