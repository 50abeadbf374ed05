"""Attackers asked: is there another way to a login than the screen of a member?

There was: Wagtail's own users screen. An administrator by appointment could make a superuser there, without a member,
an appointment or a line in the audit trail.
"""

import pytest
from django.contrib.auth.models import Group, Permission

from core.people.models import User

SENT = {"username": "evil", "password1": "Zq9-longpass-77", "password2": "Zq9-longpass-77", "is_superuser": "on"}
SENT |= {"email": "e@example.org", "first_name": "e", "last_name": "v"}


@pytest.fixture(params=["superuser", "administrator"])
def administrator(request, db, client):
    """Signed in: a superuser, and somebody with every permission about logins."""
    user = User.objects.create_user("boss", password="x", is_superuser=request.param == "superuser")
    group = Group.objects.create(name="bosses")
    group.permissions.set(
        [
            Permission.objects.get(codename="access_admin"),
            *Permission.objects.filter(content_type__app_label="core", content_type__model="user"),
        ]
    )
    user.groups.add(group)
    client.force_login(user)
    return user


def test_the_users_screen_makes_no_login(administrator, client):
    answer = client.post("/desk/users/new/", SENT)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert not User.objects.filter(username="evil").exists()


@pytest.mark.parametrize("action", ["delete", "set_active_state", "assign_role"])
def test_nor_does_it_change_several_at_once(administrator, client, action):
    other = User.objects.create_user("other", password="x")
    role = Group.objects.create(name="target")
    sent = {"role": role.pk, "mark_as_active": ""}
    client.post(f"/desk/bulk/core/user/{action}/?id={other.pk}&next=/desk/", sent)
    other.refresh_from_db()
    assert other.is_active
    assert not other.groups.exists()


def test_nor_one_at_a_time(administrator, client):
    other = User.objects.create_user("other", password="x")
    for address in (f"/desk/users/edit/{other.pk}/", f"/desk/users/delete/{other.pk}/"):
        client.post(address, SENT)
    assert User.objects.filter(username="other", is_superuser=False).exists()
    assert client.get("/desk/users/").status_code == 302


def test_the_own_account_stays_open(administrator, client):
    assert client.get("/desk/account/").status_code == 200
