"""With whom a case is and until when, in whole sentences: pages and messages say the same."""

from collections.abc import Sequence
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags.dandelion import day, moment
from workflows.following import StepProgress


def sentence_of(row: StepProgress) -> str:
    """With whom an open step is, or what it waits for; "" when there is nothing to say."""
    if row.is_error:
        return _("Something got stuck here; the administrators see it and take care of it.")
    values = {"whom": row.with_whom, "moment": moment(row.due_at)}
    if row.kind == "wait" and row.with_whom:
        if row.due_at is None:
            return _("It goes on as soon as this happens: %(whom)s.") % values
        return _("It goes on as soon as this happens: %(whom)s; at the latest on %(moment)s.") % values
    if row.kind == "wait":
        return _("It goes on by itself from %(when)s.") % {"when": beginning(row.due_at)} if row.due_at else ""
    if row.kind == "subcase":
        return _("It waits for %(whom)s, which it started, to come to its end.") % values if row.with_whom else ""
    if row.kind == "notice":
        return _on_notice(row)
    if row.kind == "claim":
        if row.due_at:
            return _("It is open for somebody to take it on, hopefully by %(moment)s.") % values
        return _("It is open for somebody to take it on.")
    if row.with_whom and row.due_at:
        return _("It is with %(whom)s, to be answered by %(moment)s at the latest.") % values
    return _("It is with %(whom)s.") % values if row.with_whom else ""


def _on_notice(row: StepProgress) -> str:
    """A notice is posted first; when somebody objected, it is with whoever decides."""
    values = {"whom": row.with_whom, "moment": moment(row.due_at)}
    if not row.with_whom and row.due_at is None:
        return _("It is publicly posted; the days for objections stand still.")
    if not row.with_whom:
        return _("It is publicly posted until %(moment)s; until then anybody may object.") % values
    if row.due_at:
        return _("Somebody objected; %(whom)s will decide on it by %(moment)s at the latest.") % values
    return _("Somebody objected; %(whom)s will decide on it.") % values


def lines_of(rows: Sequence[StepProgress]) -> list[str]:
    """The same for everything that is open side by side; when there is more than one, each is named."""
    if len(rows) == 1:
        return [where for where in map(sentence_of, rows) if where]
    return [named(row) for row in rows]


def named(row: StepProgress) -> str:
    """An open step by name, with whom it is."""
    where = sentence_of(row)
    return _("%(step)s: %(where)s") % {"step": row.name, "where": where} if where else row.name


def beginning(at: datetime | None) -> str:
    """A moment; the day alone when it is the day's first minute."""
    if at is not None and timezone.localtime(at).time() == time.min:
        return day(at)
    return moment(at)
