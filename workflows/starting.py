"""Starts a case once per form, however often the button is pressed."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from core.actors import Actor
from forms import drafts
from forms.models import FormVersion
from workflows import guests
from workflows.models import FlowVersion, StartOnce
from workflows.running import atomic_or_later
from workflows.services import Started, start_case
from workflows.subjects import start_subject

DOUBLE_CLICK: Final = timedelta(minutes=2)  # so long on a slow line; later, whoever sits here may be somebody else


def start_once(*, token: str, flow: str, actor: Actor, answers: dict[str, Any], now: datetime) -> Started | None:
    """Start a case of `flow`; the second of two clicks gets the case of the first, None comes of a later one.

    The token's row is written first: a second request waits for it and then finds it taken.
    Raises: what `start_case` raises; the token may then be used again.
    """
    digest = _digest(token)
    with atomic_or_later():
        try:
            with transaction.atomic():
                once = StartOnce.objects.create(token_sha256=digest, created_at=now)
        except IntegrityError:
            return _started_before(digest, token, actor, now)
        started = start_case(flow=flow, actor=actor, answers=answers, now=now)
        once.case = started.case
        once.save(update_fields=["case"])
        drafts.remove(actor.user, start_subject(flow))
        return replace(started, status_code=guests.code_of_token(started.case, token))


def was_used(token: str) -> bool:
    """Whether a form with this token was handed in before."""
    return StartOnce.objects.filter(token_sha256=_digest(token)).exists()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _started_before(digest: str, token: str, actor: Actor, now: datetime) -> Started | None:
    """What the same person started with this token a moment ago."""
    recent = StartOnce.objects.filter(token_sha256=digest, created_at__gt=now - DOUBLE_CLICK)
    once = recent.select_related("case").first()
    if once is None or once.case is None or once.case.starter_id != actor.user_id:
        return None
    return Started(once.case, guests.code_of_token(once.case, token))


def starting_form(version: FlowVersion) -> FormVersion:
    """The form that starts a case of this version, as pinned at publishing."""
    return FormVersion.objects.select_related("definition").get(pk=version.forms[version.document["start"]["form"]])
