"""Clears answers whose time is over: what their fields say to keep for so many days is replaced by a marker.

The days count from when the answers were handed in, or, where they belong to a case, from when that was closed; what
belongs to an open case stays. This is the one way in which what was handed in changes, and every batch is on record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.audit.services import record
from core.registry import Registry
from forms import lookup, uploads
from forms.markers import CLEARED, marker_in
from forms.models import FormVersion, Submission
from forms.schema import Document, fields_of
from forms.sealing import are_rows

BATCH = 200


@dataclass(frozen=True)
class Holder:
    """What an upper app knows of submissions.

    `closed`: primary keys → when the matter of each was closed, None while it is open; those it does not know are left
    out. `forget`: submission → keys of cleared fields; removes what the app had copied from them.
    """

    closed: Callable[[Sequence[int]], Mapping[int, datetime | None]]
    forget: Callable[[Mapping[int, set[str]]], None]


HOLDERS: Registry[Holder] = Registry("holder of submissions")


@dataclass(frozen=True)
class Cleared:
    """What became of a batch. `last`: primary key up to which it looked, 0 when nothing is left to look at."""

    fields: int = 0
    submissions: int = 0
    last: int = 0


def kept_for(document: Document) -> dict[str, int]:
    """Field key → days, of the fields that say so; `group.column` for a column of rows."""
    found = {}
    for field in fields_of(document):
        for name, one in [(field["key"], field), *((f"{field['key']}.{c['key']}", c) for c in field.get("fields", []))]:
            privacy = one.get("privacy")
            days = privacy.get("retain_days") if isinstance(privacy, dict) else None
            if isinstance(days, int):
                found[name] = days
    return found


def concerned() -> Iterator[FormVersion]:
    """The published versions with a field that is kept for a time only."""
    for version in FormVersion.objects.select_related("definition").order_by("pk").iterator(chunk_size=50):
        if not version.is_draft and kept_for(version.document):
            yield version


@transaction.atomic
def clear(version: FormVersion, *, after: int, now: datetime) -> Cleared:
    """Clear what is due among the next submissions of a version; a second call finds nothing left to do."""
    days = kept_for(version.document)
    rows = list(_candidates(version, days, after, now).select_for_update(of=("self",))[:BATCH])
    if not rows:
        return Cleared()
    closed = _closed([row.pk for row in rows])
    done: dict[int, set[str]] = {}
    for row in rows:
        keys = due(row, days, closed.get(row.pk, row.submitted_at), now)
        if keys:
            _clear_row(row, keys, days, now)
            done[row.pk] = keys
    if done:
        for name in HOLDERS:
            HOLDERS[name].forget(done)
        data = {"submissions": len(done), "cleared": sum(map(len, done.values()))}
        record(actor=SYSTEM, verb="form.cleared", obj=version, now=now, data=data)
    return Cleared(sum(map(len, done.values())), len(done), rows[-1].pk)


def would_clear(version: FormVersion, *, now: datetime) -> Cleared:
    """What `clear` would do with all submissions of a version at this moment; changes nothing."""
    days, fields, submissions, last = kept_for(version.document), 0, 0, 0
    while rows := list(_candidates(version, days, last, now)[:BATCH]):
        closed = _closed([row.pk for row in rows])
        found = [due(row, days, closed.get(row.pk, row.submitted_at), now) for row in rows]
        fields, submissions, last = fields + sum(map(len, found)), submissions + sum(map(bool, found)), rows[-1].pk
    return Cleared(fields, submissions, last)


def due(submission: Submission, days: Mapping[str, int], since: datetime | None, now: datetime) -> set[str]:
    """The names of answered fields and columns whose time is over. `since`: None while the case is open."""
    if since is None:
        return set()
    over = {name for name, number in days.items() if since + timedelta(days=number) <= now}
    return {name for name in over if _stands(submission.kept, name)}


def _stands(kept: Mapping[str, Any], name: str) -> bool:
    """Whether there is something left to clear under a name."""
    key, _dot, column = name.partition(".")
    value = kept.get(key)
    if column:
        return isinstance(value, list) and are_rows(value) and any(_stands(row, column) for row in value)
    return value is not None and marker_in(value) != CLEARED


def _candidates(version: FormVersion, days: Mapping[str, int], after: int, now: datetime) -> Any:
    oldest = now - timedelta(days=min(days.values()))
    rows = Submission.objects.filter(version=version, has_timed=True, submitted_at__lte=oldest, pk__gt=after)
    return rows.order_by("pk")


def _closed(keys: Sequence[int]) -> dict[int, datetime | None]:
    found: dict[int, datetime | None] = {}
    for name in HOLDERS:
        found |= HOLDERS[name].closed(keys)
    return found


def _clear_row(row: Submission, names: set[str], days: Mapping[str, int], now: datetime) -> None:
    """Past `Unchangeable`, on purpose, and nowhere else."""
    uploads.remove([key for name in names for key in uploads.keys_of(row.answers.get(name))])
    kept = _without(row.kept, names, {CLEARED: timezone.localdate(now).isoformat()})
    has_timed = any(_stands(kept, name) for name in days)
    Submission.objects.filter(pk=row.pk).update(kept=kept, has_timed=has_timed)
    lookup.forget(row.pk, names)


def _without(kept: Mapping[str, Any], names: set[str], marker: Any) -> dict[str, Any]:
    found = {}
    for key, value in kept.items():
        columns = {name.partition(".")[2] for name in names if name.startswith(f"{key}.")}
        if key in names and value is not None:
            found[key] = marker
        elif columns and are_rows(value):
            found[key] = [_without(row, columns, marker) for row in value]
        else:
            found[key] = value
    return found
