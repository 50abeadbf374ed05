"""Appends to the ledger; a correction is a reversal and a new line."""

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Conflict, Invalid, WrongState
from core.leaks import leaks_in
from core.ledger.models import LedgerEntry
from core.people.models import OrgUnit
from core.people.selectors import Claimant
from core.rights import require

CLAIMANT_FIELDS = {"person": "member_id", "team": "team_id", "organisation": "organisation_id"}
HASHED = (
    "source",
    "kind",
    "subject",
    "quantity",
    "unit_of_measure",
    "unit_id",
    "unit_path",
    "member_id",
    "team_id",
    "organisation_id",
    "evidence",
    "happened_on",
    "recorded_at",
    "case_id",
    "step_id",
    "reverses_id",
    "reason",
)


@transaction.atomic
def post(
    *,
    source: str,
    kind: str,
    subject: str,
    unit: OrgUnit,
    unit_of_measure: str,
    happened_on: date,
    now: datetime,
    quantity: Decimal | int = 1,
    claimant: Claimant | None = None,
    evidence: str = "",
    case_id: int | None = None,
    step_id: str = "",
) -> LedgerEntry:
    """Write one result, once: a second call with the same source, kind and subject returns the first row.

    `source`: `case:17`; `kind`: `wish.claimed`; `subject`: `wish:5`. For services only, which audit their own act.
    """
    entry = LedgerEntry(
        source=source,
        kind=kind,
        subject=subject,
        quantity=quantity,
        unit_of_measure=unit_of_measure,
        unit=unit,
        unit_path=unit.path,
        evidence=evidence,
        happened_on=happened_on,
        recorded_at=now,
        case_id=case_id,
        step_id=step_id,
    )
    if claimant is not None:
        setattr(entry, CLAIMANT_FIELDS[claimant.kind], claimant.pk)
    return _append(entry)


@transaction.atomic
def reverse(*, entry: LedgerEntry, actor: Actor, reason: str, now: datetime) -> LedgerEntry:
    """Take an entry back by a second one with the opposite quantity; the first stays.

    Raises: `NotAllowed`, `WrongState` when it is reversed already or is a reversal, `Invalid` when the reason is empty
    or holds personal data.
    """
    require(actor, "core.reverse_ledgerentry")
    if entry.reverses_id is not None or LedgerEntry.objects.filter(reverses=entry).exists():
        raise WrongState(_("This entry is reversed already, or is a reversal itself."))
    if not reason.strip():
        raise Invalid(_("Please say why the entry is reversed."), errors={"reason": []})
    if leaks_in(reason):
        raise Invalid(_("The reason stays for ever, so it must not contain phone numbers, addresses or the like."))
    copied = {name: getattr(entry, name) for name in HASHED if name not in ("source", "quantity", "recorded_at")}
    copied |= {"source": f"ledger:{entry.pk}", "quantity": -entry.quantity, "reverses_id": entry.pk, "reason": reason}
    reversal = _append(LedgerEntry(**copied, recorded_at=now))
    record(actor=actor, verb="ledger.reversed", obj=reversal, now=now, case_id=entry.case_id, data={"entry": entry.pk})
    return reversal


def digest(entry: LedgerEntry) -> str:
    """SHA-256 of the row's content in a canonical form: JSON, keys sorted, numbers with two decimals, times in UTC."""
    content = {name: _canonical(name, getattr(entry, name)) for name in HASHED}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(name: str, value: Any) -> Any:
    if name == "quantity":
        return f"{Decimal(value):.2f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _append(entry: LedgerEntry) -> LedgerEntry:
    identity = {"source": entry.source, "kind": entry.kind, "subject": entry.subject}
    existing = LedgerEntry.objects.filter(**identity).first()
    if existing is not None:
        return existing
    entry.row_hash = digest(entry)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        rival = LedgerEntry.objects.filter(**identity).first()
        if rival is None:
            raise Conflict from None
        return rival
    return entry
