"""Fixtures that every test may use: the cast (see `tests/cast.py`), and a flush that the append-only tables allow."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import environ

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from core.catalogue import compile_catalogues
from tests.cast import Cast, build_cast

APPEND_ONLY = ["core_ledgerentry", "core_auditentry"]


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations before the first test, once: workers find them there."""
    if not hasattr(config, "workerinput"):
        compile_catalogues()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a service that this run is not about; `.ci/run` runs those tests with the services."""
    absent = {
        mark
        for mark, variable in (("postgresql", "DATABASE_URL"), ("celery", "CELERY_BROKER_URL"))
        if not environ.get(variable)
    }
    left_out = [item for item in items if absent & {mark.name for mark in item.iter_markers()}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def cast(db) -> Cast:
    """The described people and units, fresh for this test."""
    return build_cast()


@pytest.fixture(autouse=True)
def _in_chinese() -> None:
    """Every test begins in the default language, whatever page the one before it asked for."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_triggers() -> Iterator[None]:
    """Let the flush after a transactional test empty the append-only tables; the triggers are back right after it.

    A transactional test marks itself `@pytest.mark.django_db(transaction=True, serialized_rollback=True)`. The rows
    that migrations wrote return at once: Django brings them back only for the next transactional test, but the next
    test of a parallel worker may be any, and without its content types it fails far from here.
    """
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # private: there is no hook for it

    def flush_without_triggers(case: TransactionTestCase) -> None:
        assert case.serialized_rollback, "mark the test with serialized_rollback=True"
        with without_triggers():
            flush(case)
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)  # type: ignore[attr-defined]
        ContentType.objects.clear_cache()

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", flush_without_triggers)
    yield
    patch.undo()


@contextmanager
def without_triggers() -> Iterator[None]:
    """Switch the append-only triggers off inside the block."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            before = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in APPEND_ONLY]
            after = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in APPEND_ONLY]
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'core_%'")
            triggers = [(name, sql) for name, sql in cursor.fetchall() if sql.count("append-only")]
            before = [f"DROP TRIGGER {name}" for name, _sql in triggers]
            after = [sql for _name, sql in triggers]
        for statement in before:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in after:
                cursor.execute(statement)
