"""The page of the places of an offer: who sees it, joining the waiting list, leaving it, giving a place back."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms import board
from core.people.models import User
from core.promises.selectors import wishes_on_board
from tests.workflows.conftest import Bench
from tests.workflows.flows import claim, effect, fill, flow
from workflows import services
from workflows.inbox import InboxRow, inbox
from workflows.models import Case, StepClaim, Task
from workflows.places import waiting_at

WORK = fill("work", {"rule": "claimant", "step": "claim"})


def of(bench: Bench, login: str) -> Client:
    client = Client()
    client.force_login(bench.cast.users[login])
    return client


@pytest.fixture
def taken(bench: Bench) -> tuple[Case, Task]:
    """Taken on by one organisation; the other may wait."""
    case = bench.start(flow(claim(waitlist={"days": 1}), WORK))
    bench.claim(case)
    return case, Task.objects.get(process=case, step_id="claim")


def test_who_comes_too_late_joins_the_waiting_list(bench: Bench, taken: tuple[Case, Task]) -> None:
    case, offer = taken
    late = of(bench, "org2")
    answer = late.get(reverse("task", args=(offer.pk,)))
    assert answer.status_code == 409
    assert "参加候补" in answer.content.decode()
    answer = late.post(reverse("task", args=(offer.pk,)), {"do": "claim"})
    assert answer.status_code == 409
    address = reverse("places", args=(offer.pk,))
    page = late.post(address, {"do": "join"}, follow=True).content.decode()
    assert "候补第 1 位" in page
    assert late.post(address, {"do": "join"}).status_code == 422
    row = StepClaim.objects.get(case=case, state="waiting")
    page = late.post(address, {"do": f"leave:{row.pk}"}, follow=True).content.decode()
    assert "目前没有人候补" in page


def test_whoever_holds_a_place_gives_it_back_and_the_next_takes_it(bench: Bench, taken: tuple[Case, Task]) -> None:
    case, offer = taken
    address = reverse("places", args=(offer.pk,))
    late, holder = of(bench, "org2"), of(bench, "org1")
    late.post(address, {"do": "join"})
    row = StepClaim.objects.get(case=case, state="held")
    assert holder.post(address, {"do": f"release:{row.pk}"}).status_code == 422
    assert late.post(address, {"do": f"release:{row.pk}", f"reason-{row.pk}": "x"}).status_code == 403
    answer = holder.post(address, {"do": f"release:{row.pk}", f"reason-{row.pk}": "人手不够"})
    assert answer.status_code == 302
    page = late.get(address).content.decode()
    pool = bench.task(case, "claim")
    assert "名额保留到" in page
    assert reverse("task", args=(pool.pk,)) in page
    page = holder.get(reverse("task", args=(pool.pk,))).content.decode()
    assert "剩下的名额正为排在前面的候补保留" in page
    late.post(reverse("task", args=(pool.pk,)), {"do": "claim"})
    assert bench.open(case) == ["work"]


def test_those_in_the_case_read_who_gave_it_back_and_why(bench: Bench, taken: tuple[Case, Task]) -> None:
    case, offer = taken
    address = reverse("places", args=(offer.pk,))
    row = StepClaim.objects.get(case=case, state="held")
    of(bench, "org1").post(address, {"do": f"release:{row.pk}", f"reason-{row.pk}": "人手不够"})
    page = of(bench, "member1").get(address).content.decode()
    assert "曾经认领的" in page
    assert "人手不够" in page
    assert "人手不够" not in of(bench, "org2").get(address).content.decode()


def test_strangers_see_no_places(bench: Bench, taken: tuple[Case, Task]) -> None:
    _case, offer = taken
    address = reverse("places", args=(offer.pk,))
    assert Client().get(address).status_code == 302
    bench.cast.users["stranger"] = User.objects.create_user("stranger")
    assert of(bench, "stranger").get(address).status_code == 404
    assert of(bench, "admin").get(address).status_code == 200


def test_an_offer_without_places_or_list_has_no_page(bench: Bench) -> None:
    case = bench.start(flow(claim(), WORK))
    offer = bench.task(case, "claim")
    assert of(bench, "org1").get(reverse("places", args=(offer.pk,))).status_code == 404


def test_names_of_those_in_line_are_not_for_everybody(bench: Bench, taken: tuple[Case, Task]) -> None:
    _case, offer = taken
    address = reverse("places", args=(offer.pk,))
    library = bench.cast.units["library"].name
    assert library not in of(bench, "org2").get(address).content.decode()
    assert library in of(bench, "admin").get(address).content.decode()


def test_only_whoever_waits_is_offered_to_leave(bench: Bench, taken: tuple[Case, Task]) -> None:
    _case, offer = taken
    address = reverse("places", args=(offer.pk,))
    of(bench, "org2").post(address, {"do": "join"})
    assert "退出候补" in of(bench, "org2").get(address).content.decode()
    assert "退出候补" not in of(bench, "admin").get(address).content.decode()


def listed(bench: Bench, login: str, scope: str) -> list[InboxRow]:
    return inbox(bench.actor(login), scope=scope, now=bench.now)


def test_whoever_has_a_place_has_it_in_hand_and_no_offer_any_more(bench: Bench) -> None:
    case = bench.start(flow(claim(slots=2, deadline={"days": 1}, waitlist={"days": 1}), WORK))
    bench.claim(case)
    assert [row.case_id for row in listed(bench, "org1", "pool")] == []
    (mine,) = listed(bench, "org1", "mine")
    assert (mine.case_id, mine.is_mine, mine.offer and mine.offer.mine) == (case.pk, True, "held")
    assert mine.due_at is None, "by when others take it on is not his to see to"
    assert [row.is_mine for row in listed(bench, "org1", "all")] == [True]
    (offered,) = listed(bench, "org2", "pool")
    assert (offered.is_mine, offered.offer and offered.offer.taken) == (False, 1)
    assert listed(bench, "org2", "mine") == []
    page = of(bench, "org1").get(reverse("inbox")).content.decode()
    assert "您已有名额" in page
    services.release(case_id=case.pk, actor=bench.actor("org1"), reason="病了", now=bench.now)
    assert [row.case_id for row in listed(bench, "org1", "pool")] == [case.pk]
    assert listed(bench, "org1", "mine") == []


def test_pages_of_what_is_not_taken_have_no_gaps_where_one_has_places(bench: Bench) -> None:
    bench.publish(flow(claim(slots=2), WORK))
    cases = [bench.start() for _number in range(5)]
    for case in cases[1:4]:
        bench.claim(case)
    seen, before = [], None
    while rows := inbox(bench.actor("org1"), scope="pool", limit=1, before=before, now=bench.now):
        seen += [row.case_id for row in rows]
        before = rows[-1].cursor
    assert seen == [cases[4].pk, cases[0].pk]
    counts = []
    for case in (cases[0], cases[4]):
        with CaptureQueriesContext(connection) as queries:
            listed(bench, "org1", "mine")
        counts.append(len(queries))
        bench.claim(case)
    assert counts[0] == counts[1], "as many queries for four places as for three"


def test_what_is_full_is_listed_for_those_who_may_wait_with_how_many_do(bench: Bench, taken: tuple[Case, Task]) -> None:
    case, offer = taken
    address = f"{reverse('inbox')}?scope=pool"
    page = of(bench, "org2").get(address).content.decode()
    assert ("已满，可以候补" in page, "目前没有人候补" in page) == (True, True)
    assert reverse("places", args=(offer.pk,)) in page
    assert "已满，可以候补" not in of(bench, "org1").get(address).content.decode(), "has it himself"
    assert "已满，可以候补" not in of(bench, "outsider").get(address).content.decode()
    assert waiting_at([case.pk]) == {case.pk: 0}
    of(bench, "org2").post(reverse("places", args=(offer.pk,)), {"do": "join"})
    assert waiting_at([case.pk]) == {case.pk: 1}
    assert "已满，可以候补" not in of(bench, "org2").get(address).content.decode(), "he waits already"
    bench.act(case, "work", "org1", remark="好")
    assert waiting_at([case.pk]) == {}, "over"


def test_the_wish_says_that_one_may_wait_and_leads_to_the_list(bench: Bench) -> None:
    post = effect("post", "wish.post", public_text={"var": "start.what"}, category="goods")
    offer = claim(on_claim="wish.claim", on_release="wish.release", waitlist={"days": 1})
    case = bench.start(flow(post, offer, WORK), what="想要一本书")
    (card,) = board.cards(list(wishes_on_board()))
    assert card.waiting is None, "it is open"
    bench.claim(case)
    address = reverse("wish", args=(card.pk,))
    visitor = Client().get(address).content.decode()
    assert ("目前还没有人候补" in visitor, "登录后参加候补" in visitor) == (True, True)
    task = Task.objects.filter(process=case, step_id="claim").get()
    assert reverse("places", args=(task.pk,)) in of(bench, "org2").get(address).content.decode()
    assert reverse("places", args=(task.pk,)) not in of(bench, "outsider").get(address).content.decode()
    of(bench, "org2").post(reverse("places", args=(task.pk,)), {"do": "join"})
    assert "候补名单上有 1" in Client().get(address).content.decode()
    (card,) = board.cards(list(wishes_on_board()))
    assert (card.state, card.waiting) == ("claimed", 1)
    assert "1 个在候补" in render_to_string("cms/parts/card.html", {"card": card})
    assert reverse("places", args=(task.pk,)) in of(bench, "org2").get(address).content.decode(), "he is in line"
