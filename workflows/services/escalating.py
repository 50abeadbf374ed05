"""Climbing a rung of a deadline's ladder: an overdue task goes to others, takes an outcome, or goes back a step."""

from typing import Any

from django.utils.timezone import localdate
from viewflow.workflow.status import STATUS

from core.people.models import OrgUnit
from core.people.selectors import lineage, successor
from workflows import assignees, effects, late, opening, pools
from workflows.announcements import people_of
from workflows.assignees import Asked, Assigned, Found
from workflows.claims import least_of, standing
from workflows.ladders import BY_DEADLINE, CLIMBED, OUTCOME, STEP, UP, WIDEN, Rung
from workflows.models import Task
from workflows.node_names import jump_name
from workflows.running import Done, Run
from workflows.services.acting import MOST_RETURNS, count_return, returns_made, take
from workflows.tree import Step, assignees_of, effect_of, outcomes_of, props_of


def climb(timer: Task, task: Task, step: Step, rung: Rung, run: Run) -> bool:
    """Do what a rung says; False when it cannot be done now, so that a reminder goes out instead.

    `task`: the overdue one, open; its timer has moved on already.
    """
    if rung["do"] == OUTCOME:
        done = _take_outcome(task, step, rung["outcome"], run)
    elif rung["do"] == WIDEN:
        done = _widen(task, step, rung, run)
    elif rung["do"] == STEP:
        done = _go_back(task, step, rung["step"], run)
    else:
        done = _give_to_others(timer, task, step, rung, run)
    if done:
        run.audit("task.escalated", {"task": task.pk, "step": step["id"], "do": rung["do"]})
    else:
        _note(timer, do="remind")
    return done


def _widen(pool: Task, step: Step, rung: Rung, run: Run) -> bool:
    if not pools.widen(pool, step, rung, run):
        return False
    effects.perform(props_of(step).get("on_widen"), run, step={"id": step["id"]})
    return True


def _take_outcome(task: Task, step: Step, name: str, run: Run) -> bool:
    if step["kind"] == "claim":
        if len(standing(run.case, step["id"])) < least_of(step, run.case):
            return False
        pools.conclude(run, step, task)
    outcome = next((one for one in outcomes_of(step) if one["id"] == name), None)
    if outcome is None:
        return False
    if effect_of(outcome)[0] == "return" and returns_made(run.case, step["id"]) >= MOST_RETURNS:
        return False
    users, _guest = people_of(task, run)
    count_return(run, step, outcome)
    _without_them(task)
    take(run, task, step, outcome, None, "")
    late.passed_by(task, users, run)
    return True


def _go_back(task: Task, step: Step, target: str, run: Run) -> bool:
    """As if somebody had found that an earlier step is not done yet."""
    users, _guest = people_of(task, run)
    _without_them(task)
    task.save(update_fields=["data"])
    run.done = Done(task, step["id"], "again")
    activation = task.flow_task.activation_class(task)
    jump = run.case.flow_class.instance.node(jump_name(step, target))
    activation._activate_next([jump._create(activation, task.token)])
    late.passed_by(task, users, run)
    return True


def _without_them(task: Task) -> None:
    """Whoever had it keeps reading what became of it."""
    offered = [*task.data.get("offered", []), *([f"user:{task.owner_id}"] if task.owner_id is not None else [])]
    task.data = {**task.data, "offered": list(dict.fromkeys(offered)), BY_DEADLINE: True}


def _give_to_others(timer: Task, task: Task, step: Step, rung: Rung, run: Run) -> bool:
    users, _guest = people_of(task, run)
    barred = assignees.barred_users(task, step, run.case) | {user.pk for user in users}
    asked = Asked(run.case, frozenset(barred), localdate(run.now))
    parts = (
        [_one_unit_up(task, step, rung, asked)]
        if rung["do"] == UP
        else [assignees.RULES[one["rule"]](one, asked) for one in assignees_of({"props": rung})]
    )
    found = assignees.merged(parts, step, asked)
    if opening.is_as_before(task, found) or not _is_somebody_free(task, found, asked):
        return False
    opening.hand_on(task, Assigned(found.keys, found.owner_id, {**found.why, "overdue": True}), run)
    _note(timer, why=found.why, owner=found.owner_id)
    late.passed_on(task, users, run)
    return True


def _is_somebody_free(task: Task, found: Assigned, asked: Asked) -> bool:
    """Whether one of those found can act: where several decide together, each has one voice and needs one task."""
    if found.owner_id is not None:
        return found.owner_id not in asked.excluded
    if any(key.startswith("guest:") for key in found.keys):
        return True
    free = {user.pk for user in assignees.persons_behind(list(found.keys), asked.on)} - asked.excluded
    fellows = Task.objects.filter(process=asked.case, flow_task=task.flow_task, status=STATUS.NEW).exclude(pk=task.pk)
    return len(free) > sum(opening.is_as_before(one, found) for one in fellows)


def _one_unit_up(task: Task, step: Step, rung: Rung, asked: Asked) -> Found:
    """Whoever holds the role one unit above the one in which the task was, or higher up."""
    roles = rung.get("roles") or [role for rule in assignees_of(step) for role in rule.get("roles") or ()]
    here = OrgUnit.objects.filter(pk=task.why.get("unit")).first() or asked.case.unit
    above = lineage(successor(here))[1:]
    if not above:
        return Found({"code": "nobody", "unit": here.pk})
    found = assignees.role_in(above[0], {"roles": roles}, asked)
    if not found.is_empty():
        found.why = {
            "code": "role",
            **{name: found.why[name] for name in ("roles", "unit", "home") if name in found.why},
        }
    return found


def _note(timer: Task, **more: Any) -> None:
    """Keeps with the timer what came of its latest rung, for the story of the case."""
    *before, last = timer.data[CLIMBED]
    timer.data = {**timer.data, CLIMBED: [*before, {**last, **more}]}
    timer.save(update_fields=["data"])
