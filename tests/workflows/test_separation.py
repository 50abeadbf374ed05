"""Who may decide when people, appointments and units change while a task is open."""

from typing import Any

import pytest

from core.actors import SYSTEM
from core.exceptions import Invalid, NotAllowed
from core.people import services as people
from core.people.models import Affiliation, OrgUnit, TeamMembership
from core.people.selectors import Claimant
from tests.cast import SINCE
from tests.workflows.conftest import Bench
from tests.workflows.faulty_flows import codes
from tests.workflows.flows import APPROVE, REJECT, approval, claim, fill, flow
from workflows import services
from workflows.inbox import inbox
from workflows.models import Case, Task
from workflows.selectors import actions_on

DEPUTY = {"rule": "role", "roles": ["community_deputy"]}


def appoint(bench: Bench, login: str, role: str, unit: str) -> None:
    people.appoint(
        actor=SYSTEM,
        member=bench.cast.members[login],
        role=bench.cast.roles[role],
        unit=OrgUnit.objects.get(slug=unit),
        since=SINCE,
        now=bench.now,
    )


def verified(bench: Bench) -> Case:
    document = flow(approval("one", assignee=DEPUTY), approval("two", not_same_as=["one"]))
    return bench.act(bench.start(document), "one", "zhoufu", "approve")


def test_a_separated_task_follows_the_appointment(bench: Bench) -> None:
    # Separation named persons instead of the role: whoever left kept the task, and the successor never saw it.
    case = verified(bench)
    people.end_appointment(actor=SYSTEM, appointment=bench.cast.appointments["lishuji"], until=SINCE, now=bench.now)
    appoint(bench, "shenjie", "community_secretary", "fangta")
    with pytest.raises(NotAllowed):
        bench.act(case, "two", "lishuji", "approve")
    bench.act(case, "two", "shenjie", "approve")
    assert bench.result(case)[0] == "DONE"


def test_a_second_appointment_does_not_lead_around_separation(bench: Bench) -> None:
    case = verified(bench)
    appoint(bench, "zhoufu", "community_secretary", "fangta")
    assert actions_on(bench.task(case, "two"), bench.actor("zhoufu"), now=bench.now).refusal == "same_person"
    with pytest.raises(NotAllowed):
        bench.act(case, "two", "zhoufu", "approve")


def together(bench: Bench, **props: Any) -> Case:
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in ("zhoufu", "lishuji", "shenjie")]
    return bench.start(flow(approval("sign", APPROVE, REJECT, assignee=rules, **props)))


def test_nobody_signs_twice_by_taking_over_a_fellow_signers_task(bench: Bench) -> None:
    # A quorum of two was one person with two tasks.
    case = together(bench, mode="quorum", need=2)
    mine = bench.task(case, "sign", owner=bench.cast.users["zhoufu"])
    with pytest.raises(Invalid) as refusal:
        services.reassign(
            task_id=mine.pk,
            actor=bench.actor("zhoufu"),
            to_user=bench.cast.users["lishuji"],
            reason="请假",
            now=bench.now,
        )
    assert refusal.value.code == "same_person"
    bench.act(case, "sign", "lishuji", "approve")
    with pytest.raises(Invalid):
        services.reassign(
            task_id=mine.pk,
            actor=bench.actor("admin"),
            to_user=bench.cast.users["lishuji"],
            reason="请假",
            now=bench.now,
        )
    services.reassign(
        task_id=mine.pk, actor=bench.actor("zhoufu"), to_user=bench.cast.users["org1"], reason="请假", now=bench.now
    )
    bench.act(case, "sign", "org1", "approve")
    assert bench.result(case)[0] == "DONE"


def test_a_quorum_is_never_made_smaller_than_the_flow_says(bench: Bench) -> None:
    # With one secretary in the unit, a quorum of two silently became a decision of one.
    case = bench.start(flow(approval("sign", mode="quorum", need=2)))
    mine = bench.task(case, "sign", owner=bench.cast.users["lishuji"])
    services.act(task_id=mine.pk, actor=bench.actor("lishuji"), outcome="approve", now=bench.now)
    assert bench.open(case) == ["sign"]
    bench.act(case, "sign", "admin", "approve")
    assert bench.result(case)[0] == "DONE"


def test_a_branch_office_does_not_act_for_the_organisation_above_it(bench: Bench) -> None:
    # The key of a claimant was also the key of a pool, which everybody below holds.
    branch_office = people.create_unit(
        actor=SYSTEM,
        parent=OrgUnit.objects.get(slug="library"),
        slug="branch",
        name="分馆",
        kind=bench.cast.kinds["agency"],
        now=bench.now,
    )
    appoint(bench, "org2", "liaison", branch_office.slug)
    case = bench.start(flow(claim(), fill("last", {"rule": "claimant", "step": "claim"})))
    bench.claim(case, "org1", "library")
    assert not inbox(bench.actor("org2"), now=bench.now)
    with pytest.raises(NotAllowed):
        bench.act(case, "last", "org2", remark="我来")
    bench.act(case, "last", "org1", remark="我来")
    assert bench.result(case)[0] == "DONE"


def test_the_new_head_of_a_team_carries_on_what_it_took_on(bench: Bench) -> None:
    # The task named the heads of the day on which the team claimed.
    case = bench.start(flow(claim(claimants=["team"]), fill("last", {"rule": "claimant", "step": "claim"})))
    team = bench.cast.teams["repairs"]
    services.claim(
        task_id=bench.task(case, "claim").pk,
        actor=bench.actor("member1"),
        claimant=Claimant("team", team.pk, team.name),
        now=bench.now,
    )
    TeamMembership.objects.filter(team=team).update(until=SINCE)
    people.join_team(
        actor=SYSTEM,
        team=team,
        member=bench.cast.members["zhoufu"],
        relation="organisational",
        position="head",
        since=bench.now.date(),
        now=bench.now,
    )
    bench.act(case, "last", "zhoufu", remark="好")
    assert bench.result(case)[0] == "DONE"


def test_an_officer_of_a_district_with_a_thousand_units_has_an_inbox(bench: Bench) -> None:
    # One part of the statement per key: SQLite refuses more than 500 of them.
    root = OrgUnit.objects.get(slug="songjiang")
    start = OrgUnit.objects.filter(depth=2).count()
    root.numchild += 1000
    root.save()
    OrgUnit.objects.bulk_create(
        OrgUnit(
            path=root.path + OrgUnit._int2str(start + number + 1).rjust(OrgUnit.steplen, "0"),
            depth=2,
            slug=f"u{number}",
            name="单位",
            kind=bench.cast.kinds["street"],
        )
        for number in range(1000)
    )
    people.appoint(
        actor=SYSTEM,
        member=bench.cast.members["shenjie"],
        role=bench.cast.roles["community_secretary"],
        unit=root,
        since=SINCE,
        include_children=True,
        now=bench.now,
    )
    case = bench.start(flow(approval("a")))
    assert [row.case_id for row in inbox(bench.actor("shenjie"), now=bench.now)] == [case.pk]


def home_of(bench: Bench, login: str, unit: str) -> None:
    """The cast has the secretary and the deputy at home in the community, the clerk in the street."""
    homes = Affiliation.objects.filter(member__user=bench.cast.users[login], relation="home", until=None)
    homes.update(unit=bench.cast.units[unit])


def test_nobody_of_the_unit_of_an_earlier_step_decides_by_whatever_way(bench: Bench) -> None:
    """The secretary decided; the deputy is of the same unit, so it goes to whoever the rule finds above."""
    both = {"rule": "role", "roles": ["community_deputy", "street_clerk"]}
    second = approval("second", assignee=both, not_same_unit_as=["first"], may_add=["before"])
    case = bench.start(flow(approval("first"), second, fill("last")))
    bench.act(case, "first", outcome="approve")
    task = bench.task(case, "second")
    mate = bench.cast.users["zhoufu"]
    assert actions_on(task, bench.actor("zhoufu"), now=bench.now).refusal in ("held_by_another", "not_your_task")
    clerk = bench.actor("shenjie")
    for hand in (
        lambda: services.reassign(task_id=task.pk, actor=clerk, to_user=mate, reason="出差", now=bench.now),
        lambda: services.delegate(task_id=task.pk, actor=clerk, to_user=mate, words="您看呢", now=bench.now),
        lambda: services.add_approver(
            task_id=task.pk, actor=clerk, to_user=mate, place="before", words="您看呢", now=bench.now
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            hand()
        assert refusal.value.code == "same_person"
    bench.act(case, "second", "shenjie", outcome="approve")
    assert bench.open(case) == ["last"]


def test_where_all_are_of_one_unit_the_unit_above_decides_and_nobody_is_stuck(bench: Bench) -> None:
    home_of(bench, "shenjie", "fangta")
    clerk = {"rule": "role", "roles": ["street_clerk"]}
    case = bench.start(flow(approval("first"), approval("second", assignee=clerk, not_same_unit_as=["first"])))
    bench.act(case, "first", outcome="approve")
    assert bench.task(case, "second").why["code"] == "nobody"
    bench.act(case, "second", "admin", outcome="approve")
    assert bench.result(case)[0] == "DONE"


def test_a_colleague_of_the_unit_who_held_it_before_reads_why_not(bench: Bench) -> None:
    rules = [{"rule": "user", "user": bench.cast.users["zhoufu"].pk}]
    case = bench.start(flow(approval("first"), approval("second", assignee=rules, not_same_unit_as=["first"])))
    bench.act(case, "first", outcome="approve")
    task = bench.task(case, "second")
    Task.objects.filter(pk=task.pk).update(owner=bench.cast.users["zhoufu"], status="ASSIGNED")
    with pytest.raises(NotAllowed) as refusal:
        bench.act(case, "second", "zhoufu", outcome="approve")
    assert "别的单位" in str(refusal.value)


@pytest.mark.parametrize(
    ("code", "others"), [("unknown_step", ["nowhere"]), ("not_same_as_later", ["second"]), ("bad_value", [])]
)
def test_a_unit_that_cannot_be_compared_is_found_before_it_is_published(code: str, others: list[str]) -> None:
    steps = [approval("first", not_same_unit_as=others), approval("second")]
    assert codes(flow(*steps)) == [code]
