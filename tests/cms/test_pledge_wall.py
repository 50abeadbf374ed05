"""The pledge wall: what a card tells, filters, the empty wall, and a constant number of queries."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.notices import services as notices
from core.programme.models import Theme
from core.promises import services
from core.promises.models import Pledge
from tests.cast import NOW, Cast

LINES = [{"label": "做什么", "value": "修理"}]


@pytest.fixture
def pledge(cast: Cast) -> Callable[..., Pledge]:
    """Posts the next pledge; what is not said is the same for all."""
    count = 0

    def post(text: str = "修理自行车", *, unit: str = "fangta", theme: str = "", **more: Any) -> Pledge:
        nonlocal count
        count += 1
        step: dict[str, Any] = {"actor": SYSTEM, "case_id": 900 + count, "step_id": "posted", "now": NOW}
        notices.open_notice(unit=cast.units[unit], subject={"zh-hans": "公示"}, lines=LINES, closes_at=NOW, **step)
        notices.close_notice(**step)
        given: dict[str, Any] = {"category": "repair", "shows_name": True, "member": cast.members["member1"], **more}
        return services.post_pledge(
            actor=SYSTEM,
            case_id=900 + count,
            unit=cast.units[unit],
            items=[services.Promised(text, Decimal("1.5"), "小时")],
            theme=Theme.objects.filter(slug=theme).first(),
            now=NOW,
            **given,
        )

    return post


def test_a_card_tells_who_masked_what_how_much_and_where(client, site, pledge) -> None:
    pledge(theme="gold", unit="fangta-1")
    page = client.get("/pledges/").content.decode()
    for words in ("赵*平", "修理自行车", "1.5", "小时", "岳阳街道 · 方塔社区", "theme-gold"):
        assert words in page, words
    assert "赵一平" not in page
    assert "第一网格" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"修", "陪", "教"}),
        ("c=care", {"陪"}),
        ("c=care&c=repair", {"修", "陪"}),
        ("c=x&t=x&u=x&page=99", {"修", "陪", "教"}),
    ],
)
def test_filters_narrow_the_wall(client, site, pledge, query: str, expected: set[str]) -> None:
    pledge("修修修")
    pledge("陪陪陪", category="care")
    pledge("教教教", category="teaching", theme="red")
    page = client.get(f"/pledges/?{query}").content.decode()
    assert {word for word in ("修", "陪", "教") if word * 3 in page} == expected


def test_the_theme_and_the_area_are_filters_too(client, site, pledge, cast: Cast) -> None:
    pledge("修修修", theme="red")
    pledge("陪陪陪", unit="yunjian")
    red = Theme.objects.get(slug="red").pk
    for query, seen, unseen in [
        (f"t={red}", "修修修", "陪陪陪"),
        (f"u={cast.units['guangfulin'].pk}", "陪陪陪", "修修修"),
    ]:
        page = client.get(f"/pledges/?{query}").content.decode()
        assert seen in page
        assert unseen not in page


def test_an_unknown_area_shows_nothing_rather_than_everything(client, site, pledge) -> None:
    pledge("修修修")
    page = client.get("/pledges/?u=99999").content.decode()
    assert "修修修" not in page
    assert "没有符合条件的承诺" in page


def test_an_empty_wall_asks_for_the_first_pledge(client, site) -> None:
    page = client.get("/pledges/").content.decode()
    assert "承诺墙等着第一份承诺" in page
    assert 'href="/start/pledge/"' in page


def test_the_wall_costs_the_same_for_few_and_many(client, site, pledge) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/pledges/").status_code == 200
        return len(caught)

    pledge()
    queries()  # what the process remembers from here on
    few = queries()
    for _number in range(6):
        pledge(unit="yunjian", theme="gold")
    assert queries() <= few
