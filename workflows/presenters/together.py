"""The page on which one decision is taken for several cases: exceptions first, the rest ready to be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor
from core.exceptions import NotFound
from core.text import localised
from forms.display import Row, shown
from forms.schema import level_of
from forms.shapes import UPLOADED
from workflows import selectors, together
from workflows.inbox import InboxRow
from workflows.models import Case, FlowVersion, StepSubmission
from workflows.names import outcome_label
from workflows.presenters.actions import Action, Typed, actions_of
from workflows.presenters.answers import access_to
from workflows.presenters.dates import Clock, Due, due_text
from workflows.presenters.titles import without_leaks
from workflows.registry import flow_of
from workflows.selectors import Actions, Choice
from workflows.services.deciding_together import MOST_AT_ONCE, Decided
from workflows.together import Key, Remarkable
from workflows.tree import Step, effect_of, outcomes_of
from workflows.visibility import may_see

SEARCHED = 500  # as the search of the inbox
MOST_FACTS = 3
NOT_IN_A_LINE = ("long_text", *UPLOADED, "consent", "ledger_snapshot")
LOOKED_UP = ("unit", "venue", "team", "member", "award")  # each with a query of its own


@dataclass(frozen=True)
class Item:
    """One case to decide. `remarks`: what sets it apart, in sentences; `is_chosen`: whether its box is ticked."""

    task_id: int
    title: str
    number: str
    url: str
    due: Due
    facts: list[Row]
    remarks: list[str]
    is_chosen: bool


@dataclass(frozen=True)
class Outcome:
    """What came of one case, after deciding. `sentence`: why not, or ""."""

    title: str
    number: str
    url: str
    is_done: bool
    sentence: str


@dataclass(frozen=True)
class TogetherPage:
    """`exceptions` come first and are not ticked; `plain`: cases about which nothing stands out."""

    step: str
    flow: str
    exceptions: list[Item]
    plain: list[Item]
    actions: list[Action]
    has_comment: bool
    most: int


def waiting(actor: Actor, key: Key, clock: Clock) -> list[InboxRow]:
    """The open tasks of one step that the actor could decide together, the nearest deadline first.

    Raises: NotFound when none is left.
    """
    rows = selectors.inbox(actor, limit=SEARCHED, now=clock.now)
    found = [row for row in rows if (row.version_id, row.step_id) == key and together.may_be_together(row)]
    if not found:
        raise NotFound
    return sorted(found, key=lambda row: (row.due_at is None, row.due_at or row.created, row.task_id))[:MOST_AT_ONCE]


def step_of(version_id: int, step_id: str) -> tuple[FlowVersion, Step]:
    """The step that is decided. Raises: NotFound when it, or its version, cannot be read."""
    version = FlowVersion.objects.select_related("definition").filter(pk=version_id).first()
    flow = flow_of(version) if version is not None else None
    step = flow.tree.steps.get(step_id) if flow is not None else None
    if version is None or step is None:
        raise NotFound
    return version, step


def together_page(
    rows: Sequence[InboxRow], step: Step, clock: Clock, typed: Typed, chosen: frozenset[int] | None
) -> TogetherPage:
    """The page. `chosen`: the tasks whose boxes were ticked when it came back with a problem."""
    submissions = together.handed_in([row.case_id for row in rows])
    apart = together.remarkable(rows, submissions)
    items = [_item(row, step, clock, apart[row.task_id], submissions.get(row.case_id), chosen) for row in rows]
    choices = choices_of(step)
    return TogetherPage(
        step=rows[0].step_name,
        flow=localised(rows[0].flow_title),
        exceptions=[item for item in items if item.remarks],
        plain=[item for item in items if not item.remarks],
        actions=actions_of(Actions(can_act=True, outcomes=choices), step, typed),
        has_comment=any(one.comment == "optional" for one in choices),
        most=MOST_AT_ONCE,
    )


def choices_of(step: Step) -> list[Choice]:
    """The outcomes that can be taken for several cases: those that ask nothing of their own."""
    return [
        Choice(one["id"], outcome_label(one), effect_of(one)[0], one.get("comment", "optional"), one.get("tone", ""))
        for one in outcomes_of(step)
        if not one.get("form")
    ]


def _item(
    row: InboxRow,
    step: Step,
    clock: Clock,
    apart: Remarkable,
    handed_in: StepSubmission | None,
    chosen: frozenset[int] | None,
) -> Item:
    due = due_text(row.due_at, clock)
    remarks = _remarks(row, due, apart, handed_in)
    return Item(
        task_id=row.task_id,
        title=without_leaks(row.case_title) or localised(row.flow_title),
        number=row.number,
        url=reverse("task", args=(row.task_id,)),
        due=due,
        facts=_facts(handed_in, step, row.case_title),
        remarks=remarks,
        is_chosen=row.task_id in chosen if chosen is not None else not remarks,
    )


def _facts(handed_in: StepSubmission | None, step: Step, title: str) -> list[Row]:
    """The first few short answers of what was handed in, as far as whoever decides may read them."""
    if handed_in is None:
        return []
    version, answers = handed_in.submission.version, handed_in.submission.answers
    access = access_to(version, handed_in.step_id, step=step, reader="staff")
    listed = {
        one["key"]
        for one in version.fields
        if level_of(one) in ("public", "internal") and one["kind"] not in (*NOT_IN_A_LINE, *LOOKED_UP)
    }
    rows = shown(version, {key: value for key, value in answers.items() if key in listed}, access=access)
    return [row for row in rows if str(row.value) != title][:MOST_FACTS]


def _remarks(row: InboxRow, due: Due, apart: Remarkable, handed_in: StepSubmission | None) -> list[str]:
    found = [_("Overdue")] if due.level == "late" else []
    if row.urged:
        found.append(ngettext("Reminded %(count)s time", "Reminded %(count)s times", row.urged) % {"count": row.urged})
    if apart.returns:
        count = {"count": apart.returns}
        found.append(ngettext("Returned %(count)s time", "Returned %(count)s times", apart.returns) % count)
    elif row.sent_back:
        found.append(_("It came back to this step"))
    if row.why.get("code") == "reassigned":
        found.append(_("It was handed over to you"))
    if apart.opinions:
        found.append(_("A colleague has given an opinion"))
    if apart.notes:
        count = {"count": apart.notes}
        sentence = ngettext("%(count)s remark in the discussion", "%(count)s remarks in the discussion", apart.notes)
        found.append(sentence % count)
    labels = _labels(handed_in)
    found += [_("“%(field)s” is far above the others") % {"field": labels.get(key, key)} for key in apart.far]
    return found


def _labels(handed_in: StepSubmission | None) -> Mapping[str, str]:
    fields: Sequence[Mapping[str, Any]] = handed_in.submission.version.fields if handed_in is not None else ()
    return {one["key"]: localised(one["label"]) for one in fields}


def outcomes(decided: Sequence[Decided], actor: Actor) -> list[Outcome]:
    """What came of each, what failed first; of cases that the actor may see."""
    cases = Case.objects.select_related("version__definition", "unit").in_bulk(
        [one.case_id for one in decided if one.case_id is not None]
    )
    found = []
    for one in decided:
        case = cases.get(one.case_id or 0)
        if case is None or not may_see(case, actor):
            continue
        sentence = _("You had decided this already; it counts once.") if one.is_repeated else one.sentence
        url = reverse("case", args=(case.pk,)) if one.is_done else reverse("task", args=(one.task_id,))
        found.append(Outcome(without_leaks(case.title) or case.number, case.number, url, one.is_done, sentence))
    return sorted(found, key=lambda one: one.is_done)
