"""Writing to each other in the discussion of a case, and retracting what one wrote."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.exceptions import Invalid, NotFound, WrongState
from workflows import asides
from workflows.lengths import LONGEST_NOTE, fitting
from workflows.models import DiscussionNote
from workflows.running import working_on
from workflows.visibility import discussion_read_by, may_discuss

MOST_NOTES = 300  # in one case
NOTHING_WRITTEN = _("Please write something first.")
ENOUGH = _("There are too many remarks in this case already. Please talk to each other.")
RETRACTED = _("This remark has been retracted already.")


def write_note(*, case_id: int, actor: Actor, text: str, is_open: bool = False, now: datetime) -> DiscussionNote:
    """Write a remark to those concerned with a case. `is_open`: whoever started reads it too.

    Whoever sees the case with a login may, not by an offer alone; what the starter himself writes is always open.
    Raises: NotFound; Invalid without a word, with too many, or when there are too many remarks; TryLater.
    """
    text = fitting(text, LONGEST_NOTE, "note")
    if not text:
        raise Invalid(errors={"note": [str(NOTHING_WRITTEN)]}, code="nothing_written")
    with working_on(case_id, actor=actor, now=now) as run:
        if actor.user is None or not may_discuss(run.case, actor):
            raise NotFound
        if DiscussionNote.objects.filter(case=run.case).count() >= MOST_NOTES:
            raise Invalid(errors={"note": [str(ENOUGH)]}, code="too_many_notes")
        note = DiscussionNote.objects.create(
            case=run.case,
            author=actor.user,
            text=text,
            is_open=is_open or discussion_read_by(run.case, actor) == "open",
            created_at=now,
        )
        run.audit("note.written", {"note": note.pk})
        asides.note_written(note, run)
    return note


def retract_note(*, case_id: int, actor: Actor, note_id: int, now: datetime) -> DiscussionNote:
    """Take back what one wrote; that something stood there remains. Raises: NotFound, WrongState, TryLater."""
    with working_on(case_id, actor=actor, now=now) as run:
        note = DiscussionNote.objects.filter(pk=note_id, case=run.case, author=actor.user).first()
        if note is None or not may_discuss(run.case, actor):
            raise NotFound
        if note.retracted_at is not None:
            raise WrongState(RETRACTED, code="already_retracted")
        note.text, note.retracted_at = "", now
        note.save(update_fields=["text", "retracted_at"])
        run.audit("note.retracted", {"note": note.pk})
    return note
