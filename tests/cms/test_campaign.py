"""Campaign and theme pages: the focus of the day, periods, and calls that start a flow and never lead nowhere."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms.models import CampaignPage, ThemePage
from core.actors import SYSTEM
from core.programme.models import Theme
from core.programme.services import add_period
from forms.models import FormDefinition
from forms.services import publish_form
from tests.cast import NOW, Cast
from tests.workflows import flows
from workflows.models import FlowDefinition
from workflows.services import publish_flow

QUARTERS = {
    "q2": (date(2026, 4, 1), date(2026, 6, 30), "整洁家园"),
    "q3": (date(2026, 7, 1), date(2026, 9, 30), "文明交通"),
    "q4": (date(2026, 10, 1), date(2026, 12, 31), "温暖过冬"),
}


@pytest.fixture
def quarters(site) -> None:
    for slug, (since, until, focus) in QUARTERS.items():
        add_period(
            theme=Theme.objects.get(slug="green"), slug=slug, name={"zh-hans": slug}, focus={"zh-hans": focus},
            since=since, until=until, actor=SYSTEM, now=NOW,
        )  # fmt: skip


@pytest.fixture
def today(monkeypatch):
    """Sets the day that pages take for today."""

    def set_day(day: date) -> None:
        noon = timezone.make_aware(datetime(day.year, day.month, day.day, 12))
        monkeypatch.setattr(timezone, "now", lambda: noon)

    return set_day


def flow(who: Any, slug: str = "help") -> FlowDefinition:
    """A published flow that these people start."""
    for code, form in flows.FORMS.items():
        definition, created = FormDefinition.objects.get_or_create(
            slug=code, defaults={"title": {"zh-hans": f"表单 {code}"}, "document": form}
        )
        if created:
            publish_form(definition=definition, actor=SYSTEM, now=NOW)
    document = flows.flow(flows.approval("review"), who=who)
    made = FlowDefinition.objects.create(slug=slug, title={"zh-hans": "帮忙"}, document=document)
    publish_flow(definition=made, actor=SYSTEM, now=NOW)
    return made


def call_to(slug: str) -> Page:
    """The campaign page with nothing but a call to this flow."""
    page = CampaignPage.objects.get(locale__language_code="zh-hans")
    page.body = [("start", {"flow": slug, "heading": "来帮一把", "text": "", "button": "我来帮"})]
    page.save_revision().publish()
    return page


def shown(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize(("day", "focus"), [(date(2026, 8, 15), "文明交通"), (date(2026, 10, 1), "温暖过冬")])
def test_a_theme_shows_the_focus_of_the_day_and_all_its_periods(client, quarters, today, day, focus):
    today(day)
    html = shown(client, "/seasons/green/")
    assert f'<h2 id="h-focus">{focus}</h2>' in html
    assert all(one in html for _since, _until, one in QUARTERS.values())
    assert html.count("进行中") == 1


def test_between_two_periods_there_is_no_focus(client, quarters, today):
    today(date(2027, 1, 1))
    html = shown(client, "/seasons/green/")
    assert "h-focus" not in html
    assert html.count("已结束") == 3


def test_the_campaign_and_the_home_page_name_what_each_theme_is_about(client, quarters, today):
    today(date(2026, 8, 15))
    assert "文明交通" in shown(client, "/seasons/")
    assert "文明交通" in shown(client, "/")


def test_the_page_of_a_theme_shows_only_its_own_stories(client, site):
    assert "repair-stall" in shown(client, "/seasons/gold/")
    assert "repair-stall" not in shown(client, "/seasons/green/")


def test_the_campaign_does_not_ask_more_for_more_periods(client, quarters, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/seasons/")
    with CaptureQueriesContext(connection) as before:
        client.get("/seasons/")
    for theme in Theme.objects.exclude(slug="green"):
        for slug, (since, until, focus) in QUARTERS.items():
            add_period(
                theme=theme, slug=slug, name={"zh-hans": slug}, focus={"zh-hans": focus}, since=since, until=until,
                actor=SYSTEM, now=NOW,
            )  # fmt: skip
    with django_assert_max_num_queries(len(before)):
        client.get("/seasons/")


def test_anybody_gets_the_button_of_a_flow_that_is_open_to_anybody(client, site):
    flow("anyone")
    call_to("help")
    html = shown(client, "/seasons/")
    assert 'href="/start/help/">我来帮</a>' in html
    assert "谁都可以，不用登录" in html


@pytest.mark.parametrize(
    ("login", "leads", "says"),
    [(None, True, "单位联络员"), ("org1", True, "单位联络员"), ("member1", False, "您现在的账号办不了这件事")],
)
def test_a_call_for_some_says_for_whom_and_spares_the_others_a_refusal(client, site, cast: Cast, login, leads, says):
    flow(["liaison"])
    call_to("help")
    if login:
        client.force_login(cast.users[login])
    html = shown(client, "/seasons/")
    assert ('href="/start/help/"' in html) is leads
    assert says in html


@pytest.mark.parametrize("what", ["unpublished", "unknown"])
def test_a_call_to_a_flow_that_is_closed_has_no_link(client, site, what):
    if what == "unpublished":
        flow("anyone").unpublish()
    call_to("help")
    html = shown(client, "/seasons/")
    assert "/start/help/" not in html
    assert "这件事现在没有开放办理" in html


def test_editors_choose_among_the_published_flows_by_name(client, site, cast):
    flow("anyone")
    flow("anyone", slug="closed").unpublish()
    client.force_login(cast.users["admin"])
    page = ThemePage.objects.get(slug="green", locale__language_code="zh-hans")
    html = shown(client, f"/desk/pages/{page.pk}/edit/")
    assert "&quot;help&quot;" in html or '"help"' in html
    assert "&quot;closed&quot;" not in html
    assert '"closed"' not in html


def test_a_preview_of_an_unpublished_change_shows_it(client, site, cast):
    flow("anyone")
    page = CampaignPage.objects.get(locale__language_code="zh-hans")
    page.title = "改了一半的题目"
    page.body = [("start", {"flow": "help", "heading": "来帮一把", "text": "", "button": ""})]
    page.save_revision()
    client.force_login(cast.users["admin"])
    html = shown(client, f"/desk/pages/{page.pk}/view_draft/")
    assert "改了一半的题目" in html
    assert "/start/help/" in html
