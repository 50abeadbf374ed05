"""What those hear who took something on, who wait for a place, and whose case it is."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.templatetags.dandelion import moment
from workflows.assignees import persons_behind
from workflows.letters import case_path, flow_title, task_path, write_starter, write_users
from workflows.models import StepClaim, Task

if TYPE_CHECKING:
    from workflows.running import Run


def given_back(run: "Run", row: StepClaim) -> None:
    """The starter hears that a claim was given back and that others may take it now."""
    with translation.override(settings.LANGUAGE_CODE):
        write_starter(
            key=f"claim-back:{run.case.pk}:{row.step_id}:{row.pk}",
            kind="claim.released",
            subject=_("Given back: %(flow)s (%(number)s)") % _values(run),
            body=_("Whoever had taken it on cannot carry it out after all. It is open again for others to take on."),
            run=run,
        )


def lapsed(run: "Run", row: StepClaim) -> None:
    """Whoever claimed hears that it is off; not the one who gave it back himself."""
    with translation.override(settings.LANGUAGE_CODE):
        _write(
            run,
            row,
            kind="claim.lapsed",
            subject=_("No longer with you: %(flow)s (%(number)s)"),
            body=_("You need not carry out what you had taken on. Thank you for being ready to help!"),
            link=case_path(run.case),
        )


def place_offered(run: "Run", row: StepClaim, pool: Task) -> None:
    """Whoever has waited longest hears that a place is kept for him, and until when."""
    with translation.override(settings.LANGUAGE_CODE):
        _write(
            run,
            row,
            kind="claim.offered",
            subject=_("A place is free for you: %(flow)s (%(number)s)"),
            body=_(
                "You were on the waiting list. The place is kept for you until %(until)s; please take it on by then."
            )
            % {"until": moment(row.until)},
            link=task_path(pool),
        )


def offer_lapsed(run: "Run", row: StepClaim) -> None:
    """Whoever let an offer pass hears that the next one has it now."""
    with translation.override(settings.LANGUAGE_CODE):
        _write(
            run,
            row,
            kind="claim.offer_lapsed",
            subject=_("Not kept any longer: %(flow)s (%(number)s)"),
            body=_("The place was not taken on in time, so it goes to the next in line."),
            link="",
        )


def list_closed(run: "Run", row: StepClaim) -> None:
    """Whoever still waits when a case ends hears that there will be no place."""
    with translation.override(settings.LANGUAGE_CODE):
        _write(
            run,
            row,
            kind="claim.list_closed",
            subject=_("No place became free: %(flow)s (%(number)s)"),
            body=_("It has come to its end, so the waiting list is closed. Thank you for being ready to help!"),
            link="",
        )


def _values(run: "Run") -> dict[str, str]:
    return {"number": run.case.number, "flow": flow_title(run.case)}


def _write(run: "Run", row: StepClaim, *, kind: str, subject: str, body: str, link: str) -> None:
    users = [user for user in persons_behind([row.key], localdate(run.now)) if user.pk != run.actor.user_id]
    turn = row.until.isoformat() if kind == "claim.offered" and row.until is not None else ""
    write_users(
        users, key=f"{kind}:{row.pk}:{turn}", kind=kind, subject=subject % _values(run), body=body, link=link, run=run
    )
