"""The pages on which people act. Each reads the request, calls one service or selector, and answers."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.actors import Actor
from core.context import WELCOME_AGAIN
from core.exceptions import Conflict, DandelionError, Invalid, NotAllowed, NotFound, TryLater, Unreadable
from core.people.services import close_welcome
from forms import storage
from forms.images import CONTENT_TYPES
from forms.paging import lead_to_errors
from workflows import guests, selectors
from workflows.case_pressed import press
from workflows.drafting import Sheet, opened_sheet, turned
from workflows.guests import actor_of
from workflows.handling import (
    ALREADY_DONE,
    Handled,
    as_left,
    form_of_task,
    handle,
    put_beside_fields,
    tell_what_became_of,
    typed_in,
)
from workflows.models import Case, Task
from workflows.presenters import cases, files, people, places, starting, tasks
from workflows.presenters.actions import CLAIM, Typed, what_happened
from workflows.presenters.dates import clock_at
from workflows.services.starting import latest_version, require_starter
from workflows.starting import start_once, starting_form, was_used
from workflows.subjects import start_subject

JUST_STARTED: Final = "just_started"  # session: {"slug", "case", "code" (until it was shown), "had_code"}
SHORTEST_TOKEN, LONGEST_TOKEN = 20, 64
View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page of ours: read or posted, never cached, nothing of what was typed in error reports."""
    return require_http_methods(["GET", "HEAD", "POST"])(never_cache(sensitive_post_parameters()(view)))


def _to_login(request: HttpRequest) -> HttpResponse:
    """To the login and back; whoever was sending something learns that it did not arrive."""
    if request.method == "POST":
        messages.warning(
            request, _("You were no longer signed in, so what you sent was not saved. Please send it again.")
        )
    return redirect_to_login(request.get_full_path())


# starting


@page
def starts(request: HttpRequest) -> HttpResponse:
    """Everything that one may start, with or without a login."""
    return render(request, "workflows/starts.html", {"page": starting.starts_page(actor_of(request), timezone.now())})


@page
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that starts a case, and starting it."""
    actor, now = actor_of(request), timezone.now()
    version = latest_version(slug)
    try:
        require_starter(version, actor, now)
    except NotAllowed:
        if actor.user is None:
            return _to_login(request)
        raise
    sheet = opened_sheet(starting_form(version), actor, request, access={}, earlier={}, subject=start_subject(slug))
    handled = Handled()
    if request.method == "POST":
        page = turned(sheet, request, now)
        if page is not None and page.answer is not None:
            return page.answer
        handled = Handled(problem=page.problem, status=page.status) if page else _start(request, slug, actor, sheet)
        lead_to_errors(sheet.form)
        if handled.case is not None or handled.is_repeated:
            return redirect("started", slug=slug)
    context = {
        "page": starting.start_page(version, is_guest=actor.user is None),
        "form": sheet.form,
        "sheet": sheet,
        "once": _token(request) or secrets.token_urlsafe(24),
        "problem": handled.problem,
    }
    return render(request, "workflows/start.html", context, status=handled.status)


def _token(request: HttpRequest) -> str:
    token = str(request.POST.get("once", ""))
    return token if SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN else ""


def _start(request: HttpRequest, slug: str, actor: Actor, sheet: Sheet) -> Handled:
    """Start the case; a form that was sent twice leads to the case it started the first time."""
    token = _token(request)
    if not token:
        return Handled(problem=str(Unreadable.sentence), status=Unreadable.status)
    form = sheet.form
    if not form.is_valid():
        return Handled(status=Invalid.status)
    if not was_used(token) and (conflict := sheet.conflict()) is not None:
        return Handled(problem=str(conflict), status=conflict.status)
    try:
        started_case = start_once(token=token, flow=slug, actor=actor, answers=form.answers(), now=timezone.now())
    except Invalid as error:
        return Handled(problem=put_beside_fields(error, form), status=error.status)
    except TryLater as error:
        return Handled(problem=str(error), status=error.status)
    if started_case is None:
        return Handled(is_repeated=True)
    request.session[JUST_STARTED] = {
        "slug": slug,
        "case": started_case.case.pk,
        "code": started_case.status_code or "",
        "had_code": bool(started_case.status_code),
    }
    return Handled(case=started_case.case)


@page
def started(request: HttpRequest, slug: str) -> HttpResponse:
    """Right after starting: what happens next, and the status code, this once."""
    just = request.session.get(JUST_STARTED)
    if not isinstance(just, dict) or just.get("slug") != slug:
        return redirect("status")
    actor, code = actor_of(request), just["code"]
    if code:
        # From here on only the person who read it knows the code; the session opens the case instead. A login that
        # hands something in for a resident must not become the resident by it.
        request.session[JUST_STARTED] = {**just, "code": ""}
        if actor.user is None:
            guests.enter(request, just["case"])
    case = selectors.case_for(replace(actor, guest_case=just["case"]), just["case"])
    may_follow = actor.user is not None or just["had_code"]
    shown = starting.started_page(case, code=code, had_code=just["had_code"], may_follow=may_follow)
    return render(request, "workflows/started.html", {"page": shown})


# looking up with a code


@page
def status(request: HttpRequest) -> HttpResponse:
    """Where a resident enters a status code, or leaves on a shared computer."""
    code, problem, answer = "", "", 200
    if request.method == "POST":
        if request.POST.get("do") == "leave":
            guests.leave(request)
            request.session.pop(JUST_STARTED, None)
            messages.success(request, _("You have left; nobody can see the case here any more."))
            return redirect("status")
        try:
            case_id = guests.open_by_code(request.POST.get("code", ""), request.META.get("REMOTE_ADDR", ""))
        except NotFound as error:
            # An unknown code comes back to be corrected; a code that is right never stands in a page again.
            code, problem, answer = request.POST.get("code", "")[:60], str(error), Invalid.status
        except TryLater as error:
            problem, answer = str(error), error.status
        else:
            request.session.pop(JUST_STARTED, None)  # of whoever used this browser before
            guests.enter(request, case_id)
            return redirect("case", pk=case_id)
    open_here = actor_of(request).guest_case
    context = {"code": code, "problem": problem, "case_url": reverse("case", args=(open_here,)) if open_here else ""}
    return render(request, "workflows/status.html", context, status=answer)


# cases


@page
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """A case: the guest's status page, or the whole story for members and staff."""
    actor = actor_of(request)
    if actor.kind == "visitor":
        return _to_login(request)
    found, is_guest = _case_seen(actor, pk)
    problem, answer = "", 200
    if request.method == "POST":
        try:
            messages.success(request, press(pk, actor, request.POST, timezone.now(), is_guest=is_guest))
            return redirect("case", pk=pk)
        except DandelionError as error:
            problem, answer = sentence_of(error), error.status
            try:
                found, is_guest = _case_seen(actor, pk)
            except NotFound:  # what was refused took the case out of sight too
                raise error from None
    shown = cases.case_page(found, actor, clock_at(timezone.now()), is_guest=is_guest)
    template = "workflows/case_guest.html" if is_guest else "workflows/case.html"
    context = {"page": shown, "problem": problem, "typed": request.POST}
    return render(request, template, context, status=answer)


def _case_seen(actor: Actor, pk: int) -> tuple[Case, bool]:
    """The case, and whether the actor sees it only through its code. Raises: NotFound."""
    if actor.user is not None:
        with suppress(NotFound):
            return selectors.case_for(Actor(user=actor.user), pk), False
    return selectors.case_for(actor, pk), True


def sentence_of(error: DandelionError) -> str:
    """The sentence for the top of a page that has no fields of its own for errors."""
    found = [sentence for sentences in getattr(error, "errors", {}).values() for sentence in sentences]
    return " ".join(found) or str(error)


# tasks


@page
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: what is asked, and doing it."""
    actor, now, typed = actor_of(request), timezone.now(), typed_in(request)
    if actor.kind == "visitor":
        return _to_login(request)
    try:
        found, is_guest = _task_seen(actor, pk)
    except Conflict as error:
        return _to_places(request, actor, pk, error)
    may = selectors.actions_on(found, actor, now=now)
    sheet = form_of_task(found, actor, request, is_guest=is_guest) if may.can_act or may.can_claim else None
    form = sheet.form if sheet is not None else None
    handled = Handled()
    if request.method != "POST" and may.can_act:
        typed = as_left(typed, found)
    if request.method == "POST":
        if (page := turned(sheet, request, now)) is not None:
            if page.answer is not None:
                return page.answer
            handled, typed = Handled(problem=page.problem, status=page.status), replace(typed, do=typed.form_of)
        else:
            handled = handle(found, actor, may, typed, sheet, now)
        if handled.case is not None:
            happened = ALREADY_DONE if handled.is_repeated else what_happened(may, typed)
            return _after(request, handled.case, str(happened), typed, is_guest=is_guest)
        try:
            found, is_guest = _task_seen(actor, pk)
        except Conflict as error:
            return _to_places(request, actor, pk, error)
        may = selectors.actions_on(found, actor, now=now)
        typed = replace(typed, problems=handled.beside)
        if form is not None:
            lead_to_errors(form)
    shown = tasks.task_page(found, actor, may, clock_at(now), typed, is_guest=is_guest)
    context = {"page": shown, "form": form, "sheet": sheet, "problem": handled.problem, "typed": typed}
    return render(request, "workflows/task.html", context, status=handled.status)


def _to_places(request: HttpRequest, actor: Actor, pk: int, error: Conflict) -> HttpResponse:
    """Whoever comes too late for an offer finds its waiting list. Raises: the conflict where there is none."""
    clock = clock_at(timezone.now())
    try:
        found = places.offer_for(actor, pk, clock)
    except NotFound:
        raise error from None
    context = {"page": places.places_page(found, actor, clock), "problem": str(error), "typed": {}}
    return render(request, "workflows/places.html", context, status=error.status)


def _task_seen(actor: Actor, pk: int) -> tuple[Task, bool]:
    """The task, and whether the actor sees it only through the code of its case.

    Raises: Conflict for somebody whose task it was a moment ago, NotFound for everybody else.
    """
    if actor.user is not None:
        with suppress(NotFound):
            return selectors.task_for(Actor(user=actor.user), pk), False
    try:
        return selectors.task_for(actor, pk), True
    except NotFound:
        tell_what_became_of(pk, actor)
        raise


def _after(request: HttpRequest, done: Case, happened: str, typed: Typed, *, is_guest: bool) -> HttpResponse:
    """Where one goes after doing a task: a guest and a claimant to the case, others back to the inbox."""
    if is_guest:
        messages.success(request, _("Thank you, we have received it."))
        return redirect("case", pk=done.pk)
    if typed.do == CLAIM:
        messages.success(request, _("It is yours now. Thank you for taking it on!"))
        return redirect("case", pk=done.pk)
    messages.success(request, happened % {"number": done.number})
    return redirect("inbox")


@require_http_methods(["GET", "HEAD"])
def file(request: HttpRequest, key: str) -> HttpResponse:
    """A file of an answer, which can do nothing in a browser: a picture is looked at, all else is only saved."""
    found = files.file_for(actor_of(request), key, timezone.now())
    content = storage.read_small(found.path) if "small" in request.GET else storage.read(found.path)
    if content is None:
        raise NotFound
    ending = found.kind.rpartition("/")[2]
    is_picture = found.kind in CONTENT_TYPES.values()
    name = f"photo-{found.pk}.{ending}" if is_picture else found.name
    return HttpResponse(
        content,
        content_type=found.kind,
        headers={
            "Content-Disposition": content_disposition_header(not is_picture, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


# my page


@page
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here, what waits for me, what I started; the first time with a welcome."""
    user = actor_of(request).user
    if user is None:
        raise NotFound
    is_new = user.welcomed_at is None or bool(request.session.get(WELCOME_AGAIN))
    shown = people.me_page(user, clock_at(timezone.now()), is_new=is_new)
    return render(request, "workflows/me.html", {"page": shown})


@page
@login_required
def welcomed(request: HttpRequest) -> HttpResponse:
    """Close the welcome, or open it again."""
    if request.method != "POST":
        return redirect("me")
    if request.POST.get("do") == "again":
        request.session[WELCOME_AGAIN] = True
    else:
        request.session.pop(WELCOME_AGAIN, None)
        close_welcome(actor=Actor(user=actor_of(request).user), now=timezone.now())
    return redirect("me")
