"""The overview of a unit, its files, and the calendar of deadlines."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.audit.models import AuditEntry
from tests.workflows_ui.journey import PHONE, TITLE
from workflows.models import CalendarFeed, Task

OVERVIEW, CALENDAR = reverse("overview"), reverse("calendar")


def test_who_answers_for_a_unit_sees_its_flows_and_nobody_else(journey):
    case, _code = journey.started()
    one = reverse("overview_flow", args=(case.version.slug,))
    clerk = journey.browser("lishuji")
    assert "微心愿" in clerk.get(OVERVIEW).content.decode()
    page = clerk.get(one).content.decode()
    assert "核实" in page
    assert PHONE not in page
    assert TITLE not in page
    for login in ("outsider", "member1"):
        assert journey.browser(login).get(one).status_code == 404, login
    assert Client().get(OVERVIEW)["Location"].startswith(reverse("login"))


def test_a_unit_or_period_that_is_not_offered_is_as_none(journey):
    journey.started()
    clerk = journey.browser("lishuji")
    for asked in ({"unit": "999999"}, {"unit": "x'"}, {"days": "12"}, {"days": "-1", "unit": ""}):
        assert clerk.get(OVERVIEW, asked).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_table_is_a_file_too(journey, kind):
    case, _code = journey.started()
    one = reverse("overview_flow", args=(case.version.slug,))
    clerk = journey.browser("lishuji")
    assert clerk.get(OVERVIEW, {"export": kind})["Content-Disposition"] == f'attachment; filename="overview.{kind}"'
    for table in ("steps", "results", "units", "people"):
        answer = clerk.get(one, {"export": kind, "table": table})
        assert answer["Content-Disposition"].endswith(f'-{table}.{kind}"')
    assert clerk.get(one, {"export": kind, "table": "secrets"}).status_code == 404


def test_single_persons_are_for_those_who_look_after_cases(journey):
    case, _code = journey.started()
    one = reverse("overview_flow", args=(case.version.slug,))
    Task.objects.filter(step_id="verify").update(owner=journey.cast.users["wanggexia"], status="ASSIGNED")
    assert "h-people" not in journey.browser("wanggexia").get(one).content.decode()
    assert "h-people" in journey.browser("admin").get(one).content.decode()


def address_of(client: Client) -> str:
    page = client.post(CALENDAR, {"do": "new"}).content.decode()
    return "/" + page.partition('value="http')[2].partition('"')[0].partition("://")[2].partition("/")[2]


def test_a_calendar_reads_what_is_due_until_its_address_is_ended(journey):
    journey.started()
    Task.objects.filter(step_id="verify").update(due_at=timezone.now() + timedelta(days=2))
    worker = journey.browser("wanggexia")
    address = address_of(worker)
    answer = Client().get(address)
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in text
    assert "核实" in text
    assert TITLE not in text
    assert PHONE not in text
    assert address not in worker.get(CALENDAR).content.decode()

    second = address_of(worker)
    assert Client().get(address).status_code == 404
    assert Client().get(second).status_code == 200
    worker.post(CALENDAR, {"do": "end"})
    assert Client().get(second).status_code == 404
    assert list(AuditEntry.objects.filter(verb__startswith="feed.").order_by("pk").values_list("verb", flat=True)) == [
        "feed.opened",
        "feed.opened",
        "feed.closed",
    ]


def test_a_login_that_ended_has_no_calendar(journey):
    worker = journey.browser("wanggexia")
    address = address_of(worker)
    journey.cast.users["wanggexia"].is_active = False
    journey.cast.users["wanggexia"].save()
    assert Client().get(address).status_code == 404
    assert CalendarFeed.objects.get().secret_sha256 not in address
