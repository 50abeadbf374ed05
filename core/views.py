"""Sign-in and sign-out, display settings, and the error pages; everything else lives in the app that knows it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.context import DISPLAY_COOKIE, TEXT_SIZES, THEMES, display_of
from core.exceptions import NotAllowed, TooMuch

LONGEST_USERNAME = 150  # as the column
YEAR_SECONDS = 365 * 24 * 3600
DESK = "/desk/"
NO_DESK = _(
    "Your login does not open the desk. Your own tasks are under “To do”; for the desk, ask your administrator."
)


class SignInForm(AuthenticationForm):
    """Name and password, with sentences that do not tell which of the two was wrong."""

    error_messages = {
        "invalid_login": _("Name and password do not match. Please check both; capital letters matter."),
        "inactive": _("This login has been closed. Please ask your unit."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django only tells the browser; what is longer would not fit into the record of failed sign-ins.
        self.fields["username"].validators.append(MaxLengthValidator(LONGEST_USERNAME))
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
            field.widget.attrs.pop("autofocus", None)


class SignIn(LoginView):
    """The one door, of members and staff alike; residents with a wish code find their box beside it."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever is signed in and was sent here by the desk may not enter it: going back would send him here again.

        Raises: NotAllowed.
        """
        user, comes_from_desk = request.user, self.get_redirect_url().startswith(DESK)
        if comes_from_desk and user.is_authenticated and not user.has_perm("wagtailadmin.access_admin"):
            list(messages.get_messages(request))  # Wagtail's own words for it, which no page has shown
            raise NotAllowed(NO_DESK, code="no_desk")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Django's own names for the site would hide ours."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {key: value for key, value in context.items() if key not in {"site", "site_name"}}


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be read, and what is too much to be read; nobody else's template could tell the two apart."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return render(request, "413.html", {"sentence": TooMuch.sentence}, status=TooMuch.status)
    return defaults.bad_request(request, exception)


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """What axes answers after too many wrong passwords: a sentence, and when to come back."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "errors/locked_out.html", {"minutes": minutes}, status=429)


# Exempt: it only stores how this browser shows pages, and so public pages need no token and no cookie.
@csrf_exempt
@require_POST
def set_display(request: HttpRequest) -> HttpResponse:
    """Remember large text and light or dark in a cookie, then go back to the page."""
    now = display_of(request)
    text, theme = request.POST.get("text", now.text), request.POST.get("theme", now.theme)
    response = HttpResponseRedirect(_safe_next(request))
    if text in TEXT_SIZES and theme in THEMES:
        response.set_cookie(
            DISPLAY_COOKIE, f"{text}.{theme}", max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    return response


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return "/"
