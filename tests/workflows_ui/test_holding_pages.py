"""The buttons that put a case on hold and resume it, and what its pages say meanwhile."""

from django.urls import reverse


def test_a_manager_holds_a_case_on_its_page_and_resumes_it(journey):
    case, _code = journey.started()
    address, admin = reverse("case", args=(case.pk,)), journey.browser("admin")
    assert 'value="hold"' in admin.get(address).content.decode()
    assert 'value="hold"' not in journey.browser("wanggexia").get(address).content.decode()
    assert admin.post(address, {"do": "hold", "reason": ""}).status_code == 422
    assert admin.post(address, {"do": "hold", "reason": "等待走访"}).status_code == 302
    for browser in (admin, journey.guest):
        page = browser.get(address).content.decode()
        assert "已挂起" in page
        assert "等待走访" in page
        assert 'value="urge"' not in page
        assert 'value="withdraw"' not in page
    worker = journey.browser("wanggexia")
    assert "已挂起" in worker.get(reverse("inbox")).content.decode()
    task = reverse("task", args=(journey.task(case, "verify").pk,))
    page = worker.get(task).content.decode()
    assert "挂起" in page
    assert 'value="outcome:verified"' not in page
    assert worker.post(task, {"do": "outcome:verified", "public_text": "读报"}).status_code == 409
    assert worker.post(address, {"do": "resume"}).status_code == 403
    assert admin.post(address, {"do": "resume"}).status_code == 302
    page = admin.get(address).content.decode()
    assert "挂起" in page, "in what happened so far"
    assert 'value="resume"' not in page
    assert 'value="outcome:verified"' in worker.get(task).content.decode()


def test_the_desk_holds_and_resumes_too(journey):
    case, _code = journey.started()
    address, admin = reverse("desk_case", args=(case.pk,)), journey.browser("admin")
    assert admin.post(address, {"do": "hold", "reason": "等待走访"}).status_code == 302
    assert 'value="resume"' in admin.get(address).content.decode()
    assert "已挂起" in admin.get(reverse("desk_cases")).content.decode()
    admin.post(address, {"do": "resume"})
    assert 'value="hold"' in admin.get(address).content.decode()
