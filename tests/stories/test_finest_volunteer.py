"""The finest volunteers over HTTP with the packs as shipped: community and street in turn, then a share of the jury."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.honours.models import Commendation
from core.jobs.running import drain
from tests.stories.browsing import Person
from tests.stories.test_commendation_journey import nomination
from workflows.models import Case, Task
from workflows.services import fire_due


def proposed(songjiang: object) -> int:
    Person("wanggexia").starts("finest_volunteer", **nomination())
    return int(Case.objects.get(version__slug="finest_volunteer").pk)


def votes(case: int, login: str, choice: str, **data: Any) -> None:
    """One juror presses a button on the task that is his."""
    task = Task.objects.get(process_id=case, step_id="jury", owner__username=login, status="ASSIGNED")
    Person(login).sends("task", task.pk, do=choice, **data)


def test_in_turn_then_by_a_share_and_to_the_roll_of_honour(songjiang):
    case = proposed(songjiang)
    assert "还没有办理" in Person("wanggexia").opens("case", case)
    Person("lishuji").does(case, "gate", "outcome:pass")
    page = Person("wanggexia").opens("case", case)
    assert "2 人中已有 1 人办理：李*华。" in page
    assert "还需 1 人同意。" in page
    Person("shenjie").does(case, "gate", "outcome:pass")
    votes(case, "zhoufu", "outcome:chosen")
    assert "还需 1 人同意。" in Person("shenjie").opens("case", case)
    votes(case, "centre1", "outcome:chosen")
    fire_due(now=timezone.now() + timedelta(days=20))
    Person("member1").does(case, "consent", "outcome:answered", agree="")
    drain()
    assert Case.objects.get(pk=case).result == "granted"
    assert Commendation.objects.filter(case_id=case).exists()


def test_one_against_ends_it_where_two_thirds_cannot_be_reached_any_more(songjiang):
    case = proposed(songjiang)
    Person("lishuji").does(case, "gate", "outcome:pass")
    Person("shenjie").does(case, "gate", "outcome:pass")
    votes(case, "zhoufu", "outcome:not_chosen", **{"reason-not_chosen": "事迹还不够典型"})
    assert Case.objects.get(pk=case).result == "declined"
    assert not Task.objects.filter(process_id=case, status__in=["NEW", "ASSIGNED"]).exists()
