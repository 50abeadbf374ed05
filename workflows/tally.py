"""How far a decision together is, in sentences: who has decided and what is still needed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from viewflow.workflow.status import STATUS

from core.text import masked_name
from workflows import added, quorum, rounds
from workflows.models import Task
from workflows.tree import Step, is_together


def tally(step: Step, rows: Sequence[Task]) -> tuple[str, ...]:
    """Sentences for a round that is under way; none where nobody decides together. Names are masked.

    `rows`: all rows of the step in this round.
    """
    human = [row for row in rows if row.flow_task_type == "HUMAN"]
    if not is_together(step) or all(row.status == STATUS.DONE for row in human):
        return ()
    voices = added.voices(step, human)
    signers = [row for row in human if not added.is_added(row)]
    signed = [row for row, voice in zip(signers, voices, strict=True) if voice is not None]
    if step["kind"] == "score":
        return (_decided(signed, len(signers)), _("What each of them gave is shown once all scores are in."))
    waiting = len(rounds.line_of(rounds.opener_of(rounds.prefix_of(signers[0]))))
    total = len(signers) + waiting
    given = [voice for voice in voices if voice is not None]
    missing = quorum.agreements_needed(step, total) - quorum.agreements_given(step, given)
    return tuple(one for one in (_decided(signed, total), _missing(missing), _waiting(waiting)) if one)


def _decided(signed: Sequence[Task], total: int) -> str:
    names = [masked_name(row.owner.display_name) for row in signed if row.owner is not None]
    if not signed:
        return _("None of the %(total)d who decide together has decided yet.") % {"total": total}
    values = {"count": len(signed), "total": total, "names": _(", ").join(names)}
    if not names:
        return _("%(count)d of %(total)d have decided.") % values
    return _("%(count)d of %(total)d have decided: %(names)s.") % values


def _missing(count: int) -> str:
    text = ngettext("%(count)d more agreement is needed.", "%(count)d more agreements are needed.", count)
    return text % {"count": count} if count > 0 else ""


def _waiting(count: int) -> str:
    text = ngettext("%(count)d more person comes after that.", "%(count)d more come after that, in turn.", count)
    return text % {"count": count} if count else ""
