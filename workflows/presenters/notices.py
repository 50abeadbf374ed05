"""The public pages of notices: rows of the list, one notice, and its objection form."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.notices.models import PublicNotice
from core.notices.services import LIMITS
from core.people.selectors import unit_path_names
from core.text import localised
from workflows.presenters.dates import Clock, Due, due_text

FIELDS: Final = ("about", "reason", "contact")
State = PublicNotice.State


@dataclass(frozen=True)
class NoticeRow:
    """One notice of the list. `tone`: ok, warn, info or "", for its tag."""

    pk: int
    subject: str
    unit: str
    due: Due
    closes_at: datetime
    state: str
    tone: str


@dataclass(frozen=True)
class Entry:
    """One field of the objection form as it was filled in."""

    name: str
    label: str
    help: str
    value: str
    errors: list[str]
    longest: int
    is_long: bool
    is_required: bool


@dataclass(frozen=True)
class NoticePage:
    """One notice. `groups`: (heading, [(label, value)]), none when the public need not read them any more."""

    row: NoticeRow
    groups: list[tuple[str, list[tuple[str, str]]]]
    opened_at: datetime
    is_open: bool
    sentence: str
    entries: list[Entry]


def rows(notices: Iterable[PublicNotice], clock: Clock) -> list[NoticeRow]:
    """The rows of these notices; one query for all their units."""
    found = list(notices)
    places = unit_path_names([notice.unit for notice in found])
    return [_row(notice, places[notice.unit_id], clock) for notice in found]


def _row(notice: PublicNotice, place: str, clock: Clock) -> NoticeRow:
    is_open = notice.is_open(clock.now)
    state, tone = _state(notice, clock)
    return NoticeRow(
        pk=notice.pk,
        subject=localised(notice.subject),
        unit=place,
        due=due_text(notice.closes_at, clock, with_moment=True) if is_open else Due("", ""),
        closes_at=notice.closes_at,
        state=state,
        tone=tone,
    )


def _state(notice: PublicNotice, clock: Clock) -> tuple[str, str]:
    if notice.state == State.OPEN and not notice.is_open(clock.now):
        return _("Ended"), ""
    tones: Mapping[Any, str] = {State.OPEN: "info", State.DECIDING: "warn", State.CLEAR: "ok", State.DISMISSED: "ok"}
    return notice.get_state_display(), tones.get(notice.state, "")


def notice_page(
    notice: PublicNotice, clock: Clock, written: Mapping[str, str], errors: Mapping[str, list[str]]
) -> NoticePage:
    """Everything the page shows. What was called off, or did not hold, is not shown any more."""
    (row,) = rows([notice], clock)
    is_shown = notice.state not in (State.CALLED_OFF, State.UPHELD)
    is_open = notice.is_open(clock.now)
    form = entries(written, errors) if is_open else []
    return NoticePage(row, _groups(notice) if is_shown else [], notice.opened_at, is_open, _sentence(notice), form)


def _groups(notice: PublicNotice) -> list[tuple[str, list[tuple[str, str]]]]:
    """The lines; those whose labels come twice stand under the headings of their form, the others need none."""
    often = Counter(localised(line["label"]) for line in notice.lines)
    found: dict[str, list[tuple[str, str]]] = {}
    for line in notice.lines:
        label = localised(line["label"])
        heading = localised(line.get("group")) if often[label] > 1 else ""
        found.setdefault(heading, []).append((label, localised(line["value"])))
    return sorted(found.items(), key=lambda group: bool(group[0]))


def _sentence(notice: PublicNotice) -> str:
    """What became of a notice that is over."""
    number = notice.objections.count() if notice.state in (State.DISMISSED, State.UPHELD) else 0
    sentences = {
        State.CLEAR: _("Nobody objected, so it takes effect."),
        State.DECIDING: _("Objections came in; they are being looked at, and nothing counts until that is done."),
        State.DISMISSED: ngettext(
            "%(number)d objection came in and was looked at; it did not hold.",
            "%(number)d objections came in and were looked at; none held.",
            number,
        )
        % {"number": number},
        State.UPHELD: _("An objection held, so it has not taken effect. Thank you to everybody who looked closely."),
        State.CALLED_OFF: _("It was called off before its end, so its content is not shown any more."),
    }
    return sentences.get(State(notice.state), _("The time for objections is over; it will go on within the hour."))


def entries(written: Mapping[str, str], errors: Mapping[str, list[str]]) -> list[Entry]:
    """The fields of the objection form, with what was typed and what is wrong with it."""
    labels = {
        "about": _("What do you object to?"),
        "reason": _("Why? What do you know about it?"),
        "contact": _("How can we reach you?"),
    }
    helps = {
        "about": _("For instance one line of the notice, or a number in it."),
        "reason": _("As exactly as you can: when, where, what was different."),
        "contact": _("Phone or e-mail. Only whoever decides on objections reads it, in case of questions."),
    }
    return [
        Entry(
            name=name,
            label=labels[name],
            help=helps[name],
            value=written.get(name, ""),
            errors=list(errors.get(name, [])),
            longest=LIMITS[name],
            is_long=name == "reason",
            is_required=name != "contact",
        )
        for name in FIELDS
    ]
