"""Migrations: complete, named by a person, independent of our code."""

import ast
import re
from pathlib import Path

from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
APPS = ("core", "forms", "notifications", "workflows", "cms")
AUTOMATIC = re.compile(r"_auto_\d{8}|_alter_|_remove_|_rename_|_delete_|_and_more$")
MIGRATIONS = [path for app in APPS for path in (ROOT / app / "migrations").glob("[0-9]*.py")]


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named_by_hand():
    assert not [str(path.relative_to(ROOT)) for path in MIGRATIONS if AUTOMATIC.search(path.stem)]


def test_numbers_are_unique_within_an_app():
    for app in APPS:
        numbers = [path.name[:4] for path in MIGRATIONS if path.parts[-3] == app]
        assert len(numbers) == len(set(numbers)), app


def test_migrations_import_nothing_of_ours():
    """They must still run when the code has moved on. Models get generic relations and trees from libraries."""
    for path in MIGRATIONS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            ours = [name for name in names if name.split(".")[0] in APPS]
            assert not ours, f"{path.relative_to(ROOT)} imports {ours}"
