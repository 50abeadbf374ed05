"""Trying roles: one press in a demonstration, and no such door anywhere else."""

import pytest
from django.test import Client

from cms.packs.models import PackItem
from core.people.models import User

ROLES = [("wanggexia", "网格员", "核实心愿"), ("org1", "单位联络员", "认领心愿")]


@pytest.fixture
def accounts(cast):
    """Two of the cast are demo accounts, as a pack would say."""
    for username, role, note in ROLES:
        values = {"role": role, "unit": "方塔社区", "note": f"{role}：{note}"}
        PackItem.objects.create(pack="demo", section="accounts", key=username, values=values)
    return cast


def test_the_login_page_of_a_demonstration_offers_the_roles(client, accounts):
    html = client.get("/login/").content.decode()
    for _username, role, note in ROLES:
        assert f"<b>{role}</b>" in html
        assert f'<span class="small">{note}</span>' in html
    assert html.count('action="/demo/"') == len(ROLES)


def test_one_press_enters_as_the_role_and_greets(client, accounts):
    response = client.post("/demo/", {"username": "wanggexia"}, follow=True)
    assert response.redirect_chain[-1][0] == "/me/"
    html = response.content.decode()
    assert "王格霞" in html
    assert "欢迎，先试三件事" in html
    assert 'href="/demo/"' in html  # to change the role again
    again = client.get("/demo/").content.decode()
    assert again.index("现在是您") > again.index("网格员")
    client.post("/demo/", {"username": "org1"})
    assert "陈文" in client.get("/me/").content.decode()


def test_everybody_who_tries_an_account_is_greeted_until_he_closes_it(client, accounts):
    client.post("/demo/", {"username": "wanggexia"})
    client.post("/me/welcome/")
    assert "先试三件事" not in client.get("/me/").content.decode()
    another = Client()
    another.post("/demo/", {"username": "wanggexia"})
    assert "先试三件事" in another.get("/me/").content.decode()


@pytest.mark.parametrize("username", ["lishuji", "admin", "nobody", ""])
def test_only_accounts_of_the_demo_data_open_without_a_password(client, accounts, username):
    assert client.post("/demo/", {"username": username}).status_code == 404
    assert client.get("/me/").status_code == 302


def test_no_pack_can_open_a_system_administrators_login(client, accounts):
    PackItem.objects.create(
        pack="evil", section="accounts", key="admin", values={"role": "管理员", "unit": "", "note": ""}
    )
    assert client.post("/demo/", {"username": "admin"}).status_code == 404


def test_a_closed_login_stays_closed(client, accounts):
    User.objects.filter(username="org1").update(is_active=False)
    assert client.post("/demo/", {"username": "org1"}).status_code == 404
    assert "单位联络员" not in client.get("/login/").content.decode()


def test_the_door_needs_the_token_of_the_page(accounts):
    response = Client(enforce_csrf_checks=True).post("/demo/", {"username": "wanggexia"})
    assert response.status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_installation_that_is_no_demonstration_has_no_such_door(client, accounts, settings, method):
    settings.DANDELION_DEMO = False
    assert getattr(client, method)("/demo/", {"username": "wanggexia"}).status_code == 404
    assert client.get("/me/").status_code == 302
    html = client.get("/login/").content.decode()
    assert "/demo/" not in html
    client.force_login(accounts.users["wanggexia"])
    assert "/demo/" not in client.get("/me/").content.decode()


def test_production_is_no_demonstration_whatever_its_environment_says():
    from pathlib import Path

    from django.conf import settings

    text = (Path(settings.BASE_DIR) / "core" / "settings" / "production.py").read_text(encoding="utf-8")
    assert "\nDANDELION_DEMO = False\n" in text
