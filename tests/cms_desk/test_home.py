"""The desk's first page says what this login can do here, and nothing that would refuse it."""

import re

import pytest


def cards(html: str) -> list[str]:
    """The addresses on the cards."""
    found = re.search(r'<ul class="desk-works">.*?</ul>', html, re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


def test_an_administrator_finds_flows_people_pages_and_records(at_desk):
    admin = at_desk("admin")
    html = admin.get("/desk/").content.decode()
    addresses = cards(html)
    assert "/desk/appointments/" in addresses
    assert "/desk/pages/" in addresses
    assert "/desk/ledger/" in addresses
    assert len(addresses) >= 10
    assert {admin.get(address).status_code for address in addresses} == {200}


@pytest.mark.parametrize(
    ("right", "address"),
    [("view_member", "/desk/members/"), ("view_workday", "/desk/calendar/"), ("view_auditentry", "/desk/audit/")],
)
def test_everybody_else_finds_only_what_is_his(at_desk, right, address):
    assert cards(at_desk("lishuji", right).get("/desk/").content.decode()) == [address]
