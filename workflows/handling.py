"""What a person pressed on a task: reads the form, then calls the one service that the button means."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.exceptions import Conflict, DandelionError, Invalid, NotAllowed, Unreadable, WrongState
from core.people.selectors import Claimant
from forms.access import FILLED_IN, field_state
from forms.building import AnswerForm, FillContext, form_class
from forms.fieldschema import is_blank, is_hostile
from forms.models import FormVersion
from workflows import added, more_pressed, scoring, services
from workflows.answers import form_asked, own_access, pinned_form, standing
from workflows.drafting import Sheet, opened_sheet
from workflows.models import Case, Task
from workflows.presenters.actions import CLAIM, OUTCOME, RELEASE, Typed, goes_unfilled
from workflows.presenters.answers import own_access_of_guest
from workflows.presenters.claimants import claimant_key
from workflows.presenters.tasks import what_became_of
from workflows.selectors import Actions, step_of
from workflows.services.claiming import is_claimed_by
from workflows.subjects import task_subject
from workflows.visibility import once_had

ALREADY_DONE = lazy("%(number)s: you had done this already; it counts once.")
FILL_IN = lazy("Please fill in what this decision asks for, then press it once more.")
OF_THE_SHEET = ("comment", "reason", "to_user", "suggested")


@dataclass
class Handled:
    """What came of it: the case after success, that it had happened before, or the problem to show on top.

    `beside`: name → sentence, for what is typed in the sheet of a button.
    """

    case: Case | None = None
    problem: str = ""
    beside: dict[str, str] = field(default_factory=dict)
    status: int = 200
    is_repeated: bool = False


def typed_in(request: HttpRequest) -> Typed:
    """What was typed around the form of the step."""
    post = request.POST
    reasons = {name.removeprefix("reason-"): legible(post[name]) for name in post if name.startswith("reason-")}
    return Typed(
        do=post.get("do", ""),
        comment=legible(post.get("comment", "")),
        claimant=post.get("claimant", ""),
        to_user=post.get("to_user", ""),
        suggested=post.get("suggested", ""),
        form_of=post.get("form-of", ""),
        place=post.get("place", ""),
        reasons=reasons,
        people={name.removeprefix("to-"): post[name] for name in post if name.startswith("to-")},
    )


def as_left(typed: Typed, task: Task) -> Typed:
    """With the words of a decision that was taken back, to be changed."""
    draft = task.data.get("draft")
    if not draft:
        return typed
    return replace(typed, comment=draft["comment"], reasons={draft["outcome"]: draft["comment"]})


def legible(text: str) -> str:
    """What was typed, without what nobody can see: control characters, overrides of direction, broken Unicode."""
    kept = "".join(letter for letter in text if not is_hostile(letter))
    return "" if is_blank(kept) else kept


def filled(
    version: FormVersion, actor: Actor, request: HttpRequest, *, access: dict[str, str], earlier: dict[str, Any]
) -> AnswerForm:
    """The form of a version, bound when the request posts it. `earlier`: answers that stand until replaced."""
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    context = FillContext(user=actor.user, today=timezone.localdate())
    return form_class(version, access=access)(*sent, answers=earlier, context=context)


def form_of_task(task: Task, actor: Actor, request: HttpRequest, *, is_guest: bool) -> Sheet | None:
    """The form that the step of the task asks, filled with the answers of an earlier round; None if it asks nothing.

    The form of an outcome, which is shown once its button was pressed, keeps no draft.
    """
    step, case = step_of(task), task.process
    subject = "" if is_guest else task_subject(task.pk)
    if step["kind"] == "score":
        return opened_sheet(scoring.sheet_of(step), actor, request, access={}, earlier={}, subject=subject)
    sent = request.POST
    slug, key = form_asked(added.asked_step(task, step), chosen_in(sent.get("do") or sent.get("form-of", "")))
    if not slug:
        return None
    version = pinned_form(case, slug)
    access = own_access(step, version)
    if is_guest:
        access = own_access_of_guest(version, access)
    earlier = standing(case.pk, key, version)
    subject = subject if key == step["id"] else ""
    sheet = opened_sheet(version, actor, request, access=access, earlier=earlier.answers, subject=subject)
    sheet.form.told = [one.sentence for one in earlier.misfits if field_state(access.get(one.key, "edit")) in FILLED_IN]
    return sheet


def chosen_in(do: str) -> str:
    """The outcome that a button stands for, or ""."""
    name, _colon, choice = do.partition(":")
    return choice if name == OUTCOME else ""


def handle(task: Task, actor: Actor, may: Actions, typed: Typed, sheet: Sheet | None, now: datetime) -> Handled:
    """Do what was pressed. A refusal becomes a problem, with errors of fields put beside the fields."""
    form = sheet.form if sheet is not None else None
    try:
        if sheet is not None and typed.do.partition(":")[0] in (OUTCOME, CLAIM):
            sheet.require_newest()
        return _pressed(task, actor, may, typed, form, now)
    except Invalid as error:
        do, _colon, choice = typed.do.partition(":")
        if form is not None and not must_be_valid(may, do, choice):
            form.errors.clear()  # what the form lacks does not keep anybody from sending back
        beside = {name: " ".join(error.errors[name]) for name in OF_THE_SHEET if name in error.errors}
        return Handled(problem=put_beside_fields(error, form), beside=beside, status=error.status)
    except (Conflict, WrongState) as error:
        if (done := _done_before(task.pk, actor, typed, now)) is not None:
            return done
        return Handled(problem=str(error), status=error.status)
    except DandelionError as error:
        return Handled(problem=str(error), status=error.status)


def _pressed(task: Task, actor: Actor, may: Actions, typed: Typed, form: AnswerForm | None, now: datetime) -> Handled:
    do, _colon, choice = typed.do.partition(":")
    if do in more_pressed.MORE:
        return Handled(case=more_pressed.press(task, actor, typed, now).process)
    if do == RELEASE:
        case = services.release(case_id=task.process_id, actor=actor, reason=typed.reason(RELEASE), now=now)
        return Handled(case=case)
    if do not in (OUTCOME, CLAIM):
        raise Unreadable
    if do == CLAIM and task.status == STATUS.DONE:
        raise Conflict(what_became_of(task), code="already_claimed")
    if form is not None and is_shown_first(form, may, typed):
        return Handled(problem=str(FILL_IN))
    if form is not None and not form.is_valid() and must_be_valid(may, do, choice):
        return Handled(status=Invalid.status)
    answers = form.answers() if form is not None and form.is_valid() else None
    if do == CLAIM:
        claimant = _claimant(may, typed)
        return Handled(case=services.claim(task_id=task.pk, actor=actor, claimant=claimant, answers=answers, now=now))
    comment = typed.reason(choice) or typed.comment
    return Handled(
        case=services.act(task_id=task.pk, actor=actor, outcome=choice, answers=answers, comment=comment, now=now)
    )


def is_shown_first(form: AnswerForm, may: Actions, typed: Typed) -> bool:
    """Whether the form of the pressed outcome was not on the page before, so that nothing in it can be wrong yet."""
    do, _colon, choice = typed.do.partition(":")
    if do != OUTCOME or typed.form_of == typed.do or not any(one.id == choice and one.form for one in may.outcomes):
        return False
    form.is_valid()
    form.errors.clear()
    return True


def _done_before(task_id: int, actor: Actor, typed: Typed, now: datetime) -> Handled | None:
    """What the second of two clicks meets: the actor himself has just done what the button means."""
    do, _colon, choice = typed.do.partition(":")
    task = Task.objects.select_related("process__version__definition").get(pk=task_id)
    if task.status != STATUS.DONE:
        return None
    if do == CLAIM:
        return Handled(case=task.process) if is_claimed_by(task, actor, now) else None
    is_own = task.owner_id == actor.user_id if task.owner_id is not None else actor.guest_case == task.process_id
    return Handled(case=task.process, is_repeated=True) if do == OUTCOME and is_own and choice == task.outcome else None


def must_be_valid(may: Actions, do: str, choice: str) -> bool:
    """Sending back, recusing oneself and refusing with a reason need no filled form; everything else does."""
    return do == CLAIM or not any(one.id == choice and goes_unfilled(one) for one in may.outcomes)


def _claimant(may: Actions, typed: Typed) -> Claimant:
    if not may.can_claim:  # an offer that was never theirs
        raise WrongState if may.refusal == "task_closed" else NotAllowed
    for claimant in may.claimants:
        if claimant_key(claimant) == typed.claimant:
            return claimant
    if len(may.claimants) == 1 and not typed.claimant:
        return may.claimants[0]
    raise Invalid(_("Please say for whom you take this on."), code="claimant_missing")


def tell_what_became_of(task_id: int, actor: Actor) -> None:
    """For somebody who held a task or could have taken it, and so cannot see it any more.

    Raises: Conflict with a sentence; nothing happens for anybody else.
    """
    tasks = Task.objects.select_related("process__version", "process__unit")
    task = tasks.filter(pk=task_id, flow_task_type="HUMAN").first()
    if task is not None and once_had(task, actor):
        raise Conflict(what_became_of(task), code="task_gone")


def put_beside_fields(error: Invalid, form: AnswerForm | None) -> str:
    """Errors of fields go to the fields; what remains is the sentence on top."""
    top = []
    for key, sentences in error.errors.items():
        if form is not None and key in form.fields:
            for sentence in sentences:
                form.add_error(key, sentence)
        else:
            top += sentences
    if top:
        return " ".join(top)
    return "" if error.errors else str(error)
