"""What the starter and the guest hear at each turn: where it is now, with whom, why it came back or ended."""

import pytest

from core.actors import SYSTEM
from forms.models import FormDefinition
from forms.services import publish_form
from notifications.models import Message
from tests.cast import NOW
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, REJECT, approval, claim, end, field, fill, flow, form, parallel, wish
from workflows import services
from workflows.models import Case, GuestAccess

BACK_TO_FIRST = {"id": "back", "label": "退回", "effect": "return:first", "comment": "required"}
AGAIN = {"id": "again", "label": "还没好", "effect": "again:first", "comment": "required"}
DECLINE = {"id": "decline", "label": "不予受理", "effect": "end:declined", "comment": "required"}


def told(bench: Bench, login: str = "") -> list[tuple[str, str, str]]:
    user = bench.cast.users[login] if login else None
    return list(Message.objects.filter(user=user).order_by("pk").values_list("kind", "subject", "body"))


@pytest.fixture
def waiting(bench: Bench) -> Case:
    """A wish whose guest left an e-mail address; it waits for being verified."""
    return bench.start(wish(), login="", what="一袋米", mail="guest@example.org")


def test_a_guest_reads_at_once_that_it_arrived_and_who_has_it(bench: Bench, waiting: Case) -> None:
    # The guest got no mail at the start, at an approval, at a claim or at a return to the clerk.
    ((kind, subject, body),) = told(bench)
    assert kind == "case.received"
    assert waiting.number in subject
    assert "方塔社区" in body
    assert "最晚" in body
    code = bench.codes[waiting.pk]
    assert all(part not in f"{subject}{body}" for part in code.split("-"))


def test_a_guest_reads_who_has_it_after_each_approval(bench: Bench, waiting: Case) -> None:
    bench.act(waiting, "verify", "zhoufu", "verified")
    kind, subject, body = told(bench)[-1]
    assert (kind, waiting.number in subject) == ("case.moved", True)
    assert "社区书记" in body
    assert len(told(bench)) == 2


def test_a_guest_reads_which_organisation_took_it_on(bench: Bench, waiting: Case) -> None:
    bench.act(waiting, "verify", "zhoufu", "verified")
    bench.act(waiting, "approve", "lishuji", "approve", remark="一袋米")
    assert "等" in told(bench)[-1][2]
    assert "等待认领负责" not in told(bench)[-1][2]
    bench.claim(waiting)
    kind, _subject, body = told(bench)[-1]
    assert kind == "case.claimed"
    assert bench.cast.units["library"].name in body


def test_a_guest_is_asked_to_confirm_once_it_is_reported_done(bench: Bench, waiting: Case) -> None:
    bench.act(waiting, "verify", "zhoufu", "verified")
    bench.act(waiting, "approve", "lishuji", "approve", remark="一袋米")
    bench.claim(waiting)
    before = len(told(bench))
    bench.act(waiting, "fulfil", "org1", remark="好")
    ((kind, _subject, body),) = told(bench)[before:]
    assert kind == "task.opened"
    assert "办好" in body


def test_a_starter_with_a_login_hears_each_turn_too_but_not_of_his_own(bench: Bench) -> None:
    case = bench.start(flow(approval("first"), fill("mine", {"rule": "starter"}), approval("last")))
    assert [kind for kind, *_ in told(bench, "member1")] == ["case.received"]
    bench.act(case, "first", outcome="approve")
    bench.act(case, "mine", "member1", remark="好")
    bench.act(case, "last", outcome="approve")
    assert [kind for kind, *_ in told(bench, "member1")] == ["case.received", "task.opened", "case.closed"]


def test_one_of_several_votes_moves_nothing_and_tells_nothing(bench: Bench) -> None:
    signers = [{"rule": "user", "user": bench.cast.users[login].pk} for login in ("lishuji", "zhoufu")]
    case = bench.start(flow(approval("both", assignee=signers, mode="all"), approval("last")))
    bench.act(case, "both", "lishuji", "approve")
    assert [kind for kind, *_ in told(bench, "member1")] == ["case.received"]
    bench.act(case, "both", "zhoufu", "approve")
    assert [kind for kind, *_ in told(bench, "member1")] == ["case.received", "case.moved"]


def test_two_ways_that_open_side_by_side_are_told_in_one_message(bench: Bench) -> None:
    left, right = approval("left"), approval("right")
    left["name"], right["name"] = "看场地", "看人手"
    bench.start(flow(parallel("p", [left], [right])))
    ((_kind, _subject, body),) = told(bench, "member1")
    assert "看场地" in body
    assert "看人手" in body


def test_a_step_of_the_flow_that_tells_the_starter_takes_the_place_of_our_message(bench: Bench) -> None:
    tell = {"id": "tell", "kind": "notify", "props": {"to": ["starter"], "subject": "留好了"}}
    case = bench.start(flow(approval("first"), tell, approval("last")))
    bench.act(case, "first", outcome="approve")
    assert [kind for kind, *_ in told(bench, "member1")] == ["case.received", "flow.step"]


def test_the_end_of_a_case_is_told_with_its_result_in_words(bench: Bench) -> None:
    # The message said only that the result stood on the page.
    done = end("done", "lent")
    done["name"] = "已经借出"
    case = bench.start(flow(approval("first"), done))
    bench.act(case, "first", outcome="approve")
    kind, _subject, body = told(bench, "member1")[-1]
    assert (kind, "已经借出" in body) == ("case.closed", True)


def test_the_reason_of_a_refusal_reaches_the_guest(bench: Bench, waiting: Case) -> None:
    # The officer was told that the resident would read it, and the resident never did.
    bench.act(waiting, "verify", "zhoufu", "decline", comment="这件事归自来水公司管，可以打他们的热线")
    assert "归自来水公司管" in told(bench)[-1][2]


@pytest.mark.parametrize("reason", ["请打 13912345678 找我", "王小清的材料不全"])
def test_a_reason_with_personal_data_stays_out_of_messages(bench: Bench, reason: str) -> None:
    document = form(field("what"), field("name", privacy={"level": "personal"}))
    publish_form(
        definition=FormDefinition.objects.create(slug="named", title="表", document=document), actor=SYSTEM, now=NOW
    )
    definition = flow(approval("first", APPROVE, DECLINE), form="named")
    bench.publish(definition, "named")
    started = services.start_case(
        flow="named", actor=bench.actor("member1"), answers={"name": "王小清"}, now=NOW, unit=bench.cast.units["fangta"]
    )
    bench.act(started.case, "first", outcome="decline", comment=reason)
    kind, _subject, body = told(bench, "member1")[-1]
    assert (kind, reason in body) == ("case.closed", False)


def test_again_is_not_told_as_a_correction(bench: Bench) -> None:
    # “Not done yet” came to the claimant as 退回补正.
    case = bench.start(flow(fill("first"), approval("second", APPROVE, AGAIN, assignee={"rule": "starter"})))
    bench.act(case, "first", remark="好")
    bench.act(case, "second", "member1", "again", comment="灯还是不亮")
    kind, subject, body = told(bench, "lishuji")[-1]
    assert kind == "task.again"
    assert "补正" not in subject
    assert "灯还是不亮" in body


def test_a_return_between_officers_is_told_with_its_reason(bench: Bench) -> None:
    case = bench.start(
        flow(approval("first"), approval("second", APPROVE, BACK_TO_FIRST, assignee={"rule": "starter"}))
    )
    bench.act(case, "first", outcome="approve")
    bench.act(case, "second", "member1", "back", comment="日期写错了")
    kind, _subject, body = told(bench, "lishuji")[-1]
    assert (kind, "日期写错了" in body) == ("task.returned", True)


def test_a_withdrawal_by_the_guest_reaches_the_clerk_and_whoever_had_the_task(bench: Bench) -> None:
    # Neither heard anything, and the reason was kept nowhere.
    case = bench.start(wish(), login="wanggexia", mail="guest@example.org")
    assert GuestAccess.objects.filter(case=case).exists()
    services.withdraw(case_id=case.pk, actor=bench.guest(case), reason="已经自己买到了", now=bench.now)
    for login, kind in (("wanggexia", "case.closed"), ("zhoufu", "case.withdrawn")):
        assert told(bench, login)[-1][0] == kind
        assert "已经自己买到了" in told(bench, login)[-1][2]
    assert [kind for kind, *_ in told(bench)] == ["case.received"]


def test_an_offer_that_is_withdrawn_is_not_told_to_a_whole_district(bench: Bench) -> None:
    case = bench.start(flow(claim()))
    services.withdraw(case_id=case.pk, actor=bench.actor("member1"), reason="不用了", now=bench.now)
    assert told(bench, "org1") == []


def test_a_refusal_that_asks_for_no_reason_keeps_the_word_between_officers(bench: Bench) -> None:
    case = bench.start(flow(approval("first", APPROVE, REJECT)))
    bench.act(case, "first", outcome="reject", comment="下次注意")
    assert "下次注意" not in told(bench, "member1")[-1][2]
