"""The desk's page on which one finds the cases in which somebody gave a phone, an e-mail or an ID number."""

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.actors import Actor
from core.exceptions import Invalid, TooMany
from forms.lookup import LOOKED_UP
from workflows.services.looking_up import WHY, look_up
from workflows.services.reading import PERMISSION
from workflows.views import sentence_of

OFF = {"autocomplete": "off", "spellcheck": "false"}


class LookUpForm(forms.Form):
    """What is looked for, and why. What was typed is judged by the service."""

    kind = forms.ChoiceField(label=_("What it is"), choices=list(LOOKED_UP.items()))
    text = forms.CharField(label=_("What the person gave"), max_length=200, widget=forms.TextInput(OFF))
    reason = forms.ChoiceField(label=_("Why you look it up"), choices=[("", "—"), *WHY.items()])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@permission_required(["workflows.view_case", PERMISSION], login_url="login", raise_exception=True)
def lookup(request: HttpRequest) -> HttpResponse:
    """Ask, and show what was found; what was looked for is in no address."""
    form, found, status = LookUpForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                actor = Actor(user=request.user)  # type: ignore[arg-type]  # signed in, as the permission wants
                found = look_up(actor=actor, **form.cleaned_data, now=timezone.now())
                status = 200
        except (Invalid, TooMany) as error:
            form.add_error(None, sentence_of(error))
            status = error.status
    return render(request, "workflows/desk/lookup.html", {"form": form, "found": found}, status=status)


def lookup_urls() -> list[URLPattern]:
    """The address below /desk/."""
    return [path("cases/lookup/", lookup, name="desk_lookup")]
