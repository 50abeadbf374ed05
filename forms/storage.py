"""Files that only the application itself hands out: below a folder that no web server knows, under random names."""

import secrets
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

FOLDER = "forms"


def _storage() -> FileSystemStorage:
    return FileSystemStorage(location=settings.PRIVATE_ROOT, directory_permissions_mode=0o750)


def write(content: bytes) -> str:
    """Keep a file and return its path inside the private folder."""
    name = secrets.token_hex(16)
    return _storage().save(f"{FOLDER}/{name[:2]}/{name}", ContentFile(content))


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
    """The content of a file, None when it is not there."""
    try:
        with _storage().open(path) as file:
            content: bytes = file.read()
    except (OSError, SuspiciousFileOperation):
        return None
    return content


def remove(path: str) -> None:
    """Delete a file; one that has gone already is fine."""
    _storage().delete(path)
