"""The kind for photos: read, made smaller and stripped when they arrive, and named in the answer."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forms import uploads
from forms.context import FillContext
from forms.images import NotAPhoto, TooManyPixels, rewritten, small
from forms.kinds.base import AnswerField, Definition, Kind, NotCarried, Stored, register
from forms.widgets import Photos

log = logging.getLogger(__name__)
USUAL = 3
MEGABYTE = 1024 * 1024
LARGEST = 8  # megabytes
Entry = dict[str, str]


class PhotosField(AnswerField):
    """Photos that come with the request, and those kept from an earlier one. `kept`: what is there after cleaning."""

    widget = Photos
    default_error_messages = {
        "not_a_photo": _("“%(name)s” is not a photo. Please choose a JPG, PNG or WebP instead."),
        "empty": _("“%(name)s” is empty. Please choose it again."),
        "too_large": _("“%(name)s” has %(size)s MB; each photo may have %(limit)s MB at most."),
        "too_many_pixels": _("“%(name)s” has too many pixels. Please make it smaller and choose it again."),
        "too_many": _("“%(name)s” was one too many: %(limit)s photos at most."),
        "not_kept": _(
            "“%(name)s” could not be kept just now; all else that you entered is here. Please try again later."
        ),
        "gone": _("A photo that you chose earlier was kept for one day only. Please choose it again."),
    }
    user: Any = None
    kept: list[Entry] | None = None

    @property
    def most(self) -> int:
        """How many photos the field takes."""
        return int(self.definition.get("max", USUAL))

    def to_python(self, value: Any) -> list[Entry] | None:
        """What is there now; every file that is refused is named. Raises: `ValidationError`."""
        sent = value or {}
        stored = sent.get("stored", [])
        if len(uploads.keys_of(stored)) < len(stored):
            raise self.refuse("not_text")
        errors: list[ValidationError] = []
        self.kept = [*stored, *self._kept_before(sent, errors)][: self.most]
        for file in sent.get("files", []):
            try:
                self.kept.append(self._taken(file))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return self.kept or None

    def _kept_before(self, sent: dict[str, Any], errors: list[ValidationError]) -> Iterator[Entry]:
        dropped = set(sent.get("dropped", []))
        try:
            keys = [uploads.key_in(token, self.user) for token in sent.get("kept", []) if token not in dropped]
        except signing.SignatureExpired:
            errors.append(self.refuse("gone"))
            return
        wanted = [key for key in dict.fromkeys(keys) if key]
        found = uploads.named(wanted)
        if len(found) < len(wanted):
            errors.append(self.refuse("gone"))
        yield from ({"key": key, "name": found[key].name} for key in wanted if key in found)

    def _taken(self, file: "UploadedFile[bytes]") -> Entry:
        name, size = uploads.cleaned_name(file.name), file.size or 0
        if len(self.kept or []) >= self.most:
            raise self.refuse("too_many", name=name, limit=self.most)
        if not size:
            raise self.refuse("empty", name=name)
        if size > LARGEST * MEGABYTE:
            raise self.refuse("too_large", name=name, size=_megabytes(size), limit=LARGEST)
        try:
            content, content_type = rewritten(file.read())
            now = timezone.now()
            kept = uploads.keep(
                content=content, content_type=content_type, name=name, user=self.user, now=now, small=small(content)
            )
        except NotAPhoto:
            raise self.refuse("not_a_photo", name=name) from None
        except TooManyPixels:
            raise self.refuse("too_many_pixels", name=name) from None
        except OSError as error:  # a full disk must not lose what else was entered
            log.error("a photo cannot be kept: %s", type(error).__name__)
            raise self.refuse("not_kept", name=name) from None
        return {"key": kept.key, "name": kept.name}

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What a form that comes back still holds."""
        return data

    def prepare_value(self, value: Any) -> list[dict[str, str]]:
        """What the page lists: names, and tokens that let the next request name the photos again."""
        entries = self.kept if self.kept is not None else value
        return [
            {"name": one["name"], "token": uploads.token(one["key"], self.user)}
            for one in (entries if isinstance(entries, list) else [])
            if isinstance(one, dict) and {"key", "name"} <= one.keys()
        ]


class PhotosKind(Kind):
    """Some photos."""

    name = "photos"
    is_chosen = True

    def form_field(self, definition: Definition) -> AnswerField:
        """A file input, and the photos that are there already."""
        return PhotosField(definition)

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Remember who uploads, and start with nothing."""
        form_field.user, form_field.kept = context.user, None

    def posted(self, stored: Stored) -> list[Any]:
        """The entries themselves, which no request can send; anything else as a text, to be refused."""
        if stored is None:
            return []
        return stored if isinstance(stored, list) else [str(stored)]

    def carried(self, stored: Stored, was: Definition, definition: Definition, context: FillContext) -> Stored:
        """As many photos as may still be given. Raises: `NotCarried`, keeping those."""
        if was["kind"] != self.name or not isinstance(stored, list):
            raise NotCarried("kind")
        most = int(definition.get("max", USUAL))
        if len(stored) > most:
            why = ngettext("only %(count)d photo may be given now.", "only %(count)d photos may be given now.", most)
            raise NotCarried("limit", why % {"count": most}, kept=stored[:most])
        return stored

    def typed(self, stored: Stored) -> list[str] | None:
        """The keys."""
        return uploads.keys_of(stored) or None

    def from_rule(self, value: Any, definition: Definition) -> Stored:
        """Photos are never worked out."""
        return None

    def is_missing(self, stored: Stored) -> bool:
        """No photo."""
        return not uploads.keys_of(stored)

    def shown(self, stored: Stored, definition: Definition) -> str:
        """How many there are."""
        count = len(uploads.keys_of(stored))
        return ngettext("%(count)d photo", "%(count)d photos", count) % {"count": count}

    def shown_html(self, stored: Stored, definition: Definition) -> SafeString | None:
        """Small pictures that lead to the large ones; the address `file` decides again who may see them."""
        pictures = ((reverse("file", args=(key,)), name) for key, name in _pairs(stored))
        links = format_html_join(
            "",
            '<a href="{0}"><img src="{0}?small=1" alt="{1}" loading="lazy"></a>',
            ((url, name) for url, name in pictures),
        )
        return format_html('<span class="photos">{}</span>', links) if links else None

    def masked(self, stored: Stored, definition: Definition) -> str:
        """How many there are."""
        return self.shown(stored, definition)


def _pairs(stored: Stored) -> Iterator[tuple[str, str]]:
    for one in stored if isinstance(stored, list) else []:
        if isinstance(one, dict) and isinstance(one.get("key"), str) and one["key"].isalnum():
            yield one["key"], str(one.get("name", ""))[:200]


def _megabytes(size: int) -> str:
    """With one decimal, rounded up, so that what is just too large does not look small enough."""
    tenths = -(-size * 10 // MEGABYTE)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


register(PhotosKind())
