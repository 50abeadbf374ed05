"""A returned case comes straight back to whoever returned it: what stood in between stands again.

Only where the corrected answers still lead the same way; else the case walks again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.timezone import localdate

from core.people.models import User
from workflows import undoing
from workflows.activations.cancelling import cut
from workflows.answers import value_of
from workflows.assignees import Assigned, barred_users, for_step, persons_behind
from workflows.models import Case, Task
from workflows.node_names import entry_of
from workflows.straight_rules import STRAIGHT, in_between, is_straight
from workflows.stranded import BY_ROLE
from workflows.tree import Step, Tree, is_together, outcomes_of

STRAIGHT_TO, WALKS_AGAIN = "straight_to", "walks_again"  # data of the task that was corrected, for the story


def noted_before(step: Step, target: str, case: Case) -> dict[str, str] | None:
    """The ways that the case takes in between, if the outcome just chosen wants it to come straight back; else None."""
    taken = case.data.get("outcomes", {}).get(step["id"])
    outcome = next((one for one in outcomes_of(step) if one["id"] == taken), None)
    if outcome is None or outcome.get("effect") != f"return:{target}" or not is_straight(outcome):
        return None
    tree = case.flow_class.tree
    return ways_of(tree, in_between(tree, step["id"], target), case)


def ways_of(tree: Tree, step_ids: Iterable[str], case: Case) -> dict[str, str]:
    """Choice → the way that the case takes there with its answers and decisions as they are."""
    blocks = [tree.steps[step_id] for step_id in step_ids if tree.steps[step_id]["kind"] == "branch"]
    return {block["id"]: _way(block, case) for block in blocks}


def _way(block: Step, case: Case) -> str:
    for one in block["branches"]:
        if not one.get("default") and value_of(one["when"], case) is True:
            return str(one["id"])
    return next((str(one["id"]) for one in block["branches"] if one.get("default")), "")


def remember(step: Step, target: str, ways: Mapping[str, str], returned: Task, case: Case) -> None:
    """Keeps, while the correction is made, to whom the case comes back and what stands again then."""
    before, between = case.run.led_to["before"], in_between(case.flow_class.tree, step["id"], target)
    noted = {
        "to": step["id"],
        "by": case.run.actor.user_id,
        "why": returned.why,
        "ways": dict(ways),
        **{part: {key: before[part][key] for key in between if key in before[part]} for part in ("outcomes", "lapsed")},
    }
    case.data[STRAIGHT] = {**case.data.get(STRAIGHT, {}), target: noted}


def goes(task: Task, activation: Any, run: Any) -> bool:
    """Whether a case that was corrected goes straight back to whoever returned it; then it has gone."""
    noted = run.case.data.get(STRAIGHT, {}).pop(task.step_id, None)
    if noted is None:
        return False
    run.dirty.add("data")
    case, tree = run.case, run.tree
    between = in_between(tree, noted["to"], task.step_id)
    during = {part: dict(case.data.get(part, {})) for part in ("outcomes", "lapsed")}
    case.data["outcomes"] = {**during["outcomes"], **noted["outcomes"]}
    others = {key: value for key, value in during["lapsed"].items() if key not in between}
    case.data["lapsed"] = {**others, **noted["lapsed"]}
    if ways_of(tree, between, case) != noted["ways"]:
        undoing.undo_effects(run, between)
        case.data.update(during)
        task.data[WALKS_AGAIN] = noted["to"]
        task.save(update_fields=["data"])
        return False
    steps = [task.step_id, *between]
    kept = {part: {key: during[part][key] for key in steps if key in during[part]} for part in during}
    kept["outcomes"].pop(task.step_id, None)
    run.led_to["before"] = {"steps": steps, **kept, STRAIGHT: {task.step_id: noted}}
    task.data[STRAIGHT_TO] = noted["to"]
    _enter(tree.steps[noted["to"]], noted, task, activation)
    return True


def _enter(step: Step, noted: Mapping[str, Any], task: Task, activation: Any) -> None:
    case = task.process
    node = case.flow_class.instance.node(entry_of(step))
    token = cut(task.token, case.flow_class.tree.parallel_depth(step["id"]))
    same = None if is_together(step) else _same_person(step, noted, task, case)
    activation._activate_next([node._create(activation, token, data=same)])


def _same_person(step: Step, noted: Mapping[str, Any], task: Task, case: Case) -> Assigned | None:
    """Whoever returned the case has it again, as long as he still may; None leaves it to the rules of the step."""
    user = User.objects.filter(pk=noted["by"], is_active=True).exclude(member__is_active=False).first()
    if user is None or noted["why"].get("code") == "added" or user.pk in barred_users(task, step, case):
        return None
    if noted["why"].get("code") in BY_ROLE or noted["why"].get("code") is None:
        found = for_step(step, case, may_pass=False)
        if user.pk != found.owner_id and user.pk not in {
            one.pk for one in persons_behind(list(found.keys), localdate(case.run.now))
        }:
            return None
    return Assigned(owner_id=user.pk, why=noted["why"])
