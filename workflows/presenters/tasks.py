"""The page of a task: what is asked, why it came here, what was said before, and the buttons."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.notices.models import Objection
from core.notices.selectors import objections_to
from core.people.models import User
from core.templatetags.dandelion import day as written
from core.text import localised
from workflows.access import acts_as
from workflows.added import WAITS
from workflows.claims import slots_of, standing
from workflows.models import Task
from workflows.names import step_name
from workflows.places import has_places
from workflows.pools import ALREADY, KEPT
from workflows.presenters.actions import Action, Typed, actions_of
from workflows.presenters.additions import AddedRow, added_to, asked_to_approve
from workflows.presenters.answers import AnswerGroup, Reader, answer_groups
from workflows.presenters.cases import public_title
from workflows.presenters.claimants import ClaimantChoice, claimant_choice
from workflows.presenters.colleagues import colleagues
from workflows.presenters.dates import Clock, Due, age_of, due_text, waited_text
from workflows.presenters.discussion import count_notes
from workflows.presenters.more import Sheet, sheets_of
from workflows.presenters.opinions import Opinion, opinions_on, question_on
from workflows.presenters.places import eligible_words, taken_words
from workflows.presenters.steps import StepRow, names_of, step_rows
from workflows.presenters.titles import offered_title, veiled
from workflows.reasons import why_sentence
from workflows.remarks import CANCELLED, WITHDRAWN, Remark, personal_words, sent_back
from workflows.results import flow_title, is_finished
from workflows.running import ON_HOLD
from workflows.selectors import Actions, Choice, case_actions, progress, step_of
from workflows.services.reading import may_read
from workflows.services.urging import times_urged
from workflows.substitutes import until
from workflows.tree import START, Step, props_of
from workflows.visibility import is_only_offered


@dataclass(frozen=True)
class Asked:
    """What a colleague who was asked fills in. `question`: what he was asked."""

    question: str
    choices: list[Choice]
    suggested: str
    typed: str
    problem: str


@dataclass(frozen=True)
class TaskPage:
    """The page of a task."""

    step: str
    name: str
    flow: str
    number: str
    case_url: str
    due: Due
    waited_text: str
    is_open: bool
    is_guest: bool
    closed_sentence: str
    returned: str
    returned_title: str
    help: str
    answers: list[AnswerGroup]
    objections: list[Objection]
    steps: list[StepRow]
    why: list[str]
    actions: list[Action]
    claimants: list[ClaimantChoice]
    more: list[Sheet]
    opinions: list[Opinion]
    added: list[AddedRow]
    asked: Asked | None
    has_comment: bool
    comment_label: str
    remarks: int
    urged: int
    asked_of_claimants: str
    places: str
    places_url: str


def task_page(task: Task, actor: Actor, may: Actions, clock: Clock, typed: Typed, *, is_guest: bool) -> TaskPage:
    """Everything the page shows to this reader."""
    case, step = task.process, step_of(task)
    is_open = may.is_his
    may_release = may.can_act and case_actions(case, actor, now=clock.now)["release"]
    is_pool = step["kind"] == "claim" or is_only_offered(case, actor)
    reader: Reader = "guest" if is_guest else "pool" if is_pool else "staff"
    remark = sent_back(task) or Remark("", is_correction=True)
    # What the step opens is opened to whoever does it, and only as long as it is his to do.
    names, may_ask = names_of(case.version.document), is_open and may_read(case, actor, clock.now)
    shown = answer_groups(case, names, step=step if is_open else None, reader=reader, may_read=may_ask)
    return TaskPage(
        step=_("Correct and hand in again") if task.step_id == START else _step_name(task),
        name=public_title(case) if is_guest else offered_title(case) if reader == "pool" else case.title,
        flow=flow_title(case),
        number=case.number,
        case_url=reverse("case", args=(case.pk,)),
        due=due_text(task.due_at, clock, with_moment=True) if is_open else Due("", ""),
        waited_text=waited_text(age_of(case, clock.now)),
        is_open=is_open,
        is_guest=is_guest,
        closed_sentence=closed_sentence(may.refusal, is_offer=task.why.get("code") == "pool"),
        returned="" if is_pool else veiled(remark.text, personal_words(case)) if is_guest else remark.text,
        returned_title=_("Sent back for correction") if remark.is_correction else _("Not done yet"),
        help=localised(props_of(step).get("help")),
        answers=[group for group in shown if group.id != task.step_id],
        objections=objections_to(case.pk, step["id"]) if may.can_act and step["kind"] == "notice" else [],
        steps=step_rows(progress(case)),
        why=[] if is_guest or not is_open else _why(task, step, actor, clock),
        actions=actions_of(may, step, typed, may_release=may_release),
        claimants=[claimant_choice(one, typed.claimant, len(may.claimants)) for one in may.claimants],
        more=_more(task, actor, may, clock, typed),
        opinions=opinions_on(task) if is_open and reader == "staff" else [],
        added=added_to(task, actor) if reader == "staff" else [],
        asked=_asked(task, may, typed) if may.can_answer else None,
        has_comment=may.can_act and step["kind"] in ("approval", "notice") and _may_comment(may),
        comment_label=_("Anything to add") if is_guest else _("A word to those who come next"),
        remarks=count_notes(case, actor),
        urged=times_urged(task) if is_open else 0,
        asked_of_claimants=eligible_words(task.process, step),
        places=_places(task, step),
        places_url=reverse("places", args=(task.pk,)) if has_places(step) and not is_guest else "",
    )


def _places(task: Task, step: Step) -> str:
    if not has_places(step):
        return ""
    held = len(standing(task.process, step["id"]))
    return taken_words(held, slots_of(step, task.process))


def _more(task: Task, actor: Actor, may: Actions, clock: Clock, typed: Typed) -> list[Sheet]:
    if not (may.is_his or may.can_give_back or may.may_add):  # who only repairs does it at the desk
        return []
    asks = may.can_reassign or may.can_delegate or bool(may.may_add)
    return sheets_of(may, colleagues(task, actor, clock, typed) if asks else [], typed)


def _may_comment(may: Actions) -> bool:
    return any(one.comment == "optional" for one in may.outcomes)


def _asked(task: Task, may: Actions, typed: Typed) -> Asked:
    is_typed = typed.do == "answer"
    problem = typed.problem if is_typed else ""
    return Asked(question_on(task), may.outcomes, typed.suggested, typed.reason("answer"), problem)


def _step_name(task: Task) -> str:
    flow = task.process.flow_class
    return step_name(flow.tree, task.step_id) if flow is not None else task.step_id


def closed_sentence(refusal: str, *, is_offer: bool = False) -> str:
    """Why there is nothing to do here. `is_offer`: nobody has it, it is open to those who may claim."""
    if is_offer and refusal == "not_your_task":
        return _("This waits for somebody to take it on; it is not open to you.")
    sentences = {
        "on_hold": str(ON_HOLD),
        "task_closed": _("This step has been dealt with already; nothing is left to do here."),
        "waits_for_added": str(WAITS),
        "with_colleague": _("You asked a colleague about this; it comes back to you with an opinion."),
        "held_by_another": _("Somebody else has this step in hand now."),
        "same_person": _("You took part in an earlier step of this case, so somebody else decides here."),
        "not_your_task": _("This step is with somebody else."),
        "already_theirs": _("You have taken it on; it goes on as soon as all places are taken."),
        "places_kept": str(KEPT),
        "not_eligible": _("You do not meet what is asked of whoever takes this on."),
    }
    return sentences.get(refusal, "")


def what_became_of(task: Task) -> str:
    """Why a task is not there any more, for somebody who held it or could have taken it."""
    if task.status == STATUS.DONE and step_of(task)["kind"] == "claim":
        return str(ALREADY)
    if task.process.result == WITHDRAWN:
        return _("It was withdrawn in the meantime, so nothing is left to do here. Thank you for looking into it.")
    if task.process.result == CANCELLED:
        return _("It was cancelled in the meantime, so nothing is left to do here. Thank you for looking into it.")
    if task.status == STATUS.DONE:
        return _("Somebody else has dealt with this step in the meantime, so nothing is left to do here.")
    if is_finished(task.process):
        return _("It has come to its end in the meantime, so nothing is left to do here.")
    if task.status == STATUS.CANCELED:
        return _("It has gone another way in the meantime. Should it come to you again, it will be in your inbox.")
    return _("This step was handed to somebody else in the meantime, so nothing is left for you to do here.")


def _why(task: Task, step: Step, actor: Actor, clock: Clock) -> list[str]:
    persons = acts_as(task, actor, clock.today)
    away = [_away(pk, actor, clock) for pk in persons if pk is not None and pk != actor.user_id]
    sentences = away or [why_sentence(task)]
    if task.why.get("code") == "reassigned" and task.data.get("reassign_reason"):
        sentences.append(_("They wrote: “%(reason)s”") % {"reason": task.data["reassign_reason"]})
    if words := asked_to_approve(task):
        sentences.append(_("They wrote: “%(reason)s”") % {"reason": words})
    if props_of(step).get("not_same_as"):
        sentences.append(_("Whoever took part in an earlier step named by the flow may not decide here."))
    if props_of(step).get("not_same_unit_as"):
        sentences.append(_("Nobody of the same unit as somebody who took part in an earlier step may decide here."))
    return [sentence for sentence in sentences if sentence]


def _away(absent: int, actor: Actor, clock: Clock) -> str:
    user = User.objects.filter(pk=absent).select_related("member").first()
    day = until(absent, actor.user, clock.today) if actor.user is not None else None
    if user is None or day is None:
        return ""
    return _("You stand in for %(who)s, who is away until %(day)s.") % {"who": user.display_name, "day": written(day)}
