"""Cancelling a case: its managers end it at any time, and everything in it comes to rest."""

import pytest

from core.exceptions import Invalid, NotAllowed, WrongState
from core.notices.models import PublicNotice
from notifications.models import Message
from tests.workflows.conftest import OPEN, Bench
from tests.workflows.flows import approval, flow, notice, parallel, wish
from workflows import services
from workflows.claims import steps_of
from workflows.models import Task, TaskCandidate


def cancel(bench: Bench, case, by: str = "admin", reason: str = "重复登记") -> None:
    services.cancel_case(case_id=case.pk, actor=bench.actor(by), reason=reason, now=bench.now)


def test_everything_open_is_closed_and_those_concerned_read_why(bench: Bench) -> None:
    wait = {"id": "pause", "kind": "wait", "props": {"days": 3}}
    case = bench.start(flow(parallel("p", [approval("a", deadline={"days": 2})], [wait]), on_withdraw="log.withdrawn"))
    Message.objects.all().delete()
    cancel(bench, case)
    assert bench.result(case) == ("CANCELED", "cancelled", [])
    assert bench.log == ["withdrawn"]
    assert not Task.objects.filter(process=case, status__in=OPEN).exists()
    assert not TaskCandidate.objects.filter(task__process=case).exists()
    told = {one.user.username: one for one in Message.objects.select_related("user") if one.user is not None}
    assert set(told) == {"member1", "lishuji"}
    assert (told["member1"].kind, told["lishuji"].kind) == ("case.closed", "case.cancelled")
    assert all("重复登记" in one.body and one.subject.startswith("已作废") for one in told.values())
    with pytest.raises(WrongState):
        cancel(bench, case)


def test_only_managers_cancel_and_only_with_a_reason(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    for login in ("member1", "lishuji", "outsider"):
        with pytest.raises(NotAllowed):
            cancel(bench, case, login)
    with pytest.raises(Invalid):
        cancel(bench, case, reason="  ")
    assert bench.result(case)[0] == "NEW"


def test_managers_do_not_withdraw_what_others_started(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    with pytest.raises(NotAllowed):
        services.withdraw(case_id=case.pk, actor=bench.actor("admin"), reason="x", now=bench.now)


def test_claims_are_given_back_and_the_claimant_hears_of_it(bench: Bench) -> None:
    case = bench.start(wish(), login="", mail="guest@example.org")
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="好")
    bench.claim(case)
    cancel(bench, case)
    assert bench.log[-3:] == ["claimed", "released", "withdrawn"]
    assert steps_of(case) == []
    assert Message.objects.filter(user=bench.cast.users["org1"], kind="claim.lapsed").count() == 1
    assert "重复登记" in Message.objects.get(user=None, kind="case.closed").body


def test_a_public_notice_is_called_off(bench: Bench) -> None:
    case = bench.start(flow(notice()))
    cancel(bench, case)
    assert PublicNotice.objects.get().state == "called_off"
    assert bench.timers(case) == 0
