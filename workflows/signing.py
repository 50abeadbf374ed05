"""Who signs next where signers act one after the other: whoever waits in the line, if he still may."""

from core.people.models import User
from workflows import assignees, rounds
from workflows.assignees import Assigned
from workflows.models import Case, Task
from workflows.stranded import BY_ROLE
from workflows.tree import Step


def waiting(one: Assigned) -> rounds.Waiting:
    """As the line keeps it."""
    return {"owner": one.owner_id, "keys": list(one.keys), "why": one.why}


def call_next(step: Step, case: Case, prefix: str) -> Assigned | None:
    """Takes the next one out of the line of a round; None when nobody waits.

    Whoever left, lost the role for which he was to sign, or signed already in somebody's place is replaced by somebody
    whom the rules find now, else by the administrators.
    """
    opener = rounds.opener_of(prefix)
    line = rounds.line_of(opener)
    if not line:
        return None
    rounds.keep_line(opener, line[1:])
    after = {one["owner"] for one in line[1:]}
    return _still(line[0], step, case, _signed(prefix, step, case) | after)


def _signed(prefix: str, step: Step, case: Case) -> set[int | None]:
    rows = Task.objects.filter(process=case, step_id=step["id"], flow_task_type="HUMAN", token__startswith=prefix)
    return set(rows.filter(status="DONE").values_list("owner_id", flat=True))


def _still(entry: rounds.Waiting, step: Step, case: Case, taken: set[int | None]) -> Assigned:
    owner, why = entry["owner"], entry["why"]
    if owner is None:
        return Assigned(keys=tuple(entry["keys"]), why=why)
    found = assignees.signers(step, case)
    is_found = owner in {one.owner_id for one in found}
    if owner not in taken and (is_found or (why.get("code") not in BY_ROLE and _is_there(owner))):
        return Assigned(owner_id=owner, why=why)
    free = [one for one in found if one.owner_id is None or one.owner_id not in taken]
    if free:
        return free[0]
    barred = assignees.excluded_users(step, case) | frozenset(pk for pk in taken if pk is not None)
    return assignees.nobody(step, case, barred)


def _is_there(user_id: int) -> bool:
    there = User.objects.filter(pk=user_id, is_active=True).exclude(member__is_active=False)
    return there.exists()
