"""What a form says nothing about is as private as is usual for its kind."""

from django.test import Client

from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, claim, flow

PHONE, MAIL = "13912345678", "xiulan@example.com"


def read(bench: Bench, login: str, address: str) -> str:
    client = Client()
    client.force_login(bench.cast.users[login])
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def test_a_phone_and_an_address_without_a_word_on_privacy_are_masked_for_later_steps(bench: Bench) -> None:
    # Both stood whole on every later step: what a form did not say counted as internal, whatever its kind.
    case = bench.start(flow(approval("review")), phone=PHONE, mail=MAIL)
    task = bench.task(case, "review")
    for address in (f"/task/{task.pk}/", f"/case/{case.pk}/"):
        page = read(bench, "lishuji", address)
        assert "139****5678" in page
        assert PHONE not in page
        assert MAIL not in page


def test_whoever_may_claim_reads_neither_phone_nor_address(bench: Bench) -> None:
    case = bench.start(flow(claim()), phone=PHONE, mail=MAIL)
    task = bench.task(case, "claim")
    for address in (f"/task/{task.pk}/", f"/case/{case.pk}/"):
        page = read(bench, "org1", address)
        assert "5678" not in page
        assert "example.com" not in page
