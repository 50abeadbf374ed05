"""Showing a masked answer whole to somebody who works on the case: once, for a reason, on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid, NotFound, TooMany
from core.text import localised
from forms.display import value_html
from forms.groupschema import GROUP
from forms.markers import marker_in
from forms.uploads import keys_of
from workflows.models import Case, Reading, StepSubmission
from workflows.presenters.answers import access_to
from workflows.selectors import actions_on, open_tasks_of, step_of
from workflows.tree import Step
from workflows.visibility import is_only_offered, may_see

PERMISSION: Final = "forms.read_masked_answers"
REASONS: Final[dict[str, str | Promise]] = {
    "contact": _("To reach the person about this case"),
    "check": _("To check what was given"),
    "person": _("The person asked for it"),
    "other": _("Another reason, in my own words"),
}
LONGEST_WORDS, SHORTEST_WORDS = 200, 4
MOST_AN_HOUR: Final = 60
NO_REASON = _("Please choose why you need to read it.")
NO_WORDS = _("Please write the reason in a few words.")
ENOUGH = _("You have read very many answers in full within an hour. Please wait a while; this protects people's data.")


@dataclass(frozen=True)
class Masked:
    """A masked answer that the actor may read whole for a reason. `definition`: its field."""

    step_id: str
    definition: dict[str, Any]
    stored: Any

    @property
    def label(self) -> str:
        """The question."""
        return localised(self.definition["label"])


def may_read(case: Case, actor: Actor, now: datetime) -> bool:
    """Whether the actor may ask to read masked answers: he has a step of the case in hand, or the permission."""
    if actor.user is None or not may_see(case, actor) or is_only_offered(case, actor):
        return False
    return actor.user.has_perm(PERMISSION) or bool(steps_in_hand(case, actor, now))


def masked_answer(case: Case, actor: Actor, step_id: str, key: str, now: datetime) -> Masked:
    """The answer, if it stands masked on a page of the actor. Raises: NotFound for all else, and for hidden ones."""
    if not may_read(case, actor, now):
        raise NotFound
    rows = StepSubmission.objects.filter(case=case, step_id=step_id, is_current=True)
    row = rows.select_related("submission__version").first()
    if row is None:
        raise NotFound
    version, stored = row.submission.version, row.submission.answers.get(key)
    steps = steps_in_hand(case, actor, now)
    shown = [access_to(version, step_id, step=step, reader="staff") for step in steps]
    shown.append(access_to(version, step_id, step=None, reader="staff", closed_by=steps))
    states = {access.get(key) for access in shown}
    definition = next((field for field in version.fields if field["key"] == key), None)
    if definition is None or stored is None or definition["kind"] == GROUP:  # of rows each column stands as it may
        raise NotFound
    if "mask" not in states or marker_in(stored) or keys_of(stored):
        raise NotFound
    return Masked(step_id, definition, stored)


@transaction.atomic
def read_in_full(
    *, case: Case, actor: Actor, step_id: str, key: str, reason: str, words: str = "", now: datetime
) -> SafeString:
    """The whole answer as safe HTML; who read it, and why, is on record.

    Raises: NotFound; Invalid without a reason; TooMany after many within an hour.
    """
    found = masked_answer(case, actor, step_id, key, now)
    words = checked_reason(reason, words)
    if Reading.objects.filter(by=actor.user, at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooMany(ENOUGH, code="too_many_readings")
    assert actor.user is not None  # noqa: S101  # nobody else passes `may_read`
    Reading.objects.create(
        case=case,
        step_id=step_id,
        field=key,
        label=found.label[:300],
        by=actor.user,
        at=now,
        reason=reason,
        words=words,
    )
    data: Mapping[str, Any] = {"step": step_id, "field": key, "reason": reason}
    record(actor=actor, verb="case.read_in_full", obj=case, case_id=case.pk, now=now, data=dict(data))
    return value_html(found.stored, found.definition, masked=False)


def checked_reason(reason: str, words: str) -> str:
    """The words of a reason, tidied. Raises: Invalid without a reason, or without words for one's own."""
    if reason not in REASONS:
        raise Invalid(NO_REASON, code="reason_missing")
    words = " ".join(words.split())[:LONGEST_WORDS]
    if reason == "other" and len(words) < SHORTEST_WORDS:
        raise Invalid(NO_WORDS, code="words_missing")
    return words


def steps_in_hand(case: Case, actor: Actor, now: datetime) -> list[Step]:
    """The steps of a case at which the actor acts now."""
    tasks = [(task, actions_on(task, actor, now=now)) for task in open_tasks_of(case)]
    return [step_of(task) for task, may in tasks if may.can_act or may.can_answer]
