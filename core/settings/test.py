"""Settings of the test suite: SQLite, or PostgreSQL when DATABASE_URL is set.

Each parallel worker has its own data folder; the databases are real files, since live servers and child processes
open them too.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "DANDELION_VAR" not in os.environ:
    os.environ["DANDELION_VAR"] = tempfile.mkdtemp(prefix="dandelion-test-")
    atexit.register(shutil.rmtree, os.environ["DANDELION_VAR"], ignore_errors=True)

from core.settings import env
from core.settings.base import *  # noqa: F403
from core.settings.base import VAR_DIR, sqlite

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
MEDIA_ROOT = VAR_DIR / f"media-{WORKER}"
PRIVATE_ROOT = VAR_DIR / f"private-{WORKER}"
(VAR_DIR / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise looks there

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
DATA_KEYS = ["b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI="]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]


def _database() -> dict[str, object]:
    """DATABASE_URL, else the SQLite file of DANDELION_SQLITE (child processes of a test), else a fresh file."""
    if os.environ.get("DATABASE_URL"):
        return env.postgres(env.text("DATABASE_URL"))
    path = Path(env.text("DANDELION_SQLITE", str(VAR_DIR / "unused.sqlite3")))
    return {**sqlite(path), "TEST": {"NAME": str(VAR_DIR / "test.sqlite3")}}


DATABASES = {"default": _database()}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DANDELION_DEMO = True
DANDELION_DEMO_PASSWORD = "pugongying2026"  # noqa: S105
DANDELION_SERVE_MEDIA = True
INSTALLED_APPS = [*INSTALLED_APPS, "tests.oracle"]  # noqa: F405  # Viewflow's own nodes, to compare with
