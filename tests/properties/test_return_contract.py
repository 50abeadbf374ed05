"""Random flows walked at random: what must hold after every step, whatever was returned, released or waited for."""

import os
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from core.actors import VISITOR, Actor
from core.exceptions import DandelionError
from core.notices.models import PublicNotice
from core.notices.selectors import notices_open
from core.people.models import User
from core.people.selectors import Claimant
from tests.workflows.conftest import Bench, bench
from tests.workflows.flows import approval, branch, claim, effect, flow, notice, parallel
from workflows import services
from workflows.activations.cancelling import UNFINISHED
from workflows.added import awaited, is_added, standing
from workflows.assignees import barred_users
from workflows.assignees.behind import persons_behind
from workflows.claims import slots_of, steps_of
from workflows.delegations import is_delegated
from workflows.effects import UNDOS
from workflows.models import Case, StepClaim, Task, TaskCandidate, TimeLimit
from workflows.selectors import progress
from workflows.straight_rules import may_come_straight
from workflows.substitutes import with_substitutes
from workflows.tree import BackError, Step, Tree, branch_steps, is_together
from workflows.undoing import UNDONE

__all__ = ["bench"]  # the fixture
SEEDS, ACTIONS, DEEPEST = range(int(os.environ.get("DANDELION_EXAMPLES", "40"))), 25, 3
SIMPLE = ["approval", "approval", "claim", "effect", "wait", "notice", "together", "score"]
BIG = {">": [{"var": "start.value"}, 100]}
STARTERS = ["member1", "lishuji", "zhoufu"]  # two of them may find a step of their own
CLERK = {"rule": "role", "roles": ["street_clerk"]}
VACANT = {"rule": "role", "roles": ["liaison"]}
CRITERIA = [{"id": "use", "label": "实效", "max": 10}]


class Grower:
    """Grows random flows; `signers` decide together."""

    def __init__(self, dice: random.Random, signers: list[int]) -> None:
        self.dice, self.signers, self.grown = dice, signers, 0

    def document(self) -> dict[str, Any]:
        document = flow(*self.steps(0), limit={"days": 5})
        tree = Tree(document)
        for step in tree.walk():
            found: Any = step
            if step["kind"] in ("approval", "notice"):
                found["outcomes"] = self.outcomes(tree, step["id"])
            if found["kind"] == "approval" and "deadline" in found["props"]:
                found["props"]["deadline"].update(self.ladder(tree, step["id"]))
        return document

    def steps(self, depth: int) -> list[dict[str, Any]]:
        return [one for _number in range(self.dice.randint(1, 3)) for one in self.with_work(self.step(depth))]

    def with_work(self, step: dict[str, Any]) -> list[dict[str, Any]]:
        """Where something must be done in time, there is something to do."""
        if "hold" not in step.get("props", {}):
            return [step]
        work = approval(f"{step['id']}w", assignee={"rule": "claimant", "step": step["id"]}, deadline={"days": 3})
        return [step, work]

    def step(self, depth: int) -> dict[str, Any]:
        self.grown += 1
        name, kind = f"s{self.grown}", self.dice.choice(SIMPLE + ["parallel", "branch"] * (depth < DEEPEST))
        if kind == "claim":
            return self.pool(name)
        if kind == "effect":
            return effect(name, "log", text=name)
        if kind == "notice":
            return {**notice(), "id": name}
        if kind == "wait":
            return {"id": name, "kind": "wait", "props": {"days": 1}}
        if kind == "parallel":
            return parallel(name, self.steps(depth + 1), self.steps(depth + 1))
        if kind == "branch":
            return branch(name, BIG, self.steps(depth + 1), self.steps(depth + 1) if self.dice.random() < 0.7 else [])
        if kind == "together":
            rules = [{"rule": "user", "user": pk} for pk in self.signers]
            mode = self.dice.choice(["all", "any", "quorum", "ratio", "in_turn"])
            policies = {} if mode == "in_turn" else self.policies()
            return approval(name, assignee=rules, mode=mode, need=2, percent=60, deadline={"days": 2}, **policies)
        if kind == "score":
            rules = [{"rule": "user", "user": pk} for pk in self.signers]
            need = self.dice.choice([{}, {"need": 2}])
            props = {"assignee": rules, "criteria": CRITERIA, "pass": 5, "deadline": {"days": 2}, **need}
            return {"id": name, "kind": "score", "props": props}
        who = self.dice.choice([None, None, CLERK, VACANT])
        return approval(name, assignee=who, deadline={"days": 3}, **self.policies())

    def pool(self, name: str) -> dict[str, Any]:
        """An offer with one or two places, perhaps with a waiting list, a time for the work and a ladder."""
        props: dict[str, Any] = {"deadline": {"days": 2}}
        if self.dice.random() < 0.5:
            props |= {"slots": 2, "least": 1}
            rungs = [{"after": 1, "do": "widen", "claimants": ["organisation", "person"]}]
            props["deadline"]["overdue"] = [*rungs, {"after": 3, "do": "outcome", "outcome": "claimed"}]
        if self.dice.random() < 0.5:
            props["waitlist"] = {"days": 1}
        if self.dice.random() < 0.3:
            props["hold"] = {"days": 2}
        return claim(name, on_claim="log.claimed", on_release="log.released", **props)

    def policies(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.dice.random() < 0.3:
            found["when_nobody"] = CLERK
        if self.dice.random() < 0.3:
            found["when_self"] = self.dice.choice(["skip", "above", "admins"])
        if self.dice.random() < 0.3:
            found["when_again"] = "skip"
        if self.dice.random() < 0.5:
            found["may_add"] = ["before", "beside", "after"]
        return found

    def ladder(self, tree: Tree, source: str) -> dict[str, Any]:
        """Rungs that can be climbed, in the order in which they may stand."""
        rungs: list[dict[str, Any]] = [
            {"do": "remind"},
            {"do": "reassign", "assignee": CLERK},
            {"do": "up", "roles": ["street_clerk"]},
        ]
        chosen = [rung for rung in rungs if self.dice.random() < 0.3]
        targets = [step for step in tree.steps if _allowed(tree, source, step)]
        if targets and self.dice.random() < 0.3:
            chosen.append({"do": "step", "step": self.dice.choice(targets)})
        elif self.dice.random() < 0.2:
            chosen.append({"do": "outcome", "outcome": "ok"})
        return {"overdue": [{"after": number, **rung} for number, rung in enumerate(chosen)]} if chosen else {}

    def outcomes(self, tree: Tree, source: str) -> list[dict[str, Any]]:
        found = [{"id": "ok", "label": "好", "effect": "continue"}]
        for target in ["start", *tree.steps]:
            if len(found) < 5 and self.dice.random() < 0.35 and _allowed(tree, source, target):
                effect_name = self.dice.choice(["return", "again"])
                then = {"then": "straight"} if self._may_come_straight(tree, source, target, effect_name) else {}
                found.append({"id": f"to_{target}", "label": "退", "effect": f"{effect_name}:{target}", **then})
        if self.dice.random() < 0.2 and not is_together(tree.steps[source]):
            found.append({"id": "no", "label": "不", "effect": "continue", "form": "note"})
        if self.dice.random() < 0.1:
            found.append({"id": "stop", "label": "止", "effect": "end:stopped"})
        return found

    def _may_come_straight(self, tree: Tree, source: str, target: str, effect_name: str) -> bool:
        return effect_name == "return" and may_come_straight(tree, source, target) and self.dice.random() < 0.7


def _allowed(tree: Tree, source: str, target: str) -> bool:
    try:
        tree.back(source, target)
    except BackError:
        return False
    return True


def something_happens(bench: Bench, case: Case, dice: random.Random) -> None:
    human = list(Task.objects.filter(process=case, flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"]))
    for posted in notices_open(bench.now):
        if dice.random() < 0.3:
            words = {"about": "第一项", "reason": "不对"}
            services.object_to_notice(notice=posted, actor=VISITOR, now=bench.now, **words)
    chance = dice.random()
    if not human or chance < 0.1:
        bench.later(days=dice.randint(1, 5))
    elif chance < 0.2 and steps_of(case):
        services.release(case_id=case.pk, actor=bench.actor("admin"), reason="病了", now=bench.now)
    elif chance < 0.27:
        somebody_waits(bench, case, dice)
    elif chance < 0.45:
        something_else_is_done(bench, case, dice.choice(human), dice)
    else:
        somebody_acts(bench, case, dice.choice(human), dice)


def something_else_is_done(bench: Bench, case: Case, task: Task, dice: random.Random) -> None:
    """What people do beside deciding; a refusal is as good as success, since everything must hold after both."""
    who = whoever_can(bench, task)
    other = bench.cast.users[dice.choice(["zhoufu", "lishuji", "shenjie", "wanggexia"])]
    with suppress(DandelionError):
        match dice.choice(["hold", "take back", "reassign", "delegate", "bring back", "add", "add", "remove", "away"]):
            case "hold":
                services.hold_case(case_id=case.pk, actor=bench.actor("admin"), reason="等材料", now=bench.now)
                bench.later(days=dice.randint(1, 9))
                services.resume_case(case_id=case.pk, actor=bench.actor("admin"), now=bench.now)
            case "take back":
                done = Task.objects.filter(process=case, flow_task_type="HUMAN", status="DONE", owner__isnull=False)
                last = done.order_by("finished", "pk").last()
                if last is not None:
                    services.take_back(task_id=last.pk, actor=Actor(user=last.owner), now=bench.now)
            case "reassign":
                services.reassign(task_id=task.pk, actor=who, to_user=other, reason="请假", now=bench.now)
            case "delegate":
                services.delegate(task_id=task.pk, actor=who, to_user=other, words="您看呢", now=bench.now)
            case "add":
                place = dice.choice(["before", "beside", "after"])
                services.add_approver(
                    task_id=task.pk, actor=who, to_user=other, place=place, words="您也看看", now=bench.now
                )
            case "away":
                today = localdate(bench.now)
                until = today + timedelta(days=dice.randint(0, 9))
                absent = bench.actor(dice.choice(["zhoufu", "lishuji", "shenjie"]))
                services.name_substitute(actor=absent, substitute=other.pk, since=today, until=until, now=bench.now)
            case "remove":
                for one in standing(task):
                    services.remove_approver(added_id=one.pk, actor=bench.actor("admin"), now=bench.now)
            case "bring back":
                services.answer(task_id=task.pk, actor=who, words="可以", now=bench.now)


def whoever_can(bench: Bench, task: Task) -> Actor:
    """Whoever holds the task, or one of those who may take it, or stands in for him; there has to be somebody."""
    barred = barred_users(task, task.flow_task.step, task.process)
    if task.owner_id:
        return standing_in(bench, task, User.objects.get(pk=task.owner_id), barred)
    keys = list(TaskCandidate.objects.filter(task=task).values_list("key", flat=True))
    if any(key.startswith("claim:") for key in keys):
        return bench.actor("org1")
    found = [user for user in persons_behind(keys, localdate(bench.now)) if user.pk not in barred]
    assert found, f"nobody is able to act on {task}: {keys}"
    return standing_in(bench, task, found[0], barred)


def standing_in(bench: Bench, task: Task, user: User, barred: frozenset[int]) -> Actor:
    """The login, or whoever stands in for it, as long as he may."""
    others = with_substitutes([user], localdate(bench.now))[1:]
    return Actor(user=next((one for one in others if one.pk not in barred and not is_delegated(task)), user))


def somebody_acts(bench: Bench, case: Case, task: Task, dice: random.Random) -> None:
    step: Step = task.flow_task.step
    if step["kind"] == "claim":
        somebody_claims(bench, case, task, dice)
        return
    who = whoever_can(bench, task)
    if is_delegated(task) and dice.random() > 0.1:
        services.answer(task_id=task.pk, actor=who, words="可以", now=bench.now)
        return
    try:
        services.act(task_id=task.pk, actor=who, now=bench.now, **what_is_given(step, dice))
    except DandelionError as refusal:
        if refusal.code not in ("too_many_returns", "only_asked", "nobody_left", "waits_for_added"):
            raise


ORGANISATIONS = {"org1": "library", "org2": "garden"}


def somebody_claims(bench: Bench, case: Case, task: Task, dice: random.Random) -> None:
    """Whoever a place is kept for, else one of those who have none."""
    rows = StepClaim.objects.filter(case=case, step_id=task.step_id)
    kept = set(rows.filter(state="offered").values_list("claimant", flat=True))
    held = set(rows.filter(state="held").values_list("claimant", flat=True))
    units = {login: bench.cast.units[unit].pk for login, unit in ORGANISATIONS.items()}
    able = [login for login, pk in units.items() if (pk in kept if kept else pk not in held)]
    login = dice.choice(able)
    claimant = Claimant("organisation", units[login], "")
    services.claim(task_id=task.pk, actor=bench.actor(login), claimant=claimant, now=bench.now)


def somebody_waits(bench: Bench, case: Case, dice: random.Random) -> None:
    """Asks for a place where perhaps none is free, or lets one go; a refusal is as good as success."""
    login, unit = dice.choice(list(ORGANISATIONS.items()))
    row = StepClaim.objects.filter(case=case, state__in=["waiting", "offered"]).first()
    with suppress(DandelionError):
        if row is not None and dice.random() < 0.2:
            services.leave(claim_id=row.pk, actor=bench.actor(login), now=bench.now)
            return
        steps = [step["id"] for step in case.flow_class.tree.walk() if step["kind"] == "claim"]
        tasks = Task.objects.filter(process=case, flow_task_type="HUMAN", step_id__in=steps)
        claimant = Claimant("organisation", bench.cast.units[unit].pk, "")
        for task in tasks.order_by("-pk")[:1]:
            services.wait(task_id=task.pk, actor=bench.actor(login), claimant=claimant, now=bench.now)


def what_is_given(step: Step, dice: random.Random) -> dict[str, Any]:
    """A decision at a step, with all that it asks for."""
    if step["id"] == "start":
        return {"outcome": "", "answers": {"what": "一件事", "where": "fangta", "value": dice.choice([5, 500])}}
    if step["kind"] == "score":
        if dice.random() < 0.2:
            return {"outcome": "recused", "comment": "认识申报人"}
        return {"outcome": "scored", "answers": {"score_use": str(dice.choice([2, 9]))}}
    outcome = dice.choice(step["outcomes"]) if dice.random() < 0.4 else step["outcomes"][0]
    return {"outcome": outcome["id"], "answers": {"remark": "材料不齐"} if "form" in outcome else None}


def check(bench: Bench, pk: int) -> None:
    case = Case.objects.select_related("version", "unit").get(pk=pk)
    rows = list(Task.objects.filter(process=case))
    human = [row for row in rows if row.flow_task_type == "HUMAN" and row.status in ("NEW", "ASSIGNED")]
    armed = [row.previous_task_id for row in rows if row.flow_task_type == "REMINDER" and row.status == "SCHEDULED"]
    assert Counter(armed) == Counter(row.pk for row in human if row.due_at), "one armed timer per open task"
    pooled = set(TaskCandidate.objects.filter(task__process=case).values_list("task_id", flat=True))
    assert pooled == {row.pk for row in human if row.owner_id is None}, "candidates only while open and unowned"
    waits = [row for row in rows if row.status == "SCHEDULED" and row.flow_task_type != "REMINDER"]
    unfinished = [row for row in rows if row.status in UNFINISHED]
    can_be_done = [row for row in human if not awaited(row)]
    assert (can_be_done or waits) if case.status == "NEW" else not unfinished, "neither stuck nor left open"
    taken = bench.log.count("claimed") - bench.log.count("released")
    assert taken == StepClaim.objects.filter(state="held").count(), "every claim given back exactly once"
    tree: Tree = case.flow_class.tree
    check_pools(case, tree, {row.step_id for row in human})
    for step_id, count in Counter(row.step_id for row in human if not is_added(row)).items():
        assert count == 1 or is_together(tree.steps[step_id]), "one open task per step"
    standing = PublicNotice.objects.filter(case_id=pk, state__in=["open", "deciding"])
    posted = {row.step_id for row in unfinished if tree.steps.get(row.step_id, {}).get("kind") == "notice"}
    assert set(standing.values_list("step_id", flat=True)) == posted, "a notice stands exactly while its step does"
    limit = TimeLimit.objects.filter(case=case).first()
    if limit is not None:
        assert (limit.scheduled is not None) == (case.status == "NEW"), "the time of a case runs exactly while it does"
    states = {row.step_id: row.state for row in progress(case)}
    assert all(states[row.step_id] == "current" for row in human)
    check_order(tree.root, states)


def check_pools(case: Case, tree: Tree, open_steps: set[str]) -> None:
    """No more hold a place than there are; nobody waits beside a free one; nothing is kept where nothing is open."""
    for step in tree.walk():
        if step["kind"] != "claim":
            continue
        rows = list(StepClaim.objects.filter(case=case, step_id=step["id"]))
        state = Counter(row.state for row in rows)
        places, slots = state["held"] + state["offered"], slots_of(step, case)
        assert places <= slots
        if step["id"] in open_steps:
            assert state["held"] < slots, "an offer is open only as long as there is a place"
            assert not state["waiting"] or places == slots, "nobody waits beside a free place"
        else:
            assert not state["offered"], "a place is kept only while it can be taken"
        if case.status != "NEW":
            assert not state["waiting"], "nobody waits for what is over"


def check_order(steps: Sequence[Step], states: dict[str, str]) -> None:
    """Before what is current everything is done or skipped; behind it nothing has begun."""
    found = [states[step["id"]] for step in steps]
    if "current" in found:
        here = found.index("current")
        assert set(found[:here]) <= {"done", "skipped", "passed"}
        assert set(found[here + 1 :]) <= {"next"}
    for step in steps:
        for inner in branch_steps(step):
            check_order(inner, states)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_doubled_or_left_behind(bench: Bench, seed: int) -> None:  # the fixture
    dice = random.Random(seed)  # no secret
    signers = [bench.cast.users[login].pk for login in ("zhoufu", "lishuji", "shenjie")]
    case = bench.start(Grower(dice, signers).document(), login=dice.choice(STARTERS), value=dice.choice([5, 500]))
    with UNDOS.temporarily("log", lambda ctx: bench.log.append(f"not {ctx.inputs['text']}")):
        _walk(bench, case, dice)


def check_deeds(bench: Bench, pk: int) -> None:
    """What effects did and nobody undid stands exactly once. For one case, whose effects can be undone."""
    case = Case.objects.select_related("version").get(pk=pk)
    rows = Task.objects.filter(process=case, flow_task_type="FUNCTION", status="DONE")
    deeds = Counter(row.step_id for row in rows if UNDONE not in row.data)
    for step in case.flow_class.tree.walk():
        if step["kind"] == "effect":
            done = bench.log.count(step["id"]) - bench.log.count(f"not {step['id']}")
            assert done == deeds[step["id"]] <= 1, "what stands of an effect stands once"


def _walk(bench: Bench, case: Case, dice: random.Random) -> None:
    check(bench, case.pk)
    for _number in range(ACTIONS):
        case.refresh_from_db()
        if case.status != "NEW":
            break
        something_happens(bench, case, dice)
        check(bench, case.pk)
        check_deeds(bench, case.pk)
