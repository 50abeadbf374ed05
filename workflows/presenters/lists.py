"""Lists of tasks and cases: rows, groups by urgency, tabs and pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.actors import Actor
from core.text import localised
from forms import drafts
from workflows import selectors
from workflows.done import Deed
from workflows.inbox import Cursor, InboxRow
from workflows.models import Case
from workflows.names import outcome_label
from workflows.presenters.dates import Clock, Due, age_of, days_text, due_text
from workflows.presenters.places import FullRow, full_rows, place_words
from workflows.presenters.titles import without_leaks
from workflows.results import flow_title, is_finished, state_text
from workflows.subjects import task_subject
from workflows.together import offers

SCOPES: Final = ("all", "mine", "pool")
PAGE_SIZE: Final = 100  # so many that urgency sorts the whole of nearly every inbox
SEARCHED: Final = 500  # how many open tasks a search looks through, newest first
CASES_PER_PAGE: Final = 20
GROUPS: Final[dict[str, str | Promise]] = {
    "late": lazy("Overdue"),
    "today": lazy("Due today"),
    "soon": lazy("Due this week"),
    "": lazy("Later"),
}

DUE: Final = {level: label for level, label in GROUPS.items() if level}


@dataclass(frozen=True)
class TaskRow:
    """One open task in a list. `with_whom`: me, or that nobody took it yet; `is_begun`: I saved a draft of its form.

    `place`: how I stand at an offer with places, in a few words.
    """

    title: str
    number: str
    flow: str
    step: str
    with_whom: str
    due: Due
    due_at: datetime | None
    waited: str
    url: str
    urged: int = 0
    is_held: bool = False
    is_begun: bool = False
    place: str = ""


@dataclass(frozen=True)
class Group:
    """Tasks of one urgency."""

    label: str
    rows: list[TaskRow]


@dataclass(frozen=True)
class Tab:
    """One tab above a list."""

    label: str
    url: str
    is_here: bool
    count: str = ""


@dataclass(frozen=True)
class CaseRow:
    """One case in a list. `what`: what the reader did in it, or what was said to him, in a line."""

    title: str
    number: str
    flow: str
    state: str
    is_finished: bool
    at: datetime
    url: str
    what: str = ""


@dataclass(frozen=True)
class Filter:
    """One way to narrow the inbox: `options` are (value, label), `here` the chosen value or ""."""

    name: str
    label: str
    options: list[tuple[str, str]]
    here: str


@dataclass(frozen=True)
class Together:
    """Several tasks that wait for one decision."""

    label: str
    url: str
    count: int


@dataclass(frozen=True)
class InboxPage:
    """The inbox. `drafts`: how many forms one has begun to fill in and not handed in."""

    scope: str
    query: str
    is_narrowed: bool
    filters: list[Filter]
    together: list[Together]
    tabs: list[Tab]
    groups: list[Group]
    late: int
    today: int
    older_url: str
    first_url: str
    is_later_page: bool
    full: list[FullRow]
    empty_title: str
    empty_text: str
    drafts: int = 0


@dataclass(frozen=True)
class CasesPage:
    """Cases that I started, or on which I decided. `name`: of its file; `what_label`: what the `what` of rows is."""

    name: str
    title: str
    lede: str
    when_label: str
    what_label: str
    tabs: list[Tab]
    rows: list[CaseRow]
    older_url: str
    empty_title: str
    empty_text: str


def inbox_page(
    actor: Actor,
    clock: Clock,
    *,
    scope: str,
    query: str,
    before: str,
    flow: str = "",
    due: str = "",
    size: int = PAGE_SIZE,
) -> InboxPage:
    """One page of the inbox; `before` is the cursor of the page above, `query` searches number and title.

    `flow` (its slug) and `due` (late, today, soon) narrow it, and as a search does they look through the newest 500.
    `size`: how many tasks at most.
    """
    here = scope if scope in SCOPES else "all"
    cursor, words = cursor_from(before), query.strip().lower()
    due = due if due in DUE else ""
    is_narrowed = bool(words or flow or due)
    limit = SEARCHED if is_narrowed else size + 1
    found = selectors.inbox(actor, scope=here, before=cursor, limit=limit, now=clock.now)
    filters = _filters(found, flow, due)
    found = [row for row in found if _is_wanted(row, words, flow, due, clock)]
    shown, has_older = found[:size], not is_narrowed and len(found) > size
    rows = task_rows(shown, clock, actor)
    address = f"{reverse('inbox')}?scope={here}"
    return InboxPage(
        scope=here,
        query=query,
        is_narrowed=is_narrowed,
        filters=filters,
        together=_together(shown),
        tabs=tabs(here, selectors.open_count(actor, now=clock.now)),
        groups=grouped(rows),
        late=sum(row.due.level == "late" for row in rows),
        today=sum(row.due.level == "today" for row in rows),
        older_url=f"{address}&{urlencode({'before': cursor_text(shown[-1].cursor)})}" if has_older else "",
        first_url=address,
        is_later_page=cursor is not None,
        full=full_rows(actor, clock) if here == "pool" and not is_narrowed and cursor is None else [],
        empty_title=_("Nothing found") if is_narrowed else _("Nothing waits here"),
        empty_text=_("Try the number, or a word of the title, or take fewer filters.")
        if is_narrowed
        else _("When something comes to you, it stands here and you get a message."),
        drafts=drafts.count(actor.user) if actor.user is not None else 0,
    )


def _is_wanted(row: InboxRow, words: str, flow: str, due: str, clock: Clock) -> bool:
    if words and words not in row.number.lower() and words not in row.case_title.lower():
        return False
    return (not flow or row.flow_slug == flow) and (not due or due_text(row.due_at, clock).level == due)


def _filters(rows: Sequence[InboxRow], flow: str, due: str) -> list[Filter]:
    """What can be narrowed: the flows of which something waits, and how urgent it is."""
    flows = sorted({row.flow_slug: localised(row.flow_title) for row in rows}.items(), key=lambda one: one[1])
    found = []
    if len(flows) > 1 or flow:
        found.append(Filter("flow", _("Flow"), [("", _("All")), *flows], flow))
    levels = [(level, str(label)) for level, label in DUE.items()]
    return [*found, Filter("due", _("Deadline"), [("", _("All")), *levels], due)]


def _together(rows: Sequence[InboxRow]) -> list[Together]:
    """The decisions of which several wait, each with its page."""
    names = {(row.version_id, row.step_id): f"{localised(row.flow_title)} · {row.step_name}" for row in rows}
    return [
        Together(names[version, step], reverse("together", args=(version, step)), count)
        for (version, step), count in offers(rows)
    ]


def cursor_text(cursor: Cursor) -> str:
    """A cursor as part of an address."""
    return f"{cursor[0].isoformat()}~{cursor[1]}"


def cursor_from(text: str) -> Cursor | None:
    """The cursor in an address; None for none and for anything else."""
    moment, _mark, pk = text.rpartition("~")
    try:
        at, task_id = datetime.fromisoformat(moment), int(pk)
        if timezone.is_naive(at) or not 0 < task_id < 2**63:
            return None
        return at.astimezone(UTC), task_id
    except (ValueError, OverflowError):  # the latter at both ends of the calendar
        return None


def task_rows(rows: Sequence[InboxRow], clock: Clock, actor: Actor) -> list[TaskRow]:
    """Open tasks as a list shows them to this actor; those with the nearest deadline first."""
    far = datetime.max.replace(tzinfo=UTC)
    cases = Case.objects.in_bulk([row.case_id for row in rows])
    begun = drafts.begun(actor.user, [task_subject(row.task_id) for row in rows]) if actor.user is not None else set()
    return [
        TaskRow(
            title=without_leaks(row.case_title) or localised(row.flow_title),
            number=row.number,
            flow=localised(row.flow_title),
            step=_("Correction") if row.is_returned else row.step_name,
            with_whom=_with_whom(row),
            due=due_text(row.due_at, clock),
            due_at=row.due_at,
            waited=days_text(age_of(cases[row.case_id], clock.now)),
            url=reverse("task", args=(row.task_id,)),
            urged=row.urged,
            is_held=row.is_held,
            is_begun=task_subject(row.task_id) in begun,
            place=place_words(row.offer),
        )
        for row in sorted(rows, key=lambda one: (one.due_at or far, one.task_id))
    ]


def _with_whom(row: InboxRow) -> str:
    if row.for_whom:
        return _("%(who)s, who is away") % {"who": row.for_whom}
    return _("Me") if row.is_mine else _("Nobody yet")


def tabs(here: str, open_count: int = 0) -> list[Tab]:
    """The tabs of the inbox and of the two lists beside it."""
    inbox = reverse("inbox")
    count = "" if not open_count else "99+" if open_count > 99 else str(open_count)
    return [
        Tab(_("Mine and my groups'"), inbox, here == "all", count),
        Tab(_("Only mine"), f"{inbox}?scope=mine", here == "mine"),
        Tab(_("Not taken yet"), f"{inbox}?scope=pool", here == "pool"),
        Tab(_("Started by me"), reverse("started_by_me"), here == "started"),
        Tab(_("Done by me"), reverse("done_by_me"), here == "done"),
        Tab(_("Copied to me"), reverse("copied_to_me"), here == "copied"),
    ]


def grouped(rows: Sequence[TaskRow]) -> list[Group]:
    """Rows by urgency, overdue first, each group in the order of the list."""
    found = [Group(str(label), [row for row in rows if row.due.level == level]) for level, label in GROUPS.items()]
    return [group for group in found if group.rows]


def case_rows(cases: Iterable[Case]) -> list[CaseRow]:
    """Cases as a list shows them."""
    return [
        CaseRow(
            title=without_leaks(case.title) or flow_title(case),
            number=case.number,
            flow=flow_title(case),
            state=state_text(case),
            is_finished=is_finished(case),
            at=case.created,
            url=reverse("case", args=(case.pk,)),
        )
        for case in cases
    ]


def started_page(actor: Actor, number: int, size: int) -> CasesPage:
    """A page of the cases that I started."""
    rows, has_older = _slice(selectors.started_by(actor), number, size)
    return CasesPage(
        name="started",
        title=_("Started by me"),
        lede=_("What you handed in yourself, newest first."),
        when_label=_("Handed in"),
        what_label="",
        tabs=tabs("started"),
        rows=case_rows(rows),
        older_url=_older(reverse("started_by_me"), number, has_older),
        empty_title=_("You have not started anything yet"),
        empty_text=_("What you hand in stands here, with where it is."),
    )


def done_page(actor: Actor, number: int, size: int) -> CasesPage:
    """A page of the cases on which I acted, by the day I did."""
    start = (number - 1) * size
    found = selectors.done_by(actor, start=start, limit=size + 1)
    deeds, has_older = found[:size], len(found) > size
    rows = case_rows(deed.case for deed in deeds)
    return CasesPage(
        name="done",
        title=_("Done by me"),
        lede=_("Steps that you took care of and opinions that you gave, newest first."),
        when_label=_("Done on"),
        what_label=_("What I did"),
        tabs=tabs("done"),
        rows=[replace(row, at=deed.at, what=_deed_text(deed)) for deed, row in zip(deeds, rows, strict=True)],
        older_url=_older(reverse("done_by_me"), number, has_older),
        empty_title=_("Nothing done yet"),
        empty_text=_("What you decide or fill in stands here afterwards."),
    )


def copied_page(actor: Actor, number: int, size: int) -> CasesPage:
    """A page of the cases that were sent to me to read."""
    copies, has_older = _slice(selectors.copied_to(actor), number, size)
    rows = case_rows(copy.case for copy in copies)
    return CasesPage(
        name="copied",
        title=_("Copied to me"),
        lede=_("What others let you read; there is nothing to do for you in it."),
        when_label=_("Copied on"),
        what_label=_("Words"),
        tabs=tabs("copied"),
        rows=[replace(row, at=copy.created_at, what=copy.note) for copy, row in zip(copies, rows, strict=True)],
        older_url=_older(reverse("copied_to_me"), number, has_older),
        empty_title=_("Nothing was copied to you yet"),
        empty_text=_("When somebody sends you a case to read, it stands here."),
    )


def _deed_text(deed: Deed) -> str:
    """At which step, and what: the decision in the words of the flow, or that it was an opinion."""
    if deed.case.flow_class is None:
        return deed.step_id
    step = selectors.step_of(deed.task)
    named = [one for one in step.get("outcomes") or () if one["id"] == deed.outcome]
    parts = [selectors.named_as_done(deed.task, step), *([_("Opinion")] if deed.is_opinion else [])]
    return " · ".join([*parts, *(outcome_label(one) for one in named)])


def _slice(rows: QuerySet[Any], number: int, size: int) -> tuple[list[Any], bool]:
    """One page of a query, and whether there is a next one."""
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return found[:size], len(found) > size


def _older(address: str, number: int, has_older: bool) -> str:
    return f"{address}?page={number + 1}" if has_older else ""
