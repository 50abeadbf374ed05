"""Finding the cases in which somebody gave a phone, an e-mail or an ID number: for a reason, on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.models import AuditEntry
from core.audit.services import record
from core.exceptions import Invalid, TooMany
from core.rights import require
from core.text import localised
from forms.lookup import LOOKED_UP, found_by
from forms.models import AnswerDigest
from forms.schema import fields_of
from workflows.models import Case, StepSubmission
from workflows.repairs.attention import cases_of
from workflows.services.reading import NO_REASON, PERMISSION, REASONS

VERB: Final = "answers.looked_up"
MOST_SHOWN: Final = 200
MOST_AN_HOUR: Final = 60
WHY: Final = {code: words for code, words in REASONS.items() if code != "other"}  # the audit trail takes codes only
NO_KIND = _("Please choose what it is.")
ENOUGH = _("You have looked up very many people within an hour. Please wait a while; this protects people's data.")


@dataclass(frozen=True)
class Found:
    """One answer that is what was looked for. `case`: with its version; `question`: what was asked, `form` where."""

    case: Case
    form: str
    question: str
    at: datetime


def look_up(*, actor: Actor, kind: str, text: str, reason: str, now: datetime) -> Sequence[Found]:
    """The answers in cases of the actor's units in which this was entered, the newest first, at most `MOST_SHOWN`.

    That somebody looked, why, and how many cases came of it is on record; what he looked for is not.
    For those who may read masked answers. Raises: NotAllowed; Invalid with a sentence; TooMany.
    """
    require(actor, PERMISSION)
    if kind not in LOOKED_UP:
        raise Invalid(NO_KIND, code="kind_missing")
    if reason not in WHY:
        raise Invalid(NO_REASON, code="reason_missing")
    earlier = AuditEntry.objects.filter(verb=VERB, actor_id=actor.user_id, at__gt=now - timedelta(hours=1))
    if earlier.count() >= MOST_AN_HOUR:
        raise TooMany(ENOUGH, code="too_many_lookups")
    assert actor.user is not None  # noqa: S101  # nobody else has the permission
    with transaction.atomic():
        found = list(_in_cases(actor, kind, text, now))
        cases = len({one.case.pk for one in found})
        data = {"kind": kind, "reason": reason, "cases": cases}
        record(actor=actor, verb=VERB, obj=actor.user, now=now, data=data)
    return found


def _in_cases(actor: Actor, kind: str, text: str, now: datetime) -> Sequence[Found]:
    rows = {(row.submission_id, row.name): row for row in found_by(kind, text)}
    asked = StepSubmission.objects.filter(
        submission__in={submission for submission, _name in rows}, case__in=cases_of(actor, on=localdate(now))
    )
    steps = {one.submission_id: one for one in asked.select_related("case__version__definition").order_by("pk")}
    found = [_found(row, steps[row.submission_id].case) for row in rows.values() if row.submission_id in steps]
    return found[:MOST_SHOWN]


def _found(row: AnswerDigest, case: Case) -> Found:
    version = row.submission.version
    return Found(case, str(version.definition), _label(row), row.submission.submitted_at)


def _label(row: AnswerDigest) -> str:
    """The question, of a column also the group."""
    key, _dot, column = row.name.partition(".")
    fields = [one for one in fields_of(row.submission.version.document) if one["key"] == key]
    found = fields + [one for field in fields for one in field.get("fields", []) if column and one["key"] == column]
    return " · ".join(localised(one["label"]) for one in found)
