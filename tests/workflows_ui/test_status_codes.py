"""Status codes: forgiving to read, impossible to guess, opening one case only."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import NotFound, TryLater
from workflows import guests
from workflows.models import Case, GuestAccess

STATUS = reverse("status")


def enter(client, code):
    return client.post(STATUS, {"code": code})


def test_a_code_has_eighty_bits_and_no_letters_that_look_alike(journey):
    _case, code = journey.started()
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert len(guests.ALPHABET) == 32
    assert guests.LENGTH * 5 >= 80


def test_only_a_digest_of_the_code_is_kept(journey):
    case, code = journey.started()
    assert GuestAccess.objects.get(case=case).code_sha256 != code
    assert len(GuestAccess.objects.get(case=case).code_sha256) == 64


def test_entering_is_forgiving_about_capitals_spaces_dashes_and_look_alikes(journey):
    case, code = journey.started()
    plain = code.replace("-", "")
    for written in (
        code,
        plain.lower(),
        " ".join(plain),
        plain.replace("0", "o").replace("1", "l"),
        f" {code.replace('-', '–')} ",
    ):
        answer = enter(Client(), written)
        assert answer["Location"] == reverse("case", args=(case.pk,)), written


def test_a_code_opens_its_own_case_only(journey):
    case, code = journey.started()
    other = Client()
    journey.hand_in(client=other)
    stranger = Case.objects.latest("pk")
    visitor = Client()
    enter(visitor, code)
    assert visitor.get(reverse("case", args=(case.pk,))).status_code == 200
    assert visitor.get(reverse("case", args=(stranger.pk,))).status_code == 404


def test_entering_gives_the_session_a_new_key(journey):
    _case, code = journey.started()
    visitor = Client()
    visitor.get(reverse("start", args=("wish",)))
    session = visitor.session
    session["planted"] = True
    session.save()
    before = session.session_key
    visitor.cookies["sessionid"] = str(before)
    enter(visitor, code)
    assert visitor.session.session_key != before


def test_an_unknown_code_comes_back_with_a_sentence(journey):
    answer = enter(Client(), "ABCD-EFGH-JKMN-PQRS")
    assert answer.status_code == 422
    assert "没有查到这个查询码" in answer.content.decode()
    assert 'value="ABCD-EFGH-JKMN-PQRS"' in answer.content.decode()


def test_guessing_is_stopped_after_ten_wrong_codes_even_for_the_right_one(journey):
    _case, code = journey.started()
    for _try in range(guests.MAX_WRONG_TRIES):
        assert enter(Client(), "0000-0000-0000-0000").status_code == 422
    answer = enter(Client(), code)
    assert answer.status_code == 429
    assert "过十分钟再试" in answer.content.decode()
    assert code not in answer.content.decode()


def test_wrong_codes_are_counted_per_address(journey):
    case, code = journey.started()
    for _try in range(guests.MAX_WRONG_TRIES):
        with pytest.raises(NotFound):
            guests.open_by_code("wrong", "10.0.0.1")
    with pytest.raises(TryLater):
        guests.open_by_code(code, "10.0.0.1")
    assert guests.open_by_code(code, "10.0.0.2") == case.pk


def test_right_codes_are_not_counted(journey):
    _case, code = journey.started()
    for _try in range(guests.MAX_WRONG_TRIES + 3):
        assert enter(Client(), code).status_code == 302


def test_a_new_code_replaces_the_old_one(journey):
    case, code = journey.started()
    fresh = guests.new_code(case)
    assert enter(Client(), code).status_code == 422
    assert enter(Client(), fresh).status_code == 302


def test_leaving_closes_the_case_in_this_browser(journey):
    case, _code = journey.started()
    address = reverse("case", args=(case.pk,))
    assert journey.guest.get(address).status_code == 200
    journey.guest.post(STATUS, {"do": "leave"})
    assert journey.guest.get(address)["Location"].startswith(reverse("login"))


def test_a_code_typed_in_full_width_letters_is_right(journey):
    case, code = journey.started()
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert enter(Client(), wide)["Location"] == reverse("case", args=(case.pk,))


def test_the_next_resident_at_the_same_computer_sees_nothing_of_the_one_before(journey):
    """The page right after starting stayed open for whoever entered another code in the same browser."""
    first, _code = journey.started()
    guests_browser, journey.guest = journey.guest, Client()
    _second, code = journey.started()
    assert enter(guests_browser, code).status_code == 302
    after = guests_browser.get(reverse("started", args=("wish",)))
    assert after["Location"] == STATUS
    assert guests_browser.get(reverse("case", args=(first.pk,))).status_code == 404
