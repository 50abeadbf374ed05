"""What the kinds that take files share: what comes with the request, what was kept before, and what an answer names."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forms import uploads
from forms.context import FillContext
from forms.images import NotAPhoto, TooManyPixels, rewritten, small
from forms.kinds.base import AnswerField, Definition, Kind, NotCarried, Stored
from forms.models import Upload

log = logging.getLogger(__name__)
USUAL = 3
MEGABYTE = 1024 * 1024
Entry = dict[str, str]


@dataclass(frozen=True)
class Received:
    """A file as it will be kept. `small`: a small picture of it, where there is one."""

    content: bytes
    content_type: str
    name: str
    small: bytes = b""


def picture(content: bytes, name: str) -> Received:
    """A picture, written anew. Raises: `NotAPhoto`, `TooManyPixels`."""
    written, content_type = rewritten(content)
    return Received(written, content_type, name, small(written))


class UploadField(AnswerField):
    """Files that come with the request, and those kept from an earlier one. `kept`: what is there after cleaning."""

    default_error_messages = {
        "empty": _("“%(name)s” is empty. Please choose it again."),
        "too_many_pixels": _("“%(name)s” has too many pixels. Please make it smaller and choose it again."),
        "not_kept": _(
            "“%(name)s” could not be kept just now; all else that you entered is here. Please try again later."
        ),
    }
    user: Any = None
    kept: list[Entry] | None = None
    largest = 8  # megabytes
    content_types: frozenset[str] = frozenset()

    @property
    def most(self) -> int:
        """How many files the field takes."""
        return most_of(self.definition)

    def received(self, content: bytes, name: str) -> Received:
        """What is kept of a file; subclasses say it. Raises: `ValidationError`, `NotAPhoto`, `TooManyPixels`."""
        raise NotImplementedError

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
        yield from ({"key": key, "name": found[key].name} for key in wanted if key in found and self._suits(found[key]))

    def _suits(self, upload: Upload) -> bool:
        """Whether a file may stand here, which may have been sent for another question of the form."""
        is_small = upload.size_bytes <= self.largest * MEGABYTE
        return uploads.is_pretended(upload.key) or (is_small and upload.kind in self.content_types)

    def _taken(self, file: "UploadedFile[bytes]") -> Entry:
        name, size = uploads.cleaned_name(file.name), file.size or 0
        if len(self.kept or []) >= self.most:
            raise self.refuse("too_many", name=name, limit=self.most)
        if not size:
            raise self.refuse("empty", name=name)
        if size > self.largest * MEGABYTE:
            raise self.refuse("too_large", name=name, size=_megabytes(size), limit=self.largest)
        try:
            one = self.received(file.read(), name)
            kept = uploads.keep(
                content=one.content,
                content_type=one.content_type,
                name=one.name,
                user=self.user,
                now=timezone.now(),
                small=one.small,
            )
        except NotAPhoto:
            raise self.refuse("not_a_photo", name=name) from None
        except TooManyPixels:
            raise self.refuse("too_many_pixels", name=name) from None
        except OSError as error:  # a full disk must not lose what else was entered
            log.error("a file cannot be kept: %s", type(error).__name__)
            raise self.refuse("not_kept", name=name) from None
        return {"key": kept.key, "name": kept.name}

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What a form that comes back still holds."""
        return data

    def prepare_value(self, value: Any) -> list[dict[str, str]]:
        """What the page lists: names, and tokens that let the next request name the files again."""
        entries = self.kept if self.kept is not None else value
        return [
            {"name": one["name"], "token": uploads.token(one["key"], self.user)}
            for one in (entries if isinstance(entries, list) else [])
            if isinstance(one, dict) and {"key", "name"} <= one.keys()
        ]


class UploadKind(Kind):
    """Some files."""

    is_chosen = True

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Remember who uploads, and start with nothing."""
        form_field.user, form_field.kept = context.user, None

    def posted(self, stored: Stored) -> list[Any]:
        """The entries themselves, which no request can send; anything else as a text, to be refused."""
        if stored is None:
            return []
        return stored if isinstance(stored, list) else [str(stored)]

    def counted(self, count: int) -> str:
        """So many files, in words; subclasses say it."""
        raise NotImplementedError

    def too_many(self, most: int) -> str:
        """Why not all files of an earlier answer suit; subclasses say it."""
        raise NotImplementedError

    def carried(self, stored: Stored, was: Definition, definition: Definition, context: FillContext) -> Stored:
        """As many files as may still be given. Raises: `NotCarried`, keeping those."""
        if was["kind"] != self.name or not isinstance(stored, list):
            raise NotCarried("kind")
        most = most_of(definition)
        if len(stored) > most:
            raise NotCarried("limit", self.too_many(most), kept=stored[:most])
        return stored

    def typed(self, stored: Stored) -> list[str] | None:
        """The keys."""
        return uploads.keys_of(stored) or None

    def from_rule(self, value: Any, definition: Definition) -> Stored:
        """Files are never worked out."""
        return None

    def is_missing(self, stored: Stored) -> bool:
        """No file."""
        return not uploads.keys_of(stored)

    def shown(self, stored: Stored, definition: Definition) -> str:
        """How many there are."""
        return self.counted(len(uploads.keys_of(stored)))

    def masked(self, stored: Stored, definition: Definition) -> str:
        """How many there are."""
        return self.counted(len(uploads.keys_of(stored)))


def most_of(definition: Definition) -> int:
    """How many files a field takes."""
    return int(definition.get("max", USUAL))


def pairs(stored: Stored) -> Iterator[tuple[str, str]]:
    """(key, name) of the files of an answer that have an address."""
    for one in stored if isinstance(stored, list) else []:
        if isinstance(one, dict) and isinstance(one.get("key"), str) and one["key"].isalnum():
            yield one["key"], str(one.get("name", ""))[:200]


def _megabytes(size: int) -> str:
    """With one decimal, rounded up, so that what is just too large does not look small enough."""
    tenths = -(-size * 10 // MEGABYTE)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
