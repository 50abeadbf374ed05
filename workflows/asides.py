"""What people are told about what goes on beside the steps of a case: remarks, opinions, copies, being urged."""

from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.actors import Actor
from core.people.models import User
from workflows.announcements import people_of, quoted, values_of
from workflows.assignees import administrators
from workflows.letters import FEW, case_path, flow_title, task_path, write_guest, write_users
from workflows.models import AddedApprover, CaseCopy, Delegation, DiscussionNote, Hold, Task
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
        body = "".join(quoted(note.text, run)) or _("It stands on the page of the case.")
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


def delegated(asked: Delegation, task: Task, run: "Run") -> None:
    """A colleague hears that his opinion is asked for, in whose words, and until when the step is due."""
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(task, run)
        lines = [_("It comes back to whoever asks, who decides."), *quoted(asked.words, run)]
        if task.due_at is not None:
            lines.append(_("Please take care of it by %(due)s.") % values)
        subject = _("Your opinion, please: %(step)s (%(number)s)") % values
        _write(asked.to, f"delegated:{asked.pk}", "task.delegated", subject, lines, task_path(task), run)


def answered(asked: Delegation, task: Task, run: "Run") -> None:
    """Whoever asked hears that the task is his again, with an opinion or without."""
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(task, run)
        if asked.ending == Delegation.ANSWERED:
            subject = _("Back with you, with an opinion: %(step)s (%(number)s)") % values
        else:
            subject = _("Given back to you: %(step)s (%(number)s)") % values
        lines = quoted(asked.answer, run) or [_("What was written to you stands on its page.")]
        if task.due_at is not None:
            lines.append(_("Please take care of it by %(due)s.") % values)
        _write(asked.by, f"answered:{asked.pk}", "task.answered", subject, lines, task_path(task), run)


def called_back(user: User, task: Task, run: "Run") -> None:
    """Whoever was asked hears that his opinion is no longer needed."""
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(task, run)
        subject = _("Your opinion is no longer needed: %(step)s (%(number)s)") % values
        key = f"called-back:{task.pk}:{task.data['handed']}"
        _write(user, key, "task.called_back", subject, [_("Nothing is left to do for you here.")], "", run)


def approver_removed(users: Mapping[int, User], one: AddedApprover, run: "Run") -> None:
    """Whoever was added hears that his approval is no longer needed."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Your approval is no longer needed: %(step)s (%(number)s)") % values_of(one.host, run)
        lines = [_("Nothing is left to do for you here.")]
        for user in users.values():
            _write(user, f"added-removed:{one.pk}", "task.approver_removed", subject, lines, "", run)


def turn_has_come(host: Task, run: "Run") -> None:
    """Whoever asked somebody to approve first hears that it is his turn."""
    users, _guest = people_of(host, run)
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(host, run)
        subject = _("It is your turn now: %(step)s (%(number)s)") % values
        lines = [_("Whom you asked to approve before you has agreed.")]
        if host.due_at is not None:
            lines.append(_("Please take care of it by %(due)s.") % values)
        key = f"added-done:{host.pk}:{run.now.isoformat()}"
        for user in users:
            _write(user, key, "task.turn_has_come", subject, lines, task_path(host), run)


def urged(task: Task, run: "Run") -> None:
    """Whoever has a task in hand hears that somebody waits for it; where they are many, the inbox says it."""
    users, guest = people_of(task, run)
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(task, run)
        subject = _("Somebody is waiting: %(step)s (%(number)s)") % values
        lines = [_("You were asked to see to it soon.")]
        if task.due_at is not None:
            lines.append(_("It is due by %(due)s.") % values)
        key, kind = f"urged:{task.pk}:{task.data['urged']}", "task.urged"
        for user in users if len(users) <= FEW else []:
            _write(user, key, kind, subject, lines, task_path(task), run)
        if guest:
            write_guest(key=key, kind=kind, subject=subject, body="\n".join(lines), run=run)


def copied(copy: CaseCopy, run: "Run") -> None:
    """Somebody hears that a case was sent to him to read, with the note of whoever sent it."""
    with translation.override(settings.LANGUAGE_CODE):
        values = {"flow": flow_title(run.case), "number": run.case.number}
        subject = _("A copy for you: %(flow)s (%(number)s)") % values
        lines = [_("You may read it; there is nothing to do for you in it."), *quoted(copy.note, run)]
        _write(copy.to, f"copy:{copy.pk}", "case.copied", subject, lines, case_path(run.case), run)


def repaired(task: Task, run: "Run") -> None:
    """The administrators, who heard that an effect had failed, hear that it worked; not the one who tried it again."""
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(task, run)
        subject = _("Works again: %(step)s (%(number)s)") % values
        lines = [_("The step that had failed was tried again and worked; “%(flow)s” goes on.") % values]
        for user in administrators(localdate(run.now))[:FEW]:
            if user.pk != run.actor.user_id:
                _write(user, f"repaired:{task.pk}", "case.repaired", subject, lines, case_path(run.case), run)


def holders_of(tasks: Iterable[Task], run: "Run", *, but: Set[int | None]) -> dict[int, User]:
    """The logins that have one of these tasks or may take it, where they are few."""
    found: dict[int, User] = {}
    for task in tasks:
        users, _guest = people_of(task, run) if task.flow_task_type == "HUMAN" else ([], False)
        found |= {user.pk: user for user in users if user.pk not in but} if len(users) <= FEW else {}
    return found


def taken_back(users: Mapping[int, User], task: Task, run: "Run") -> None:
    """Those whose turn it had been hear that it is not, for the time being."""
    with translation.override(settings.LANGUAGE_CODE):
        values = {"number": run.case.number, "flow": flow_title(run.case)}
        subject = _("Taken back: %(flow)s (%(number)s)") % values
        lines = [
            _("Whoever did the step before it took it back. Nothing is left to do for you here at the moment."),
            _("Should it come to you again, you get a message."),
        ]
        key = f"taken-back:{task.pk}:{len(task.data['taken_back'])}"
        for user in users.values():
            _write(user, key, "task.taken_back", subject, lines, "", run)


def held(hold: Hold, run: "Run") -> None:
    """Whoever has something in hand, and whoever waits, hears that the case stands still, and why."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("On hold: %(flow)s (%(number)s)")
        lines = [_("Nobody works on it and no deadline runs on until it is resumed."), *quoted(hold.reason, run)]
        _write_all(f"held:{hold.pk}", "case.held", subject, lines, run)


def resumed(hold: Hold, run: "Run") -> None:
    """The same people hear that it goes on."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Goes on: %(flow)s (%(number)s)")
        lines = [_("It was on hold and goes on now; its deadlines moved by as long as it stood still.")]
        _write_all(f"resumed:{hold.pk}", "case.resumed", subject, lines, run)


def _write_all(key: str, kind: str, subject: str, lines: list[str], run: "Run") -> None:
    """To everybody who has something in hand, the starter and the guest; not to whoever acts."""
    case, users = run.case, holders(run)
    if case.starter is not None:
        users[case.starter.pk] = case.starter
    subject %= {"flow": flow_title(case), "number": case.number}
    for user in users.values():
        if user.pk != run.actor.user_id:
            _write(user, key, kind, subject, lines, case_path(case), run)
    write_guest(key=key, kind=kind, subject=subject, body="\n".join(lines), run=run)


def _write(user: User, key: str, kind: str, subject: str, lines: list[str], link: str, run: "Run") -> None:
    if user.is_active:
        write_users([user], key=key, kind=kind, subject=subject, body="\n".join(lines), link=link, run=run)
