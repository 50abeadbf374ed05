"""What a claim step may ask about whoever wants to take something on."""

import pytest
from django.test import Client

from core.exceptions import NotAllowed
from core.people.models import Member, Team, TeamMembership
from core.people.selectors import Claimant
from core.service.models import ServiceRecord
from tests.workflows.conftest import Bench
from tests.workflows.test_pools import bench, give_back, member, names, people, take, wait
from workflows.claimant_facts import FACTS
from workflows.eligibility import READ

__all__ = ["bench"]

ENOUGH_HOURS = {">=": [{"var": "claimant.hours"}, 2]}


def served(bench: Bench, number: int, minutes: int) -> None:
    """Verified service of a helper."""
    user = member(bench, number)
    ServiceRecord.objects.create(
        case_id=900 + number,
        member=user.member,
        unit=bench.cast.units["fangta"],
        day=bench.now.date(),
        minutes=minutes,
        content="读报",
        recorded_by=bench.cast.users["wanggexia"],
        verified_by=bench.cast.users["zhoufu"],
        approved_by=bench.cast.users["shenjie"],
        evidence="A",
        posted_at=bench.now,
    )


def test_only_who_meets_what_is_asked_takes_it_on_and_others_read_what_it_is(bench: Bench) -> None:
    case = bench.start(people(eligible=ENOUGH_HOURS))
    served(bench, 1, 60)
    served(bench, 2, 120)
    with pytest.raises(NotAllowed) as refusal:
        take(bench, case, 1)
    assert refusal.value.code == "not_eligible"
    client = Client()
    client.force_login(member(bench, 1))
    page = client.get(f"/task/{bench.task(case, 'claim').pk}/").content.decode()
    assert "认领条件" in page
    assert "核定服务时长" in page
    take(bench, case, 2)
    assert bench.open(case) == ["work"]


def test_a_skill_is_that_of_the_team_or_of_the_teams_of_a_person(bench: Bench) -> None:
    team = Team.objects.order_by("pk")[0]
    team.kinds = ["便民维修"]
    team.save()
    skilled = {"in": ["便民维修", {"var": "claimant.skills"}]}
    case = bench.start(people(eligible=skilled))
    with pytest.raises(NotAllowed):
        take(bench, case, 1)
    TeamMembership.objects.create(
        team=team, member=member(bench, 1).member, relation="activity", since=bench.now.date()
    )
    take(bench, case, 1)
    assert bench.open(case) == ["work"]


def test_on_the_waiting_list_who_does_not_meet_it_is_passed_over(bench: Bench) -> None:
    case = bench.start(people(eligible=ENOUGH_HOURS, waitlist={"days": 1, "calendar": "calendar"}))
    for number in (1, 2, 3):
        served(bench, number, 120)
    take(bench, case, 1)
    wait(bench, case, 2)
    bench.later(minutes=1)
    wait(bench, case, 3)
    ServiceRecord.objects.filter(member__user=member(bench, 2)).update(state="reversed", reversed_at=bench.now)
    give_back(bench, case, 1)
    assert (names(case, "offered"), names(case, "waiting")) == ([3], [2])


def test_every_fact_about_a_claimant_can_be_read(bench: Bench) -> None:
    team, unit = Team.objects.order_by("pk")[0], bench.cast.units["library"]
    person = Claimant("person", member(bench, 1).member.pk, "")
    for claimant in (person, Claimant("team", team.pk, ""), Claimant("organisation", unit.pk, "")):
        found = {name: READ[name](claimant, bench.now.date()) for name in FACTS}
        assert found["kind"] == claimant.kind
        assert found["honours"] == 0
        assert found["unit_kind"]
    assert set(READ) == set(FACTS)
    assert [code for code, _words in FACTS["category"].options] == Member.Category.values
