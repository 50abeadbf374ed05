"""Objecting to a public notice: anybody may; whoever will decide on it is told at once."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.actors import Actor
from core.notices import services as notices
from core.notices.models import Objection, PublicNotice
from workflows import assignees
from workflows.letters import FEW, case_path, flow_title, write_users
from workflows.running import Run, working_on


def object_to_notice(
    *, notice: PublicNotice, actor: Actor, about: str, reason: str, contact: str = "", now: datetime
) -> Objection:
    """Take an objection to an open notice.

    Raises: NotFound; WrongState when its time is over; Invalid with sentences per field; TryLater.
    """
    with working_on(notice.case_id, actor=actor, now=now) as run:
        objection = notices.object_to_notice(
            actor=actor, notice_id=notice.pk, about=about, reason=reason, contact=contact, now=now
        )
        if run.case.flow_class is not None:  # whoever repairs a broken version finds the objection in its task
            _tell(run, notice.step_id, objection)
    return objection


def _tell(run: Run, step_id: str, objection: Objection) -> None:
    """What was written stays out of the message; the task will show it to whoever decides."""
    assigned = assignees.for_step(run.tree.steps[step_id], run.case, may_pass=False)
    keys = [f"user:{assigned.owner_id}"] if assigned.owner_id is not None else list(assigned.keys)
    users = assignees.persons_behind(keys, localdate(run.now))
    if len(users) > FEW:
        return
    with translation.override(settings.LANGUAGE_CODE):
        values = {"number": run.case.number, "flow": flow_title(run.case)}
        body = _(
            "Somebody objects to the public notice. It stays posted until its last day; then a task with all "
            "objections comes to you."
        )
        write_users(
            users,
            key=f"notice-objected:{objection.pk}",
            kind="notice.objected",
            subject=_("An objection came in: %(flow)s (%(number)s)") % values,
            body=body,
            link=case_path(run.case),
            run=run,
        )
