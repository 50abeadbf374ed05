"""Clients at the desk."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client


@pytest.fixture
def at_desk(cast):
    """Sign a person of the cast in; `may` adds permissions to the login."""

    def sign_in(login: str, *may: str) -> Client:
        user = cast.users[login]
        user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", *may] if may else []))
        client = Client()
        client.force_login(user)
        return client

    return sign_in
