"""A jury scores: each for himself, with recusal, an exact mean, and a way on by points."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from core.exceptions import Invalid, WrongState
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, approval, branch, end, fill, flow
from workflows import scoring, services
from workflows.models import Case, Task
from workflows.presenters.scores import score_tables
from workflows.schema import shape_problems
from workflows.selectors import actions_on, progress

JURY = ("zhoufu", "lishuji", "shenjie", "org1")
CRITERIA = [{"id": "use", "label": "实效", "max": 60}, {"id": "fresh", "label": "创新", "max": 10, "weight": 4}]


def jury(bench: Bench, logins: tuple[str, ...] = JURY, **props: Any) -> dict[str, Any]:
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in logins]
    return {"id": "jury", "kind": "score", "props": {"assignee": rules, "criteria": CRITERIA, **props}}


def scores(bench: Bench, case: Case, login: str, use: str, fresh: str = "0") -> None:
    bench.act(case, "jury", login, "scored", score_use=use, score_fresh=fresh)


def test_the_mean_is_exact_and_weighted_and_steers_the_way_on(bench: Bench) -> None:
    good = branch("how", {">=": [{"var": "jury.score"}, 70]}, [end("fine", "fine")], [end("poor", "poor")])
    case = bench.start(flow(jury(bench, JURY[:3]), good))
    scores(bench, case, "zhoufu", "40", "7.5")  # 70
    scores(bench, case, "lishuji", "60", "2.5")  # 70
    assert bench.open(case) == ["jury"]
    scores(bench, case, "shenjie", "60", "2.75")  # 71
    assert case.data["scores"]["jury"] == "70.3333"
    assert bench.result(case) == ("DONE", "fine", [])


@pytest.mark.parametrize(("last", "outcome"), [("49.99", "failed"), ("50", "passed")])
def test_the_threshold_is_met_or_not_before_anything_is_rounded(bench: Bench, last: str, outcome: str) -> None:
    case = bench.start(flow(jury(bench, JURY[:3], **{"pass": 50}), fill("last")))
    for login, given in zip(JURY, ("50", "50", last), strict=False):
        scores(bench, case, login, given)
    assert case.data["outcomes"]["jury"] == outcome
    assert bench.open(case) == ["last"], "it goes on either way; a branch behind it decides"


def test_the_highest_and_the_lowest_are_left_out(bench: Bench) -> None:
    case = bench.start(flow(jury(bench, drop=True), fill("last")))
    for login, given in zip(JURY, ("0", "40", "42", "60"), strict=True):
        scores(bench, case, login, given)
    assert Decimal(case.data["scores"]["jury"]) == 41


def test_so_many_scores_are_enough_and_the_others_need_not_score(bench: Bench) -> None:
    case = bench.start(flow(jury(bench, need=2, deadline={"days": 3}), fill("last")))
    scores(bench, case, "org1", "20")
    scores(bench, case, "zhoufu", "40")
    assert (bench.open(case), bench.timers(case)) == (["last"], 0)


def test_nobody_sees_what_others_gave_before_the_result_stands(bench: Bench) -> None:
    case = bench.start(flow(jury(bench), fill("last")))
    scores(bench, case, "zhoufu", "59.5")
    assert score_tables(case, bench.actor("lishuji")) == []
    told = next(row.tally for row in progress(case) if row.step_id == "jury")
    assert "4 人中已有 1 人办理：周*。" in told
    assert "59" not in "".join(told)
    for login in JURY[1:]:
        scores(bench, case, login, "30", "5")
    (table,) = score_tables(case, bench.actor("lishuji"))
    assert [row.total for row in table.rows] == ["59.5", "50", "50", "50"]
    assert (table.mean, table.rows[0].who) == ("52.375", "周*")
    assert score_tables(case, bench.actor("member1")) == [], "whoever started reads the result, not the jurors"


def test_whoever_recuses_himself_says_why_and_is_not_counted(bench: Bench) -> None:
    case = bench.start(flow(jury(bench, JURY[:2]), fill("last")))
    with pytest.raises(Invalid) as refusal:
        bench.act(case, "jury", "zhoufu", "recused")
    assert refusal.value.code == "comment_missing"
    bench.act(case, "jury", "zhoufu", "recused", "我参与过这个项目")
    scores(bench, case, "lishuji", "30")
    assert Decimal(case.data["scores"]["jury"]) == 30


def test_where_too_few_are_left_the_administrators_score(bench: Bench) -> None:
    case = bench.start(flow(jury(bench, JURY[:2], need=2), fill("last")))
    bench.act(case, "jury", "zhoufu", "recused", "认识申报人")
    asked = Task.objects.get(process=case, step_id="jury", status="NEW")
    assert asked.why["code"] == "nobody"
    services.act(
        task_id=asked.pk,
        actor=bench.actor("admin"),
        outcome="scored",
        answers={"score_use": "10", "score_fresh": "0"},
        now=bench.now,
    )
    scores(bench, case, "lishuji", "20")
    assert (bench.open(case), case.data["scores"]["jury"]) == (["last"], "15.0000")


def test_if_all_recuse_themselves_the_case_is_not_stuck(bench: Bench) -> None:
    case = bench.start(flow(jury(bench, JURY[:1]), fill("last")))
    bench.act(case, "jury", "zhoufu", "recused", "认识申报人")
    assert bench.open(case) == ["jury"]
    assert not actions_on(bench.task(case, "jury"), bench.actor("zhoufu"), now=bench.now).can_act


def test_the_last_one_who_could_score_cannot_step_back_and_reads_why(bench: Bench) -> None:
    """Otherwise the case would wait for ever: every juror and the only administrator recused themselves."""
    case = bench.start(flow(jury(bench, JURY[:1]), fill("last")))
    bench.act(case, "jury", "zhoufu", "recused", "认识申报人")
    with pytest.raises(WrongState) as refusal:
        bench.act(case, "jury", "admin", "recused", "我也认识")
    assert refusal.value.code == "nobody_left"
    scores(bench, case, "admin", "20")
    assert bench.open(case) == ["last"]


@pytest.mark.parametrize("use", ["60.01", "-1", "x", ""])
def test_a_score_outside_its_criterion_is_refused_beside_its_field(bench: Bench, use: str) -> None:
    case = bench.start(flow(jury(bench), fill("last")))
    with pytest.raises(Invalid) as refusal:
        scores(bench, case, "zhoufu", use)
    assert "score_use" in refusal.value.errors


def test_after_a_return_the_scores_lapse_and_all_score_anew(bench: Bench) -> None:
    back = approval("check", APPROVE, {"id": "anew", "label": "重评", "effect": "again:jury"})
    case = bench.start(flow(jury(bench, JURY[:1]), back))
    scores(bench, case, "zhoufu", "10")
    bench.act(case, "check", outcome="anew")
    assert (bench.open(case), case.data["scores"]) == (["jury"], {})
    scores(bench, case, "zhoufu", "20")
    assert len(score_tables(case, bench.actor("lishuji"))[0].rows) == 1


@pytest.mark.parametrize(
    ("code", "props"),
    [
        ("property_missing", {"criteria": None}),
        ("bad_value", {"criteria": []}),
        ("bad_value", {"criteria": [{"id": "a", "label": "甲", "max": 0}]}),
        ("bad_value", {"criteria": [CRITERIA[0], CRITERIA[0]]}),
        ("bad_count", {"drop": True, "need": 2}),
        ("bad_count", {"pass": 101}),
    ],
)
def test_what_cannot_be_scored_is_found_before_it_is_published(bench: Bench, code: str, props: dict[str, Any]) -> None:
    step = jury(bench, **props)
    step["props"] = {name: value for name, value in step["props"].items() if value is not None}
    assert code in [problem.code for problem in shape_problems(flow(step))]


def test_the_mean_of_thirds_is_not_rounded_on_the_way() -> None:
    step = {"id": "j", "kind": "score", "props": {"criteria": CRITERIA, "pass": 33}}
    mean = scoring.mean_of(step, [Fraction(33), Fraction(33), Fraction("32.99")])
    assert (scoring.decimal_of(mean), scoring.outcome_of(step, mean)) == (Decimal("32.9967"), "failed")
