"""Decides whether an actor may do an administrator's act; the rights of cases are decided by workflows."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission

from core.actors import Actor
from core.exceptions import NotAllowed


def is_permitted(actor: Actor, permission: str) -> bool:
    """Whether `actor` is the system or a login with the Django permission `app.code`."""
    return actor.system or (actor.user is not None and actor.user.has_perm(permission))


def require(actor: Actor, permission: str) -> None:
    """Pass when `is_permitted`. Raises: `NotAllowed` otherwise."""
    if not is_permitted(actor, permission):
        raise NotAllowed


def require_every_right_of(actor: Actor, groups: Iterable[Group]) -> None:
    """Pass when `actor` holds every permission that `groups` give, so that nobody hands out more than he has.

    Raises: `NotAllowed` otherwise.
    """
    if actor.system:
        return
    given = Permission.objects.filter(group__in=list(groups)).select_related("content_type").distinct()
    if actor.user is None or not actor.user.has_perms([f"{p.content_type.app_label}.{p.codename}" for p in given]):
        raise NotAllowed
