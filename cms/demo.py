"""Trying the roles of a demonstration: its invented accounts, and entering as one of them without a password.

Only where DANDELION_DEMO is set; production never sets it, and there this module answers like an unknown address.
"""

from django.conf import settings
from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.packs.models import PackItem
from core.context import WELCOME_AGAIN, DemoAccount
from core.people.models import User

PASSWORDLESS = "django.contrib.auth.backends.ModelBackend"


def demo_accounts(request: HttpRequest) -> list[DemoAccount]:
    """The accounts that the loaded packs offer for trying, in their order; none outside a demonstration."""
    if not settings.DANDELION_DEMO:
        return []
    items = list(PackItem.objects.filter(section="accounts").order_by("pk"))
    there = set(_usable().filter(username__in=[item.key for item in items]).values_list("username", flat=True))
    me = request.user.get_username() if request.user.is_authenticated else ""
    return [_account(item, is_me=item.key == me) for item in items if item.key in there]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest) -> HttpResponse:
    """The accounts to choose from, and entering as the chosen one."""
    if not settings.DANDELION_DEMO:
        raise Http404
    if request.method != "POST":
        return render(request, "cms/demo.html")
    username = request.POST.get("username", "")
    if username not in {account.username for account in demo_accounts(request)}:
        raise Http404
    login(request, _usable().get(username=username), backend=PASSWORDLESS)
    request.session[WELCOME_AGAIN] = True  # many people try the same account; each is new here
    return redirect("me")


def _usable() -> QuerySet[User]:
    """Logins of invented members; one that somebody made without a member is nobody's demo account."""
    return User.objects.filter(is_active=True, is_superuser=False, member__isnull=False)


def _account(item: PackItem, *, is_me: bool) -> DemoAccount:
    """What the pack says of an account; a note that begins with the role need not say it twice."""
    role, note = item.values["role"], item.values["note"].removeprefix(f"{item.values['role']}：")
    return DemoAccount(item.key, role, item.values["unit"], note, is_me)
