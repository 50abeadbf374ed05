"""The inbox: what is mine, what I may take, in pages; and who may see a case at all."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.actors import VISITOR, Actor
from core.exceptions import NotFound
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, chain, claim, fill, flow, simple, wish
from workflows import selectors, services


def test_each_sees_what_is_his_and_what_he_may_take(bench: Bench) -> None:
    case = bench.start(simple())
    (row,) = selectors.inbox(bench.actor("lishuji"))
    assert (row.case_id, row.step_id, row.is_mine, row.unit_name) == (case.pk, "review", False, "方塔社区")
    assert selectors.inbox(bench.actor("outsider")) == []
    assert selectors.inbox(VISITOR) == []
    task = bench.task(case, "review")
    services.reassign(
        task_id=task.pk, actor=bench.actor("lishuji"), to_user=bench.cast.users["shenjie"], reason="出差", now=bench.now
    )
    assert selectors.inbox(bench.actor("lishuji")) == []
    assert [row.is_mine for row in selectors.inbox(bench.actor("shenjie"), scope="mine")] == [True]
    assert selectors.inbox(bench.actor("shenjie"), scope="pool") == []


def test_a_task_open_to_two_of_my_keys_appears_once(bench: Bench) -> None:
    me = {"rule": "user", "user": bench.cast.users["lishuji"].pk}
    role = {"rule": "role", "roles": ["community_secretary"]}
    bench.start(flow(approval("a", assignee=[role, me])))
    assert len(selectors.inbox(bench.actor("lishuji"))) == 1


def test_pages_follow_each_other_without_gaps_or_repeats(bench: Bench) -> None:
    bench.publish(simple())
    cases = [bench.start().pk for _number in range(7)]
    seen: list[int] = []
    before = None
    while page := selectors.inbox(bench.actor("lishuji"), before=before, limit=3):
        seen += [row.case_id for row in page]
        before = page[-1].cursor
    assert seen == cases[::-1]
    assert selectors.open_count(bench.actor("lishuji")) == 7


def test_the_inbox_costs_the_same_for_few_and_for_many(bench: Bench) -> None:
    bench.publish(simple())
    counts = []
    for _round in range(2):
        for _number in range(4):
            bench.start()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            selectors.inbox(bench.actor("lishuji"), limit=20)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_unknown_and_forbidden_are_the_same(bench: Bench) -> None:
    case = bench.start(simple(), login="member1")
    task = bench.task(case, "review")
    for login in ("member1", "lishuji", "admin"):
        assert selectors.case_for(bench.actor(login), case.pk) == case
        assert selectors.task_for(bench.actor(login), task.pk) == task
    for actor in (bench.actor("outsider"), bench.actor("org1"), VISITOR, Actor(guest_case=case.pk + 1)):
        for read in (selectors.case_for, selectors.task_for):
            with pytest.raises(NotFound):
                read(actor, case.pk if read is selectors.case_for else task.pk)
    with pytest.raises(NotFound):
        selectors.case_for(bench.actor("admin"), 10**9)


def test_the_guest_sees_his_own_case(bench: Bench) -> None:
    case = bench.start(wish(), login="")
    assert selectors.case_for(bench.guest(case), case.pk) == case


def test_actions_say_what_i_may_do_and_why_not(bench: Bench) -> None:
    case = bench.start(wish(), login="")
    task = selectors.task_for(bench.actor("zhoufu"), bench.task(case, "verify").pk)
    actions = selectors.actions_on(task, bench.actor("zhoufu"), now=bench.now)
    assert [choice.id for choice in actions.outcomes] == ["verified", "back", "decline"]
    assert selectors.actions_on(task, bench.actor("org1"), now=bench.now).refusal == "not_your_task"
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="一袋米")
    offer = selectors.task_for(bench.actor("org1"), bench.task(case, "claim").pk)
    claimable = selectors.actions_on(offer, bench.actor("org1"), now=bench.now)
    assert [one.name for one in claimable.claimants] == ["方塔图书馆"]
    bench.claim(case)
    assert selectors.case_actions(case, bench.actor("org1"), now=bench.now) == {
        "withdraw": False,
        "cancel": False,
        "release": True,
        "hold": False,
        "resume": False,
    }
    assert selectors.case_actions(case, bench.actor("org2"), now=bench.now)["release"] is False


def test_progress_tells_what_is_done_current_next_and_skipped(bench: Bench) -> None:
    case = bench.start(wish(), login="")
    bench.act(case, "verify", "zhoufu", "verified")
    states = {row.step_id: row.state for row in selectors.progress(case)}
    assert states["start"] == states["verify"] == "done"
    assert (states["approve"], states["claim"], states["done"]) == ("current", "next", "next")
    whom = {row.step_id: row.with_whom for row in selectors.progress(case)}
    assert whom["approve"] == "方塔社区的社区书记"
    assert all("周芙" not in text for text in whom.values())
    bench.act(case, "approve", "lishuji", "approve", remark="一袋米")
    bench.claim(case)
    assert {row.step_id: row.with_whom for row in selectors.progress(case)}["claim"] == "方塔图书馆"


def test_progress_of_the_arm_not_taken_is_skipped(bench: Bench) -> None:
    from tests.workflows.flows import branch

    when = {">": [{"var": "start.value"}, 100]}
    case = bench.start(flow(branch("b", when, [fill("big")], [fill("small")]), fill("last")), value=1)
    states = {row.step_id: row.state for row in selectors.progress(case)}
    assert states == {"start": "done", "b": "current", "big": "skipped", "small": "current", "last": "next"}
    bench.act(case, "small", remark="好")
    states = {row.step_id: row.state for row in selectors.progress(case)}
    assert states == {"start": "done", "b": "done", "big": "skipped", "small": "done", "last": "current"}


def test_a_version_that_cannot_be_compiled_any_more_breaks_no_list(bench: Bench) -> None:
    from workflows.models import Case, FlowVersion

    case = bench.start(simple())
    other = bench.start(flow(claim()), slug="other")
    FlowVersion.objects.filter(slug="flow").update(
        document={"v": 1, "steps": [{"id": "review", "kind": "gone"}]}, sha256="x"
    )
    rows = selectors.inbox(bench.actor("lishuji"))
    assert [row.case_id for row in rows] == [case.pk]
    assert Case.objects.get(pk=case.pk).flow_class is None
    assert selectors.progress(Case.objects.get(pk=case.pk)) == []
    assert selectors.case_for(bench.actor("member1"), other.pk) == other


def statements(bench: Bench, length: int, steps: int) -> int:
    case = bench.start(chain(length), slug=f"chain{length}")
    for number in range(steps):
        bench.act(case, f"s{number}", outcome="approve")
    task = bench.task(case, f"s{steps}").pk
    with CaptureQueriesContext(connection) as queries:
        services.act(task_id=task, actor=bench.actor("lishuji"), outcome="approve", now=bench.now)
    return len(queries)


def test_the_pages_of_a_long_case_cost_what_those_of_a_short_one_do(bench: Bench) -> None:
    # Unit, roles and member of every step were read one by one.
    client, counts = Client(), []
    client.force_login(bench.cast.users["lishuji"])
    for length in (3, 6):
        case = bench.start(chain(length), slug=f"chain{length}")
        for number in range(length - 1):
            bench.act(case, f"s{number}", outcome="approve")
        last = bench.task(case, f"s{length - 1}")
        for address in (f"/case/{case.pk}/", f"/task/{last.pk}/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_a_late_step_of_a_long_case_costs_what_an_early_one_does(bench: Bench) -> None:
    assert statements(bench, 40, 3) == statements(bench, 41, 38)
