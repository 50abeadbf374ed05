"""The page of a case: for its guest a status page without personal data, for members and staff the whole story."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.actors import Actor
from core.people.models import User
from core.people.selectors import unit_path_name
from core.templatetags.dandelion import day
from workflows import remarks, selectors, whereabouts
from workflows.diagram import svg
from workflows.models import Case, TimeLimit
from workflows.names import step_name
from workflows.outline import outline
from workflows.pauses import HELD, is_held
from workflows.presenters.answers import AnswerGroup, Reader, answer_groups
from workflows.presenters.colleagues import Colleague, people_near
from workflows.presenters.dates import Clock, Due, age_of, due_text, waited_text
from workflows.presenters.discussion import Discussion, discussion_of
from workflows.presenters.files import FileRow, files_of
from workflows.presenters.places import places_url
from workflows.presenters.related import Related, started_by_case, starting_case
from workflows.presenters.scores import ScoreTable, score_tables
from workflows.presenters.steps import StepRow, names_of, states_of, step_rows
from workflows.presenters.story import Event, beside_the_steps, masked
from workflows.presenters.titles import offered_title, title_if, veiled
from workflows.presenters.urging import Urging, urging_of
from workflows.results import KNOWN, flow_title, is_finished, result_text
from workflows.selectors import StepProgress, actions_on, case_actions, open_tasks_of, progress, timeline
from workflows.services.reading import may_read, steps_in_hand
from workflows.services.taking_back import to_take_back
from workflows.tree import START
from workflows.visibility import is_only_offered, may_copy


@dataclass(frozen=True)
class Todo:
    """Something the reader can do now."""

    label: str
    url: str
    step_id: str
    is_claim: bool
    remark: str = ""


@dataclass(frozen=True)
class CasePage:
    """The page of a case."""

    pk: int
    number: str
    heading: str
    name: str
    title: str
    flow: str
    unit: str
    headline: str
    subline: str
    remark: str
    is_finished: bool
    waited: int
    waited_text: str
    limit: Due
    steps: list[StepRow]
    picture: SafeString
    twin: SafeString
    todos: list[Todo]
    may_withdraw: bool
    may_cancel: bool
    may_release: bool
    may_hold: bool
    may_take_back: bool
    may_resume: bool
    answers: list[AnswerGroup]
    scores: list[ScoreTable]
    events: list[Event]
    started_by: Related | None
    started: list[Related]
    files: list[FileRow]
    discussion: Discussion
    urging: Urging
    copy_to: list[Colleague]
    places_url: str


def case_page(case: Case, actor: Actor, clock: Clock, *, is_guest: bool) -> CasePage:
    """Everything the page shows to this reader; the guest's holds nothing personal."""
    rows = progress(case)
    todos = todos_of(case, actor, clock)
    is_pool = not is_guest and (any(todo.is_claim for todo in todos) or is_only_offered(case, actor))
    headline, subline = headline_of(case, rows, todos)
    may = case_actions(case, actor, now=clock.now)
    days = age_of(case, clock.now)
    title = public_title(case) if is_guest else offered_title(case) if is_pool else case.title
    document, states = case.version.document, states_of(rows)
    name = flow_title(case)
    return CasePage(
        pk=case.pk,
        number=case.number,
        heading=_("My %(flow)s: where it stands") % {"flow": name},
        name=title or name,
        title=title,
        flow=name,
        unit=unit_path_name(case.unit),
        headline=headline,
        subline=subline,
        remark="" if is_pool else _remark(case, todos, is_guest=is_guest),
        is_finished=is_finished(case),
        waited=days,
        limit=_limit(case, clock),
        waited_text=_("took %(days)d days") % {"days": days} if is_finished(case) else waited_text(days),
        steps=step_rows(rows, mine=frozenset(todo.step_id for todo in todos if not todo.is_claim)),
        picture=svg(document, states, title=name, with_automatic=not is_guest),
        twin=outline(document, states, with_automatic=not is_guest),
        todos=todos,
        may_withdraw=may["withdraw"],
        may_cancel=may["cancel"] and not may["withdraw"],
        may_release=may["release"],
        may_hold=may["hold"],
        may_take_back=not is_guest and to_take_back(case, actor) is not None,
        may_resume=may["resume"],
        answers=[] if is_guest else _answers(case, actor, clock, is_pool=is_pool),
        scores=[] if is_guest or is_pool else score_tables(case, actor),
        events=[] if is_guest or is_pool else events_of(case),
        started_by=None if is_guest or is_pool else starting_case(case, actor),
        started=[] if is_guest or is_pool else started_by_case(case, actor),
        files=[] if is_guest else files_of(case, actor, clock.now),
        discussion=discussion_of(case, actor),
        urging=urging_of(case, actor, clock),
        copy_to=people_near(case, clock, {actor.user_id}, set()) if not is_guest and may_copy(case, actor) else [],
        places_url="" if is_guest else places_url(case),
    )


def _answers(case: Case, actor: Actor, clock: Clock, *, is_pool: bool) -> list[AnswerGroup]:
    owned = START if actor.user_id is not None and actor.user_id == case.starter_id else ""
    names, may = names_of(case.version.document), may_read(case, actor, clock.now)
    steps = steps_in_hand(case, actor, clock.now)
    reader: Reader = "pool" if is_pool else "staff"
    return answer_groups(case, names, reader=reader, owned=owned, may_read=may, closed_by=steps)


def public_title(case: Case) -> str:
    """The title for somebody who only has the code: none when it comes from a personal field, and never with a leak."""
    return title_if(case, "public", "internal")


def todos_of(case: Case, actor: Actor, clock: Clock) -> list[Todo]:
    """The open tasks of the case that the reader may do."""
    todos = []
    for task in open_tasks_of(case):
        may = actions_on(task, actor, now=clock.now)
        if may.is_his:
            label, url = _task_label(case, task.step_id), reverse("task", args=(task.pk,))
            came_back = remarks.sent_back(task)
            remark = came_back.text if came_back is not None else ""
            todos.append(Todo(label, url, task.step_id, may.can_claim, remark))
    return todos


def _task_label(case: Case, step_id: str) -> str:
    if step_id == START:
        return _("Correct and hand in again")
    flow = case.flow_class
    return step_name(flow.tree, step_id) if flow is not None else _("Open")


def headline_of(case: Case, rows: list[StepProgress], todos: list[Todo]) -> tuple[str, str]:
    """One line that answers "where is it", and one that says with whom and until when."""
    if is_finished(case):
        return result_text(case), _("Closed on %(day)s.") % {"day": day(case.finished)}
    if is_held(case):
        since = day(datetime.fromisoformat(case.data[HELD]))
        return _("On hold"), _("Since %(day)s nobody works on it and its clocks stand still; it goes on later.") % {
            "day": since
        }
    if todos:
        return _("It is your turn: %(step)s") % {"step": todos[0].label}, _("It goes on as soon as you have done this.")
    here = [row for row in rows if row.state == "current" and row.kind not in ("branch", "parallel")]
    if not here:
        return _("In progress"), ""
    names = _("; ").join(row.name for row in here)
    return _("Now at: %(steps)s") % {"steps": names}, "\n".join(whereabouts.lines_of(here))


def _remark(case: Case, todos: list[Todo], *, is_guest: bool) -> str:
    """Why the case ended, is on hold or came back to the reader, in the words of whoever decided."""
    is_reason = is_finished(case) or is_held(case)
    text = remarks.why_it_stands(case) if is_reason else next((todo.remark for todo in todos if todo.remark), "")
    text = veiled(text, remarks.personal_words(case)) if is_guest and text else text
    if not text:
        return ""
    return (_("Reason: “%(reason)s”") if is_reason else _("They wrote: “%(reason)s”")) % {"reason": text}


def _limit(case: Case, clock: Clock) -> Due:
    """How much of the time of the whole case is left; nothing when it has none, is over or on hold."""
    row = TimeLimit.objects.filter(case=case, scheduled__isnull=False).first()
    if row is None or is_finished(case) or is_held(case):
        return Due("", "")
    found = due_text(row.due_at, clock, with_moment=True)
    return Due(_("In all: %(left)s") % {"left": found.text}, found.level)


def events_of(case: Case) -> list[Event]:
    """What people did, oldest first, with masked names; whoever may know a number reads it among the answers."""
    words = remarks.personal_words(case)
    done = [
        Event(
            at=event.at,
            what=_event_text(event),
            who=_who(event),
            comment=veiled(event.comment, words),
        )
        for event in timeline(case)
    ]
    done = sorted([*done, *beside_the_steps(case, words)], key=lambda event: event.at)
    early = remarks.ended_early(case)
    if early is None or case.finished is None:
        return done
    how, noted = early
    who = User.objects.filter(pk=noted["by"]).select_related("member").first()
    return [*done, Event(case.finished, str(KNOWN[how]), masked(who), veiled(str(noted["reason"]), words))]


def _who(event: selectors.Event) -> str:
    if event.stands_for is None:
        return masked(event.who)
    return _("%(who)s for %(absent)s") % {"who": masked(event.who), "absent": masked(event.stands_for)}


def _event_text(event: selectors.Event) -> str:
    label = "" if event.step_id == START else event.outcome_label
    if event.is_passed:
        label = _("passed by itself")
    if event.by_deadline:
        values = {"step": event.step_name, "outcome": label}
        return _("%(step)s · %(outcome)s, taken automatically because nobody decided in time") % values
    return f"{event.step_name} · {label}" if label else event.step_name
