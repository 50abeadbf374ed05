"""Deciding several cases at once: the list with exceptions first, and what came of each."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.exceptions import Invalid
from forms.building import AnswerForm
from forms.models import FormVersion
from workflows.answers import form_of, own_access
from workflows.guests import actor_of
from workflows.handling import filled, typed_in
from workflows.models import FlowVersion
from workflows.presenters import together as presenter
from workflows.presenters.actions import OUTCOME, Typed
from workflows.presenters.dates import clock_at
from workflows.selectors import Choice
from workflows.services import decide_together
from workflows.services.acting import COMMENT_NEEDED, UNKNOWN_OUTCOME
from workflows.tree import Step
from workflows.views import page


@page
@login_required
def together(request: HttpRequest, version: int, step: str) -> HttpResponse:
    """All that waits for one decision of mine, and deciding it."""
    actor, clock, typed = actor_of(request), clock_at(timezone.now()), typed_in(request)
    of, asked = presenter.step_of(version, step)
    form = _form(request, of, asked, actor)
    problem, beside, status = "", "", 200
    chosen = frozenset(_chosen(request)) if request.method == "POST" else None
    if request.method == "POST" and not (form is not None and form.is_rearranged()):
        problem, beside = _problem(typed, asked, bool(chosen))
        if not problem and not (form is not None and _needs_form(typed, asked) and not form.is_valid()):
            return _decide(request, actor, asked, typed, form)
        status = Invalid.status
    rows = presenter.waiting(actor, (version, step), clock)
    typed = Typed(do=typed.do, comment=typed.comment, reasons=typed.reasons, problems={"comment": beside})
    shown = presenter.together_page(rows, asked, clock, typed, chosen)
    context = {"page": shown, "form": form, "problem": problem, "typed": typed}
    return render(request, "workflows/together.html", context, status=status)


def _chosen(request: HttpRequest) -> list[int]:
    given = request.POST.getlist("task")
    return [int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19]


def _form(request: HttpRequest, version: FlowVersion, step: Step, actor: Actor) -> AnswerForm | None:
    """The form of the step, once for all; its answers go into each case."""
    slug = form_of(step)
    if not slug:
        return None
    found = FormVersion.objects.get(pk=version.forms[slug])
    return filled(found, actor, request, access=own_access(step, found), earlier={})


def _choice(typed: Typed, step: Step) -> Choice | None:
    do, _colon, wanted = typed.do.partition(":")
    return next((one for one in presenter.choices_of(step) if do == OUTCOME and one.id == wanted), None)


def _needs_form(typed: Typed, step: Step) -> bool:
    choice = _choice(typed, step)
    return choice is not None and (choice.effect == "continue" or choice.comment != "required")


def _problem(typed: Typed, step: Step, has_chosen: bool) -> tuple[str, str]:
    """(sentence on top, sentence beside the reason) of what is missing for all of them."""
    choice = _choice(typed, step)
    if choice is None:
        return str(UNKNOWN_OUTCOME), ""
    if not has_chosen:
        return _("Please tick at least one case."), ""
    if choice.comment == "required" and not typed.reason(choice.id):
        return str(COMMENT_NEEDED), str(COMMENT_NEEDED)
    return "", ""


def _decide(request: HttpRequest, actor: Actor, step: Step, typed: Typed, form: AnswerForm | None) -> HttpResponse:
    choice = _choice(typed, step)
    assert choice is not None  # noqa: S101  # seen in `_problem`
    answers = form.answers() if form is not None and _needs_form(typed, step) else None
    decided = decide_together(
        task_ids=_chosen(request),
        actor=actor,
        outcome=choice.id,
        answers=answers,
        comment=typed.reason(choice.id) or typed.comment,
        now=timezone.now(),
    )
    found = presenter.outcomes(decided, actor)
    context = {
        "outcomes": found,
        "label": choice.label,
        "done": sum(one.is_done for one in found),
        "refused": sum(not one.is_done for one in found),
    }
    return render(request, "workflows/together_done.html", context)
