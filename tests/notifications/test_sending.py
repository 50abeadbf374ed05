"""Messages: one row per cause, mail beside it, and the outcome of each attempt."""

import smtplib
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.utils import timezone

from core.jobs import running
from core.jobs.models import Job
from core.models import User
from notifications import selectors
from notifications.channels import Channel, channels
from notifications.models import Delivery, Message
from notifications.services import send

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def reader():
    return User.objects.create_user("reader", password=None)


def test_a_message_is_in_the_list_at_once(reader):
    send(key="case:1:told", kind="case.ended", subject="办好了", user=reader, link="/case/1/", now=NOW)
    message = Message.objects.get()
    assert selectors.unread_count(reader) == 1
    assert list(selectors.messages_of(reader)) == [message]
    assert not Delivery.objects.exists()


def test_the_same_key_is_sent_once(reader):
    for _time in range(2):
        send(key="k", kind="test", subject="一次", user=reader, email="reader@example.org", now=NOW)
    assert (Message.objects.count(), Delivery.objects.count(), Job.objects.count()) == (1, 1, 1)
    running.drain()
    running.drain()
    assert len(mail.outbox) == 1


def test_a_guest_gets_a_mail_with_text_and_an_absolute_link(settings):
    settings.WAGTAILADMIN_BASE_URL = "https://pgy.example.org"
    send(
        key="k",
        kind="test",
        subject="您的心愿\r\nBcc: x@example.org",
        body="已核实。",
        link="/status/",
        email="g@example.org",
        now=NOW,
    )
    assert mail.outbox == []
    running.drain()
    [sent] = mail.outbox
    assert sent.to == ["g@example.org"]
    assert sent.subject == "您的心愿 Bcc: x@example.org"
    assert sent.body == "已核实。\n\nhttps://pgy.example.org/status/"
    assert sent.extra_headers["Message-ID"].endswith("@pgy.example.org>")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("sent", 1)


def test_nobody_to_reach_is_no_message():
    send(key="k", kind="test", subject="无人", now=NOW)
    assert not Message.objects.exists()


def test_the_job_carries_no_personal_data():
    send(key="k", kind="test", subject="心愿", email="g@example.org", now=NOW)
    job = Job.objects.get()
    delivery = Delivery.objects.get()
    assert job.payload == {"delivery": delivery.pk}
    assert job.key == f"delivery:{delivery.pk}"


def test_a_refused_mail_is_tried_again_under_the_same_id(monkeypatch):
    tries = []

    def refuse_once(delivery):
        tries.append(delivery.pk)
        if len(tries) == 1:
            raise smtplib.SMTPServerDisconnected("g@example.org is not home")
        mail.get_connection()

    monkeypatch.setitem(channels._entries, "email", Channel(lambda user, email: email, refuse_once))
    send(key="k", kind="test", subject="心愿", email="g@example.org", now=NOW)
    running.drain()
    job, delivery = Job.objects.get(), Delivery.objects.get()
    assert (job.state, job.error_class, delivery.state) == ("ready", "SMTPServerDisconnected", "failed")
    Job.objects.update(run_at=NOW)
    running.drain()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, tries) == ("sent", 2, [delivery.pk] * 2)


def test_an_attempt_that_died_is_shown_as_unknown_and_sent_again():
    send(key="k", kind="test", subject="心愿", email="g@example.org", now=NOW)
    Job.objects.update(state="attempting", attempts=1, lease_until=NOW)
    Delivery.objects.update(state="attempting", attempts=1)
    running.settle_lost(now=timezone.now())
    assert Delivery.objects.get().state == "unknown"
    Job.objects.update(run_at=NOW)
    running.drain()
    assert Delivery.objects.get().state == "sent"
    assert len(mail.outbox) == 1


def test_a_mail_that_got_through_is_not_sent_again_when_only_the_answer_was_lost():
    send(key="k", kind="test", subject="心愿", email="g@example.org", now=NOW)
    Delivery.objects.update(state="sent")
    running.drain()
    assert mail.outbox == []
    assert Job.objects.get().state == "done"
