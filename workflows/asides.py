"""What people are told about what goes on beside the steps of a case: a remark was written to them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor
from core.people.models import User
from workflows import remarks
from workflows.announcements import people_of
from workflows.letters import FEW, case_path, flow_title, write_guest, write_users
from workflows.models import DiscussionNote, Task
from workflows.visibility import discussion_read_by

if TYPE_CHECKING:
    from workflows.running import Run


def note_written(note: DiscussionNote, run: "Run") -> None:
    """Whoever holds an open task and whoever wrote before hears of it, starter and guest only of what is open."""
    case, wanted = run.case, ("all", "open") if note.is_open else ("all",)
    users = holders(run)
    wrote = User.objects.filter(pk__in=DiscussionNote.objects.filter(case=case).values("author_id"), is_active=True)
    users |= {user.pk: user for user in wrote}
    if note.is_open and case.starter is not None:
        users[case.starter.pk] = case.starter
    told = [
        user
        for user in users.values()
        if user.pk != run.actor.user_id and discussion_read_by(case, Actor(user=user)) in wanted
    ]
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("A new remark: %(flow)s (%(number)s)") % {"flow": flow_title(case), "number": case.number}
        text = remarks.for_a_message(note.text, case)
        body = _("They wrote: “%(reason)s”") % {"reason": text} if text else _("It stands on the page of the case.")
        key, kind = f"note:{note.pk}", "case.note"
        write_users(told, key=key, kind=kind, subject=subject, body=body, link=case_path(case), run=run)
        if note.is_open:
            write_guest(key=key, kind=kind, subject=subject, body=body, run=run)


def holders(run: "Run") -> dict[int, User]:
    """The logins that have an open task of the case or may take it, without open offers and where they are few."""
    found: dict[int, User] = {}
    for task in Task.objects.filter(process=run.case, flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"]):
        users, _guest = people_of(task, run)
        found |= {user.pk: user for user in users} if len(users) <= FEW else {}
    return found
