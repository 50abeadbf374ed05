"""Settings of `make run`: SQLite in the data folder, loopback only, mail on the console."""

import secrets

from core.settings import env
from core.settings.base import *  # noqa: F403
from core.settings.base import VAR_DIR, sqlite

DEBUG = env.flag("DANDELION_DEBUG")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def _secret_key() -> str:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = _secret_key()
(VAR_DIR / "static").mkdir(exist_ok=True)  # WhiteNoise looks there, although nothing is collected
DATABASES = {"default": sqlite(VAR_DIR / "dandelion.sqlite3")}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# For links in messages: the port that `make run` serves on.
WAGTAILADMIN_BASE_URL = env.text("DANDELION_BASE_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}")
WHITENOISE_AUTOREFRESH = DEBUG
DANDELION_DEMO = True
DANDELION_DEMO_PASSWORD = "pugongying2026"  # noqa: S105 - printed at every start, loopback only
DANDELION_SERVE_MEDIA = True
