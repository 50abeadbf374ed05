"""Claim pools: places, limits, the time to carry it out, the waiting list, and a ladder that never begins anew."""

from typing import Any

import pytest

from core.exceptions import Conflict, Invalid, NotAllowed, WrongState
from core.people.models import Affiliation, Member, User
from core.people.selectors import Claimant
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, claim, fill, flow, wish
from workflows import services
from workflows.claims import slots_of, standing
from workflows.models import Case, StepClaim, Task
from workflows.pools import open_pool
from workflows.services.waiting import may_wait, open_rows
from workflows.tree import Tree

WORK = fill("work", {"rule": "claimant", "step": "claim"})


def people(**props: Any) -> dict[str, Any]:
    """Members of the district may take it on; the work is theirs."""
    return flow(claim(claimants=["person"], **props), WORK)


def member(bench: Bench, number: int) -> User:
    """A member of the community with a login."""
    user, is_new = User.objects.get_or_create(username=f"helper{number}")
    if is_new:
        person = Member.objects.create(name=f"帮手{number}", number=f"H{number}", user=user)
        Affiliation.objects.create(
            member=person, unit=bench.cast.units["fangta"], relation="home", since=bench.now.date()
        )
    return user


def take(bench: Bench, case: Case, number: int) -> None:
    """The helper with this number takes it on."""
    user = member(bench, number)
    claimant = Claimant("person", user.member.pk, "")
    pool = open_pool(case, "claim") or Task.objects.filter(process=case, step_id="claim").latest("pk")
    services.claim(task_id=pool.pk, actor=bench.actor(user.username), claimant=claimant, now=bench.now)
    case.refresh_from_db()


def wait(bench: Bench, case: Case, number: int) -> StepClaim:
    user = member(bench, number)
    pool = Task.objects.filter(process=case, step_id="claim").latest("pk")
    claimant = Claimant("person", user.member.pk, "")
    return services.wait(task_id=pool.pk, actor=bench.actor(user.username), claimant=claimant, now=bench.now)


def give_back(bench: Bench, case: Case, number: int) -> None:
    services.release(case_id=case.pk, actor=bench.actor(f"helper{number}"), reason="病了", now=bench.now)
    case.refresh_from_db()


@pytest.fixture
def bench(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Also knows the helpers by login."""
    known = bench.actor

    def actor(login: str) -> Any:
        if login.startswith("helper"):
            bench.cast.users[login] = User.objects.get(username=login)
        return known(login)

    monkeypatch.setattr(bench, "actor", actor)
    return bench


def names(case: Case, state: str) -> list[int]:
    rows = StepClaim.objects.filter(case=case, state=state).order_by("asked_at", "pk")
    return [int(Member.objects.get(pk=row.claimant).name[2:]) for row in rows]


def test_the_case_goes_on_when_every_place_is_taken(bench: Bench) -> None:
    case = bench.start(people(slots=3, on_claim="log.claimed"))
    for number in (1, 2):
        take(bench, case, number)
        assert bench.open(case) == ["claim"]
    take(bench, case, 3)
    assert (bench.open(case), bench.log) == (["work"], ["claimed"] * 3)
    work = bench.task(case, "work")
    assert set(work.candidates.values_list("key", flat=True)) == {
        f"user:{bench.actor(f'helper{number}').user_id}" for number in (1, 2, 3)
    }


def test_nobody_takes_two_places(bench: Bench) -> None:
    case = bench.start(people(slots=3))
    take(bench, case, 1)
    with pytest.raises(Conflict) as refusal:
        take(bench, case, 1)
    assert refusal.value.code == "already_theirs"
    assert names(case, "held") == [1]


def test_who_comes_too_late_reads_that_somebody_was_faster(bench: Bench) -> None:
    case = bench.start(people(slots=1))
    take(bench, case, 1)
    with pytest.raises(Conflict) as refusal:
        take(bench, case, 2)
    assert refusal.value.code == "already_claimed"


def test_a_field_says_how_many_places_there_are(bench: Bench) -> None:
    document = people(slots={"var": "start.value"})
    case = bench.start(document, value=2)
    assert slots_of(Tree(document).steps["claim"], case) == 2
    take(bench, case, 1)
    assert bench.open(case) == ["claim"]
    take(bench, case, 2)
    assert bench.open(case) == ["work"]
    empty = bench.start(document, slug="flow")
    assert slots_of(Tree(document).steps["claim"], empty) == 1


def test_one_of_several_gives_his_place_back_while_it_is_open(bench: Bench) -> None:
    case = bench.start(people(slots=3, on_release="log.released"))
    take(bench, case, 1)
    take(bench, case, 2)
    give_back(bench, case, 1)
    assert (names(case, "held"), bench.open(case), bench.log) == ([2], ["claim"], ["released"])
    take(bench, case, 3)
    take(bench, case, 1)
    assert bench.open(case) == ["work"]
    assert set(standing_places(case)) == {1, 2, 3}


def standing_places(case: Case) -> list[int | None]:
    return [row.place for row in standing(case)]


def test_one_of_several_gives_his_place_back_when_it_has_gone_on(bench: Bench) -> None:
    case = bench.start(people(slots=2, on_release="log.released"))
    take(bench, case, 1)
    take(bench, case, 2)
    assert bench.open(case) == ["work"]
    give_back(bench, case, 2)
    assert (names(case, "held"), bench.open(case), bench.log) == ([1], ["claim"], ["released"])
    take(bench, case, 3)
    assert bench.open(case) == ["work"]
    assert names(case, "released") == [2]
    assert StepClaim.objects.get(case=case, state="released").reason == "病了"


def test_the_administrator_gives_one_claim_back_for_somebody(bench: Bench) -> None:
    case = bench.start(people(slots=2))
    take(bench, case, 1)
    take(bench, case, 2)
    first = StepClaim.objects.get(case=case, place=1)
    services.release(case_id=case.pk, actor=bench.actor("admin"), reason="搬走了", claim_id=first.pk, now=bench.now)
    assert names(case, "held") == [2]
    with pytest.raises(NotAllowed):
        services.release(case_id=case.pk, actor=bench.actor("helper2"), reason="x", claim_id=first.pk, now=bench.now)


def test_one_claimant_holds_no_more_than_he_may(bench: Bench) -> None:
    bench.publish(people(per_claimant=1))
    first, second = bench.start(), bench.start()
    take(bench, first, 1)
    with pytest.raises(NotAllowed) as refusal:
        take(bench, second, 1)
    assert refusal.value.code == "limit_reached"
    assert "1" in str(refusal.value)
    bench.act(first, "work", "helper1", remark="好")
    assert first.status == "DONE"
    take(bench, second, 1)
    assert names(second, "held") == [1]


def test_what_is_not_carried_out_in_time_is_open_again(bench: Bench) -> None:
    case = bench.start(people(hold={"days": 2, "calendar": "calendar"}, on_release="log.released"))
    take(bench, case, 1)
    bench.later(days=1)
    assert names(case, "held") == [1]
    bench.later(days=2)
    assert (names(case, "held"), names(case, "lapsed"), bench.open(case)) == ([], [1], ["claim"])
    assert bench.log == ["released"]
    told = Message.objects.filter(user=bench.actor("helper1").user, kind="claim.lapsed")
    assert told.count() == 1
    take(bench, case, 2)
    assert bench.open(case) == ["work"]


def test_what_was_carried_out_does_not_lapse(bench: Bench) -> None:
    document = flow(claim(claimants=["person"], hold={"days": 2, "calendar": "calendar"}), WORK, approval("look"))
    case = bench.start(document)
    take(bench, case, 1)
    bench.act(case, "work", "helper1", remark="好")
    bench.later(days=9)
    assert (names(case, "held"), bench.open(case)) == ([1], ["look"])
    assert StepClaim.objects.get(case=case).until is None


def test_the_time_stands_still_while_the_case_is_on_hold(bench: Bench) -> None:
    case = bench.start(people(hold={"days": 2, "calendar": "calendar"}))
    take(bench, case, 1)
    services.hold_case(case_id=case.pk, actor=bench.actor("admin"), reason="停电", now=bench.now)
    bench.later(days=5)
    assert names(case, "held") == [1]
    services.resume_case(case_id=case.pk, actor=bench.actor("admin"), now=bench.now)
    bench.later(days=1)
    assert names(case, "held") == [1]
    bench.later(days=2)
    assert names(case, "lapsed") == [1]


def test_who_waits_longest_is_offered_the_free_place(bench: Bench) -> None:
    case = bench.start(people(waitlist={"days": 1, "calendar": "calendar"}))
    take(bench, case, 1)
    for number in (2, 3, 4):
        wait(bench, case, number)
        bench.later(minutes=1)
    give_back(bench, case, 1)
    assert (names(case, "offered"), names(case, "waiting")) == ([2], [3, 4])
    assert Message.objects.filter(user=bench.actor("helper2").user, kind="claim.offered").count() == 1
    with pytest.raises(Conflict) as refusal:
        take(bench, case, 9)
    assert refusal.value.code == "places_kept"
    bench.later(days=2)
    assert (names(case, "lapsed"), names(case, "offered"), names(case, "waiting")) == ([2], [3], [4])
    services.leave(
        claim_id=StepClaim.objects.get(case=case, state="offered").pk, actor=bench.actor("helper3"), now=bench.now
    )
    assert (names(case, "left"), names(case, "offered")) == ([3], [4])
    take(bench, case, 4)
    assert (bench.open(case), names(case, "held")) == (["work"], [4])


def test_nobody_waits_where_there_is_a_place_or_no_list(bench: Bench) -> None:
    case = bench.start(people(waitlist={"days": 1, "most": 1}))
    with pytest.raises(Conflict) as refusal:
        wait(bench, case, 1)
    assert refusal.value.code == "place_free"
    take(bench, case, 1)
    with pytest.raises(Conflict) as refusal:
        wait(bench, case, 1)
    assert refusal.value.code == "already_theirs"
    wait(bench, case, 2)
    with pytest.raises(Conflict) as refusal:
        wait(bench, case, 3)
    assert refusal.value.code == "list_full"
    without = bench.start(people(), slug="other")
    take(bench, without, 1)
    with pytest.raises(WrongState):
        wait(bench, without, 2)
    assert [row.state for row in open_rows(case, "claim")] == ["held", "waiting"]
    pool = Task.objects.filter(process=case, step_id="claim").latest("pk")
    assert [one.kind for one in may_wait(pool, bench.actor("helper3"), bench.now)] == ["person"]
    assert may_wait(pool, bench.actor("helper2"), bench.now) == []


def test_those_who_wait_hear_that_the_case_is_over(bench: Bench) -> None:
    case = bench.start(people(waitlist={"days": 1}))
    take(bench, case, 1)
    wait(bench, case, 2)
    bench.act(case, "work", "helper1", remark="好")
    assert (case.status, names(case, "left")) == ("DONE", [2])
    assert Message.objects.filter(user=bench.actor("helper2").user, kind="claim.list_closed").count() == 1


LADDER = {
    "days": 4,
    "calendar": "calendar",
    "overdue": [
        {"after": 2, "do": "widen", "claimants": ["person", "organisation"], "scope": {"level": "district"}},
        {"after": 6, "do": "outcome", "outcome": "claimed"},
    ],
}


def test_the_clock_of_an_offer_never_begins_anew(bench: Bench) -> None:
    case = bench.start(people(slots=2, least=1, deadline=LADDER))
    due = bench.task(case, "claim").due_at
    bench.later(days=1)
    take(bench, case, 1)
    take(bench, case, 2)
    bench.later(days=2)
    give_back(bench, case, 2)
    assert bench.task(case, "claim").due_at == due
    assert bench.timers(case) == 1
    bench.later(days=4)
    assert "organisation" in str(bench.task(case, "claim").data["widened"])
    take(bench, case, 3)
    give_back(bench, case, 3)
    again = bench.task(case, "claim")
    assert again.due_at == due
    assert {key.partition("@")[0] for key in again.candidates.values_list("key", flat=True)} == {
        "claim:person",
        "claim:organisation",
    }
    bench.later(days=4)
    assert (bench.open(case), names(case, "held")) == (["work"], [1])


def test_a_return_to_before_the_claim_opens_it_afresh(bench: Bench) -> None:
    document = flow(
        approval("first"),
        claim(claimants=["person"], deadline={"days": 4, "calendar": "calendar"}),
        {**WORK, "outcomes": [{"id": "done", "label": "好"}, {"id": "back", "label": "退", "effect": "return:first"}]},
    )
    case = bench.start(document)
    bench.act(case, "first", outcome="approve")
    due = bench.task(case, "claim").due_at
    assert due is not None
    bench.later(days=1)
    take(bench, case, 1)
    bench.act(case, "work", "helper1", "back")
    bench.act(case, "first", outcome="approve")
    again = bench.task(case, "claim").due_at
    assert again is not None
    assert again > due


def test_too_few_do_not_go_on_as_they_stand(bench: Bench) -> None:
    ladder = {"days": 1, "calendar": "calendar", "overdue": [{"after": 1, "do": "outcome", "outcome": "claimed"}]}
    case = bench.start(people(slots=3, least=2, deadline=ladder))
    take(bench, case, 1)
    bench.later(days=3)
    assert bench.open(case) == ["claim"]


def test_withdrawing_gives_every_place_back(bench: Bench) -> None:
    case = bench.start(people(slots=3, on_claim="log.claimed", on_release="log.released"))
    take(bench, case, 1)
    take(bench, case, 2)
    services.cancel_case(case_id=case.pk, actor=bench.actor("admin"), reason="取消", now=bench.now)
    assert (names(case, "lapsed"), bench.log.count("released")) == ([1, 2], 2)


def test_a_single_place_works_as_ever(bench: Bench) -> None:
    case = bench.start(wish(), login="")
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="好")
    bench.claim(case)
    assert [(row.kind, row.place) for row in standing(case)] == [("organisation", 1)]


@pytest.mark.parametrize(
    ("props", "code"),
    [
        ({"slots": 2, "least": 3}, "最多 2 个"),
        ({"slots": 2, "form": "note"}, "表单"),
        ({"slots": 2, "on_claim": "wish.claim"}, "认领"),
        ({"slots": {"var": "start.what"}}, "start.what"),
    ],
)
def test_pools_that_cannot_work_are_refused(bench: Bench, props: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid):
        bench.publish(people(**props))
