"""A wish goes from the board to its fulfilment, once, and every move is audited and counted."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from core.actors import SYSTEM, VISITOR, Actor
from core.audit.models import AuditEntry
from core.exceptions import Conflict, Invalid, NotAllowed, NotFound, WrongState
from core.ledger.models import LedgerEntry
from core.people.selectors import Claimant
from core.promises import selectors, services
from core.promises.models import Claim, Wish


@pytest.fixture
def wish(cast):
    return _post(cast)


@pytest.fixture
def library(cast):
    return Claimant("organisation", cast.units["library"].pk, "方塔图书馆")


@pytest.fixture
def garden(cast):
    return Claimant("organisation", cast.units["garden"].pk, "青禾园艺公司")


def _post(cast, case_id=7, **changes):
    given = {
        "actor": cast.actor("lishuji"),
        "case_id": case_id,
        "public_text": "想要一本大字版的《唐诗三百首》",
        "category": "goods",
        "unit": cast.units["fangta"],
        "claimant_kinds": ["organisation"],
        "needed_by": None,
        "registered_at": cast.now - timedelta(days=2),
        "now": cast.now,
    }
    return services.post_wish(**{**given, **changes})


def _claim(cast, login, claimant, case_id=7):
    return services.claim_wish(actor=cast.actor(login), case_id=case_id, claimant=claimant, now=cast.now)


def _kinds():
    return list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True))


def test_the_whole_way_is_audited_and_in_the_ledger(cast, wish, library):
    _claim(cast, "org1", library)
    services.fulfil_wish(actor=cast.actor("org1"), case_id=7, now=cast.now)
    wish.refresh_from_db()
    assert (wish.state, wish.fulfilled_at) == ("fulfilled", cast.now)
    assert _kinds() == ["wish.registered", "wish.claimed", "wish.fulfilled"]
    assert LedgerEntry.objects.get(kind="wish.fulfilled").organisation == cast.units["library"]
    verbs = AuditEntry.objects.filter(case_id=7).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["wish.published", "wish.claimed", "wish.fulfilled"]


def test_doing_it_twice_changes_nothing(cast, wish, library):
    assert _post(cast) == wish
    assert _claim(cast, "org1", library) == _claim(cast, "org1", library)
    for _turn in range(2):
        services.fulfil_wish(actor=SYSTEM, case_id=7, now=cast.now)
    assert _kinds() == ["wish.registered", "wish.claimed", "wish.fulfilled"]


def test_the_second_organisation_reads_a_kind_sentence(cast, wish, library, garden):
    _claim(cast, "org1", library)
    with pytest.raises(Conflict) as refusal:
        _claim(cast, "org2", garden)
    assert refusal.value.code == "already_claimed"
    with override("zh-hans"):
        assert "慢了一步" in str(refusal.value.sentence) or "先一步" in str(refusal.value.sentence)
    assert Claim.objects.get().organisation == cast.units["library"]


def test_nobody_claims_for_an_organisation_that_is_not_his(cast, wish, library):
    for login in ("org2", "member1", "wanggexia"):
        with pytest.raises(NotAllowed):
            _claim(cast, login, library)
    with pytest.raises(NotAllowed):
        services.claim_wish(actor=VISITOR, case_id=7, claimant=library, now=cast.now)


def test_a_wish_for_organisations_is_not_claimed_by_a_person(cast, wish):
    member = cast.members["member1"]
    with pytest.raises(NotAllowed):
        _claim(cast, "member1", Claimant("person", member.pk, member.name))


def test_a_released_wish_is_open_again_and_keeps_its_age(cast, wish, library, garden):
    _claim(cast, "org1", library)
    services.release_wish(actor=cast.actor("org1"), case_id=7, reason="人手不足", now=cast.now)
    before = wish.registered_at
    wish.refresh_from_db()
    assert (wish.state, wish.registered_at) == ("open", before)
    _claim(cast, "org2", garden)
    assert _kinds() == ["wish.registered", "wish.claimed", "wish.released", "wish.claimed"]
    assert Claim.objects.filter(state="released").get().reason == "人手不足"


def test_a_withdrawn_wish_leaves_the_board(cast, wish, library):
    _claim(cast, "org1", library)
    services.withdraw_wish(actor=Actor(guest_case=7), case_id=7, now=cast.now)
    assert not Claim.objects.filter(state="held").exists()
    with pytest.raises(NotFound):
        selectors.wish_on_board(wish.pk)
    with pytest.raises(WrongState):
        _claim(cast, "org1", library)


def test_a_fulfilled_wish_is_not_withdrawn_or_released(cast, wish, library):
    _claim(cast, "org1", library)
    services.fulfil_wish(actor=SYSTEM, case_id=7, now=cast.now)
    with pytest.raises(WrongState):
        services.withdraw_wish(actor=SYSTEM, case_id=7, now=cast.now)
    with pytest.raises(WrongState):
        services.release_wish(actor=SYSTEM, case_id=7, reason="", now=cast.now)


def test_an_open_wish_cannot_be_fulfilled(cast, wish):
    with pytest.raises(WrongState):
        services.fulfil_wish(actor=SYSTEM, case_id=7, now=cast.now)


def test_guests_of_other_cases_and_visitors_move_nothing(cast, wish):
    for actor in (VISITOR, Actor(guest_case=8)):
        with pytest.raises(NotAllowed):
            services.withdraw_wish(actor=actor, case_id=7, now=cast.now)


def test_an_unknown_case_is_not_found(cast, library):
    with pytest.raises(NotFound):
        _claim(cast, "org1", library, case_id=99)


@pytest.mark.parametrize("text", ["请打13812345678", "送到12号楼301室"])
def test_personal_data_never_reaches_the_board(cast, text):
    with pytest.raises(Invalid) as refusal:
        _post(cast, public_text=text)
    assert (refusal.value.code, list(refusal.value.errors)) == ("leak", ["public_text"])
    assert not Wish.objects.exists()


def test_the_board_is_narrowed_and_ordered(cast):
    _post(cast, 1, registered_at=cast.now - timedelta(days=1), needed_by=date(2026, 6, 1))
    _post(cast, 2, registered_at=cast.now - timedelta(days=9), category="service", claimant_kinds=["team", "person"])
    _post(cast, 3, registered_at=cast.now - timedelta(days=5), unit=cast.units["yunjian"], needed_by=date(2026, 5, 20))

    def cases(**narrowed):
        return [wish.case_id for wish in selectors.wishes_on_board(**narrowed)]

    assert cases() == [2, 3, 1]
    assert cases(order="newest") == [3, 2, 1]
    assert cases(order="needed") == [3, 1, 2]
    assert cases(categories=["service"]) == [2]
    assert cases(unit_ids=[cast.units["yunjian"].pk]) == [3]
    assert cases(claimant_kind="team") == [2]
    assert cases(state="claimed") == []
    assert selectors.board_counts() == {"open": 3, "claimed": 0, "fulfilled": 0}


def test_the_board_asks_as_often_for_two_wishes_as_for_four(cast, library, django_assert_num_queries):
    for case_id in (1, 2, 3, 4):
        _post(cast, case_id)
        _claim(cast, "org1", library, case_id)
        with django_assert_num_queries(2):
            wishes = list(selectors.wishes_on_board())
            shown = [(wish.unit.name, getattr(wish, "standing_claims")[0].organisation.name) for wish in wishes]  # noqa: B009  # prefetched
        assert shown[-1] == ("方塔社区", "方塔图书馆")


def test_what_does_not_fit_on_the_board_is_told_in_words_at_its_field(cast):
    """Django's own sentence, “Value 'weird' is not a valid choice”, reached the secretary instead of one of ours."""
    with pytest.raises(Invalid) as refusal:
        _post(cast, public_text="长" * 201, category="weird")
    assert refusal.value.errors.keys() == {"public_text", "category"}
    assert "201" in refusal.value.errors["public_text"][0]
    assert "weird" not in refusal.value.errors["category"][0]


def test_a_wording_approved_after_a_correction_takes_the_place_of_the_old_one(cast, wish, library):
    # The board kept the old wording for good.
    _post(cast, public_text="想要一本大字版的《宋词选》")
    wish.refresh_from_db()
    assert wish.public_text == "想要一本大字版的《宋词选》"
    _post(cast, public_text="想要一本大字版的《宋词选》")
    assert AuditEntry.objects.filter(verb="wish.reworded").count() == 1
    assert _kinds() == ["wish.registered"]
    _claim(cast, "org1", library)
    _post(cast, public_text="想要别的")
    wish.refresh_from_db()
    assert wish.public_text == "想要一本大字版的《宋词选》"
