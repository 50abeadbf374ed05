"""The contest of projects over HTTP with the packs as shipped: admission, scores of a jury, a place by points."""

from typing import Any

import pytest

from tests.stories.browsing import Person
from workflows.models import Case, Task


def admitted(songjiang: object) -> int:
    words = {"title": "楼道里的修理铺", "done": "一年修好三百件小家电。", "plan": "再带三个徒弟。"}
    Person("member1").starts("project_contest", **words)
    case = int(Case.objects.get(version__slug="project_contest").pk)
    Person("centre1").does(case, "entry", "outcome:admit")
    return case


def scores(case: int, login: str, choice: str = "outcome:scored", **data: Any) -> None:
    task = Task.objects.get(process_id=case, step_id="jury", owner__username=login, status="ASSIGNED")
    person = Person(login)
    assert "群众需要" in person.opens("task", task.pk)
    person.sends("task", task.pk, do=choice, **data)


@pytest.mark.parametrize(("effect", "result"), [("40", "model"), ("20", "shortlisted"), ("1", "not_shortlisted")])
def test_a_project_is_scored_and_takes_its_place(songjiang, effect, result):
    case = admitted(songjiang)
    for login in ("zhoufu", "lishuji", "shenjie"):
        scores(case, login, score_need="28", score_effect=effect, score_lasting="27.5")
    assert Case.objects.get(pk=case).result == result
    page = Person("lishuji").opens("case", case)
    assert "平均分" in page
    assert "李*华" in page
    assert "27.5" in page
    assert "27.5" not in Person("member1").opens("case", case)


def test_wrong_scores_come_back_and_a_juror_who_knows_the_team_recuses_himself(songjiang):
    case = admitted(songjiang)
    task = Task.objects.get(process_id=case, step_id="jury", owner__username="zhoufu", status="ASSIGNED")
    wrong = {"score_need": "31", "score_effect": "22", "score_lasting": "20"}
    answer = Person("zhoufu").sends("task", task.pk, expects=422, do="outcome:scored", **wrong)
    assert "30" in answer
    scores(case, "zhoufu", "outcome:recused", **{"reason-recused": "我参与过这个项目"})
    for login in ("lishuji", "shenjie"):
        scores(case, login, score_need="20", score_effect="30", score_lasting="20")
    assert Case.objects.get(pk=case).data["scores"]["jury"] == "70.0000"
