"""What a person pressed on the page of a case: reads the form, then calls the one service that the button means."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor
from core.exceptions import Invalid, Unreadable
from core.people.models import User
from workflows import services
from workflows.handling import legible

Pressed = Callable[[int, Actor, QueryDict, datetime], str]


def press(case_id: int, actor: Actor, post: QueryDict, now: datetime, *, is_guest: bool) -> str:
    """Do what was pressed and say so in a sentence. Raises: whatever refusal it meets."""
    do = post.get("do", "")
    if do == "withdraw":
        return _withdraw(case_id, actor, post, now, is_guest=is_guest)
    if do not in BUTTONS:
        raise Unreadable
    return BUTTONS[do](case_id, actor, post, now)


def _reason(post: QueryDict) -> str:
    return legible(post.get("reason", "")).strip()


def _withdraw(case_id: int, actor: Actor, post: QueryDict, now: datetime, *, is_guest: bool) -> str:
    reason = _reason(post)
    if not reason and not is_guest:
        raise Invalid(_("Please write down why."), code="reason_missing")
    services.withdraw(case_id=case_id, actor=actor, reason=reason, now=now)
    return _("It is withdrawn; nobody works on it any more.")


def _release(case_id: int, actor: Actor, post: QueryDict, now: datetime) -> str:
    services.release(case_id=case_id, actor=actor, reason=_reason(post), now=now)
    return _("It is given back and open for others.")


def _cancel(case_id: int, actor: Actor, post: QueryDict, now: datetime) -> str:
    services.cancel_case(case_id=case_id, actor=actor, reason=_reason(post), now=now)
    return _("It is cancelled; whoever started it was told why.")


def _hold(case_id: int, actor: Actor, post: QueryDict, now: datetime) -> str:
    services.hold_case(case_id=case_id, actor=actor, reason=_reason(post), now=now)
    return _("It is on hold; those in it were told why. Its clocks stand still until it is resumed.")


def _resume(case_id: int, actor: Actor, _post: QueryDict, now: datetime) -> str:
    services.resume_case(case_id=case_id, actor=actor, now=now)
    return _("It goes on; its deadlines moved by as long as it stood still.")


def _write_note(case_id: int, actor: Actor, post: QueryDict, now: datetime) -> str:
    text, is_open = legible(post.get("note", "")), post.get("open") == "on"
    services.write_note(case_id=case_id, actor=actor, text=text, is_open=is_open, now=now)
    return _("Your remark stands below; those concerned were told.")


def _retract_note(case_id: int, actor: Actor, post: QueryDict, now: datetime) -> str:
    number = post.get("note", "")
    note_id = int(number) if number.isdecimal() and len(number) < 18 else 0
    services.retract_note(case_id=case_id, actor=actor, note_id=note_id, now=now)
    return _("Your remark is retracted.")


def _urge(case_id: int, actor: Actor, _post: QueryDict, now: datetime) -> str:
    services.urge(case_id=case_id, actor=actor, now=now)
    return _("Whoever has it in hand was reminded.")


def _copy(case_id: int, actor: Actor, post: QueryDict, now: datetime) -> str:
    numbers = [int(one) for one in post.getlist("to")[:100] if one.isdecimal() and len(one) < 18]
    chosen, note = User.objects.filter(pk__in=numbers, is_active=True), legible(post.get("note", ""))
    made = services.send_copies(case_id=case_id, actor=actor, to_users=list(chosen), note=note, now=now)
    return ngettext("A copy was sent to %(count)d person.", "A copy was sent to %(count)d people.", len(made)) % {
        "count": len(made)
    }


BUTTONS: Final[dict[str, Pressed]] = {
    "cancel": _cancel,
    "copy": _copy,
    "hold": _hold,
    "resume": _resume,
    "release": _release,
    "note": _write_note,
    "retract": _retract_note,
    "urge": _urge,
}
