"""What the engine itself tells people: how far it is, your turn, returned, due, overdue, given back, closed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.people.models import User
from core.templatetags.dandelion import moment
from workflows import following, remarks, whereabouts
from workflows.assignees import administrators, persons_behind
from workflows.kinds import NOBODY_OBJECTED
from workflows.ladders import BY_DEADLINE
from workflows.letters import FEW, case_path, flow_title, task_path, write_guest, write_users
from workflows.models import Task, TaskCandidate
from workflows.names import step_name
from workflows.results import result_text
from workflows.substitutes import with_substitutes
from workflows.tree import START

if TYPE_CHECKING:
    from workflows.running import Done, Run

Turn = tuple[list[User], bool]  # the logins whose turn it is, and whether it is the guest's
EARLY = {
    remarks.WITHDRAWN: lazy("Withdrawn: %(flow)s (%(number)s)"),
    remarks.CANCELLED: lazy("Cancelled: %(flow)s (%(number)s)"),
    remarks.EXPIRED: lazy("Ended because its time was over: %(flow)s (%(number)s)"),
}


def after(run: "Run") -> None:
    """Tells everybody about what this unit of work changed."""
    with translation.override(settings.LANGUAGE_CODE):
        if run.ended:
            _closed(run)
            return
        opened = {task: people_of(task, run) for task in run.opened if task.status in ("NEW", "ASSIGNED")}
        for task, turn in opened.items():
            _your_turn(task, turn, run)
        if run.done is not None:
            _moved(run, run.done, opened)


def reminder(task: Task, told: str, times: int, run: "Run") -> None:
    """`told`: `warn` before, `overdue` after the deadline."""
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(task, run)
        if task.why.get("code") == "pool":
            if told == "overdue":
                _unclaimed(task, times, values, run)
            return
        if told == "warn":
            subject = _("Due soon: %(step)s (%(number)s)") % values
            body = (
                _("Please take care of it by %(due)s. If you cannot, let your colleagues know in good time.") % values
            )
        else:
            subject = _("Overdue: %(step)s (%(number)s)") % values
            body = _("This was due by %(due)s and somebody is waiting. Please take care of it today.") % values
        key = f"task-{told}:{task.pk}:{times}"
        _write(task, run, key=key, kind=f"task.{told}", subject=subject, body=body)


def _unclaimed(task: Task, times: int, values: dict[str, str], run: "Run") -> None:
    """Whoever decided last hears that nobody has taken it on in time: an open offer has nobody to remind."""
    decided = Task.objects.filter(process=run.case, flow_task_type="HUMAN", status="DONE", owner__is_active=True)
    last = decided.select_related("owner").order_by("-finished", "-pk").first()
    told = [last.owner] if last is not None and last.owner is not None else administrators(localdate(run.now))[:FEW]
    write_users(
        told,
        key=f"task-unclaimed:{task.pk}:{times}",
        kind="task.unclaimed",
        subject=_("Nobody has taken it on yet: %(flow)s (%(number)s)") % values,
        body=_("It was hoped that somebody would by %(due)s. Please look for somebody who can help.") % values,
        link=case_path(run.case),
        run=run,
    )


def effect_failed(run: "Run", task: Task) -> None:
    """The administrators hear that a case stands still because an effect failed where nobody was waiting for it."""
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(task, run)
        write_users(
            administrators(localdate(run.now))[:FEW],
            key=f"effect-failed:{task.pk}",
            kind="case.failed",
            subject=_("Failed: %(step)s (%(number)s)") % values,
            body=_("“%(flow)s” stands still here; nothing was recorded. Please remove the cause and try it again.")
            % values,
            link=case_path(run.case),
            run=run,
        )


def values_of(task: Task, run: "Run") -> dict[str, str]:
    """What the sentences about a task name: step, number, flow and deadline."""
    return {
        "step": step_name(run.tree, task.step_id),
        "number": run.case.number,
        "flow": flow_title(run.case),
        "due": moment(task.due_at),
    }


def _your_turn(task: Task, turn: Turn, run: "Run") -> None:
    values = values_of(task, run)
    effect = run.done.effect if run.done is not None else ""
    if effect == "return":
        kind, subject = "task.returned", _("Returned for correction: %(step)s (%(number)s)") % values
        lines = [_("Please correct what is needed and hand it in again.")]
    elif effect == "again":
        kind, subject = "task.again", _("Not done yet: %(step)s (%(number)s)") % values
        lines = [_("Something is still to be done. Please see it through.")]
        if run.done is not None and BY_DEADLINE in run.done.task.data:
            lines = [_("“%(step)s” was not done in time, so it has come back to you.") % {"step": _name(run, run.done)}]
    elif task.why.get("overdue"):
        kind, subject = "task.overdue", _("Overdue, and now with you: %(step)s (%(number)s)") % values
        lines = [_("It was not done in time, so it has come to you.")]
    else:
        kind, subject = "task.opened", _("Your turn: %(step)s (%(number)s)") % values
        lines = [_("“%(flow)s” has come to you.") % values]
        if run.done is not None and task.why.get("code") in ("starter", "guest") and run.done.step_id != START:
            lines = [_("“%(step)s” is done. Now it needs you once more.") % {"step": _name(run, run.done)}]
    if effect in remarks.BACKWARD and run.done is not None:
        unsaid = [_("What was written to you stands on its page.")] if run.done.remark else []
        lines += quoted(run.done.remark, run) or unsaid
    if task.due_at is not None:
        late = _("This was due by %(due)s and somebody is waiting. Please take care of it today.")
        lines.append((_("Please take care of it by %(due)s.") if run.now < task.due_at else late) % values)
    key = f"task-open:{task.pk}:{task.data.get('handed', 0)}"
    _write(task, run, key=key, kind=kind, subject=subject, body="\n".join(lines), but=run.actor.user_id, turn=turn)


def quoted(remark: str, run: "Run") -> list[str]:
    """The line of a message that quotes what somebody wrote; none where it holds what no message may hold."""
    text = remarks.for_a_message(remark, run.case)
    return [_("They wrote: “%(reason)s”") % {"reason": text}] if text else []


def _name(run: "Run", done: "Done") -> str:
    return step_name(run.tree, done.step_id)


def _moved(run: "Run", done: "Done", opened: Mapping[Task, Turn]) -> None:
    """Starter and guest hear where their case is now: once per step that somebody finished, and not about their own.

    Silent while it stays where it is (a vote among several), when it is their turn, and when the flow told them itself.
    """
    is_claim = done.step_id != START and run.tree.steps[done.step_id]["kind"] == "claim"
    shown = [*opened, *run.posted]
    if run.told_starter or not (shown or is_claim or done.step_id == START):
        return
    asked = {user.pk for users, _guest in opened.values() for user in users}
    is_guests_turn = any(guest for _users, guest in opened.values())
    kind, subject, first = _news(run, done, is_claim=is_claim)
    where = [whereabouts.named(row) for row in following.opened(run.case, shown)]
    body = "\n".join([first, *(_("Next comes %(step)s") % {"step": line} for line in where)])
    key, starter, is_start = f"case-moved:{run.case.pk}:{done.task.pk}", run.case.starter, done.step_id == START
    if starter is not None and starter.pk not in asked and (is_start or starter.pk != run.actor.user_id):
        write_users([starter], key=key, kind=kind, subject=subject, body=body, link=case_path(run.case), run=run)
    if not is_guests_turn and (is_start or run.actor.guest_case != run.case.pk):
        write_guest(key=key, kind=kind, subject=subject, body=body, run=run)


def _news(run: "Run", done: "Done", *, is_claim: bool) -> tuple[str, str, str]:
    """(kind, subject, first sentence) for a step that was finished."""
    values = {"number": run.case.number, "flow": flow_title(run.case), "step": _name(run, done)}
    if done.step_id == START:
        return "case.received", _("Received: %(flow)s (%(number)s)") % values, _("We have received what you handed in.")
    if is_claim:
        who = following.claimant_name(run.case, done.step_id)
        first = _("%(who)s has taken it on.") % {"who": who}
        return "case.claimed", _("Taken on: %(flow)s (%(number)s)") % values, first
    if (news := _news_of_notice(run, done)) is not None:
        return "case.moved", news[0] % values, news[1] % values
    if BY_DEADLINE in done.task.data:
        first = _("Nobody took care of “%(step)s” in time, so it went on by itself.") % values
        return "case.moved", _("Gone on by itself: %(flow)s (%(number)s)") % values, first
    if done.effect == "return":
        first = _("“%(step)s” asked for another look at it.") % values
        return "case.moved", _("Looked at once more: %(flow)s (%(number)s)") % values, first
    if done.effect == "again":
        first = _("“%(step)s” found that something is still to be done.") % values
        return "case.moved", _("Still being done: %(flow)s (%(number)s)") % values, first
    return "case.moved", _("A step further: %(flow)s (%(number)s)") % values, _("“%(step)s” is done.") % values


def _news_of_notice(run: "Run", done: "Done") -> tuple[str, str] | None:
    """(subject, first sentence) when a public notice ended by itself or objections to it were dismissed."""
    if done.step_id == START or run.tree.steps[done.step_id]["kind"] != "notice" or done.effect != "continue":
        return None
    if done.task.flow_task_type == "HUMAN":
        return _("Objections dismissed: %(flow)s (%(number)s)"), _("The objections to “%(step)s” did not hold.")
    if done.task.outcome == NOBODY_OBJECTED:
        return _("A step further: %(flow)s (%(number)s)"), _("“%(step)s” is over; nobody objected.")
    return _("Somebody objected: %(flow)s (%(number)s)"), _("“%(step)s” is over; the objections are being looked at.")


def _write(
    task: Task,
    run: "Run",
    *,
    key: str,
    kind: str,
    subject: str,
    body: str,
    but: int | None = None,
    turn: Turn | None = None,
) -> None:
    users, guest = turn or people_of(task, run)
    if len(users) <= FEW:
        others = [user for user in users if user.pk != but]
        write_users(others, key=key, kind=kind, subject=subject, body=body, link=task_path(task), run=run)
    if guest:
        write_guest(key=key, kind=kind, subject=subject, body=body, run=run)


def people_of(task: Task, run: "Run") -> Turn:
    """(logins that may do the task, those who stand in for them included; whether the guest may)."""
    on = localdate(run.now)
    if task.owner_id is not None:
        owner = User.objects.filter(pk=task.owner_id, is_active=True).select_related("member")
        return with_substitutes(owner, on), False
    if task.persons:
        found = User.objects.filter(pk__in=task.persons, is_active=True).select_related("member").order_by("pk")
        return with_substitutes(found, on), False
    keys = list(TaskCandidate.objects.filter(task=task).values_list("key", flat=True))
    if task.why.get("code") == "pool":
        return [], False  # open to a whole district: the board shows it
    return with_substitutes(persons_behind(keys, on), on), any(key.startswith("guest:") for key in keys)


def _closed(run: "Run") -> None:
    case = run.case
    is_early = case.result in EARLY
    values = {"number": case.number, "flow": flow_title(case), "result": result_text(case)}
    kind, key = "case.closed", f"case-closed:{case.pk}"
    subject = (str(EARLY[case.result]) if is_early else _("Closed: %(flow)s (%(number)s)")) % values
    body = "\n".join([_("It has come to its end: %(result)s.") % values, *quoted(remarks.why_ended(case), run)])
    if case.starter is not None and not (is_early and case.starter_id == run.actor.user_id):
        write_users([case.starter], key=key, kind=kind, subject=subject, body=body, link=case_path(case), run=run)
    if not (is_early and run.actor.guest_case == case.pk):  # whoever withdrew it knows
        write_guest(key=key, kind=kind, subject=subject, body=body, run=run)


def called_off(run: "Run", how: str) -> None:
    """Those who have or may take an open task of a case that ends early hear that it is off."""
    case, users = run.case, dict[int, User]()
    for task in Task.objects.filter(process=case, flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"]):
        found, _guest = people_of(task, run)
        users |= {user.pk: user for user in found} if len(found) <= FEW else {}
    with translation.override(settings.LANGUAGE_CODE):
        values = {"number": case.number, "flow": flow_title(case)}
        lines = [_("Nothing is left to do for you here."), *quoted(remarks.why_ended(case), run)]
        write_users(
            [user for pk, user in users.items() if pk not in (run.actor.user_id, case.starter_id)],
            key=f"case-called-off:{case.pk}",
            kind=f"case.{how}",
            subject=str(EARLY[how]) % values,
            body="\n".join(lines),
            link="",
            run=run,
        )
