"""Typed readers of environment variables that fail with a sentence naming the variable."""

import binascii
import os
from base64 import urlsafe_b64decode
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's text. Raises `ImproperlyConfigured` when it is missing and has no default."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set {name}: this setting has no default. See .env.example.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off. Raises `ImproperlyConfigured` for anything else."""
    value = os.environ.get(name, "").strip().lower()
    if value in ("", None):
        return default
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number. Raises `ImproperlyConfigured` for anything else."""
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list. Raises `ImproperlyConfigured` when it is missing and has no default."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def data_keys(name: str, keys: list[str]) -> list[str]:
    """Keys of encrypted data, each 32 bytes in URL-safe base64. Raises `ImproperlyConfigured`, showing no key."""
    for number, key in enumerate(keys, start=1):
        try:
            fits = len(key) == 44 and len(urlsafe_b64decode(key)) == 32
        except (ValueError, binascii.Error):
            fits = False
        if not fits:
            raise ImproperlyConfigured(f"{name}: key {number} is not 32 bytes in base64. See docs/privacy.md.")
    if not keys:
        raise ImproperlyConfigured(f"{name} holds no key. See docs/privacy.md.")
    return keys


def postgres(url: str) -> dict[str, object]:
    """Django's settings for `postgresql://user:password@host:port/name`. Raises `ImproperlyConfigured`."""
    parts = urlparse(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"},
    }
