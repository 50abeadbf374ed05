"""The desk's screen of background jobs, as an administrator, an editor and a stranger meet it."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from cms.desk import job_words
from core.jobs.models import Job
from core.jobs.registry import QUEUES, handlers
from core.models import User

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def person(name, *codes):
    user = User.objects.create_user(name, password=None)
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codes]))
    return user


@pytest.fixture
def administrator(client):
    client.force_login(person("administrator", "view_job", "change_job"))
    return client


@pytest.fixture
def dead():
    return [
        Job.objects.create(
            key=str(number),
            kind="notifications.deliver",
            state="dead",
            run_at=NOW,
            finished_at=NOW,
            error_class="SMTPServerDisconnected",
            attempts=8,
        )
        for number in range(3)
    ]


def test_dead_jobs_are_grouped_by_kind_and_error(administrator, dead):
    html = administrator.get(reverse("desk_jobs")).content.decode()
    assert "多次失败" in html
    assert "<td>SMTPServerDisconnected</td><td>3</td>" in html


def test_the_list_is_filtered(administrator, dead):
    Job.objects.create(key="other", kind="background", run_at=NOW)
    page = administrator.get(reverse("desk_jobs"), {"state": "ready"}).context["jobs"]
    assert [job.key for job in page] == ["other"]


def test_a_dead_job_is_retried(administrator, dead):
    administrator.post(reverse("desk_jobs_retry", args=[dead[0].pk]))
    assert Job.objects.filter(state="ready", attempts=0).count() == 1


def test_a_group_is_retried_at_once(administrator, dead):
    group = {"kind": "notifications.deliver", "error_class": "SMTPServerDisconnected"}
    administrator.post(reverse("desk_jobs_retry_group"), group)
    assert Job.objects.filter(state="ready").count() == 3


def test_a_job_is_discarded_with_a_reason_and_not_without(administrator, dead):
    address = reverse("desk_jobs_discard", args=[dead[0].pk])
    administrator.post(address, {"reason": " "})
    assert Job.objects.filter(state="dead").count() == 3
    administrator.post(address, {"reason": "已电话告知"})
    assert Job.objects.get(state="discarded").discard_reason == "已电话告知"


def test_who_may_only_look_has_no_buttons_and_no_power(client, dead):
    client.force_login(person("auditor", "view_job"))
    assert reverse("desk_jobs_retry", args=[dead[0].pk]) not in client.get(reverse("desk_jobs")).content.decode()
    client.post(reverse("desk_jobs_retry", args=[dead[0].pk]))
    client.post(reverse("desk_jobs_discard", args=[dead[0].pk]), {"reason": "x"})
    assert Job.objects.filter(state="dead").count() == 3


def test_an_editor_does_not_see_jobs(client, dead):
    client.force_login(person("editor"))
    answer = client.get(reverse("desk_jobs"))
    assert answer.status_code in (302, 403)
    assert b"SMTPServerDisconnected" not in answer.content


def test_every_kind_and_queue_has_words(administrator, dead):
    assert [kind for kind in handlers if kind not in job_words.KINDS] == []
    assert set(QUEUES) == set(job_words.QUEUES)
    html = administrator.get(reverse("desk_jobs")).content.decode()
    assert "送出一条消息" in html
    assert ">notifications.deliver<" not in html
