"""The first login: who you are here and three things to try, from what the login really may do, until it is closed."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from core.audit.models import AuditEntry
from core.people.models import User
from tests.workflows_ui.journey import TITLE

ME, WELCOMED = reverse("me"), reverse("welcomed")


def welcome(html: str) -> str:
    found = re.search(r'<section class="welcome".*?</section>', html, re.DOTALL)
    return found[0] if found else ""


def test_a_grid_worker_reads_who_he_is_and_what_his_role_does(journey):
    journey.started()
    role = journey.cast.roles["grid_worker"]
    role.welcome = {"zh-hans": "心愿先到您这里核实。"}
    role.save()
    shown = welcome(journey.browser("wanggexia").get(ME).content.decode())
    assert "岳阳街道 · 方塔社区 · 第一网格的网格员" in shown
    assert "心愿先到您这里核实。" in shown
    assert shown.index(TITLE) < shown.index("/start/")  # what waits comes before what one may start


@pytest.mark.parametrize("login", ["wanggexia", "lishuji", "org1", "member1", "shenjie", "admin"])
def test_whatever_is_offered_opens(journey, login):
    journey.started()
    browser = journey.browser(login)
    addresses = re.findall(r'<a class="btn[^>]*href="([^"]+)"', welcome(browser.get(ME).content.decode()))
    assert 1 <= len(addresses) <= 3
    assert {browser.get(address).status_code for address in addresses} == {200}


def test_whoever_designs_flows_is_led_to_the_desk_first(journey):
    user = journey.cast.users["shenjie"]
    user.user_permissions.add(*Permission.objects.filter(codename__in=["change_flowdefinition", "view_flowdefinition"]))
    shown = welcome(journey.browser("shenjie").get(ME).content.decode())
    assert shown.index("改一个流程") < shown.index("/start/")


def test_closing_it_lasts_and_it_can_be_read_again(journey):
    browser = journey.browser("wanggexia")
    assert browser.post(WELCOMED)["Location"] == ME
    assert not welcome(browser.get(ME).content.decode())
    assert not welcome(journey.browser("wanggexia").get(ME).content.decode())
    assert User.objects.get(username="wanggexia").welcomed_at is not None
    assert AuditEntry.objects.filter(verb="login.welcomed").count() == 1
    browser.post(WELCOMED, {"do": "again"})
    assert welcome(browser.get(ME).content.decode())
    browser.post(WELCOMED)
    assert not welcome(browser.get(ME).content.decode())
    assert AuditEntry.objects.filter(verb="login.welcomed").count() == 1


def test_reading_the_page_closes_nothing(journey):
    browser = journey.browser("wanggexia")
    browser.get(WELCOMED)
    assert welcome(browser.get(ME).content.decode())
