"""What the tester sees of a rehearsal: read from the stage while it stands, in words, with nothing lazy left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from core import words
from core.audit.models import AuditEntry
from core.ledger.models import LedgerEntry
from core.people.models import User
from core.templatetags.dandelion import moment
from core.text import localised
from workflows import selectors, whereabouts
from workflows.diagram import svg
from workflows.following import StepProgress, opened
from workflows.models import Case, Task
from workflows.names import outcome_label, step_name
from workflows.outline import outline
from workflows.presenters.actions import Typed
from workflows.presenters.cases import events_of
from workflows.presenters.dates import clock_at
from workflows.presenters.steps import states_of
from workflows.presenters.tasks import TaskPage, task_page
from workflows.rehearsal import script as scripts
from workflows.rehearsal.children import Child, waiting_for
from workflows.rehearsal.happened import Awaited, awaited_events
from workflows.rehearsal.people import Names, People, Person, who_may_do
from workflows.rehearsal.play import Past, Play, next_moment, open_notices
from workflows.results import result_text
from workflows.selectors import step_of
from workflows.separation_checks import APART
from workflows.services.withdrawing import may_withdraw
from workflows.tree import START, Tree, outcomes_of, props_of

OURS = ("task.", "case.", "form.", "claim.")  # deeds of the engine itself, which the list of actions shows already


@dataclass(frozen=True)
class Seat:
    """One open task and those who may do it. `where`: with whom it is and until when; `apart`: steps not to share."""

    name: str
    step: str
    where: str
    people: People
    apart: str


@dataclass(frozen=True)
class Told:
    """A message that would have been sent. `to`: to whom; `by_mail`: it would also go out as an e-mail."""

    to: str
    subject: str
    body: str
    by_mail: bool
    is_new: bool


@dataclass(frozen=True)
class Line:
    """A line that would stand in the ledger, or another record that an effect would write."""

    what: str
    quantity: str
    is_new: bool


@dataclass(frozen=True)
class Posted:
    """A public notice to which anybody may object until its last day."""

    step_id: str
    step: str
    subject: str
    until: str


@dataclass(frozen=True)
class Scene:
    """The whole page beside the form. `stuck`: an effect failed in the background, with the step and the error."""

    number: str
    unit: str
    at: str
    picture: SafeString
    twin: SafeString
    seats: list[Seat]
    chosen: str
    acting: Person | None
    page: TaskPage | None
    next_time: str
    stuck: str
    may_withdraw: bool
    notices: list[Posted]
    children: list[Child]
    events_awaited: list[Awaited]
    result: str
    events: list[Any]
    past: list[str]
    told: list[Told]
    ledger: list[Line]
    deeds: list[Line]


def pictures(document: dict[str, Any], states: dict[str, str], title: str) -> tuple[SafeString, SafeString]:
    """The flow as a picture and as a list."""
    return svg(document, states, title=title, with_automatic=True), outline(document, states, with_automatic=True)


def scene_of(play: Play, tester: User, *, seat: str, who: str, typed: Typed) -> Scene:
    """What is there to see now. `seat` and `who`: task and person that the tester chose; else the first ones."""
    case = play.case
    assert case is not None  # noqa: S101  # the page before the start shows no scene
    names = Names(tester, clock_at(play.now).today)
    tasks = play.tasks()
    rows = {row.step_id: row for row in opened(case, list(tasks.values()))}
    seats = [_seat(name, task, case, rows[task.step_id], names) for name, task in tasks.items()]
    chosen = next((one for one in seats if one.name == seat), seats[0] if seats else None)
    acting = _acting(chosen, who)
    states = states_of(selectors.progress(case))
    picture, twin = pictures(play.stage.version.document, states, str(play.stage.version.definition))
    last = play.past[-1]
    return Scene(
        number=case.number,
        unit=case.unit.name,
        at=moment(play.now),
        picture=picture,
        twin=twin,
        seats=seats,
        chosen=chosen.name if chosen is not None else "",
        acting=acting,
        page=_page(play, tasks[chosen.name], acting, typed) if chosen is not None and acting is not None else None,
        next_time=_next_time(case),
        stuck=_stuck(case),
        may_withdraw=any(may_withdraw(case, play.actor(one)) for one in _starters_of(case)),
        notices=_posted(case),
        children=waiting_for(case),
        events_awaited=awaited_events(case),
        result=result_text(case) if play.is_over else "",
        events=events_of(case) if play.is_over else [],
        past=[_told_past(one, play, names) for one in play.past],
        told=_told(play, last, names),
        ledger=_ledger(case, last.at),
        deeds=_deeds(case, last.at),
    )


def _seat(name: str, task: Task, case: Case, row: StepProgress, names: Names) -> Seat:
    step = step_of(task)
    tree: Tree = case.flow_class.tree
    others = [one for name in APART for one in props_of(step).get(name) or ()]
    apart = _("; ").join(dict.fromkeys(step_name(tree, one) for one in others))
    people = who_may_do(task, step, case, names)
    return Seat(name, row.name, whereabouts.sentence_of(row), people, apart)


def _acting(seat: Seat | None, who: str) -> Person | None:
    persons = seat.people.persons if seat is not None else []
    return next((one for one in persons if one.who == who), persons[0] if persons else None)


def _page(play: Play, task: Task, acting: Person, typed: Typed) -> TaskPage:
    actor = play.actor(acting.who)
    may = selectors.actions_on(task, actor, now=play.now)
    return task_page(task, actor, may, clock_at(play.now), typed, is_guest=acting.who == scripts.GUEST)


def _starters_of(case: Case) -> list[str]:
    return [f"user:{case.starter_id}" if case.starter_id else scripts.GUEST]


def _next_time(case: Case) -> str:
    """What time would bring next, on a button; "" when nothing waits for it."""
    coming = next_moment(case) if case.flow_class is not None else None
    if coming is None:
        return ""
    values = {"when": moment(coming.at), "step": step_name(case.flow_class.tree, coming.step_id)}
    sentences = {
        "reminder": _("Until %(when)s: reminder about “%(step)s”"),
        "claim": _("Until %(when)s: what was taken on at “%(step)s” is open again"),
        "offer": _("Until %(when)s: the place kept at “%(step)s” goes to the next in line"),
    }
    return sentences.get(coming.what, _("Until %(when)s: “%(step)s” goes on by itself")) % values


def _stuck(case: Case) -> str:
    task = Task.objects.filter(process=case, status=STATUS.ERROR).order_by("pk").first()
    if task is None or case.flow_class is None:
        return ""
    values = {"step": step_name(case.flow_class.tree, task.step_id), "error": task.data.get("error", "")}
    return (
        _("“%(step)s” could not be carried out (%(error)s). A real case would wait here for an administrator.") % values
    )


def _posted(case: Case) -> list[Posted]:
    return [
        Posted(one.step_id, step_name(case.flow_class.tree, one.step_id), localised(one.subject), moment(one.closes_at))
        for one in open_notices(case)
    ]


def _told_past(past: Past, play: Play, names: Names) -> str:
    """One line of the list of actions."""
    action, case = past.action, play.case
    when = moment(past.at)
    if action.do == "time":
        return _("%(when)s · time passed") % {"when": when}
    who = _who(action.who, play, names)
    if action.do in ("withdraw", "release", "retry", "object"):
        words_for = {"withdraw": _("withdrawn"), "release": _("given back"), "retry": _("tried again")}
        words_for["object"] = _("objection handed in")
        return _("%(when)s · %(what)s · %(who)s") % {"when": when, "what": words_for[action.do], "who": who}
    tree: Tree = Tree(play.stage.version.document)
    step = past.step or START
    name = step_name(tree, step)
    labels = {one["id"]: outcome_label(one) for one in outcomes_of(tree.steps[step])} if step in tree.steps else {}
    label = labels.get(action.choice, "") if action.do == "act" and case is not None else ""
    what = f"{name}：{label}" if label else name
    return _("%(when)s · %(what)s · %(who)s") % {"when": when, "what": what, "who": who}


def _who(who: str, play: Play, names: Names) -> str:
    if who == scripts.GUEST:
        return _("with the status code")
    if who == scripts.VISITOR:
        return _("a visitor")
    user = play.actor(who).user
    return names.of(user) if user is not None else _("the system")


def _told(play: Play, last: Past, names: Names) -> list[Told]:
    """The messages, newest first; those to several people with the same text become one."""
    found: dict[tuple[str, str, bool], list[str]] = {}
    mails: set[tuple[str, str, bool]] = set()
    for place, heard in enumerate(play.stage.heard.values()):
        key = (heard.subject, heard.body, place >= last.heard)
        found.setdefault(key, []).append(names.of(heard.user) if heard.user is not None else _("the guest"))
        if "email" in heard.by:
            mails.add(key)
    told = [Told("、".join(to), key[0], key[1], key in mails, key[2]) for key, to in found.items()]
    return told[::-1]


def _ledger(case: Case, since: datetime) -> list[Line]:
    rows = LedgerEntry.objects.filter(case_id=case.pk).select_related("unit").order_by("pk")
    return [
        Line(
            f"{words.result(row.kind)} · {row.unit.name}",
            f"{row.quantity.normalize():f} {words.measure(row.unit_of_measure)}",
            row.recorded_at >= since,
        )
        for row in rows
    ]


def _deeds(case: Case, since: datetime) -> list[Line]:
    rows: Sequence[AuditEntry] = list(AuditEntry.objects.filter(case_id=case.pk).order_by("pk"))
    return [
        Line(f"{words.kind_of_object(row.object_type)} · {words.deed(row.verb)}", "", row.at >= since)
        for row in rows
        if not row.verb.startswith(OURS)
    ]
