"""One's own messages on screen: paging, marks, and that they are nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from notifications import selectors
from notifications.models import Message
from notifications.services import send

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def reader():
    return User.objects.create_user("reader", password=None)


@pytest.fixture
def stranger():
    return User.objects.create_user("stranger", password=None)


@pytest.fixture
def page(client, reader):
    client.force_login(reader)
    return client


def tell(user, number=1, link="/figures/"):
    for index in range(number):
        # All at the same moment: paging must not rely on the time alone.
        send(key=f"{user.username}:{index}", kind="test", subject=f"第{index}条", user=user, link=link, now=NOW)


def test_a_new_message_is_marked_and_counted_until_it_is_opened(page, reader):
    tell(reader)
    message = Message.objects.get()
    html = page.get(reverse("messages")).content.decode()
    assert "第0条" in html
    assert ">新<" in html
    answer = page.post(reverse("message_open", args=[message.pk]))
    assert answer["Location"] == "/figures/"
    assert selectors.unread_count(reader) == 0
    assert ">新<" not in page.get(reverse("messages")).content.decode()


def test_a_message_never_leads_to_another_site(page, reader):
    tell(reader, link="//evil.example.org/")
    answer = page.post(reverse("message_open", args=[Message.objects.get().pk]))
    assert answer["Location"] == reverse("messages")


def test_pages_follow_each_other_without_gap_or_repetition(page, reader):
    tell(reader, 45)
    seen, url = [], reverse("messages")
    while url:
        context = page.get(url).context
        seen += [message.pk for message in context["page_of_messages"]]
        url = f"{reverse('messages')}?before={context['following']}" if context["following"] else ""
    assert len(seen) == len(set(seen)) == 45


def test_a_strange_page_address_shows_the_newest_messages(page, reader):
    tell(reader)
    for before in ("abc", "0", "99999999"):
        assert len(page.get(reverse("messages"), {"before": before}).context["page_of_messages"]) == 1


def test_marking_all_as_read_spares_what_came_since_the_page_was_shown(page, reader):
    tell(reader, 3)
    send(key="later", kind="test", subject="后来", user=reader, now=NOW + timedelta(minutes=5))
    later = Message.objects.get(key="later")
    page.post(reverse("messages_read"), {"as_of": (NOW + timedelta(minutes=1)).isoformat()})
    assert list(Message.objects.filter(read_at=None)) == [later]
    page.post(reverse("messages_read"), {"as_of": "2026-13-45T99:00:00+08:00"})
    assert selectors.unread_count(reader) == 0


def test_the_button_marks_what_the_page_showed(page, reader):
    tell(reader, 2)
    html = page.get(reverse("messages")).content.decode()
    as_of = html.split('name="as_of" value="')[1].split('"')[0]
    page.post(reverse("messages_read"), {"as_of": as_of})
    assert selectors.unread_count(reader) == 0


def test_a_stranger_neither_sees_nor_marks_my_messages(page, reader, stranger):
    tell(stranger)
    message = Message.objects.get()
    assert "第0条" not in page.get(reverse("messages")).content.decode()
    assert page.post(reverse("message_open", args=[message.pk])).status_code == 404
    page.post(reverse("messages_read"))
    assert selectors.unread_count(stranger) == 1


def test_a_visitor_is_sent_to_the_login(client):
    assert reverse("login") in client.get(reverse("messages"))["Location"]


def test_the_count_stops_at_a_hundred(reader):
    tell(reader, 103)
    assert selectors.unread_count(reader) == 100


def test_looking_does_not_mark_and_getting_does_not_open(page, reader):
    tell(reader)
    page.get(reverse("messages"))
    assert page.get(reverse("message_open", args=[Message.objects.get().pk])).status_code == 405
    assert selectors.unread_count(reader) == 1


def test_the_list_costs_the_same_for_one_message_and_for_twenty(page, reader):
    counts = []
    page.get(reverse("messages"))  # what only a first page asks for
    for number in (1, 20):
        tell(reader, number)
        with CaptureQueriesContext(connection) as queries:
            page.get(reverse("messages"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
