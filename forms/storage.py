"""Files that only the application itself hands out: below a folder that no web server knows, under random names.

Those that came with answers are encrypted, like what is sensitive in the database.
"""

import secrets
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from core import crypto

FOLDER = "forms"
SEALED = b"dandelion-sealed:"  # how an encrypted file begins; older ones are as they came
SMALL = ".small"


def _storage() -> FileSystemStorage:
    return FileSystemStorage(location=settings.PRIVATE_ROOT, directory_permissions_mode=0o750)


def write(content: bytes, *, small: bytes = b"") -> str:
    """Keep a file, encrypted, with a small picture of it where there is one; its path inside the private folder.

    Raises: OSError when it cannot be kept, such as on a full disk; nothing is left of it then.
    """
    name = secrets.token_hex(16)
    path = f"{FOLDER}/{name[:2]}/{name}"
    try:
        for place, part in ((path, content), (path + SMALL, small)):
            if part:
                _storage().save(place, ContentFile(SEALED + crypto.encrypt_bytes(part)))
    except OSError:
        remove(path)
        raise
    return path


def write_file(file: BinaryIO, folder: str) -> str:
    """Keep an open file, however large, below a folder of the private one, and return its path there."""
    return _storage().save(f"{folder}/{secrets.token_hex(16)}", File(file))


def open_file(path: str) -> IO[bytes] | None:
    """A kept file to read from, None when it is not there."""
    try:
        return cast(IO[bytes], _storage().open(path).file)
    except (OSError, SuspiciousFileOperation):
        return None


def read(path: str) -> bytes | None:
    """The content of a file, None when it is not there. Raises: `CannotBeRead` when no key opens it."""
    content = _as_kept(path)
    if content is None or not content.startswith(SEALED):
        return content
    return crypto.decrypt_bytes(content.removeprefix(SEALED))


def sealed_anew(path: str) -> str | None:
    """The path of a copy that the first key encrypts, None when that key did already or the file is not there.

    Raises: `CannotBeRead` when no key opens it.
    """
    kept = _as_kept(path)
    if kept is None or (kept.startswith(SEALED) and crypto.is_current(kept.removeprefix(SEALED))):
        return None
    content = read(path)
    return write(content, small=read(path + SMALL) or b"") if content is not None else None


def _as_kept(path: str) -> bytes | None:
    try:
        with _storage().open(path) as file:
            content: bytes = file.read()
    except (OSError, SuspiciousFileOperation):
        return None
    return content


def read_small(path: str) -> bytes | None:
    """The small picture of a file; of one that has none, the file itself."""
    return read(path + SMALL) or read(path)


def remove(path: str) -> None:
    """Delete a file and its small picture; what has gone already is fine."""
    for place in (path, path + SMALL):
        _storage().delete(place)
