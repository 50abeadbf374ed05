"""The button by which a decision is taken back, on the page of the task and of the case."""

from django.urls import reverse


def test_whoever_decided_takes_it_back_on_either_page(journey):
    case, _code = journey.started()
    worker, task = journey.browser("wanggexia"), journey.task(case, "verify")
    pages = [(reverse("task", args=(task.pk,)), 302), (reverse("case", args=(case.pk,)), 302)]
    for address, status in pages:
        sent = {"do": "outcome:verified", "public_text": "想有人来读报", "comment": "已上门"}
        assert worker.post(reverse("task", args=(task.pk,)), sent).status_code == 302
        assert 'value="take_back"' in worker.get(address).content.decode()
        assert worker.post(address, {"do": "take_back"}).status_code == status
        page = worker.get(reverse("task", args=(task.pk,))).content.decode()
        assert "想有人来读报" in page
        assert "已上门" in page
        assert 'value="outcome:verified"' in page


def test_a_second_click_and_strangers_are_refused(journey):
    case, _code = journey.started()
    worker, task = journey.browser("wanggexia"), journey.task(case, "verify")
    address = reverse("task", args=(task.pk,))
    worker.post(address, {"do": "outcome:verified", "public_text": "想有人来读报"})
    assert journey.browser("outsider").post(address, {"do": "take_back"}).status_code == 404
    assert worker.post(address, {"do": "take_back"}).status_code == 302
    assert worker.post(reverse("case", args=(case.pk,)), {"do": "take_back"}).status_code == 409
