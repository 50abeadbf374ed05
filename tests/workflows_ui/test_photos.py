"""Photos of a task: sent with its form, and seen by those who may read the answer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM
from forms.models import Submission, Upload
from tests.cast import NOW
from tests.forms.test_photos import photo
from tests.workflows_ui import journey as module
from tests.workflows_ui.journey import Journey, form, question
from workflows.models import FlowDefinition
from workflows.services import publish_flow


@pytest.fixture
def journey(cast, monkeypatch) -> Journey:
    """The wish flow, whose last form asks for photos."""
    done = form(question("what", label="做了什么", required=True), question("photos", "photos", label="照片"))
    monkeypatch.setitem(module.FORMS, "ui_done", done)
    found = Journey(cast)
    found.publish()
    return found


def image(name: str = "读报.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo(), content_type="image/jpeg")


def status(client: Client, key: str) -> int:
    return client.get(reverse("file", args=(key,))).status_code


def fulfilled(journey: Journey):
    case, _code = journey.claimed()
    answer = journey.press(journey.browser("org1"), case, "fulfil", "outcome:done", what="读了报", photos=[image()])
    assert answer.status_code == 302, answer.content.decode()
    return case, Upload.objects.get()


def test_photos_of_a_task_are_seen_by_claimant_and_staff_and_by_nobody_else(journey):
    case, upload = fulfilled(journey)
    assert upload.submission == Submission.objects.latest("pk")
    for login in ("org1", "wanggexia"):
        browser = journey.browser(login)
        page = browser.get(reverse("case", args=(case.pk,))).content.decode()
        assert f'src="/file/{upload.key}/?small=1"' in page, login
        assert 'alt="读报.jpg"' in page
        assert f'<a href="/file/{upload.key}/">读报.jpg</a>' in page, "the list of files"
        assert status(browser, upload.key) == 200, login
    for stranger in (journey.browser("org2"), journey.browser("member1"), Client(), journey.guest):
        assert status(stranger, upload.key) == 404


def test_a_photo_can_do_nothing_in_a_browser_but_be_looked_at(journey):
    _case, upload = fulfilled(journey)
    answer = journey.browser("org1").get(reverse("file", args=(upload.key,)))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == f'inline; filename="photo-{upload.pk}.jpeg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"\xff\xd8\xff")
    little = journey.browser("org1").get(reverse("file", args=(upload.key,)), {"small": "1"})
    assert (little["Content-Type"], little["Content-Security-Policy"]) == ("image/jpeg", "sandbox; default-src 'none'")
    assert little.content != answer.content
    assert little.content.startswith(b"\xff\xd8\xff")
    assert journey.browser("member1").get(reverse("file", args=(upload.key,)), {"small": "1"}).status_code == 404
    assert journey.browser("org1").post(reverse("file", args=(upload.key,))).status_code == 405


def test_a_step_may_open_the_photos_to_the_resident_while_it_is_his(journey):
    steps = [
        {**step, "access": {"fulfil.photos": "read"}} if step["id"] == "confirm" else step
        for step in module.FLOW["steps"]
    ]
    definition = FlowDefinition.objects.get(slug="wish")
    definition.document = {**module.FLOW, "steps": steps}
    publish_flow(definition=definition, actor=SYSTEM, now=NOW)
    case, upload = fulfilled(journey)
    assert status(journey.guest, upload.key) == 200
    assert journey.press(journey.guest, case, "confirm", "outcome:yes").status_code == 302
    assert status(journey.guest, upload.key) == 404


def test_a_file_that_is_no_photo_is_refused_by_name_and_the_others_wait_in_the_page(journey):
    case, _code = journey.claimed()
    browser = journey.browser("org1")
    files = [image(), SimpleUploadedFile("合同.pdf", b"%PDF")]
    answer = journey.press(browser, case, "fulfil", "outcome:done", what="读了报", photos=files)
    page = answer.content.decode()
    assert "“合同.pdf”不是照片，请换成 JPG、PNG 或 WebP。" in page
    kept = answer.context["form"]["photos"].value()
    assert [one["name"] for one in kept] == ["读报.jpg"]
    again = {"what": "读了报", "photos-kept": kept[0]["token"]}
    assert journey.press(browser, case, "fulfil", "outcome:done", **again).status_code == 302
    assert status(browser, Upload.objects.get().key) == 200


def test_a_photo_that_was_not_handed_in_is_served_to_nobody(journey):
    case, _code = journey.claimed()
    browser = journey.browser("org1")
    journey.press(browser, case, "fulfil", "outcome:done", photos=[image()])
    assert status(browser, Upload.objects.get().key) == 404
