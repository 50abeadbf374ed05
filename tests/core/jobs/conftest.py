"""A handler for each promise, registered for the time of a test, and the rows they leave."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connection

from core.jobs.models import Job
from core.jobs.registry import Handler, handlers
from tests.core.jobs.counting import KINDS
from tests.core.jobs.world import World, shared_postgres, shared_sqlite


class Desk:
    """Registers handlers of a test and takes them away again."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack

    def __call__(
        self,
        kind: str,
        run: Callable[[Job], None],
        *,
        where="inside",
        max_attempts=8,
        retry_unknown=True,
        on_unknown=None,
        lease=timedelta(seconds=30),
    ) -> None:
        entry = Handler(run, where, "fast", lease, max_attempts, retry_unknown, on_unknown)
        self.stack.enter_context(handlers.temporarily(kind, entry))


@pytest.fixture
def handle() -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(stack)


@pytest.fixture(autouse=True)
def _this_process_wakes_nobody(settings) -> None:
    """Messages come from children, or from a test that sends them one by one."""
    settings.CELERY_BROKER_URL = "memory://"


@pytest.fixture
def world(db, tmp_path) -> Iterator[World]:
    """A database of its own that worker processes share with the test; all of them are gone afterwards."""
    with ExitStack() as stack:
        for kind, entry in KINDS.items():
            stack.enter_context(handlers.temporarily(kind, entry))
        shared = shared_sqlite if connection.vendor == "sqlite" else shared_postgres
        world = stack.enter_context(shared(tmp_path))
        stack.callback(world.kill_all)
        yield world
