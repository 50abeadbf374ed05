"""The wish board: filters, order, pages, what a card tells, and how one comes to claim."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms import board
from core.actors import SYSTEM
from core.promises import services
from core.promises.models import Wish
from tests.cast import NOW


def texts(client, address: str) -> list[str]:
    html = client.get(address).content.decode()
    return re.findall(r'class="wish__text"><a href="[^"]+">([^<]+)<', html)


def claimed(wish: Wish, cast, library) -> Wish:
    services.claim_wish(actor=cast.actor("org1"), case_id=wish.case_id, claimant=library, now=NOW)
    return wish


def test_the_board_shows_the_longest_waiting_first_with_place_and_days(client, site, wish) -> None:
    wish(text="第一个心愿")
    wish(text="第二个心愿")
    assert texts(client, "/wishes/") == ["第二个心愿", "第一个心愿"]
    assert "岳阳街道 · 方塔社区" in client.get("/wishes/").content.decode()


def test_a_wish_come_true_stands_behind_those_that_wait(client, site, wish, cast, library) -> None:
    """The board opens with those waiting longest, and began with wishes fulfilled long ago."""
    wish(text="刚登记的")
    old = claimed(wish(text="早就实现的"), cast, library)
    services.fulfil_wish(actor=SYSTEM, case_id=old.case_id, now=NOW)
    assert texts(client, "/wishes/") == ["刚登记的", "早就实现的"]
    assert texts(client, "/wishes/?o=needed") == ["刚登记的", "早就实现的"]


def test_no_card_names_a_place_below_the_community(client, site, wish) -> None:
    wish(unit="fangta-1")
    html = client.get("/wishes/").content.decode()
    assert "方塔社区" in html
    assert "第一网格" not in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"修灯", "下棋", "取药"}),
        ("s=open", {"修灯", "下棋"}),
        ("s=claimed", {"取药"}),
        ("c=company", {"下棋"}),
        ("c=company&c=service", {"修灯", "下棋"}),
        ("w=team", {"下棋"}),
        ("s=rubbish&c=rubbish&w=rubbish&o=rubbish&u=x&page=999", {"修灯", "下棋", "取药"}),
    ],
)
def test_filters_narrow_the_board(client, site, wish, cast, library, query, expected) -> None:
    wish(text="修灯")
    wish(text="下棋", category="company", kinds=("organisation", "team"))
    claimed(wish(text="取药", category="errand"), cast, library)
    assert set(texts(client, f"/wishes/?{query}")) == expected


def test_an_area_covers_its_communities(client, site, wish, cast) -> None:
    wish(text="岳阳的", unit="fangta-1")
    wish(text="广富林的", unit="yunjian")
    assert texts(client, f"/wishes/?u={cast.units['yueyang'].pk}") == ["岳阳的"]


def test_filters_show_how_many_stand_behind_each(client, site, wish, rf) -> None:
    wish()
    wish(category="company")
    groups = {name: options for name, _label, _type, options in board.board(rf.get("/").GET).groups}
    assert {o.value: o.count for o in groups["c"]} == {"goods": 0, "service": 1, "company": 1, "errand": 0}
    assert [o.label for o in groups["u"]] == ["岳阳街道"]


def test_a_chosen_filter_becomes_a_chip_that_takes_it_away(client, site, wish) -> None:
    wish()
    html = client.get("/wishes/?c=service&c=company&s=open").content.decode()
    assert 'class="chip" href="?c=company&amp;s=open"' in html


def test_a_fulfilled_wish_stays_visible_with_who_did_it(client, site, wish, cast, library) -> None:
    done = claimed(wish(text="台灯"), cast, library)
    services.fulfil_wish(actor=SYSTEM, case_id=done.case_id, now=NOW)
    html = client.get("/wishes/").content.decode()
    assert "已实现" in html
    assert "方塔图书馆" in html
    assert "方塔图书馆" in client.get(f"/wishes/{done.pk}/").content.decode()


def test_an_empty_board_and_filters_without_hits_say_so(client, site, wish) -> None:
    assert "眼下没有等待认领的心愿" in client.get("/wishes/").content.decode()
    wish()
    assert "没有符合的心愿" in client.get("/wishes/?s=fulfilled").content.decode()


def test_a_withdrawn_or_unknown_wish_is_not_found(client, site, wish) -> None:
    gone = wish()
    services.withdraw_wish(actor=SYSTEM, case_id=gone.case_id, now=NOW)
    assert client.get(f"/wishes/{gone.pk}/").status_code == 404
    assert client.get("/wishes/987654/").status_code == 404
    assert texts(client, "/wishes/") == []


def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_wish(client, site, wish) -> None:
    open_wish = wish()
    html = client.get(f"/wishes/{open_wish.pk}/").content.decode()
    assert f'href="/login/?next=/wishes/{open_wish.pk}/"' in html
    assert "登录后认领" in html


def test_who_represents_nobody_reads_why_there_is_no_button(client, site, wish, cast) -> None:
    open_wish = wish()
    client.force_login(cast.users["outsider"])
    assert "您的账号目前不能认领这个心愿" in client.get(f"/wishes/{open_wish.pk}/").content.decode()


@pytest.mark.parametrize("address", ["/wishes/", "/", "/stories/"])
def test_the_number_of_queries_does_not_grow_with_the_wishes(client, site, wish, cast, library, address) -> None:
    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        return len(captured)

    for _ in range(3):
        claimed(wish(), cast, library)
        wish(unit="yunjian")
    few = queries()
    for _ in range(3):
        claimed(wish(), cast, library)
        wish(unit="yunjian")
    assert queries() == few


def test_more_wishes_than_one_page_are_paged(client, site, wish) -> None:
    for _ in range(board.PAGE_SIZE + 1):
        wish()
    assert len(texts(client, "/wishes/")) == board.PAGE_SIZE
    assert len(texts(client, "/wishes/?page=2")) == 1
    assert 'href="?page=2"' in client.get("/wishes/").content.decode()
