"""What happened in a case beside its steps, as lines of its story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.people.models import User
from core.text import masked_name
from workflows.models import AddedApprover, Case, CaseCopy, CaseMove, Delegation, Hold, Reading, Task
from workflows.names import outcome_label, step_name
from workflows.presenters.rungs import rungs_climbed
from workflows.presenters.titles import veiled
from workflows.selectors import named_as_done, step_of
from workflows.services.reading import REASONS
from workflows.services.urging import URGINGS
from workflows.straight import STRAIGHT_TO, WALKS_AGAIN
from workflows.tree import outcomes_of


@dataclass(frozen=True)
class Event:
    """One line of what happened."""

    at: datetime
    what: str
    who: str
    comment: str


def masked(user: User | None) -> str:
    """A person in a story: never by the whole name."""
    return masked_name(user.display_name) if user is not None else ""


def beside_the_steps(case: Case, words: set[str]) -> list[Event]:
    """Copies, readings in full, opinions, pauses, urgings, moves to other versions; without the personal `words`."""
    copies = CaseCopy.objects.filter(case=case).select_related("by__member", "to__member").order_by("pk")
    rows = Delegation.objects.filter(task__process=case).select_related("by__member", "to__member", "task")
    sent = [_copy(one, words) for one in copies]
    holds = Hold.objects.filter(case=case).select_related("by__member", "ended_by__member").order_by("pk")
    paused = [event for hold in holds for event in _hold(hold, words)]
    moves = CaseMove.objects.filter(case=case, reasons=[]).select_related("source", "target", "by__member")
    moved = [_move(one) for one in moves.order_by("pk")]
    asked = (event for row in rows.order_by("pk") for event in _delegation(case, row, words))
    climbed = [Event(at, what, "", "") for at, what in rungs_climbed(case)]
    taken = [event for task in _taken_back(case) for event in task]
    more = AddedApprover.objects.filter(host__process=case).select_related("by__member", "to__member", "host")
    too = (event for one in more.order_by("pk") for event in _added(case, one, words))
    read = [
        _reading(one, words) for one in Reading.objects.filter(case=case).select_related("by__member").order_by("pk")
    ]
    corrected = _corrected(case)
    return [*sent, *read, *corrected, *paused, *taken, *_urgings(case), *climbed, *moved, *asked, *too]


def _reading(one: Reading, words: set[str]) -> Event:
    reason = str(REASONS.get(one.reason, one.reason)) if one.reason != "other" else ""
    comment = " · ".join(part for part in (reason, veiled(one.words, words)) if part)
    return Event(one.at, _("Read “%(question)s” in full") % {"question": one.label}, masked(one.by), comment)


def _corrected(case: Case) -> list[Event]:
    """Where a corrected case went straight back, and where it could not."""
    tree = case.flow_class.tree if case.flow_class is not None else None
    said = {
        STRAIGHT_TO: _("Straight back to “%(step)s”; what was decided in between stands"),
        WALKS_AGAIN: _("The corrected answers lead another way, so it goes through all steps again"),
    }
    rows = Task.objects.filter(process=case, status="DONE", flow_task_type="HUMAN", finished__isnull=False)
    return [
        Event(at, text % {"step": step_name(tree, str(data[key]))}, "", "")
        for at, data in rows.order_by("pk").values_list("finished", "data")
        for key, text in said.items()
        if key in data and tree is not None
    ]


def _taken_back(case: Case) -> Iterator[list[Event]]:
    tasks = list(Task.objects.filter(process=case, data__has_key="taken_back"))
    wanted = {one["by"] for task in tasks for one in task.data["taken_back"]}
    users = User.objects.select_related("member").in_bulk(wanted)
    for task in tasks:
        task.process = case
        what = _("%(step)s · decision taken back") % {"step": named_as_done(task, step_of(task))}
        yield [
            Event(datetime.fromisoformat(one["at"]), what, masked(users.get(one["by"])), "")
            for one in task.data["taken_back"]
        ]


def _urgings(case: Case) -> list[Event]:
    """Each time that somebody reminded those who had the case in hand, once for all of its tasks."""
    steps: dict[tuple[str, int | None], list[str]] = {}
    for task in Task.objects.filter(process=case, data__has_key=URGINGS).order_by("pk"):
        task.process = case
        for one in task.data[URGINGS]:
            steps.setdefault((one["at"], one["by"]), []).append(named_as_done(task, step_of(task)))
    users = User.objects.select_related("member").in_bulk({by for _at, by in steps if by is not None})
    return [
        Event(
            datetime.fromisoformat(at),
            _("%(step)s · reminded") % {"step": _("; ").join(dict.fromkeys(names))},
            masked(users.get(by)) if by is not None else "",
            "",
        )
        for (at, by), names in steps.items()
    ]


def _hold(hold: Hold, words: set[str]) -> list[Event]:
    began = Event(hold.since, _("Put on hold"), masked(hold.by), veiled(hold.reason, words))
    if hold.until is None or hold.ended_by is None:
        return [began]
    return [began, Event(hold.until, _("Resumed"), masked(hold.ended_by), "")]


def _copy(copy: CaseCopy, words: set[str]) -> Event:
    return Event(
        copy.created_at, _("Copy to %(who)s") % {"who": masked(copy.to)}, masked(copy.by), veiled(copy.note, words)
    )


def _move(move: CaseMove) -> Event:
    values = {"before": move.source.number, "after": move.target.number}
    return Event(move.at, _("Moved from version %(before)d to version %(after)d") % values, masked(move.by), "")


def _delegation(case: Case, row: Delegation, words: set[str]) -> list[Event]:
    row.task.process = case
    step = named_as_done(row.task, step_of(row.task))
    asked = _("%(step)s · asked %(who)s for an opinion") % {"step": step, "who": masked(row.to)}
    events = [Event(row.created_at, asked, masked(row.by), veiled(row.words, words))]
    if row.ended_at is None:
        return events
    if row.ending == Delegation.ANSWERED:
        given = _("%(step)s · opinion") % {"step": step}
        label = _suggestion(case, row)
        what = _("%(given)s: %(outcome)s") % {"given": given, "outcome": label} if label else given
        events.append(Event(row.ended_at, what, masked(row.to), veiled(row.answer, words)))
    elif row.ending == Delegation.GIVEN_BACK:
        what = _("%(step)s · given back without an opinion") % {"step": step}
        events.append(Event(row.ended_at, what, masked(row.to), veiled(row.answer, words)))
    elif row.ending == Delegation.CALLED_BACK:
        events.append(Event(row.ended_at, _("%(step)s · called back") % {"step": step}, masked(row.by), ""))
    return events


def _added(case: Case, one: AddedApprover, words: set[str]) -> Iterator[Event]:
    one.host.process = case
    values = {"step": named_as_done(one.host, step_of(one.host)), "who": masked(one.to)}
    said = {
        AddedApprover.BEFORE: _("%(step)s · asked %(who)s to approve first"),
        AddedApprover.BESIDE: _("%(step)s · asked %(who)s to approve as well"),
        AddedApprover.AFTER: _("%(step)s · asked %(who)s to approve afterwards"),
    }
    yield Event(one.created_at, said[one.place] % values, masked(one.by), veiled(one.words, words))
    if one.removed_at is not None:
        what = _("%(step)s · %(who)s need not approve any more") % values
        yield Event(one.removed_at, what, masked(one.removed_by), "")


def _suggestion(case: Case, row: Delegation) -> str:
    row.task.process = case
    return next((outcome_label(one) for one in outcomes_of(step_of(row.task)) if one["id"] == row.suggested), "")
