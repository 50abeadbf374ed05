"""Two people at the same instant: real processes on PostgreSQL, one of whom must win and nothing happen twice."""

import multiprocessing
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections

from core.actors import Actor
from core.exceptions import Conflict, DandelionError
from core.people.models import Affiliation, Member, User
from core.people.selectors import Claimant
from tests.cast import build_cast
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, claim, fill, flow, parallel, simple
from workflows import services
from workflows.models import Case, FlowDefinition, StepClaim, Task
from workflows.rehearsal.play import Play
from workflows.rehearsal.script import Action
from workflows.rehearsal.stage import Stage, draft_of, on_stage

ROUNDS = 6

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def attempt(work: Callable[[], Any], barrier: Any, answers: Any, number: int) -> None:
    """Runs in a process of its own, with its own connection."""
    connections.close_all()
    try:
        barrier.wait(timeout=20)
        work()
        answers.put((number, "done"))
    except DandelionError as error:
        answers.put((number, error.code))
    except BaseException as error:  # the parent must see whatever it was
        answers.put((number, f"!{type(error).__name__}"))
    finally:
        connections.close_all()


def race(*works: Callable[[], Any]) -> list[str]:
    """What each of the works answered, started at the same instant."""
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(works)), context.Queue()
    connections.close_all()
    processes = [
        context.Process(target=attempt, args=(work, barrier, answers, number)) for number, work in enumerate(works)
    ]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=60) for _process in processes)
    for process in processes:
        process.join(timeout=20)
    return [found[number] for number in range(len(works))]


@pytest.fixture
def rounds() -> range:
    return range(ROUNDS)


@pytest.fixture
def cast(transactional_db):
    return build_cast()


def test_of_two_organisations_exactly_one_claims(bench: Bench, rounds: range) -> None:
    bench.publish(flow(claim(), fill("next", {"rule": "claimant", "step": "claim"})))
    for _round in rounds:
        case = bench.start()
        task = bench.task(case, "claim").pk

        def by(login: str, unit: str, task: int = task) -> Callable[[], Any]:
            claimant = Claimant("organisation", bench.cast.units[unit].pk, "")
            return lambda: services.claim(task_id=task, actor=bench.actor(login), claimant=claimant, now=bench.now)

        answers = race(by("org1", "library"), by("org2", "garden"))
        assert sorted(answers) == ["already_claimed", "done"]
        assert bench.open(case) == ["next"]


def test_of_two_decisions_exactly_one_counts(bench: Bench, rounds: range) -> None:
    bench.publish(simple())
    for _round in rounds:
        case = bench.start()
        task = bench.task(case, "review").pk

        def decide(outcome: str, task: int = task) -> Callable[[], Any]:
            actor = bench.actor("lishuji")
            return lambda: services.act(task_id=task, actor=actor, outcome=outcome, now=bench.now)

        answers = race(decide("approve"), decide("reject"))
        assert answers.count("done") == 1
        assert set(answers) <= {"done", "case_closed", "task_closed"}
        assert Task.objects.filter(process=case, flow_task_type="END").count() == 1


def test_a_decision_and_a_withdrawal_do_not_both_happen(bench: Bench, rounds: range) -> None:
    bench.publish(flow(approval("review"), fill("last")))
    for _round in rounds:
        case = bench.start()
        task = bench.task(case, "review").pk
        answers = race(
            partial(services.act, task_id=task, actor=bench.actor("lishuji"), outcome="approve", now=bench.now),
            partial(services.withdraw, case_id=case.pk, actor=bench.actor("member1"), reason="", now=bench.now),
        )
        assert answers.count("done") == 1
        assert bench.result(case) in [("NEW", "", ["last"]), ("CANCELED", "withdrawn", [])]


def test_a_deadline_that_fires_while_somebody_decides_reminds_nobody_afterwards(bench: Bench, rounds: range) -> None:
    bench.publish(flow(approval("review", deadline={"days": 1, "calendar": "calendar"})))
    late = bench.now.replace(day=20)
    for _round in rounds:
        case = bench.start()
        task = bench.task(case, "review").pk
        answers = race(
            partial(services.act, task_id=task, actor=bench.actor("lishuji"), outcome="approve", now=late),
            lambda: services.fire_due(now=late),
        )
        assert answers == ["done", "done"]
        assert bench.result(case) == ("DONE", "done", [])
        assert bench.timers(case) == 0


def test_two_dispatchers_fire_each_timer_once(bench: Bench) -> None:
    wait = {"id": "w", "kind": "wait", "props": {"days": 1, "calendar": "calendar"}}
    from workflows.effects import EFFECTS, Effect

    with EFFECTS.temporarily("quiet", Effect("quiet", lambda ctx: None)):
        step = {"id": "e", "kind": "effect", "props": {"effect": "quiet"}}
        bench.publish(flow(wait, step, fill("last")))
        cases = [bench.start().pk for _number in range(12)]
        late = bench.now.replace(day=20)
        assert race(lambda: services.fire_due(now=late), lambda: services.fire_due(now=late)) == ["done", "done"]
        services.fire_due(now=late)
    for case in Case.objects.filter(pk__in=cases):
        assert bench.open(case) == ["last"]
        assert Task.objects.filter(process=case, step_id="e").count() == 1


def test_both_branches_of_a_join_finish_at_once_and_it_fires_once(bench: Bench, rounds: range) -> None:
    bench.publish(flow(parallel("p", [fill("a")], [fill("b")]), fill("last")))
    for _round in rounds:
        case = bench.start()

        def do(step: str, case: Case = case) -> Callable[[], Any]:
            task, actor = bench.task(case, step).pk, bench.actor("lishuji")
            return lambda: services.act(task_id=task, actor=actor, outcome="", answers={"remark": "好"}, now=bench.now)

        assert race(do("a"), do("b")) == ["done", "done"]
        assert bench.open(case) == ["last"]
        assert Task.objects.filter(process=case, flow_task_type="JOIN").count() == 1


def test_a_rehearsal_keeps_nobody_waiting_and_uses_up_no_number(bench: Bench) -> None:
    """While one tester plays, another plays the same draft, and a resident hands in something real."""
    bench.publish(simple())
    before = bench.start(slug="flow")
    draft = draft_of(FlowDefinition.objects.get(slug="flow"))
    started: list[int] = []

    def in_real_life() -> None:
        started.append(bench.start(slug="flow").pk)
        connections.close_all()

    def another_rehearsal() -> None:
        with on_stage(draft, now=bench.now) as stage:
            begun(stage, bench)
        connections.close_all()

    with on_stage(draft, now=bench.now) as stage:
        begun(stage, bench)
        for work in (another_rehearsal, in_real_life):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join(timeout=20)
            assert not thread.is_alive(), "it waits for the rehearsal"
    assert started == [before.pk + 1]
    assert Case.objects.count() == 2


def begun(stage: Stage, bench: Bench) -> None:
    """Start a case on the stage and decide on it."""
    play = Play(stage, bench.now)
    answers = {"what": "试一试", "where": "fangta"}
    play.perform(Action("start", "visitor", answers=answers, unit=bench.cast.units["fangta"].pk))
    play.perform(Action("act", f"user:{bench.cast.users['lishuji'].pk}", "review:0", "approve"))
    assert play.is_over


CLAIMERS, PLACES, AT_ONCE = 500, 10, 40  # as many processes as a database of usual size has connections for


def crowd(bench: Bench) -> list[int]:
    """The logins of so many members of the community."""
    logins = User.objects.bulk_create([User(username=f"crowd{number}") for number in range(CLAIMERS)])
    members = Member.objects.bulk_create(
        [Member(name=f"志愿者{number}", number=f"CR{number}", user=login) for number, login in enumerate(logins)]
    )
    Affiliation.objects.bulk_create(
        [Affiliation(member=one, unit=bench.cast.units["fangta"], relation="home", since=bench.now) for one in members]
    )
    return [login.pk for login in logins]


def claim_all(bench: Bench, task: int, logins: list[int]) -> None:
    """Each of these claims for himself; whatever he meets but the kind refusal is an error."""
    for pk in logins:
        user = User.objects.select_related("member").get(pk=pk)
        claimant = Claimant("person", user.member.pk, "")
        try:
            services.claim(task_id=task, actor=Actor(user=user), claimant=claimant, now=bench.now)
        except Conflict as refusal:
            if refusal.code != "already_claimed":
                raise


def test_of_five_hundred_exactly_as_many_claim_as_there_are_places(bench: Bench) -> None:
    bench.publish(flow(claim(claimants=["person"], slots=PLACES), fill("next", {"rule": "claimant", "step": "claim"})))
    case = bench.start()
    task, logins = bench.task(case, "claim").pk, crowd(bench)
    answers = race(*(partial(claim_all, bench, task, logins[number::AT_ONCE]) for number in range(AT_ONCE)))
    assert answers == ["done"] * AT_ONCE
    held = StepClaim.objects.filter(case=case)
    assert sorted(held.values_list("place", "state")) == [(place, "held") for place in range(1, PLACES + 1)]
    assert bench.open(case) == ["next"]
    assert Task.objects.filter(process=case, step_id="claim", status="DONE", flow_task_type="HUMAN").count() == PLACES


def test_nobody_gets_more_than_he_may_by_claiming_two_at_once(bench: Bench, rounds: range) -> None:
    bench.publish(flow(claim(per_claimant=1), fill("next", {"rule": "claimant", "step": "claim"})))
    claimant = Claimant("organisation", bench.cast.units["library"].pk, "")
    for _round in rounds:
        tasks = [bench.task(bench.start(), "claim").pk for _number in range(2)]
        works = [
            partial(services.claim, task_id=task, actor=bench.actor("org1"), claimant=claimant, now=bench.now)
            for task in tasks
        ]
        assert sorted(race(*works)) == ["done", "limit_reached"]
        for case in Case.objects.filter(status="NEW"):
            services.cancel_case(case_id=case.pk, actor=bench.actor("admin"), reason="完", now=bench.now)


def test_one_free_place_is_offered_to_one(bench: Bench, rounds: range) -> None:
    """A place is given back and its offer lapses in the same instant in which somebody takes it."""
    bench.publish(flow(claim(waitlist={"days": 1, "calendar": "calendar"}), fill("next")))
    for _round in rounds:
        case = bench.start()
        bench.claim(case)
        garden = Claimant("organisation", bench.cast.units["garden"].pk, "")
        offer = Task.objects.get(process=case, step_id="claim").pk
        services.wait(task_id=offer, actor=bench.actor("org2"), claimant=garden, now=bench.now)
        services.release(case_id=case.pk, actor=bench.actor("org1"), reason="忙", now=bench.now)
        pool, late = bench.task(case, "claim").pk, bench.now + timedelta(days=3)
        answers = race(
            partial(services.claim, task_id=pool, actor=bench.actor("org2"), claimant=garden, now=bench.now),
            partial(services.fire_due, now=late, case_id=case.pk),
        )
        assert answers[1] == "done"
        states = set(StepClaim.objects.filter(case=case, place__isnull=False).values_list("state", flat=True))
        assert states <= {"held"}
        assert (bench.open(case) == ["next"]) == (states == {"held"})
