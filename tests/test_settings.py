"""Settings: documented, safe in production, and loud when something is missing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READ = re.compile(r"""env\.(?:text|flag|number|words)\(\s*"([A-Z_]+)"|environ(?:\.get\(|\[)\s*"([A-Z_]+)\"""")
INTERNAL = {"PYTEST_XDIST_WORKER", "DANDELION_SQLITE", "DJANGO_SETTINGS_MODULE"}  # of tests and of Django
COMPLETE = {
    "DANDELION_SECRET_KEY": "k9" * 40 + "-Q3vZ8wX1mB6nT4y",
    "DANDELION_DATA_KEYS": "bm90LWEtc2VjcmV0LW5vdC1hLXNlY3JldC1ub3QtYSE=",
    "DANDELION_HOSTS": "dandelion.example",
    "DANDELION_BASE_URL": "https://dandelion.example",
    "DATABASE_URL": "postgresql://dandelion:secret@127.0.0.1:1/dandelion",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "DANDELION_CACHE_URL": "redis://127.0.0.1:1/1",
    "DANDELION_EMAIL_HOST": "mail.example",
    "DANDELION_EMAIL_FROM": "dandelion@dandelion.example",
}
REQUIRED = sorted(set(COMPLETE) - {"DANDELION_BASE_URL"})


def variables_read() -> set[str]:
    paths = [*(ROOT / "core" / "settings").glob("*.py"), ROOT / "core" / "bootstrap.py"]
    found = {
        name for path in paths for match in READ.findall(path.read_text(encoding="utf-8")) for name in match if name
    }
    return found - INTERNAL


def manage(*arguments: str, var: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run manage.py under production settings with exactly this environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "core.settings.production",
            "DANDELION_VAR": str(var),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.mark.parametrize("variable", sorted(variables_read()))
def test_every_variable_is_in_the_example_and_in_the_documentation(variable: str):
    for name in (".env.example", "docs/settings.md"):
        assert re.search(rf"\b{variable}\b", (ROOT / name).read_text(encoding="utf-8")), f"{variable} is not in {name}"


def test_the_documentation_names_no_variable_that_is_gone():
    named = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= variables_read()


def test_production_passes_the_deployment_checks(tmp_path: Path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **COMPLETE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", REQUIRED)
def test_production_does_not_start_without_what_it_needs(missing: str, tmp_path: Path):
    done = manage("check", var=tmp_path, **{name: value for name, value in COMPLETE.items() if name != missing})
    assert done.returncode != 0
    assert f"Set {missing}" in done.stderr


def test_production_refuses_demo_data(tmp_path: Path):
    done = manage("load_pack", "packs/songjiang", "--demo", var=tmp_path, **COMPLETE)
    assert done.returncode != 0
    assert "demo" in done.stderr.lower()


def test_static_files_can_be_collected_with_hashed_names(tmp_path: Path):
    done = manage("collectstatic", "--noinput", "-v0", var=tmp_path, **COMPLETE)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_the_lock_file_names_only_the_public_index():
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
