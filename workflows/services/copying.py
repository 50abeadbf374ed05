"""Sending a copy of a case to people who only read it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.exceptions import Invalid, NotFound
from core.people.models import Appointment, User
from core.people.selectors import in_force, lineage, successor
from workflows import copies
from workflows.lengths import LONGEST_REASON, fitting
from workflows.models import Case, CaseCopy
from workflows.running import working_on
from workflows.visibility import discussion_read_by, may_copy

MOST_AT_ONCE = 20
MOST_COPIES = 200  # of one case
CHOOSE = _("Please choose one of the people in the list.")
ENOUGH = _("This case has been sent to too many people already.")


def send_copies(
    *, case_id: int, actor: Actor, to_users: Sequence[User], note: str = "", now: datetime
) -> list[CaseCopy]:
    """Let others read a case as far as the actor does, sensitive answers never; each of them gets a message.

    A colleague concerned with the case may, to those who hold an appointment in its unit or above. Raises: NotFound;
    TryLater; Invalid for nobody, for somebody else and for too many.
    """
    note = fitting(note, LONGEST_REASON, "note")
    with working_on(case_id, actor=actor, now=now) as run:
        if not may_copy(run.case, actor):
            raise NotFound
        chosen = {user.pk: user for user in to_users if user.pk != actor.user_id}
        if not 0 < len(chosen) <= MOST_AT_ONCE or set(chosen) - suitable(run.case, now):
            raise Invalid(CHOOSE, code="unknown_colleague")
        if CaseCopy.objects.filter(case=run.case).count() + len(chosen) > MOST_COPIES:
            raise Invalid(ENOUGH, code="too_many_copies")
        is_internal = discussion_read_by(run.case, actor) == "all"
        return copies.give(chosen.values(), run, note=note, is_internal=is_internal)


def suitable(case: Case, now: datetime) -> set[int]:
    """The logins to whom a case may be sent: who holds an appointment in its unit or above."""
    units = [unit.pk for unit in lineage(successor(case.unit))]
    held = Appointment.objects.filter(
        in_force(localdate(now)), unit__in=units, member__is_active=True, member__user__is_active=True
    )
    return set(held.values_list("member__user_id", flat=True))
