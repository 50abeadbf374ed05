"""Files that came with answers: kept when they arrive, tied to the submission that names them, else removed."""

import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.core import signing
from django.db import transaction

from forms import storage
from forms.fieldschema import is_hostile
from forms.models import Submission, Upload

KEPT_FOR: Final = timedelta(days=1)  # without a submission
SALT: Final = "forms.uploads"
MOST_REMOVED: Final = 500
NAME_LENGTH: Final = 120
PRETENDED: Final = "tried-"  # begins the key of a file that is not really kept; such a key has no address
_pretending: ContextVar[bool] = ContextVar("pretending to keep files", default=False)


def cleaned_name(name: Any) -> str:
    """A file's name without folders and without what nobody can see."""
    last = str(name or "").replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(letter for letter in unicodedata.normalize("NFC", last[:1_000]) if _is_seen(letter))
    plain = " ".join(plain.split())
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > NAME_LENGTH and stem and len(ending) <= 10:
        return stem[: NAME_LENGTH - len(ending) - 2] + "…" + dot + ending
    return plain[:NAME_LENGTH] or "—"


def _is_seen(letter: str) -> bool:
    return not is_hostile(letter) and unicodedata.category(letter) != "Cf"


@transaction.atomic
def keep(*, content: bytes, content_type: str, name: str, user: Any, now: datetime, small: bytes = b"") -> Upload:
    """Keep a file that was found to be what it should be. `small`: a small picture of it. Raises: OSError."""
    nowhere = _pretending.get()
    return Upload.objects.create(
        key=f"{PRETENDED}{secrets.token_hex(13)}" if nowhere else secrets.token_hex(16),
        name=name,
        kind=content_type,
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
        path="" if nowhere else storage.write(content, small=small),
        uploaded_at=now,
        uploaded_by=user,
    )


def is_pretended(key: str) -> bool:
    """Whether a file of this key was written nowhere."""
    return key.startswith(PRETENDED)


@contextmanager
def pretending() -> Iterator[None]:
    """Inside the block files get their row but are written nowhere; for transactions that are rolled back."""
    before = _pretending.set(True)
    try:
        yield
    finally:
        _pretending.reset(before)


def stand_in(answers: Mapping[str, Any], *, user: Any, now: datetime) -> None:
    """Rows for the files that answers of an earlier, rolled-back transaction name, as if they had just come again."""
    entries = [entry for value in answers.values() if isinstance(value, list) for entry in value]
    keys = {one["key"]: str(one.get("name", "")) for one in entries if isinstance(one, dict) and "key" in one}
    there = named(keys)
    Upload.objects.bulk_create(
        Upload(key=key, name=name[:NAME_LENGTH], size_bytes=0, uploaded_at=now, uploaded_by=user)
        for key, name in keys.items()
        if is_pretended(key) and key not in there
    )


def token(key: str, user: Any) -> str:
    """What a page carries, so that the same person's next request may name this file again."""
    return signing.dumps([key, user.pk if user is not None else 0], salt=SALT)


def key_in(text: Any, user: Any) -> str:
    """The key in a token of this person, "" for a forged or foreign one. Raises: `signing.SignatureExpired`."""
    try:
        value = signing.loads(str(text)[:500], salt=SALT, max_age=KEPT_FOR)
    except signing.SignatureExpired:
        raise
    except signing.BadSignature:
        return ""
    key, owner = value
    return str(key) if owner == (user.pk if user is not None else 0) else ""


def keys_of(stored: Any) -> list[str]:
    """The keys of files that a stored answer names; nothing of an answer of another shape."""
    entries = stored if isinstance(stored, list) else []
    return [one["key"] for one in entries if isinstance(one, dict) and isinstance(one.get("key"), str)]


def named(keys: Iterable[str]) -> dict[str, Upload]:
    """Key → file, of those that are there."""
    found = Upload.objects.filter(key__in=list(keys)).select_related("uploaded_by")
    return {upload.key: upload for upload in found}


def allowed(
    answers: Mapping[str, Any], fields: Iterable[str], *, earlier: Mapping[str, Any], user: Any
) -> dict[str, Any]:
    """The answers, with only those files that this person may hand in here: new ones of his, and those that stood."""
    kept = dict(answers)
    for field in fields:
        stood = set(keys_of(earlier.get(field)))
        keys = keys_of(kept.get(field))
        if not keys:
            continue
        found = named(keys)
        new = {key for key, one in found.items() if one.submission_id is None and one.uploaded_by == user}
        files = [{"key": key, "name": found[key].name} for key in keys if key in found and key in new | stood]
        kept[field] = files
        if not files:
            del kept[field]
    return kept


def copied(answers: Mapping[str, Any], fields: Iterable[str], *, user: Any, now: datetime) -> dict[str, Any]:
    """The answers, with copies of files that another submission holds, so that each keeps its own for its own time.

    For what a flow passes on by itself, never for what somebody sends. Raises: OSError.
    """
    kept = dict(answers)
    for field in fields:
        keys = keys_of(kept.get(field))
        found = named(keys) if keys else {}
        ours = [
            _copy(found[key], user, now) if found[key].submission_id else found[key] for key in keys if key in found
        ]
        if ours:
            kept[field] = [{"key": one.key, "name": one.name} for one in ours]
    return kept


def _copy(upload: Upload, user: Any, now: datetime) -> Upload:
    content, small = storage.read(upload.path) or b"", storage.read_small(upload.path) or b""
    return keep(
        content=content,
        content_type=upload.kind,
        name=upload.name,
        user=user,
        now=now,
        small=small if small != content else b"",
    )


def tie(submission: Submission, fields: Iterable[str]) -> None:
    """Let the files that the submission names stay for as long as it does."""
    keys = [key for field in fields for key in keys_of(submission.answers.get(field))]
    if keys:
        Upload.objects.filter(key__in=keys, submission=None).update(submission=submission)


def remove(keys: Iterable[str]) -> None:
    """Remove files for good: from the disk, before their rows, so that no file stays behind unknown."""
    for upload in Upload.objects.filter(key__in=list(keys)).select_for_update():
        storage.remove(upload.path)
        upload.delete()


@transaction.atomic
def purge(*, now: datetime) -> int:
    """Remove files that nothing has named for a day; at most so many at once. Returns how many."""
    left = Upload.objects.filter(submission=None, draft=None, uploaded_at__lt=now - KEPT_FOR).order_by("pk")
    found = list(left.select_for_update()[:MOST_REMOVED])
    remove(upload.key for upload in found)
    return len(found)
