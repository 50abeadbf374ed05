"""Every address × every role. A new address of ours gets a row in ADDRESSES; without one this file fails.

A row: route → (example address, statuses for visitor, member, clerk and administrator on GET). 302 is a redirect, most
often to the login. Objects that do not exist and objects that are hidden answer 404 alike, so a row may name number 1.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.people.models import User

ROLES = ("visitor", "member", "clerk", "admin")
OPEN = (200, 200, 200, 200)
SIGNED_IN = (302, 200, 200, 200)
HIDDEN = (404, 404, 404, 404)  # no such object, or not for you
HIDDEN_FROM_MEMBERS = (302, 404, 404, 404)  # visitors are asked to sign in, whether it exists or not
POST_ONLY = (405, 405, 405, 405)

ADDRESSES: dict[str, tuple[str, tuple[int, int, int, int]]] = {
    "livez": ("/livez", OPEN),
    "readyz": ("/readyz", (503, 503, 503, 503)),  # no drain is running in this test
    "media/images/<path:path>": ("/media/images/nothing.png", HIDDEN),
    "login/": ("/login/", (200, 302, 302, 302)),
    "logout/": ("/logout/", POST_ONLY),
    "display/": ("/display/", POST_ONLY),
    "messages/": ("/messages/", SIGNED_IN),
    "messages/read/": ("/messages/read/", POST_ONLY),
    "messages/<int:pk>/": ("/messages/1/", POST_ONLY),
    "robots.txt": ("/robots.txt", OPEN),
    "sitemap.xml": ("/sitemap.xml", OPEN),
    "search/": ("/search/", OPEN),
    "demo/": ("/demo/", OPEN),  # in a demonstration only; see tests/cms/test_demo.py
    "source/": ("/source/", OPEN),
    "start/": ("/start/", OPEN),
    "start/<slug:slug>/": ("/start/nothing/", HIDDEN),
    "start/<slug:slug>/done/": ("/start/nothing/done/", (302, 302, 302, 302)),  # the code is shown once, then back
    "status/": ("/status/", OPEN),
    "case/<int:pk>/": ("/case/1/", HIDDEN_FROM_MEMBERS),
    "case/<int:pk>/paper/": ("/case/1/paper/", HIDDEN),
    "case/<int:pk>/read/<slug:step>/<slug:key>/": ("/case/1/read/start/phone/", HIDDEN_FROM_MEMBERS),
    "task/<int:pk>/": ("/task/1/", HIDDEN_FROM_MEMBERS),
    "task/<int:pk>/places/": ("/task/1/places/", HIDDEN_FROM_MEMBERS),
    "file/<str:key>/": ("/file/nothing/", HIDDEN),
    "notices/": ("/notices/", OPEN),
    "notices/<int:pk>/": ("/notices/1/", HIDDEN),
    "inbox/": ("/inbox/", SIGNED_IN),
    "inbox/started/": ("/inbox/started/", SIGNED_IN),
    "inbox/done/": ("/inbox/done/", SIGNED_IN),
    "calendar/": ("/calendar/", SIGNED_IN),
    "calendar/<str:secret>.ics": ("/calendar/no-such-secret-anywhere.ics", HIDDEN),
    "overview/": ("/overview/", (302, 404, 404, 200)),
    "overview/<slug:slug>/": ("/overview/nothing/", HIDDEN_FROM_MEMBERS),
    "inbox/copies/": ("/inbox/copies/", SIGNED_IN),
    "inbox/together/<int:version>/<slug:step>/": ("/inbox/together/1/review/", HIDDEN_FROM_MEMBERS),
    "me/": ("/me/", SIGNED_IN),
    "me/drafts/": ("/me/drafts/", SIGNED_IN),
    "me/away/": ("/me/away/", SIGNED_IN),
    "me/welcome/": ("/me/welcome/", (302, 302, 302, 302)),
    "me/honours/": ("/me/honours/", SIGNED_IN),
    "wishes/<int:pk>/": ("/wishes/1/", HIDDEN),
    "figures/<slug:slug>/": ("/figures/nothing/", HIDDEN),
}

# Wagtail's own addresses outside the desk, with the same columns.
WAGTAIL = {
    r"documents/^(\d+)/(.*)$": ("/documents/1/nothing.pdf", HIDDEN),
    "documents/authenticate_with_password/<int:restriction_id>/": ("/documents/authenticate_with_password/1/", HIDDEN),
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": (
        "/_util/authenticate_with_password/1/1/",
        HIDDEN,
    ),
    "_util/login/": ("/_util/login/", (302, 302, 302, 302)),  # to the one login page
    r"^((?:[\w\-]+/)*)$": ("/no-such-page/", HIDDEN),
}

# Under the desk everybody without access is sent to the login, except here.
DESK_OPEN = ("desk/login/", "desk/password_reset/", "desk/logout/", "desk/jsi18n/", "desk/sprite/")
EXAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")


class Address(NamedTuple):
    """One address as the resolver knows it."""

    route: str
    is_regex: bool

    @property
    def is_of_the_desk(self) -> bool:
        return self.route.startswith("desk/")


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(route, "RegexPattern" in type(pattern.pattern).__name__)
        else:
            yield from addresses(pattern, route)


ALL = sorted(set(addresses(get_resolver())))
DESK = [address.route for address in ALL if address.is_of_the_desk and not address.is_regex]
LISTED = {**ADDRESSES, **WAGTAIL}


@pytest.fixture
def clients(db) -> dict[str, Client]:
    """A signed-in client for each role."""
    member = User.objects.create_user("a-member", password="x")
    clerk = User.objects.create_user("a-clerk", password="x")
    desk = Group.objects.create(name="clerks")
    desk.permissions.add(Permission.objects.get(codename="access_admin"))
    clerk.groups.add(desk)
    admin = User.objects.create_superuser("an-admin", password="x")
    signed_in = {"visitor": Client(), "member": Client(), "clerk": Client(), "admin": Client()}
    for role, user in (("member", member), ("clerk", clerk), ("admin", admin)):
        signed_in[role].force_login(user)
    return signed_in


def test_every_address_of_ours_is_listed():
    unlisted = [address.route for address in ALL if not address.is_of_the_desk and address.route not in LISTED]
    assert not unlisted, f"give these a row in ADDRESSES of tests/test_urls.py: {unlisted}"


def test_no_row_is_left_over():
    assert set(LISTED) <= {address.route for address in ALL}


@pytest.mark.parametrize("route", LISTED)
def test_each_role_gets_the_listed_answer(route: str, clients: dict[str, Client]):
    path, expected = LISTED[route]
    answers = tuple(clients[role].get(path).status_code for role in ROLES)
    assert answers == expected, f"{path}: {dict(zip(ROLES, answers, strict=True))}"


@pytest.mark.parametrize("role", ["visitor", "member"])
def test_the_desk_is_closed_to_whoever_does_not_work_there(role: str, clients: dict[str, Client]):
    for route in DESK:
        if route.startswith(DESK_OPEN):
            continue
        path = "/" + PARAMETER.sub(lambda match: EXAMPLES.get(match[1] or "str", "x"), route)
        answer = clients[role].get(path)
        assert answer.status_code in (302, 403, 404, 405), f"{path} answers {answer.status_code} to a {role}"
        if answer.status_code == 302:
            assert answer["Location"].startswith(("/login/", "/desk/login/", "/desk/")), path


def test_the_desk_is_open_to_clerks_and_administrators(clients: dict[str, Client]):
    assert clients["clerk"].get("/desk/").status_code == 200
    assert clients["admin"].get("/desk/").status_code == 200


def test_pages_of_ours_may_not_run_inline_code_and_the_desk_may(clients: dict[str, Client]):
    policy = clients["visitor"].get("/login/")["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert "'unsafe-inline'" in clients["admin"].get("/desk/")["Content-Security-Policy"]
