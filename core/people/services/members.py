"""Registers members and gives them logins."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid, NotAllowed, WrongState
from core.people.models import Member, User
from core.people.selectors import in_force
from core.people.services.appointments import refresh_groups
from core.rights import require, require_every_right_of
from core.saving import Refusals, change, save

REFUSALS: Refusals = {"number": _("Another member already has this volunteer number. Please check it.")}
LOGIN_REFUSALS: Refusals = {"username": _("This login name is taken. Please choose a different one.")}


@transaction.atomic
def create_member(
    *,
    actor: Actor,
    number: str,
    name: str,
    category: str = Member.Category.OTHER,
    phone: str = "",
    email: str = "",
    now: datetime,
) -> Member:
    """Register a person. Raises: `NotAllowed`, `Conflict` when the volunteer number is taken, `Invalid`."""
    require(actor, "core.add_member")
    member = Member(number=number, name=name, category=category, phone=phone, email=email)
    save(member, refusals=REFUSALS)
    record(actor=actor, verb="member.created", obj=member, now=now)
    return member


@transaction.atomic
def change_member(*, actor: Actor, member: Member, changes: dict[str, Any], now: datetime) -> Member:
    """Change a member's own data. `changes`: field → new value. Raises: `NotAllowed`, `Conflict`, `Invalid`."""
    require(actor, "core.change_member")
    if changed := change(member, changes, refusals=REFUSALS):
        record(actor=actor, verb="member.changed", obj=member, now=now, data={"fields": changed})
    return member


@transaction.atomic
def give_login(*, actor: Actor, member: Member, username: str, password: str | None, now: datetime) -> User:
    """Give a member a login with the desk groups of his appointments; without a password it cannot sign in yet.

    Raises: `NotAllowed` also when those groups may do more than the actor, `WrongState` when the member has a login,
    `Conflict` when the name is taken, `Invalid` for a weak password.
    """
    require(actor, "core.add_user")
    if Member.objects.filter(pk=member.pk, user__isnull=False).exists():
        raise WrongState(_("This member already has a login."))
    held = member.appointments.filter(in_force(timezone.localdate(now)))
    require_every_right_of(actor, Group.objects.filter(role__appointments__in=held))
    user = User(username=username, email=member.email)
    _set_password(user, password)
    save(user, refusals=LOGIN_REFUSALS)
    member.user = user
    member.save(update_fields=["user"])
    refresh_groups(member, on=timezone.localdate(now))
    record(actor=actor, verb="login.given", obj=user, now=now, data={"member": member.pk})
    return user


@transaction.atomic
def close_welcome(*, actor: Actor, now: datetime) -> None:
    """Note that the actor has read what greets him at his first login. Raises: `NotAllowed` unless signed in."""
    if actor.user is None:
        raise NotAllowed
    if User.objects.filter(pk=actor.user.pk, welcomed_at__isnull=True).update(welcomed_at=now):
        record(actor=actor, verb="login.welcomed", obj=actor.user, now=now)


def _set_password(user: User, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as problem:
            raise Invalid(errors={"password": problem.messages}) from None
    user.set_password(password)
