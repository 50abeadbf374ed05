"""Settings of `make run`: SQLite in the data folder, loopback only, mail on the console."""

import contextlib
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import partial

from core.settings import env
from core.settings.base import *  # noqa: F403
from core.settings.base import VAR_DIR, sqlite

DEBUG = env.flag("DANDELION_DEBUG")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def _kept(name: str, make: Callable[[], str]) -> str:
    """The text of a file in the data folder that only its owner reads; written with `make` at the first start."""
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    path = VAR_DIR / name
    with (
        contextlib.suppress(FileExistsError),
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new,
    ):
        new.write(make())
    return path.read_text()


def _new_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")


SECRET_KEY = _kept("secret_key", partial(secrets.token_urlsafe, 50))
DATA_KEYS = env.data_keys(
    "DANDELION_DATA_KEYS", env.words("DANDELION_DATA_KEYS", ",".join(_kept("data_keys", _new_key).split()))
)
(VAR_DIR / "static").mkdir(exist_ok=True)  # WhiteNoise looks there, although nothing is collected
DATABASES = {"default": sqlite(VAR_DIR / "dandelion.sqlite3")}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# For links in messages: the port that `make run` serves on.
WAGTAILADMIN_BASE_URL = env.text("DANDELION_BASE_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}")
WHITENOISE_AUTOREFRESH = DEBUG
DANDELION_DEMO = True
DANDELION_DEMO_PASSWORD = "pugongying2026"  # noqa: S105 - printed at every start, loopback only
DANDELION_SERVE_MEDIA = True
