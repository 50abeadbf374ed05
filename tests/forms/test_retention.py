"""Answers that are kept for a time only: cleared when it is over, with their files, once, and on record."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from core.actors import Actor
from core.audit.models import AuditEntry
from core.jobs.models import Job
from core.jobs.running import drain
from forms import retention, uploads
from forms.display import shown
from forms.jobs import clear_daily
from forms.models import Submission, Upload
from forms.services import submit
from tests.forms.conftest import NOW, document, field

TIMED = {"level": "personal", "retain_days": 30}
LATER = NOW + timedelta(days=31)


@pytest.fixture
def version(publish):
    return publish(
        document(
            field("phone", "phone", privacy=TIMED),
            field("illness", privacy={"level": "sensitive", "retain_days": 90}),
            field("title"),
            field("pictures", "photos", privacy=TIMED),
        )
    )


@pytest.fixture
def given(version, staff):
    def _given(**more):
        answers = {"phone": "13812345678", "illness": "哮喘", "title": "读报", **more}
        return submit(version=version, answers=answers, actor=Actor(user=staff), now=NOW)

    return _given


def answers(submission):
    return Submission.objects.get(pk=submission.pk).answers


def test_what_is_due_is_cleared_and_the_rest_stays(version, given):
    one = given()
    assert retention.clear(version, after=0, now=NOW + timedelta(days=29)).submissions == 0
    done = retention.clear(version, after=0, now=LATER)
    assert (done.fields, done.submissions) == (1, 1)
    assert answers(one) == {"phone": {"cleared": "2026-10-12"}, "illness": "哮喘", "title": "读报"}
    rows = {row.key: row.value for row in shown(version, answers(one), access={"phone": "mask"})}
    assert (rows["phone"], rows["title"]) == ("已按期清除", "读报")


def test_clearing_again_changes_nothing_and_leaves_nothing_to_look_at(version, given):
    one = given()
    for _time in range(2):
        retention.clear(version, after=0, now=NOW + timedelta(days=91))
    assert answers(one)["illness"] == {"cleared": "2026-12-11"}
    assert AuditEntry.objects.filter(verb="form.cleared").count() == 1
    assert not Submission.objects.get().has_timed


def test_the_record_holds_numbers_and_no_words(version, given):
    given(), given(title="下棋")
    retention.clear(version, after=0, now=NOW + timedelta(days=91))
    entry = AuditEntry.objects.get(verb="form.cleared")
    assert entry.data == {"submissions": 2, "cleared": 4}


def test_files_leave_the_disk(version, staff, given):
    kept = uploads.keep(content=b"picture", content_type="image/png", name="a.png", user=staff, now=NOW)
    path = settings.PRIVATE_ROOT / kept.path
    given(pictures=[{"key": kept.key, "name": "a.png"}])
    assert path.exists()
    retention.clear(version, after=0, now=LATER)
    assert not path.exists()
    assert not Upload.objects.exists()


def test_a_look_beforehand_changes_nothing(version, given):
    one = given()
    assert retention.would_clear(version, now=LATER).fields == 1
    assert answers(one)["phone"] == "13812345678"
    assert not AuditEntry.objects.filter(verb="form.cleared").exists()


def test_the_daily_job_works_in_batches_and_once_a_day(version, given, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _number in range(5):
        given()
    for _copy in range(2):
        clear_daily(LATER)
    drain()
    assert all(set(row.answers["phone"]) == {"cleared"} for row in Submission.objects.all())
    assert Job.objects.filter(kind="forms.clear_answers").count() == 5  # the day, three batches, one that found nothing
    assert sum(one.data["submissions"] for one in AuditEntry.objects.filter(verb="form.cleared")) == 5


def test_a_form_without_days_is_left_alone(publish, staff):
    version = publish(document(field("title")), slug="other")
    assert version not in list(retention.concerned())


def test_the_desk_tells_what_was_and_would_be_cleared(version, given, staff, client: Client):
    given()
    staff.is_superuser = True
    staff.save()
    client.force_login(staff)
    page = client.get("/desk/retention/").content.decode()
    assert "还没有清除过" in page
    due = client.get("/desk/retention/?now=1").content.decode()
    assert "13812345678" not in due
    retention.clear(version, after=0, now=LATER)
    assert "2026-10-12" in client.get("/desk/retention/").content.decode()
