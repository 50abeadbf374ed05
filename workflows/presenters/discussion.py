"""The discussion of a case: who wrote what when, as far as the reader may read it."""

from dataclasses import dataclass
from datetime import datetime

from core.actors import Actor
from core.text import masked_name
from workflows import remarks
from workflows.models import Case, DiscussionNote
from workflows.presenters.titles import veiled
from workflows.visibility import discussion_read_by, may_discuss


@dataclass(frozen=True)
class Note:
    """One remark. `text`: without what is personal in the case, "" once retracted."""

    pk: int
    at: datetime
    who: str
    text: str
    is_open: bool
    is_retracted: bool
    is_mine: bool


@dataclass(frozen=True)
class Discussion:
    """The remarks, oldest first. `may_write`; `may_keep_inside`: the reader may leave whoever started out."""

    notes: list[Note]
    may_write: bool
    may_keep_inside: bool

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to read or to do."""
        return bool(self.notes) or self.may_write


def discussion_of(case: Case, actor: Actor) -> Discussion:
    """What this reader sees of it."""
    reads = discussion_read_by(case, actor)
    rows = DiscussionNote.objects.filter(case=case).select_related("author__member").order_by("created_at", "pk")
    if not reads:
        rows = rows.none()
    elif reads == "open":
        rows = rows.filter(is_open=True)
    found = list(rows)
    words = remarks.personal_words(case) if found else set()
    notes = [
        Note(
            pk=row.pk,
            at=row.created_at,
            who=masked_name(row.author.display_name),
            text=veiled(row.text, words),
            is_open=row.is_open,
            is_retracted=row.retracted_at is not None,
            is_mine=row.author_id == actor.user_id,
        )
        for row in found
    ]
    return Discussion(notes, may_discuss(case, actor), reads == "all")


def count_notes(case: Case, actor: Actor) -> int:
    """How many standing remarks the reader may read."""
    reads = discussion_read_by(case, actor)
    rows = DiscussionNote.objects.filter(case=case, retracted_at=None)
    return rows.count() if reads == "all" else rows.filter(is_open=True).count() if reads else 0
