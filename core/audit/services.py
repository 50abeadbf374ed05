"""Writes the audit trail; every service that changes a record calls `record` once."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from core.actors import Actor
from core.audit.models import AuditEntry


def record(
    *,
    actor: Actor,
    verb: str,
    obj: Model | tuple[str, str | int],
    now: datetime,
    case_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append who did what to which object.

    `verb`: in the past, e.g. `wish.published`; `obj`: a saved row, or (kind, key) for what is no row. `data`: codes and
    primary keys only, never personal data.
    """
    object_type, object_id = (obj._meta.label_lower, obj.pk) if isinstance(obj, Model) else obj
    return AuditEntry.objects.create(
        at=now,
        actor_kind=actor.kind,
        actor=actor.user,
        verb=verb,
        object_type=object_type,
        object_id=str(object_id),
        case_id=case_id,
        data=data or {},
    )
