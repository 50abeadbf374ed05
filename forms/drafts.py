"""What somebody has entered and not handed in yet: one draft per person and purpose, encrypted, read by him alone.

A draft holds what was typed, also what is wrong, so that nothing is lost; files that came with it wait with it.
Drafts are nobody's record: they are not audited, and go when the form is handed in, when their owner throws them away,
or after `KEPT_FOR`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core import crypto
from core.exceptions import CannotBeRead, Conflict, Invalid
from forms import uploads
from forms.building import FillContext, as_posted, form_class
from forms.carrying import carried
from forms.kinds import KINDS
from forms.models import Draft, FormVersion, Upload

if TYPE_CHECKING:
    from core.people.models import User
    from forms.building import AnswerForm

KEPT_FOR: Final = timedelta(days=90)
MOST_PURGED: Final = 500
LARGEST: Final = 200_000  # characters of what is kept in one draft
FIELD = re.compile(r"[a-z][a-z0-9_]*")  # the key of the field with which the name of an input begins
ELSEWHERE = _(
    "This form was saved on another page or device at %(when)s. What you entered here is still on this page, and what "
    "was saved there is still there. Go on here and this page counts; or take what was saved there."
)
TOO_LARGE = _("This is too much to be saved for later. Please hand it in, or shorten it.")

Entered = MultiValueDict[str, Any]  # names of inputs → what a browser would send


@dataclass(frozen=True)
class Opened:
    """A draft as it comes back. `told`: what no longer fits, since the form was published anew in between."""

    entered: Entered
    page: str
    saved_at: datetime
    counter: int
    told: list[str] = field(default_factory=list)


def find(user: "User", subject: str) -> Draft | None:
    """What this person saved for this purpose."""
    return Draft.objects.select_related("version__definition").filter(user=user, subject=subject).first()


def of(user: "User") -> list[Draft]:
    """Everything this person has saved, the newest first."""
    return list(Draft.objects.select_related("version__definition").filter(user=user).order_by("-saved_at"))


def count(user: "User") -> int:
    """How many drafts this person has."""
    return Draft.objects.filter(user=user).count()


def begun(user: "User", subjects: Iterable[str]) -> set[str]:
    """For which of these purposes this person has saved something."""
    return set(Draft.objects.filter(user=user, subject__in=list(subjects)).values_list("subject", flat=True))


def is_stale(draft: Draft | None, *, seen: int, leaf: str) -> bool:
    """Whether a draft was saved by another page since this one (`leaf`) saw it at `seen`."""
    return draft is not None and draft.leaf != leaf and draft.counter != seen


def elsewhere(draft: Draft) -> Conflict:
    """What to tell somebody whose page is stale."""
    when = date_format(timezone.localtime(draft.saved_at), "SHORT_DATETIME_FORMAT")
    return Conflict(ELSEWHERE % {"when": when}, code="draft_saved_elsewhere")


def save(
    form: "AnswerForm", *, version: FormVersion, user: "User", subject: str, now: datetime, seen: int, leaf: str
) -> Draft:
    """Keep what a bound form holds, right or wrong. `seen`, `leaf`: see `is_stale`.

    Raises: Conflict when another page saved it meanwhile; Invalid when it is too much.
    """
    files = _files(form)
    content = _packed(form, files)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(user=user, subject=subject).first()
        if draft is not None and is_stale(draft, seen=seen, leaf=leaf):
            raise elsewhere(draft)
        draft = draft or Draft(user=user, subject=subject)
        draft.version, draft.content = version if version.pk else None, content
        draft.counter, draft.leaf, draft.saved_at = draft.counter + 1, leaf, now
        try:
            with transaction.atomic():
                draft.save()
        except IntegrityError:  # another page was first at the same moment
            raise elsewhere(Draft(saved_at=now)) from None
        keys = [one["key"] for entries in files.values() for one in entries]
        Upload.objects.filter(draft=draft).exclude(key__in=keys).update(draft=None)
        Upload.objects.filter(key__in=keys, uploaded_by=user, submission=None).update(draft=draft)
    return draft


def remove(user: "User | None", subject: str) -> bool:
    """Forget a draft, in the transaction of whoever calls; its files go with those that nobody handed in."""
    return bool(user is not None and Draft.objects.filter(user=user, subject=subject).delete()[0])


def opened(draft: Draft, version: FormVersion) -> Opened | None:
    """The draft for today's version of its form; None when nobody can read it any more."""
    try:
        content = crypto.unseal(draft.content)
    except CannotBeRead:
        return None
    entered: Entered = MultiValueDict({name: list(values) for name, values in content["entered"].items()})
    for key, entries in content["files"].items():
        entered.setlist(f"{key}-kept", [uploads.token(one["key"], draft.user) for one in entries])
    told: list[str] = []
    if draft.version is not None and version.pk and draft.version_id != version.pk:
        entered, told = _carried(draft, version, entered)
    return Opened(entered, content["page"], draft.saved_at, draft.counter, told)


def misfits(draft: Draft, version: FormVersion) -> list[str]:
    """What of a draft would not fit this version, published or not, in sentences that say nothing of what was entered.

    Nothing when the draft cannot be read.
    """
    if draft.version is None or draft.version.document == version.document:
        return []
    try:
        content = crypto.unseal(draft.content)
    except CannotBeRead:
        return []
    entered: Entered = MultiValueDict({name: list(values) for name, values in content["entered"].items()})
    return _carried(draft, version, entered)[1]


def _carried(draft: Draft, version: FormVersion, entered: Entered) -> tuple[Entered, list[str]]:
    """What was entered, brought over to another version, and what does not fit there.

    Where the kind of a field stayed, what was typed stays as it was typed, right or wrong.
    """
    assert draft.version is not None  # noqa: S101  # asked before
    before = form_class(draft.version)(entered, context=FillContext(user=draft.user))
    before.is_valid()
    answers = {
        key: KINDS[before.definitions[key]["kind"]].stored(value, before.definitions[key])
        for key, value in before.cleaned_data.items()
        if value is not None
    }
    found = carried(draft.version.document, version.document, answers, today=before.context.today)
    posted: Entered = as_posted(version.document, found.answers)
    was = {one["key"]: one["kind"] for one in before.definitions.values()}
    same = {one["key"] for one in version.fields if was.get(one["key"]) == one["kind"]}
    for name in [*posted]:
        if _field_of(name) in same:
            del posted[name]
    for name, values in entered.lists():
        if _field_of(name) in same:
            posted.setlist(name, values)
    return posted, [one.sentence for one in found.misfits]


def purge(*, now: datetime) -> int:
    """Remove drafts that nobody touched for `KEPT_FOR`, at most so many at once. Returns how many."""
    old = Draft.objects.filter(saved_at__lt=now - KEPT_FOR).order_by("pk").values_list("pk", flat=True)
    return Draft.objects.filter(pk__in=list(old[:MOST_PURGED])).delete()[0]


def _packed(form: "AnswerForm", files: dict[str, list[dict[str, str]]]) -> str:
    data: Any = form.data  # what a browser sent: several values per name
    entered = {
        name: [str(value) for value in data.getlist(name)]
        for name in data
        if _field_of(name) in form.fields and _field_of(name) not in files
    }
    content = {"entered": entered, "files": files, "page": form.here}
    if len(json.dumps(content, ensure_ascii=False)) > LARGEST:
        raise Invalid(TOO_LARGE, code="draft_too_large")
    return crypto.seal(content)


def _files(form: "AnswerForm") -> dict[str, list[dict[str, str]]]:
    """Key → files that a field keeps, of those that take files; reading the form kept them."""
    form.is_valid()
    return {key: list(one.kept or []) for key, one in form.fields.items() if hasattr(one, "kept")}


def _field_of(name: str) -> str:
    found = FIELD.match(name)
    return found[0] if found else ""


@crypto.store("forms.drafts")
def rotate(size: int) -> Iterator[crypto.Batch]:
    """Write drafts anew with the first key."""
    return crypto.rotate_column(Draft.objects.all(), "content", size)
