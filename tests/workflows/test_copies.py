"""Copies: whoever gets one reads the case as far as its sender does, and does nothing in it."""

from typing import Any

import pytest

from core.audit.models import AuditEntry
from core.exceptions import Invalid, NotFound
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, REJECT, RETURN, approval, claim, fill, flow, wish
from workflows import selectors, services
from workflows.models import CaseCopy
from workflows.schema import problems
from workflows.visibility import discussion_read_by

CLERK = {"rule": "role", "roles": ["street_clerk"]}


def send(bench: Bench, case, by: str, *to: str, note: str = "请知悉"):
    users = [bench.cast.users[login] for login in to]
    return services.send_copies(case_id=case.pk, actor=bench.actor(by), to_users=users, note=note, now=bench.now)


def copied(bench: Bench, case) -> list[str]:
    return list(CaseCopy.objects.filter(case=case).order_by("pk").values_list("to__username", flat=True))


def test_a_copy_opens_the_case_to_read_and_tells_so(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    with pytest.raises(NotFound):
        selectors.case_for(bench.actor("zhoufu"), case.pk)
    send(bench, case, "lishuji", "zhoufu")
    assert selectors.case_for(bench.actor("zhoufu"), case.pk)
    assert [one.case.pk for one in selectors.copied_to(bench.actor("zhoufu"))] == [case.pk]
    message = Message.objects.get(user=bench.cast.users["zhoufu"])
    assert message.kind == "case.copied"
    assert "请知悉" in message.body
    task = selectors.task_for(bench.actor("zhoufu"), bench.task(case, "review").pk)
    may = selectors.actions_on(task, bench.actor("zhoufu"), now=bench.now)
    assert may == selectors.Actions(refusal="not_your_task")
    with pytest.raises(NotFound):
        send(bench, case, "zhoufu", "shenjie")
    with pytest.raises(NotFound):
        services.urge(case_id=case.pk, actor=bench.actor("zhoufu"), now=bench.now)
    entry = AuditEntry.objects.get(case_id=case.pk, verb="case.copied")
    assert entry.data == {"to": [bench.cast.users["zhoufu"].pk]}


def test_a_copy_never_opens_more_than_its_sender_reads(bench: Bench) -> None:
    case = bench.start(flow(approval("review")), login="zhoufu")
    mine = discussion_read_by(case, bench.actor("zhoufu"))
    send(bench, case, "zhoufu", "shenjie")
    assert discussion_read_by(case, bench.actor("shenjie")) == mine
    send(bench, case, "lishuji", "shenjie")
    assert discussion_read_by(case, bench.actor("shenjie")) == "all"


def test_whoever_is_no_colleague_is_shown_none_and_sends_no_copies(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    with pytest.raises(NotFound):
        send(bench, case, "member1", "zhoufu")


def test_to_whom_and_by_whom(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    for to in (("outsider",), ("member1",), ("lishuji",), (), ("zhoufu", "outsider")):
        with pytest.raises(Invalid):
            send(bench, case, "lishuji", *to)
    for by in ("outsider", "org1"):
        with pytest.raises(NotFound):
            send(bench, case, by, "zhoufu")
    assert copied(bench, case) == []


def test_those_to_whom_it_is_only_offered_send_no_copies(bench: Bench) -> None:
    case = bench.start(flow(claim()))
    with pytest.raises(NotFound):
        send(bench, case, "org1", "zhoufu")


def test_a_step_sends_its_copies_once_it_is_done_and_not_when_it_sends_back(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, REJECT, RETURN, copy_to=[CLERK]), approval("second")))
    bench.act(case, "review", "lishuji", "return")
    assert copied(bench, case) == []
    bench.act(case, "start", "member1", what="一件事", where="fangta")
    bench.act(case, "review", "lishuji", "approve")
    assert copied(bench, case) == ["shenjie"]
    assert CaseCopy.objects.get().by is None


def test_several_who_sign_send_one_copy_when_it_is_decided(bench: Bench) -> None:
    both = {"rule": "role", "roles": ["community_secretary", "community_deputy"]}
    case = bench.start(flow(approval("vote", assignee=both, mode="all", copy_to=[CLERK, "starter"]), approval("next")))
    bench.act(case, "vote", "lishuji", "approve")
    assert copied(bench, case) == []
    bench.act(case, "vote", "zhoufu", "approve")
    assert sorted(copied(bench, case)) == ["member1", "shenjie"]


def test_what_a_flow_may_say_about_copies(bench: Bench) -> None:
    forms: dict[str, dict[str, Any]] = {
        "ask": {"kinds": {"what": "text"}, "always": {"what"}},
        "note": {"kinds": {}, "always": set()},
    }

    def found(*steps) -> list[tuple[str, str]]:
        roles = {"street_clerk", "community_secretary"}
        listed = problems(flow(*steps), forms=forms, effects={}, roles=roles, unit_kinds={"district"})
        return [(one.code, one.place) for one in listed]

    assert found(approval("a", copy_to=[CLERK, "starter"])) == []
    assert found(claim(), fill("a", copy_to=["claimant"])) == []
    place = "steps[0].props.copy_to"
    assert found(fill("a", copy_to=["guest"])) == [("unknown_rule", f"{place}[0]")]
    assert found(fill("a", copy_to=["claimant"])) == [("claim_needed", f"{place}[0]")]
    assert found(fill("a", copy_to=[])) == [("bad_value", place)]
    assert found(fill("a", copy_to="starter")) == [("bad_value", place)] * 2
    assert found(fill("a", copy_to=[{"rule": "role", "roles": ["nobody"]}])) == [("unknown_role", f"{place}[0].roles")]


def test_a_claim_copies_too(bench: Bench) -> None:
    document = wish()
    document["steps"][3]["props"]["copy_to"] = [CLERK]
    case = bench.start(document, login="")
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="好")
    bench.claim(case)
    assert copied(bench, case) == ["shenjie"]
