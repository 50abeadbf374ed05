"""Files of a task: sent with its form, saved by those who may read the answer, opened by no browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from forms.models import Upload
from tests.forms.office import PDF
from tests.workflows_ui import journey as module
from tests.workflows_ui.journey import Journey, form, question


@pytest.fixture
def journey(cast, monkeypatch) -> Journey:
    """The wish flow, whose last form asks for files."""
    monkeypatch.setitem(module.FORMS, "ui_done", form(question("proof", "files", label="证明材料", accept=["pdf"])))
    found = Journey(cast)
    found.publish()
    return found


def test_a_file_is_saved_by_those_who_may_read_the_answer_and_never_opened(journey):
    case, _code = journey.claimed()
    browser = journey.browser("org1")
    sent = SimpleUploadedFile("感谢信.pdf", PDF, content_type="text/html")
    assert journey.press(browser, case, "fulfil", "outcome:done", proof=[sent]).status_code == 302
    upload = Upload.objects.get()
    page = browser.get(reverse("case", args=(case.pk,))).content.decode()
    assert f'<ul class="files"><li><a href="/file/{upload.key}/">感谢信.pdf</a></li></ul>' in page
    for query in ({}, {"small": "1"}):
        answer = browser.get(reverse("file", args=(upload.key,)), query)
        assert answer.content == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cache-Control"] == "private, no-store"
    for stranger in (journey.browser("org2"), journey.browser("member1"), Client(), journey.guest):
        assert stranger.get(reverse("file", args=(upload.key,))).status_code == 404


def test_a_hostile_file_is_refused_beside_its_question(journey):
    case, _code = journey.claimed()
    sent = SimpleUploadedFile("感谢信.pdf", b"<html><script>alert(1)</script>", content_type="application/pdf")
    answer = journey.press(journey.browser("org1"), case, "fulfil", "outcome:done", proof=[sent])
    assert "“感谢信.pdf”这种类型收不了，请换成这几种之一：PDF。" in answer.content.decode()
    assert not Upload.objects.exists()
