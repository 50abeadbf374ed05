"""Copies on the pages: sent from the case, read by who got one, never with what is sensitive."""

from django.urls import reverse

from tests.workflows_ui.journey import DOOR, INCOME, NAME, PHONE, TITLE
from workflows.models import CaseCopy


def test_a_copy_is_sent_listed_and_read(journey):
    case, _code = journey.started()
    address = reverse("case", args=(case.pk,))
    worker, clerk = journey.browser("wanggexia"), journey.browser("shenjie")
    assert clerk.get(address).status_code == 404
    to = journey.cast.users["shenjie"].pk
    assert f'name="to" value="{to}"' in worker.get(address).content.decode()
    assert worker.post(address, {"do": "copy", "to": to, "note": f"电话{PHONE}"}).status_code == 302
    page = clerk.get(address).content.decode()
    assert "上门" not in page
    for secret in (NAME, PHONE, DOOR, INCOME):
        assert secret not in page
    assert "抄送" in page
    assert 'value="copy"' not in page
    listed = clerk.get(reverse("copied_to_me")).content.decode()
    assert TITLE in listed
    assert "抄送给我" in worker.get(reverse("inbox")).content.decode()


def test_strangers_and_guests_send_nothing(journey):
    case, _code = journey.started()
    address, to = reverse("case", args=(case.pk,)), journey.cast.users["shenjie"].pk
    assert journey.guest.post(address, {"do": "copy", "to": to}).status_code == 404
    assert 'value="copy"' not in journey.guest.get(address).content.decode()
    assert journey.browser("outsider").post(address, {"do": "copy", "to": to}).status_code == 404
    worker = journey.browser("wanggexia")
    outsider = journey.cast.users["outsider"].pk
    for strange in ([], ["x"], [outsider], [to, outsider]):
        assert worker.post(address, {"do": "copy", "to": strange}).status_code == 422
    assert not CaseCopy.objects.exists()
