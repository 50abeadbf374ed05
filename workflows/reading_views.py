"""The page on which one says why one needs to read a masked answer, and reads it, once."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.exceptions import Invalid, TooMany
from workflows.guests import actor_of
from workflows.handling import legible
from workflows.selectors import case_for
from workflows.services.reading import REASONS, masked_answer, read_in_full
from workflows.views import page, sentence_of


@page
@login_required
def reading(request: HttpRequest, pk: int, step: str, key: str) -> HttpResponse:
    """Ask for the reason; show the answer to whoever gave one. A reload asks again."""
    actor, now = actor_of(request), timezone.now()
    case = case_for(actor, pk)
    answer = masked_answer(case, actor, step, key, now)
    context = {"case": case, "question": answer.label, "reasons": REASONS.items(), "typed": request.POST}
    status = 200
    if request.method == "POST":
        reason, words = request.POST.get("reason", ""), legible(request.POST.get("words", ""))
        try:
            context["value"] = read_in_full(
                case=case, actor=actor, step_id=step, key=key, reason=reason, words=words, now=now
            )
        except (Invalid, TooMany) as error:
            context["problem"], status = sentence_of(error), error.status
    return render(request, "workflows/reading.html", context, status=status)
