"""Attackers asked: what do addresses answer that nobody would type?

Some answered with a fault of ours: a NUL in a search (PostgreSQL), thousands of digits where a number is read, moments
at the ends of the calendar, and a login name longer than the column that remembers failed sign-ins.
"""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

ENDS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]


@pytest.mark.parametrize("address", ["/search/?q=%00", "/wishes/?u=1&s=a%00b", "/inbox/?q=%00", "/desk/?q=%00"])
def test_a_nul_in_an_address_is_refused_as_a_bad_request(db, client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("before", ["9" * 5000, "9" * 19, "²", "-1", "٣"])
def test_messages_begin_at_the_newest_when_the_place_makes_no_sense(cast: Cast, before):
    client = Client()
    client.force_login(cast.users["wanggexia"])
    assert client.get(reverse("messages"), {"before": before}).status_code == 200


@pytest.mark.parametrize("moment", ENDS)
def test_the_inbox_begins_at_the_newest_when_the_moment_is_out_of_this_world(cast: Cast, moment):
    client = Client()
    client.force_login(cast.users["wanggexia"])
    assert client.get(reverse("inbox"), {"before": f"{moment}~5"}).status_code == 200


@pytest.mark.parametrize("username", ["王" * 300, "a" * 100_000])
def test_a_login_name_that_cannot_exist_is_an_ordinary_mistake(db, client, username):
    answer = client.post(reverse("login"), {"username": username, "password": "x"})
    assert answer.status_code == 200
    assert "150" in answer.content.decode()


@pytest.mark.parametrize("address", ["/desk/login/", "/_util/login/"])
def test_there_is_one_login_page(db, client, address):
    answer = client.post(address + "?next=/desk/pages/", {"username": "x", "password": "y"})
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/desk/pages/"


def test_nobody_has_mail_sent_to_others_from_the_desk(db, client):
    assert client.get("/desk/password_reset/").status_code == 404
