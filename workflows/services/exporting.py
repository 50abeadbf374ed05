"""Taking the answers to a form along as a file: a short one at once, a long one in the background, each on record."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import NotAllowed, TooMany
from core.jobs.services import enqueue
from forms import storage
from forms.models import FormDefinition
from workflows.answer_tables import AnswerTable, Wanted, write
from workflows.models import AnswerExport
from workflows.services.reading import PERMISSION as UNMASK
from workflows.services.reading import checked_reason

EXPORT: Final = "workflows.export_answers"
VIEW: Final = "forms.view_submission"
AT_ONCE: Final = 1_000  # rows
KEPT_FOR: Final = timedelta(days=1)
MOST_A_DAY: Final = 50
MOST_REMOVED: Final = 100  # at once
FOLDER: Final = "exports"
ENOUGH = _("You have taken very many files along today. Please go on tomorrow; this protects people's data.")


def require_export(actor: Actor, *, unmasked: bool = False) -> None:
    """Raises: NotAllowed for whoever may not take answers along, or not unmasked ones."""
    needed = [VIEW, UNMASK] if unmasked else [VIEW]
    if actor.user is None or not actor.user.has_perms(needed):
        raise NotAllowed


@transaction.atomic
def ask(
    *, definition: FormDefinition, actor: Actor, wanted: Wanted, kind: str, reason: str, words: str, now: datetime
) -> AnswerExport:
    """Put on record that somebody takes answers along; a long table is written by a job.

    Raises: NotAllowed; Invalid for unmasked answers without a reason; TooMany after many on one day.
    """
    require_export(actor, unmasked=wanted.unmasked)
    words = checked_reason(reason, words) if wanted.unmasked else ""
    if AnswerExport.objects.filter(by=actor.user, asked_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooMany(ENOUGH, code="too_many_exports")
    rows = _table(definition, actor, wanted, now).submissions().count()
    assert actor.user is not None  # noqa: S101  # nobody else passes `require_export`
    export = AnswerExport.objects.create(
        definition=definition,
        by=actor.user,
        kind=kind,
        wanted=wanted.as_json(),
        language=translation.get_language() or "zh-hans",
        reason=reason if wanted.unmasked else "",
        words=words,
        rows=rows,
        asked_at=now,
        expires_at=now + KEPT_FOR,
    )
    data = {"export": export.pk, "rows": rows, "unmasked": wanted.unmasked, "reason": export.reason}
    record(actor=actor, verb="form.exported", obj=definition, now=now, data=data)
    if rows > AT_ONCE:
        enqueue(key=f"export-answers:{export.pk}", kind=EXPORT, payload={"export": export.pk}, now=now)
    return export


def is_short(export: AnswerExport) -> bool:
    """Whether it is handed out at once."""
    return export.rows <= AT_ONCE


def write_at_once(export: AnswerExport, file: BinaryIO) -> None:
    """Write a short export into a file that is open."""
    table = _table_of(export)
    write(file, table, table.batches(), export.kind)
    AnswerExport.objects.filter(pk=export.pk).update(state=AnswerExport.State.DONE, done=export.rows)


def write_in_background(export_id: int) -> None:
    """Write a long export to where it waits for whoever asked; a second run finds it done, or begins anew."""
    export = AnswerExport.objects.select_related("definition", "by").filter(pk=export_id).first()
    if export is None or export.state in (AnswerExport.State.DONE, AnswerExport.State.GONE):
        return
    require_export(Actor(user=export.by), unmasked=export.wanted["unmasked"])
    with translation.override(export.language), tempfile.TemporaryFile() as file:
        table = _table_of(export)
        write(file, table, _told(export, table), export.kind)
        file.seek(0)
        path = storage.write_file(file, FOLDER)
    waiting = AnswerExport.objects.filter(pk=export.pk).exclude(state=AnswerExport.State.DONE)
    if not waiting.update(state=AnswerExport.State.DONE, path=path):
        storage.remove(path)  # another worker was faster


def _told(export: AnswerExport, table: AnswerTable) -> Iterator[list[list[Any]]]:
    """The batches of a table, with a word on how far they are."""
    done = 0
    for batch in table.batches():
        yield batch
        done += len(batch)
        AnswerExport.objects.filter(pk=export.pk).update(state=AnswerExport.State.RUNS, done=done)


def purge(*, now: datetime) -> int:
    """Remove files whose day is over; how many."""
    over = AnswerExport.objects.filter(expires_at__lt=now).exclude(state=AnswerExport.State.GONE)
    found = list(over.order_by("pk")[:MOST_REMOVED])
    for export in found:
        if export.path:
            storage.remove(export.path)
        AnswerExport.objects.filter(pk=export.pk).update(state=AnswerExport.State.GONE, path="")
    return len(found)


def _table_of(export: AnswerExport) -> AnswerTable:
    actor, wanted = Actor(user=export.by), Wanted.from_json(export.wanted)
    return _table(export.definition, actor, wanted, timezone.now())


def _table(definition: FormDefinition, actor: Actor, wanted: Wanted, now: datetime) -> AnswerTable:
    return AnswerTable(definition, actor, wanted, timezone.localdate(now))
