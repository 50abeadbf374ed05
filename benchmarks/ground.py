"""A database for benchmarks on the PostgreSQL of BENCH_DATABASE_URL: made anew, migrated, with the tests' cast."""

import os
from typing import Any
from urllib.parse import urlsplit

URL = os.environ.get("BENCH_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/dandelion_bench")


def ready() -> Any:
    """Drop and make the database, migrate it, and build the cast; answers the bench of the tests.

    What is there under that name is lost. Raises: whatever keeps PostgreSQL from being reached.
    """
    import psycopg2

    name = urlsplit(URL).path.lstrip("/")
    admin = psycopg2.connect(URL.rsplit("/", 1)[0] + "/postgres")
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    admin.close()
    os.environ["DATABASE_URL"] = URL
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings.test")

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return bench()


def bench() -> Any:
    """The cast with the forms of the tests; only after `django.setup`."""
    from core.actors import SYSTEM
    from forms.models import FormDefinition
    from forms.services import publish_form
    from tests.cast import NOW, build_cast
    from tests.workflows.conftest import Bench
    from tests.workflows.flows import FORMS

    cast = build_cast()
    for slug, document in FORMS.items():
        definition = FormDefinition.objects.create(slug=slug, title="表", document=document)
        publish_form(definition=definition, actor=SYSTEM, now=NOW)
    return Bench(cast)
