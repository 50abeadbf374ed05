"""A pledge goes on the wall once, after its notice, without personal data; taking it down reverses its line."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM, VISITOR, Actor
from core.audit.models import AuditEntry
from core.exceptions import Invalid, NotAllowed, NotFound, WrongState
from core.ledger.models import LedgerEntry
from core.notices import services as notices
from core.promises import selectors, services
from core.promises.models import Pledge

LINES = [{"label": "做什么", "value": "修理"}]
THING = services.Promised("每周修一次自行车", Decimal(12), "次")


def noticed(cast: Any, case_id: int = 7) -> None:
    """Its public notice passed."""
    step: dict[str, Any] = {"actor": SYSTEM, "case_id": case_id, "step_id": "posted", "now": cast.now}
    ends = cast.now + timedelta(days=7)
    notices.open_notice(unit=cast.units["fangta"], subject={"zh-hans": "公示"}, lines=LINES, closes_at=ends, **step)
    notices.close_notice(**step)


def posted(cast: Any, case_id: int = 7, *, with_notice: bool = True, **changes: Any) -> Pledge:
    if with_notice:
        noticed(cast, case_id)
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "case_id": case_id,
        "member": cast.members["member1"],
        "unit": cast.units["fangta"],
        "category": "repair",
        "items": [THING],
        "shows_name": True,
        "now": cast.now,
    }
    return services.post_pledge(**{**given, **changes})


def test_it_is_posted_once_audited_and_counted(cast):
    assert posted(cast) == posted(cast, with_notice=False)
    line = LedgerEntry.objects.get()
    assert (line.kind, line.member, line.unit.slug) == ("pledge.posted", cast.members["member1"], "fangta")
    assert AuditEntry.objects.filter(verb="pledge.posted").count() == 1


def test_nobody_posts_one_before_its_notice_has_passed_not_even_the_system(cast):
    for actor in (SYSTEM, cast.actor("admin")):
        with pytest.raises(WrongState) as refusal:
            posted(cast, with_notice=False, actor=actor)
        assert refusal.value.code == "notice_missing"
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("actor", [VISITOR, Actor(guest_case=8)])
def test_visitors_and_guests_of_other_cases_post_nothing(cast, actor):
    with pytest.raises(NotAllowed):
        posted(cast, actor=actor)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [THING] * 4,
        [services.Promised("请打 13812345678", Decimal(1), "次")],
        [services.Promised("修车", Decimal(0), "次")],
        [services.Promised(" ", Decimal(1), "次")],
    ],
)
def test_a_pledge_without_substance_or_with_personal_data_is_refused(cast, items):
    with pytest.raises(Invalid):
        posted(cast, items=items)
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(("shows_name", "expected"), [(True, "赵*平"), (False, "一位志愿者")])
def test_the_wall_names_the_member_as_agreed_also_inside_the_wording(cast, shows_name, expected):
    pledge = posted(cast, shows_name=shows_name, items=[services.Promised("赵一平来修车", Decimal(1), "次")])
    (shown,) = selectors.pledges_on_wall()
    assert shown.public_name == expected
    assert pledge.items.get().text == f"{expected}来修车"


def test_taking_it_down_reverses_its_line_and_twice_is_once(cast):
    posted(cast)
    for _twice in range(2):
        services.withdraw_pledge(actor=SYSTEM, case_id=7, now=cast.now)
    assert [row.quantity for row in LedgerEntry.objects.order_by("pk")] == [1, -1]
    assert not selectors.pledges_on_wall().exists()
    with pytest.raises(NotFound):
        services.withdraw_pledge(actor=SYSTEM, case_id=8, now=cast.now)


def test_the_wall_narrows_by_unit_category_and_member(cast):
    one = posted(cast)
    other = posted(cast, 8, unit=cast.units["yunjian"], category="care", member=cast.members["org1"])
    wall = selectors.pledges_on_wall
    assert set(wall()) == {one, other}
    assert list(wall(unit_ids=[cast.units["yunjian"].pk])) == [other]
    assert list(wall(categories=["repair"])) == [one]
    assert list(wall(member_id=cast.members["org1"].pk)) == [other]


def test_the_wall_costs_the_same_for_few_and_many(cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            for pledge in selectors.pledges_on_wall():
                assert pledge.public_name
                assert pledge.unit.name
                assert list(pledge.items.all())
        return len(caught)

    posted(cast)
    few = queries()
    for case_id in range(8, 12):
        posted(cast, case_id)
    assert queries() == few
