"""Posts public notices, takes objections, and closes notices; each move is audited.

When a notice opens and who decides on objections is said by the flow; these services hold what is true for every flow.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid, NotFound, WrongState
from core.leaks import leaks_in
from core.notices.models import Objection, PublicNotice
from core.people.models import OrgUnit
from core.saving import save
from core.text import localised

State = PublicNotice.State
STANDING: Final = (State.OPEN, State.DECIDING)
PASSED: Final = (State.CLEAR, State.DISMISSED)
MOST_OBJECTIONS: Final = 200  # what is more comes from a machine, and nobody could read it
LIMITS: Final = {"about": 200, "reason": 1000, "contact": 100}
ENDED = _("The time for objections to this notice is over. If something is wrong all the same, please tell the unit.")
NOTHING_TO_SHOW = _("Nothing of what the notice is to show has been answered, so there is nothing to post.")
TOO_MANY = _("This notice has received more objections than anybody can read; they are all being looked at.")

Line = Mapping[str, Any]  # {"label": text or language → text, "value": the same, "group": heading above}


@transaction.atomic
def open_notice(
    *,
    actor: Actor,
    case_id: int,
    step_id: str,
    unit: OrgUnit,
    subject: Mapping[str, str],
    lines: Iterable[Line],
    closes_at: datetime,
    now: datetime,
) -> PublicNotice:
    """Post a notice; while one of this step stands, a second call changes nothing.

    `subject`, `lines`: as the public will read them, masked already. Raises: `Invalid` (code `leak`) when they still
    hold personal data, (code `nothing_to_show`) when there are no lines.
    """
    standing = PublicNotice.objects.filter(case_id=case_id, step_id=step_id, state__in=STANDING).first()
    if standing is not None:
        return standing
    shown = [dict(line) for line in lines]
    if not shown:
        raise Invalid(NOTHING_TO_SHOW, code="nothing_to_show")
    _refuse_leaks(subject, shown)
    notice = PublicNotice(
        case_id=case_id,
        step_id=step_id,
        unit=unit,
        subject=dict(subject),
        lines=shown,
        opened_at=now,
        closes_at=closes_at,
    )
    save(notice, refusals={})
    record(actor=actor, verb="notice.opened", obj=notice, now=now, case_id=case_id, data={"step": step_id})
    return notice


@transaction.atomic
def object_to_notice(
    *, actor: Actor, notice_id: int, about: str, reason: str, contact: str = "", now: datetime
) -> Objection:
    """Object to an open notice; anybody may, and the same words twice are one objection.

    Raises: `NotFound`, `WrongState` when its time is over, `Invalid`.
    """
    notice = PublicNotice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    if not notice.is_open(now):
        raise WrongState(ENDED, code="notice_ended")
    written = {"about": about.strip(), "reason": reason.strip(), "contact": contact.strip()}
    _refuse_bad_words(written)
    sent_before = notice.objections.filter(about=written["about"], reason=written["reason"]).first()
    if sent_before is not None:
        return sent_before
    if notice.objections.count() >= MOST_OBJECTIONS:
        raise WrongState(TOO_MANY, code="too_many_objections")
    objection = Objection(notice=notice, received_at=now, **written)
    save(objection, refusals={})
    data = {"objection": objection.pk}
    record(actor=actor, verb="notice.objected", obj=notice, now=now, case_id=notice.case_id, data=data)
    return objection


@transaction.atomic
def close_notice(*, actor: Actor, case_id: int, step_id: str, now: datetime) -> PublicNotice:
    """End the window: `clear` when nobody objected, else `deciding`. Raises: `NotFound`, `WrongState`."""
    notice = _locked(case_id, step_id)
    if notice.state != State.OPEN:
        raise WrongState
    has_objections = notice.objections.exists()
    _move(notice, State.DECIDING if has_objections else State.CLEAR, now)
    _audit(notice, actor, "notice.closed", now)
    return notice


@transaction.atomic
def decide_notice(*, actor: Actor, case_id: int, step_id: str, is_upheld: bool, now: datetime) -> PublicNotice:
    """Note whether the objections held. Raises: `NotFound`, `WrongState` while its window is open."""
    notice = _locked(case_id, step_id)
    if notice.state != State.DECIDING:
        raise WrongState
    _move(notice, State.UPHELD if is_upheld else State.DISMISSED, now)
    _audit(notice, actor, "notice.decided", now)
    return notice


@transaction.atomic
def call_off_notices(
    *, actor: Actor, case_id: int, step_ids: Collection[str], with_passed: bool = False, now: datetime
) -> int:
    """Take what stands of these steps off the public pages; how many.

    `with_passed`: also notices that passed, because their case went back before them and they are void.
    """
    states = (*STANDING, *PASSED) if with_passed else STANDING
    rows = PublicNotice.objects.select_for_update().filter(case_id=case_id, step_id__in=step_ids, state__in=states)
    notices = list(rows.order_by("pk"))
    for notice in notices:
        _move(notice, State.CALLED_OFF, now)
        _audit(notice, actor, "notice.called_off", now)
    return len(notices)


def move_window(*, case_id: int, by: timedelta) -> None:
    """The windows of a case that stood still end later by as much."""
    PublicNotice.objects.filter(case_id=case_id, state=State.OPEN).update(closes_at=F("closes_at") + by)


def _locked(case_id: int, step_id: str) -> PublicNotice:
    rows = PublicNotice.objects.select_for_update().filter(case_id=case_id, step_id=step_id, state__in=STANDING)
    notice = rows.first()
    if notice is None:
        raise NotFound
    return notice


def _move(notice: PublicNotice, state: State, now: datetime) -> None:
    notice.state, notice.ended_at = state, notice.ended_at or now
    notice.save(update_fields=["state", "ended_at"])


def _audit(notice: PublicNotice, actor: Actor, verb: str, now: datetime) -> None:
    data = {"step": notice.step_id, "state": str(notice.state)}
    record(actor=actor, verb=verb, obj=notice, now=now, case_id=notice.case_id, data=data)


def _refuse_leaks(subject: Mapping[str, str], lines: Iterable[Line]) -> None:
    for text in subject.values():
        if leaks_in(text):
            raise Invalid(_now("The subject of the notice holds personal data; everybody could read it."), code="leak")
    for line in lines:
        value = line["value"]
        if any(leaks_in(text) for text in (value.values() if isinstance(value, Mapping) else [value])):
            sentence = _now(
                "“%(label)s” holds a phone number, an address or other personal data, and everybody could read it in "
                "the public notice. Please have it corrected first."
            )
            raise Invalid(sentence % {"label": localised(line["label"])}, code="leak")


def _refuse_bad_words(written: Mapping[str, str]) -> None:
    errors: dict[str, list[str]] = {}
    missing = {
        "about": _now("Please say what you object to."),
        "reason": _now("Please say why, so that it can be looked into."),
    }
    for name, text in written.items():
        if not text and name in missing:
            errors[name] = [missing[name]]
        elif len(text) > LIMITS[name]:
            values = {"length": len(text), "longest": LIMITS[name]}
            errors[name] = [_now("This has %(length)d characters; please shorten it to %(longest)d.") % values]
    if errors:
        raise Invalid(code="objection", errors=errors)
