"""The desk's screen on which who manages cases names a person who stands in for somebody who is away."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.actors import Actor
from core.exceptions import DandelionError, Invalid, NotFound
from core.people.models import User
from workflows import services
from workflows.models import Substitution
from workflows.repairs.handing_over import MANAGE, appointed
from workflows.services.substituting import may_name_for
from workflows.substitute_views import AwayForm
from workflows.views import sentence_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(MANAGE, login_url="login", raise_exception=True)
def away_desk(request: HttpRequest) -> HttpResponse:
    """Choose who is away, see who stands in for him, name somebody or end it."""
    if not isinstance(request.user, User):
        raise NotFound
    actor, now = Actor(user=request.user), timezone.now()
    people = appointed(actor, localdate(now), actor.user)
    absent = _chosen(request, actor)
    form, problem, status = (AwayForm(absent, localdate(now)) if absent is not None else None), "", 200
    if request.method == "POST" and absent is not None:
        form = AwayForm(absent, localdate(now), request.POST if request.POST.get("do") == "new" else None)
        try:
            if _press(request, actor, absent, form):
                return redirect(f"{reverse('desk_away')}?of={absent.pk}")
            status = 422
        except DandelionError as refusal:
            problem, status = sentence_of(refusal), refusal.status
    going = Substitution.objects.filter(absent=absent, ended_at=None, until__gte=localdate(now)).order_by("since", "pk")
    context = {
        "people": people,
        "absent": absent,
        "form": form,
        "problem": problem,
        "standing": list(going.select_related("substitute__member")) if absent is not None else [],
    }
    return render(request, "workflows/desk/away.html", context, status=status)


def _chosen(request: HttpRequest, actor: Actor) -> User | None:
    """Who is away; None as long as nobody is chosen. Raises: NotFound for whom the actor may name nobody."""
    given = request.POST.get("of") or request.GET.get("of") or ""
    if not given:
        return None
    pk = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0
    found = User.objects.filter(pk=pk, is_active=True).select_related("member").first()
    if found is None or not may_name_for(actor, found, localdate()):
        raise NotFound
    return found


def _press(request: HttpRequest, actor: Actor, absent: User, form: AwayForm) -> bool:
    do, _colon, number = request.POST.get("do", "").partition(":")
    now = timezone.now()
    if do == "end":
        pk = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
        services.end_substitution(pk=pk, actor=actor, now=now)
        messages.success(request, _("It is ended; nobody stands in for them then."))
        return True
    if not form.is_valid():
        return False
    try:
        services.name_substitute(actor=actor, absent=absent, **form.cleaned_data, now=now)
    except Invalid as error:
        for name, sentences in error.errors.items():
            form.add_error(name, sentences)
        return False
    messages.success(request, _("It is noted, and both have been told."))
    return True
