"""The desk's screen of background jobs: what waits, what failed for good, and what a person decides about it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.desk.job_words import kind_words, queue_words
from core.actors import Actor
from core.exceptions import Invalid
from core.jobs import selectors, services
from core.jobs.models import Job
from core.jobs.registry import QUEUES

VIEW, CHANGE = "core.view_job", "core.change_job"
PAGE_SIZE = 50
FILTERS = ("state", "kind", "queue")


@require_safe
@permission_required(VIEW, login_url="login", raise_exception=True)
def list_jobs(request: HttpRequest) -> HttpResponse:
    """Standing, dead jobs in groups, and the list with its filters."""
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    now = timezone.now()
    context = {
        "standing": selectors.standing(now=now),
        "is_alive": selectors.is_alive(now=now),
        "groups": selectors.dead_groups(),
        "jobs": Paginator(selectors.jobs(**chosen), PAGE_SIZE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "choices": _choices(),
        "may_change": request.user.has_perm(CHANGE),
    }
    return render(request, "desk/jobs.html", context)


@require_POST
@permission_required(CHANGE, login_url="login", raise_exception=True)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one job again."""
    services.retry_job(job_id=pk, actor=_actor(request), now=timezone.now())
    messages.success(request, _("The job will be tried again."))
    return redirect("desk_jobs")


@require_POST
@permission_required(CHANGE, login_url="login", raise_exception=True)
def retry_group(request: HttpRequest) -> HttpResponse:
    """Try the dead jobs of one kind and error again."""
    kind, error_class = request.POST.get("kind", ""), request.POST.get("error_class", "")
    count = services.retry_dead(kind=kind, error_class=error_class, actor=_actor(request), now=timezone.now())
    sentence = ngettext("%(count)d job will be tried again.", "%(count)d jobs will be tried again.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("desk_jobs")


@require_POST
@permission_required(CHANGE, login_url="login", raise_exception=True)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one job up, with a reason."""
    reason = request.POST.get("reason", "")
    try:
        services.discard_job(job_id=pk, actor=_actor(request), reason=reason, now=timezone.now())
    except Invalid as refusal:
        messages.error(request, refusal.errors["reason"][0])
    else:
        messages.success(request, _("The job was discarded."))
    return redirect("desk_jobs")


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=request.user)  # type: ignore[arg-type]  # permission_required lets no visitor pass


def _choices() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(parameter, label, [(value, label)]) of each filter."""
    return [
        ("state", _("State"), [(str(value), str(label)) for value, label in Job.State.choices]),
        ("kind", _("Kind"), [(kind, kind_words(kind)) for kind in selectors.kinds_in_use()]),
        ("queue", _("Queue"), [(queue, queue_words(queue)) for queue in QUEUES]),
    ]


class JobsMenuItem(MenuItem):
    """The entry in the reports menu, for those who may see jobs."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may see jobs."""
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_urls")
def job_urls() -> list[URLPattern]:
    """Addresses below /desk/."""
    return [
        path("jobs/", list_jobs, name="desk_jobs"),
        path("jobs/retry/", retry_group, name="desk_jobs_retry_group"),
        path("jobs/<int:pk>/retry/", retry, name="desk_jobs_retry"),
        path("jobs/<int:pk>/discard/", discard, name="desk_jobs_discard"),
    ]


@hooks.register("register_reports_menu_item")
def jobs_menu_item() -> MenuItem:
    """The entry in the reports menu."""
    return JobsMenuItem(gettext_lazy("Background jobs"), reverse("desk_jobs"), icon_name="tasks", order=900)
