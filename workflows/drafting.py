"""Forms as somebody has them before him: with what he saved of them, their pages, and the buttons beside handing in."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.actors import Actor
from core.exceptions import Conflict, DandelionError, Invalid
from forms import drafts
from forms.building import AnswerForm, FillContext, form_class
from forms.models import Draft, FormVersion
from forms.paging import PAGE, TURN, open_at, turn
from forms.prefill import known_of

if TYPE_CHECKING:
    from core.people.models import User

SAVE, AUTO, THROW = "save", "auto", "throw"  # buttons called TURN, beside those that turn pages
LEAF: Final = re.compile(r"[A-Za-z0-9_-]{6,24}")


@dataclass
class Sheet:
    """A form in use. `subject`: what its draft is for, "" where none is kept; `leaf`: this page among all
    that show it; `seen`: the counter of the draft that it knows. `opened`: the draft that fills it, for who comes back.
    """

    form: AnswerForm
    version: FormVersion
    user: "User | None"
    subject: str
    leaf: str
    seen: int
    opened: drafts.Opened | None = None
    has_conflict: bool = False

    @property
    def keeps_drafts(self) -> bool:
        """Whether what is entered can be saved for later."""
        return bool(self.subject)

    @property
    def comes_back(self) -> bool:
        """Whether this person comes back to what he saved, rather than from another page of it."""
        return self.opened is not None and not self.form.is_turned

    def save(self, now: datetime) -> Draft:
        """Keep what is entered. Raises: Conflict, Invalid."""
        assert self.user is not None  # noqa: S101  # else there is no subject
        draft = drafts.save(
            self.form,
            version=self.version,
            user=self.user,
            subject=self.subject,
            now=now,
            seen=self.seen,
            leaf=self.leaf,
        )
        self.seen = draft.counter
        return draft

    def conflict(self) -> Conflict | None:
        """What to tell when another page saved the draft since this one saw it; once, then this page counts."""
        draft = drafts.find(self.user, self.subject) if self.user is not None and self.subject else None
        if draft is None or not drafts.is_stale(draft, seen=self.seen, leaf=self.leaf):
            return None
        self.seen, self.has_conflict = draft.counter, True
        return drafts.elsewhere(draft)

    def require_newest(self) -> None:
        """Raises: the conflict, when there is one."""
        if (found := self.conflict()) is not None:
            raise found


def opened_sheet(
    version: FormVersion,
    actor: Actor,
    request: HttpRequest,
    *,
    access: dict[str, str],
    earlier: dict[str, Any],
    subject: str,
) -> Sheet:
    """A form as this request finds it: as posted, as saved before, or as it stands. `earlier`: answers that stand."""
    post, user = request.POST, actor.user
    subject = subject if user is not None else ""
    leaf, seen = post.get("form-leaf", ""), _number(post.get("form-seen", ""))
    leaf = leaf if LEAF.fullmatch(leaf) else secrets.token_urlsafe(9)
    came = None
    sent: tuple[Any, Any] = (post, request.FILES) if request.method == "POST" else (None, None)
    if request.method != "POST" and user is not None and subject:
        draft = drafts.find(user, subject)
        came = drafts.opened(draft, version) if draft is not None else None
    if came is not None:
        sent, seen = (came.entered, None), came.counter
    today = timezone.localdate()
    context = FillContext(user=user, known=known_of(version, user, on=today) if subject else {}, today=today)
    form = form_class(version, access=access)(*sent, answers=earlier, context=context)
    if came is not None:
        form.is_valid()
        form.errors.clear()  # what is wrong is told when somebody goes on, not when he comes back
    asked = request.GET.get("page", "") if came is not None else ""
    open_at(form, post.get(PAGE, "") or asked or (came.page if came is not None else ""))
    form.is_turned = bool(asked) and form.here == asked
    return Sheet(form, version, user, subject, leaf, seen, came)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass
class Turned:
    """What came of a button beside handing in: an answer, or the page again with a problem."""

    answer: HttpResponse | None = None
    problem: str = ""
    status: int = 200


def turned(sheet: Sheet | None, request: HttpRequest, now: datetime) -> Turned | None:
    """Turn pages, change rows, save, throw away; None where something else was pressed."""
    way = request.POST.get(TURN, "")
    if sheet is not None and sheet.form.is_rearranged():
        return Turned()
    if sheet is None or not way:
        return None
    if way == THROW:
        return _thrown_away(sheet, request)
    if way == AUTO:
        return Turned(_saved_by_itself(sheet, now))
    if way != SAVE:
        turn(sheet.form, way)
    try:
        if sheet.keeps_drafts:
            sheet.require_newest()
            sheet.save(now)
    except DandelionError as error:
        sheet.form.errors.clear()
        return Turned(problem=str(error), status=error.status)
    if way == SAVE and sheet.keeps_drafts:
        messages.success(request, _("Saved. You find it on your page under “Not handed in yet”."))
        return Turned(redirect("drafts"))
    if way == SAVE:
        sheet.form.errors.clear()
    if sheet.form.errors:
        return Turned(status=Invalid.status)
    if sheet.keeps_drafts and sheet.form.here and not request.POST.get("form-of"):
        return Turned(redirect(f"{request.path}?{urlencode({'page': sheet.form.here})}"))
    return Turned()


def _thrown_away(sheet: Sheet, request: HttpRequest) -> Turned:
    if drafts.remove(sheet.user, sheet.subject):
        messages.success(request, _("Thrown away. You begin anew."))
    return Turned(redirect(request.path))


def _saved_by_itself(sheet: Sheet, now: datetime) -> HttpResponse:
    """What the script reads: the new counter and a sentence, or the sentence of a refusal."""
    if not sheet.keeps_drafts:
        return JsonResponse({"sentence": ""}, status=403)
    try:
        draft = sheet.save(now)
    except DandelionError as error:
        return JsonResponse({"sentence": str(error)}, status=error.status)
    when = date_format(timezone.localtime(draft.saved_at), "TIME_FORMAT")
    return JsonResponse({"seen": draft.counter, "sentence": _("Saved at %(when)s") % {"when": when}})
