"""What is left of earlier rounds: nothing that decides, nothing that reads as done, nothing that is held for ever."""

import pytest

from core.exceptions import NotAllowed
from core.people import services as people
from core.people.models import OrgUnit
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, approval, branch, claim, effect, fill, flow, parallel
from workflows import services
from workflows.models import Case, TaskCandidate
from workflows.selectors import progress

BACK = {"id": "back", "label": "退回", "effect": "return:first"}
BIG = {">": [{"var": "start.value"}, 100]}


def states(case: Case) -> dict[str, str]:
    case = Case.objects.select_related("version", "unit").get(pk=case.pk)
    return {row.step_id: row.state for row in progress(case)}


def test_what_the_engine_did_in_an_earlier_round_does_not_read_as_done(bench: Bench) -> None:
    # Automatic steps have no outcome to forget, so after a return their old rows still counted.
    wait = {"id": "pause", "kind": "wait", "props": {"days": 1}}
    case = bench.start(flow(approval("first"), effect("log", "log", text="x"), wait, approval("second", APPROVE, BACK)))
    bench.act(case, "first", outcome="approve")
    bench.later(days=2)
    assert states(case) == {"start": "done", "first": "done", "log": "done", "pause": "done", "second": "current"}
    bench.act(case, "second", outcome="back")
    assert states(case) == {"start": "done", "first": "current", "log": "next", "pause": "next", "second": "next"}


def test_a_branch_taken_in_an_earlier_round_is_open_again(bench: Bench) -> None:
    choice = branch("size", BIG, [effect("big", "log", text="x")], [effect("small", "log", text="y")])
    case = bench.start(flow(approval("first"), choice, approval("second", APPROVE, BACK)), value=500)
    bench.act(case, "first", outcome="approve")
    assert (states(case)["big"], states(case)["small"]) == ("done", "skipped")
    bench.act(case, "second", outcome="back")
    assert (states(case)["size"], states(case)["big"], states(case)["small"]) == ("next", "next", "next")


def test_each_of_two_claimants_can_give_back_what_he_took_on(bench: Bench) -> None:
    # Only the latest claim could be given back, and on PostgreSQL "latest" was decided by the names of the steps.
    beside = parallel("p", [claim("zz", on_release="log.released"), fill("f")], [claim("a"), fill("g")])
    case = bench.start(flow(beside))
    bench.claim(case, "org2", "garden", step="zz")
    bench.claim(case, "org1", "library", step="a")
    services.release(case_id=case.pk, actor=bench.actor("org2"), reason="病了", now=bench.now)
    assert bench.open(case) == ["g", "zz"]
    assert bench.log == ["released"]
    with pytest.raises(NotAllowed):
        services.release(case_id=case.pk, actor=bench.actor("org2"), reason="病了", now=bench.now)


def test_the_latest_claim_is_given_back_whatever_the_steps_are_called(bench: Bench) -> None:
    case = bench.start(flow(claim("zz"), claim("a"), fill("last")))
    bench.claim(case, "org1", "library", step="zz")
    bench.claim(case, "org1", "library", step="a")
    services.release(case_id=case.pk, actor=bench.actor("org1"), reason="病了", now=bench.now)
    assert bench.open(case) == ["a"]


def test_a_claimant_hears_that_his_claim_lapsed_when_the_case_goes_back(bench: Bench) -> None:
    # The claim ended silently: whoever had taken it on went on preparing.
    document = flow(approval("first"), claim(on_release="log.released"), approval("second", APPROVE, BACK))
    case = bench.start(document)
    bench.act(case, "first", outcome="approve")
    bench.claim(case)
    bench.act(case, "second", outcome="back")
    told = Message.objects.filter(kind="claim.lapsed")
    assert [message.user for message in told] == [bench.cast.users["org1"]]
    assert bench.log == ["released"]


def test_whoever_gives_back_is_not_told_that_he_did(bench: Bench) -> None:
    case = bench.start(flow(claim(), fill("last")))
    bench.claim(case)
    services.release(case_id=case.pk, actor=bench.actor("org1"), reason="病了", now=bench.now)
    assert not Message.objects.filter(kind="claim.lapsed").exists()
    bench.claim(case)
    services.release(case_id=case.pk, actor=bench.actor("admin"), reason="联系不上", now=bench.now)
    assert [message.user for message in Message.objects.filter(kind="claim.lapsed")] == [bench.cast.users["org1"]]


def test_a_task_that_comes_back_to_a_person_is_told_again(bench: Bench) -> None:
    case = bench.start(flow(approval("first")))
    for login in ("zhoufu", "wanggexia", "zhoufu"):
        services.reassign(
            task_id=bench.task(case, "first").pk,
            actor=bench.actor("admin"),
            to_user=bench.cast.users[login],
            reason="请假",
            now=bench.now,
        )
    assert Message.objects.filter(user=bench.cast.users["zhoufu"], kind="task.opened").count() == 2


def test_the_work_of_a_merged_unit_goes_on_in_the_unit_that_took_over(bench: Bench) -> None:
    # The open task kept the key of the dissolved unit, which nobody holds any more.
    case = bench.start(flow(approval("first"), claim(scope={"level": "community"}), fill("last")))
    into = OrgUnit.objects.get(slug="xilin")
    people.merge_unit(actor=bench.actor("admin"), unit=bench.cast.units["fangta"], into=into, now=bench.now)
    people.appoint(
        actor=bench.actor("admin"),
        member=bench.cast.members["zhoufu"],
        role=bench.cast.roles["community_secretary"],
        unit=OrgUnit.objects.get(slug="xilin"),
        since=bench.now.date(),
        now=bench.now,
    )
    bench.act(case, "first", "zhoufu", "approve")
    pool = TaskCandidate.objects.get(task=bench.task(case, "claim"))
    assert pool.key == f"claim:organisation@{into.pk}"
