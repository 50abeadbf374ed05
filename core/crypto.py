"""Encryption at rest with the keys of DANDELION_DATA_KEYS: texts, JSON, files, and digests to look things up by.

The first key encrypts, every key decrypts, so that a new one is put in front and the old one taken away once
`manage.py rotate_keys` has been through all stores. What no key opens raises `CannotBeRead` and harms nothing else.
"""

import hmac
import json
import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core.exceptions import CannotBeRead
from core.registry import Registry

INDEX_LABEL = b"dandelion blind index"


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache(maxsize=8)
def _first(key: str) -> Fernet:
    return Fernet(key)


def _keys() -> tuple[str, ...]:
    return tuple(settings.DATA_KEYS)


def encrypt_bytes(content: bytes) -> bytes:
    """The content, readable with our keys alone; each call gives another token."""
    return _ring(_keys()).encrypt(content)


def decrypt_bytes(token: bytes) -> bytes:
    """What was encrypted. Raises: `CannotBeRead` when no key opens it, or it was tampered with."""
    try:
        return _ring(_keys()).decrypt(token)
    except InvalidToken:
        raise CannotBeRead from None


def encrypt(text: str) -> str:
    """A text as a token of letters, digits, `-`, `_` and `=`."""
    return encrypt_bytes(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """The text in a token. Raises: `CannotBeRead`."""
    return decrypt_bytes(token.encode()).decode()


def seal(value: Any) -> str:
    """A JSON value as a token."""
    return encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def unseal(token: str) -> Any:
    """The JSON value in a token. Raises: `CannotBeRead`."""
    return json.loads(decrypt(token))


def is_current(token: str | bytes) -> bool:
    """Whether the first key encrypted this token."""
    try:
        _first(_keys()[0]).decrypt(token)
    except InvalidToken:
        return False
    return True


def rotated(token: str) -> str:
    """The token as the first key would write it; itself if that key did. Raises: `CannotBeRead`."""
    if is_current(token):
        return token
    try:
        return _ring(_keys()).rotate(token.encode()).decode("ascii")
    except InvalidToken:
        raise CannotBeRead from None


def normalised(text: str) -> str:
    """A text as it is compared in a blind index: one width, one case, without spaces and hyphens."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if not letter.isspace() and unicodedata.category(letter) != "Pd")


def blind_index(text: str, scope: str) -> str:
    """64 hexadecimal digits by which an encrypted text is found again by somebody who knows it, with the first key.

    `scope`: what the text is, e.g. "form:field"; the same text has another digest in each scope.
    """
    return _digest(_keys()[0], text, scope)


def blind_indexes(text: str, scope: str) -> list[str]:
    """The digests of a text under every key, newest first: what to look for while keys are being changed."""
    return [_digest(key, text, scope) for key in _keys()]


def _digest(key: str, text: str, scope: str) -> str:
    own = hmac.digest(urlsafe_b64decode(key), INDEX_LABEL, "sha256")  # never the key that encrypts
    return hmac.new(own, f"{scope}\0{normalised(text)}".encode(), sha256).hexdigest()


@dataclass(frozen=True)
class Batch:
    """What became of one batch of a store: rows looked at, rows written anew, values that no key opens."""

    seen: int
    changed: int
    unreadable: int


Store = Callable[[int], Iterator[Batch]]  # rows per batch → one report per batch, each committed by itself
STORES: Registry[Store] = Registry("store of encrypted values")


def store(name: str) -> Callable[[Store], Store]:
    """Decorator: `manage.py rotate_keys` also goes through what this function walks."""
    return lambda walk: STORES.register(name, walk)


def in_batches(rows: QuerySet[Any], size: int, change: Callable[[list[Any]], Batch]) -> Iterator[Batch]:
    """Give the rows by primary key to `change`, each batch locked and committed by itself before it is reported."""
    last = 0
    while True:
        with transaction.atomic():
            batch = list(rows.filter(pk__gt=last).select_for_update(of=("self",)).order_by("pk")[:size])
            if not batch:
                return
            last = batch[-1].pk
            report = change(batch)
        yield report


def rotate_column(rows: QuerySet[Any], column: str, size: int) -> Iterator[Batch]:
    """A store whose rows hold one token in a text column, "" for none."""

    def change(batch: list[Any]) -> Batch:
        changed = unreadable = 0
        for row in batch:
            token = getattr(row, column)
            try:
                new = rotated(token) if token else token
            except CannotBeRead:
                unreadable += 1
                continue
            if new != token:
                rows.model.objects.filter(pk=row.pk).update(**{column: new})
                changed += 1
        return Batch(len(batch), changed, unreadable)

    return in_batches(rows, size, change)
