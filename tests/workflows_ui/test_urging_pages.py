"""The button by which those who wait urge whoever has a case in hand."""

from django.urls import reverse


def test_the_guest_presses_once_and_the_task_says_how_often(journey):
    case, _code = journey.started()
    address = reverse("case", args=(case.pk,))
    assert 'value="urge"' in journey.guest.get(address).content.decode()
    assert journey.guest.post(address, {"do": "urge"}).status_code == 302
    page = journey.guest.get(address).content.decode()
    assert 'value="urge"' not in page
    assert "您已经催办过了" in page
    assert journey.guest.post(address, {"do": "urge"}).status_code == 409
    worker = journey.browser("wanggexia")
    for shown in (reverse("task", args=(journey.task(case, "verify").pk,)), reverse("inbox")):
        assert "催办 1 次" in worker.get(shown).content.decode()
    assert 'value="urge"' not in worker.get(address).content.decode(), "it is his own"
    assert journey.browser("outsider").post(address, {"do": "urge"}).status_code == 404
