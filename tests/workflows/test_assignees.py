"""To whom tasks go, why, and what happens when nobody is there."""

import pytest

from core.actors import SYSTEM
from core.exceptions import Conflict, NotAllowed, WrongState
from core.people.selectors import Claimant
from core.people.services import appoint, end_appointment
from tests.cast import SINCE
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, claim, fill, flow, wish
from workflows import services
from workflows.claims import steps_of
from workflows.models import Case, TaskCandidate
from workflows.reasons import why_sentence
from workflows.selectors import progress

BOTH = {"rule": "role", "roles": ["grid_worker", "community_deputy"], "level": "community"}


def keys(bench: Bench, case: Case, step: str) -> set[str]:
    return set(TaskCandidate.objects.filter(task=bench.task(case, step)).values_list("key", flat=True))


def test_a_role_is_looked_for_in_the_unit_of_the_case(bench: Bench) -> None:
    case = bench.start(flow(approval("a", assignee=BOTH)))
    fangta = bench.cast.units["fangta"]
    assert keys(bench, case, "a") == {f"role:community_deputy@{fangta.pk}"}
    assert why_sentence(bench.task(case, "a")) == "您是方塔社区的社区副书记。"


def test_a_vacant_role_goes_up_the_tree_and_says_so(bench: Bench) -> None:
    appoint(
        actor=SYSTEM,
        member=bench.cast.members["shenjie"],
        role=bench.cast.roles["community_secretary"],
        unit=bench.cast.units["yueyang"],
        since=SINCE,
        now=bench.now,
    )
    end_appointment(actor=SYSTEM, appointment=bench.cast.appointments["lishuji"], until=SINCE, now=bench.now)
    case = bench.start(flow(approval("a")))
    assert keys(bench, case, "a") == {f"role:community_secretary@{bench.cast.units['yueyang'].pk}"}
    assert bench.task(case, "a").why["code"] == "role_up"
    bench.act(case, "a", "shenjie", "approve")
    assert bench.result(case)[0] == "DONE"


def test_a_role_that_nobody_holds_comes_to_the_administrators_and_is_never_skipped(bench: Bench) -> None:
    nobody = {"rule": "role", "roles": ["liaison"]}
    case = bench.start(flow(approval("a", assignee=nobody)))
    assert keys(bench, case, "a") == {"admins"}
    assert bench.task(case, "a").why["code"] == "nobody"
    bench.act(case, "a", "admin", "approve")
    assert bench.result(case)[0] == "DONE"


def test_a_deeper_appointment_that_includes_the_units_below_counts(bench: Bench) -> None:
    clerk = {"rule": "role", "roles": ["street_clerk"]}
    case = bench.start(flow(approval("a", assignee=clerk)))
    bench.act(case, "a", "shenjie", "approve")
    assert bench.result(case)[0] == "DONE"


def test_separation_of_duties_names_the_others_instead_of_the_role(bench: Bench) -> None:
    appoint(
        actor=SYSTEM,
        member=bench.cast.members["member1"],
        role=bench.cast.roles["community_deputy"],
        unit=bench.cast.units["fangta"],
        since=SINCE,
        now=bench.now,
    )
    deputy = {"rule": "role", "roles": ["community_deputy"]}
    document = flow(approval("one", assignee=deputy), approval("two", assignee=deputy, not_same_as=["one", "start"]))
    case = bench.start(document, login="org1")
    bench.act(case, "one", "zhoufu", "approve")
    assert keys(bench, case, "two") == {f"user:{bench.cast.users['member1'].pk}"}


def test_whoever_holds_his_role_in_a_unit_above_is_told_so_and_named_by_it(bench: Bench) -> None:
    case = bench.start(flow(approval("a", assignee={"rule": "role", "roles": ["street_clerk"]})))
    task = bench.task(case, "a")
    assert (task.why["code"], task.why["home"]) == ("role", bench.cast.units["yueyang"].pk)
    assert why_sentence(task) == "您是岳阳街道的街道干部，方塔社区的事也归您办。"
    [row] = [row for row in progress(case) if row.step_id == "a"]
    assert row.with_whom == "岳阳街道的街道干部"


def test_the_starter_is_excluded_where_the_flow_says_so(bench: Bench) -> None:
    case = bench.start(flow(approval("a", not_same_as=["start"])), login="lishuji")
    with pytest.raises(NotAllowed):
        bench.act(case, "a", "lishuji", "approve")


def test_of_two_organisations_the_second_reads_a_kind_sentence(bench: Bench) -> None:
    case = bench.start(flow(claim(on_claim="log.claimed"), fill("next", {"rule": "claimant", "step": "claim"})))
    task = bench.task(case, "claim").pk
    bench.claim(case)
    garden = Claimant("organisation", bench.cast.units["garden"].pk, "")
    with pytest.raises(Conflict) as refusal:
        services.claim(task_id=task, actor=bench.actor("org2"), claimant=garden, now=bench.now)
    assert refusal.value.code == "already_claimed"
    assert "谢谢" in str(refusal.value)
    assert bench.log == ["claimed"]
    with pytest.raises(NotAllowed):
        bench.act(case, "next", "org2", remark="我来")


def test_nobody_claims_for_an_organisation_he_does_not_represent_or_outside_the_scope(bench: Bench) -> None:
    case = bench.start(flow(claim(scope={"level": "street"})))
    for login, unit in [("org1", "garden"), ("org2", "garden"), ("member1", "library")]:
        with pytest.raises(NotAllowed):
            bench.claim(case, login, unit)
    bench.claim(case)


def test_a_team_and_a_person_may_claim(bench: Bench) -> None:
    document = flow(claim(claimants=["team", "person"]), fill("next", {"rule": "claimant", "step": "claim"}))
    team = Claimant("team", bench.cast.teams["repairs"].pk, "")
    person = Claimant("person", bench.cast.members["member1"].pk, "")
    for claimant in (team, person):
        case = bench.start(document)
        services.claim(
            task_id=bench.task(case, "claim").pk, actor=bench.actor("member1"), claimant=claimant, now=bench.now
        )
        bench.act(case, "next", "member1", remark="好")
        assert bench.result(case)[0] == "DONE"


def test_a_claim_given_back_is_open_again_for_others(bench: Bench) -> None:
    case = bench.start(wish(), login="")
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="一袋米")
    with pytest.raises(WrongState):
        services.release(case_id=case.pk, actor=bench.actor("org1"), reason="来不及", now=bench.now)
    bench.claim(case)
    with pytest.raises(NotAllowed):
        services.release(case_id=case.pk, actor=bench.actor("org2"), reason="来不及", now=bench.now)
    services.release(case_id=case.pk, actor=bench.actor("org1"), reason="来不及", now=bench.now)
    case.refresh_from_db()
    assert (bench.open(case), bench.log[-1], steps_of(case)) == (["claim"], "released", [])
    assert bench.timers(case) == 1
    bench.claim(case, "org2", "garden")
    assert bench.open(case) == ["fulfil"]


def test_a_guest_step_is_open_to_the_code_and_to_the_starter_with_a_login(bench: Bench) -> None:
    document = flow({"id": "confirm", "kind": "form", "props": {"assignee": {"rule": "guest"}}}, status_code=True)
    case = bench.start(document)
    bench.act(case, "confirm", "member1")
    assert bench.result(case)[0] == "DONE"
