"""A case that goes back behind an effect undoes it: newest first, once per deed, or it does not go back at all."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from core.audit.models import AuditEntry
from core.exceptions import Invalid, WrongState
from core.ledger.models import LedgerEntry
from core.promises import services as promises
from core.promises.models import Wish
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, approval, branch, claim, effect, flow, parallel
from workflows import services
from workflows.effects import UNDOS, EffectContext
from workflows.models import Case

BACK = {"id": "back", "label": "退回", "effect": "return:first"}
STRAIGHT = {**BACK, "then": "straight"}
BIG = {">": [{"var": "start.value"}, 100]}


@pytest.fixture
def undone(bench: Bench) -> Iterator[Bench]:
    """The bench, whose `log` effects can be undone."""

    def function(ctx: EffectContext) -> None:
        bench.log.append(f"not {ctx.inputs['text']}")

    with ExitStack() as stack:
        stack.enter_context(UNDOS.temporarily("log", function))
        yield bench


def to_last(bench: Bench, *between: dict[str, Any], back: dict[str, Any] = BACK, **answers: Any) -> Case:
    case = bench.start(flow(approval("first"), *between, approval("last", APPROVE, back, assignee=DEPUTY)), **answers)
    bench.act(case, "first", outcome="approve")
    return case


def undo_lines(case: Case) -> list[str]:
    lines = AuditEntry.objects.filter(case_id=case.pk, verb="case.effect_undone").order_by("pk")
    return [line.data["step"] for line in lines]


def test_going_back_undoes_newest_first_and_the_next_round_does_it_anew(undone: Bench) -> None:
    case = to_last(undone, effect("one", "log", text="1"), effect("two", "log", text="2"))
    undone.act(case, "last", "zhoufu", "back")
    assert undone.log == ["1", "2", "not 2", "not 1"]
    assert undo_lines(case) == ["two", "one"]
    undone.act(case, "first", outcome="approve")
    assert undone.log[4:] == ["1", "2"]


def test_each_deed_is_undone_once_however_often_the_case_goes_back(undone: Bench) -> None:
    case = to_last(undone, effect("one", "log", text="1"))
    for _round in range(2):
        undone.act(case, "last", "zhoufu", "back")
        undone.act(case, "first", outcome="approve")
    assert undone.log == ["1", "not 1", "1", "not 1", "1"]


def test_what_lies_before_the_target_stands(undone: Bench) -> None:
    document = flow(
        effect("zero", "log", text="0"),
        approval("first"),
        effect("one", "log", text="1"),
        approval("last", APPROVE, BACK, assignee=DEPUTY),
    )
    case = undone.start(document)
    undone.act(case, "first", outcome="approve")
    undone.act(case, "last", "zhoufu", "back")
    assert undone.log == ["0", "1", "not 1"]


def test_an_arm_that_was_not_taken_has_nothing_to_undo(undone: Bench) -> None:
    how = branch("how", BIG, [effect("big", "log", text="big")], [effect("small", "log", text="small")])
    case = to_last(undone, how, value=5)
    undone.act(case, "last", "zhoufu", "back")
    assert undone.log == ["small", "not small"]


def test_effects_in_a_branch_beside_are_undone_too(undone: Bench) -> None:
    source = approval("source", APPROVE, BACK, assignee=DEPUTY)
    case = undone.start(flow(approval("first"), parallel("both", [effect("e", "log", text="e")], [source])))
    undone.act(case, "first", outcome="approve")
    undone.act(case, "source", "zhoufu", "back")
    assert undone.log == ["e", "not e"]


def test_claims_are_given_back_in_their_place_between_the_effects(undone: Bench) -> None:
    offer = claim(on_claim="log.claimed", on_release="log.released")
    case = to_last(undone, effect("one", "log", text="1"), offer, effect("two", "log", text="2"))
    undone.claim(case)
    undone.act(case, "last", "zhoufu", "back")
    assert undone.log == ["1", "claimed", "2", "not 2", "released", "not 1"]


def test_an_undo_that_fails_refuses_the_return_with_a_sentence(bench: Bench) -> None:
    def refuses(_ctx: EffectContext) -> None:
        raise WrongState("已经办了，退不回去。")

    case = to_last(bench, effect("one", "log", text="1"))
    with UNDOS.temporarily("log", refuses), pytest.raises(WrongState, match="退不回去"):
        bench.act(case, "last", "zhoufu", "back")
    assert bench.open(case) == ["last"]

    def breaks(_ctx: EffectContext) -> None:
        raise RuntimeError("secret words")

    with UNDOS.temporarily("log", breaks), pytest.raises(Invalid) as refusal:
        bench.act(case, "last", "zhoufu", "back")
    assert refusal.value.code == "effect_failed"
    assert "secret" not in str(refusal.value.sentence)
    assert bench.open(case) == ["last"]
    assert undo_lines(case) == []


def test_what_stands_because_the_case_comes_straight_back_is_not_undone(undone: Bench) -> None:
    case = to_last(undone, effect("one", "log", text="1"), back=STRAIGHT)
    undone.act(case, "last", "zhoufu", "back")
    undone.act(case, "first", outcome="approve")
    assert undone.open(case) == ["last"]
    assert undone.log == ["1"]


def test_it_is_undone_when_the_case_walks_another_way_instead(undone: Bench) -> None:
    how = branch("how", BIG, [effect("big", "log", text="big")], [effect("small", "log", text="small")])
    last = approval("last", APPROVE, {**STRAIGHT, "effect": "return:start"}, assignee=DEPUTY)
    case = undone.start(flow(how, last), value=500)
    undone.act(case, "last", "zhoufu", "back")
    assert undone.log == ["big"]
    undone.act(case, "start", "member1", what="一件事", where="fangta", value=5)
    assert undone.log == ["big", "not big", "small"]


def test_a_return_that_undid_something_cannot_be_taken_back(undone: Bench) -> None:
    case = to_last(undone, effect("one", "log", text="1"))
    task = undone.task(case, "last")
    undone.act(case, "last", "zhoufu", "back")
    with pytest.raises(WrongState):
        services.take_back(task_id=task.pk, actor=undone.actor("zhoufu"), now=undone.now)
    assert undone.log == ["1", "not 1"]


def posted(bench: Bench) -> Case:
    """A wish on the board, whose case may still go back before anybody claims it."""
    post = effect("post", "wish.post", public_text={"var": "start.what"}, category="goods")
    last = approval("last", APPROVE, {**BACK, "effect": "return:start"}, assignee=DEPUTY)
    return bench.start(flow(post, last, claim(on_claim="wish.claim", on_release="wish.release")), what="想要一本书")


def test_a_wish_leaves_the_board_while_its_wording_is_corrected_and_comes_back(bench: Bench) -> None:
    case = posted(bench)
    for _round in range(2):
        bench.act(case, "last", "zhoufu", "back")
        assert Wish.objects.get(case_id=case.pk).state == "withdrawn"
        assert standing() == 0
        bench.act(case, "start", "member1", what="想要一本大字书", where="fangta")
        wish = Wish.objects.get(case_id=case.pk)
        assert (wish.state, wish.public_text) == ("open", "想要一本大字书")
        assert standing() == 1
    lines = LedgerEntry.objects.filter(kind="wish.registered").order_by("pk")
    assert [int(line.quantity) for line in lines] == [1, -1, 1, -1, 1]


def standing() -> int:
    return sum(int(line.quantity) for line in LedgerEntry.objects.filter(kind="wish.registered"))


def test_a_wish_that_came_true_keeps_its_case_from_going_back(bench: Bench) -> None:
    case = posted(bench)
    Wish.objects.filter(case_id=case.pk).update(state="fulfilled", fulfilled_at=bench.now)
    with pytest.raises(WrongState, match="实现"):
        bench.act(case, "last", "zhoufu", "back")
    assert bench.open(case) == ["last"]


def test_a_wish_that_its_resident_withdrew_stays_withdrawn(bench: Bench) -> None:
    """Posting again brings back only what was taken down to be corrected."""
    case = posted(bench)
    given = {"actor": bench.actor("lishuji"), "case_id": case.pk, "now": bench.now}
    promises.withdraw_wish(**given)
    again = promises.post_wish(
        **given,
        public_text="想要一本书",
        category="goods",
        unit=bench.cast.units["fangta"],
        claimant_kinds=["organisation"],
        registered_at=bench.now,
    )
    assert again.state == "withdrawn"
