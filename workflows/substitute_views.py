"""The page on which somebody says that he is away, and who stands in for him."""

from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.actors import Actor
from core.exceptions import Invalid, NotFound, Unreadable
from core.people.models import User
from core.text import localised
from workflows import services
from workflows.guests import actor_of
from workflows.models import Substitution
from workflows.services.substituting import who_may_stand_in
from workflows.views import page

DAY = forms.DateInput({"type": "date", "class": "input"})
NO_DAY = {"required": lazy("Please choose the day."), "invalid": lazy("Please choose the day.")}


class AwayForm(forms.Form):
    """Who stands in, from when until when."""

    substitute = forms.TypedChoiceField(
        label=lazy("Who stands in"), coerce=int, error_messages={"required": lazy("Please choose who stands in.")}
    )
    since = forms.DateField(label=lazy("From"), widget=DAY, error_messages=NO_DAY)
    until = forms.DateField(label=lazy("Until which day"), widget=DAY, error_messages=NO_DAY)

    def __init__(self, user: User, today: date, data: object = None) -> None:
        super().__init__(data, initial={"since": today.isoformat()})  # type: ignore[arg-type]  # a QueryDict
        names: dict[int, str] = {}
        for row in who_may_stand_in(user, today):
            if row.member.user_id is not None:
                name = f"{localised(row.role.name)} {row.member.name} · {row.unit.name}"
                names.setdefault(row.member.user_id, name)
        self.fields["substitute"].choices = [("", _("Please choose")), *names.items()]  # type: ignore[attr-defined]
        self.fields["substitute"].widget.attrs["class"] = "select"
        self.has_people = bool(names)


@page
@login_required
def away(request: HttpRequest) -> HttpResponse:
    """Name somebody who stands in for me, or end it."""
    user = actor_of(request).user
    if user is None:
        raise NotFound
    now, status = timezone.now(), 200
    form = AwayForm(user, localdate(now))
    if request.method == "POST":
        do, _colon, number = request.POST.get("do", "").partition(":")
        if do == "end":
            pk = int(number) if number.isdecimal() and len(number) < 19 else 0
            services.end_substitution(pk=pk, actor=Actor(user=user), now=now)
            messages.success(request, _("It is ended; nobody stands in for you then."))
            return redirect("away")
        if do != "new":
            raise Unreadable
        form = AwayForm(user, localdate(now), request.POST)
        if form.is_valid() and _is_named(form, user):
            messages.success(request, _("It is noted, and the person who stands in for you has been told."))
            return redirect("away")
        status = 422
    return render(request, "workflows/away.html", {"form": form, **_lists(user, localdate(now))}, status=status)


def _is_named(form: AwayForm, user: User) -> bool:
    try:
        services.name_substitute(actor=Actor(user=user), **form.cleaned_data, now=timezone.now())
    except Invalid as error:
        for name, sentences in error.errors.items():
            form.add_error(name, sentences)
        return False
    return True


def _lists(user: User, today: date) -> dict[str, list[Substitution]]:
    """Those who stand in for me now or later, and those for whom I do."""
    going = Substitution.objects.filter(ended_at=None, until__gte=today).order_by("since", "pk")
    return {
        "mine": list(going.filter(absent=user).select_related("substitute__member")),
        "others": list(going.filter(substitute=user).select_related("absent__member")),
    }
