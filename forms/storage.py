"""Files that only the application itself hands out: below a folder that no web server knows, under random names."""

import secrets

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

FOLDER = "forms"
SMALL = ".small"


def _storage() -> FileSystemStorage:
    return FileSystemStorage(location=settings.PRIVATE_ROOT, directory_permissions_mode=0o750)


def write(content: bytes, *, small: bytes = b"") -> str:
    """Keep a file, with a small picture of it where there is one, and return its path inside the private folder.

    Raises: OSError when it cannot be kept, such as on a full disk; nothing is left of it then.
    """
    name = secrets.token_hex(16)
    path = f"{FOLDER}/{name[:2]}/{name}"
    try:
        for place, part in ((path, content), (path + SMALL, small)):
            if part:
                _storage().save(place, ContentFile(part))
    except OSError:
        remove(path)
        raise
    return path


def read(path: str) -> bytes | None:
    """The content of a file, None when it is not there."""
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
