"""Runs due jobs without a broker: once until none is due, or for ever as the embedded installation's worker."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from core.jobs.registry import QUEUES
from core.jobs.running import drain, run_next, settle_lost
from core.jobs.services import beat
from core.jobs.ticks import tick

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
BEAT_SECONDS = 15


class Command(BaseCommand):
    """Drains the job rows."""

    help = "Run due jobs until there are none; with --loop, wait for more until SIGTERM."
    requires_system_checks: list[str] = []  # `make check` and CI run them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--loop` and `--queues`."""
        parser.add_argument("--loop", action="store_true", help="Go on for ever; finish the running job on SIGTERM.")
        parser.add_argument("--queues", nargs="+", choices=QUEUES, default=QUEUES, help="Serve only these, in order.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Drain once or for ever."""
        if options["loop"]:
            Loop(options["queues"]).run()
        else:
            self.stdout.write(str(drain(options["queues"])))


class Loop:
    """Runs jobs as they fall due, through restarts of the database, until told to stop."""

    def __init__(self, queues: Iterable[str]) -> None:
        self.queues = tuple(queues)
        self.stopping = threading.Event()
        self.next_beat = 0.0

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the handler only sets a flag, so that the running job is finished."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self.stopping.set())
        while not self.stopping.is_set():
            if not self._step():
                self.stopping.wait(POLL_SECONDS)

    def _step(self) -> bool:
        """Make one attempt if a job is due; false when there was nothing to do, or no database to ask."""
        try:
            close_old_connections()
            self._beat()
            return bool(settle_lost(now=timezone.now())) or run_next(self.queues)
        except (OperationalError, InterfaceError) as error:
            # The database restarts, or SQLite's writer took too long. What was claimed comes back with its lease.
            logger.warning("drain: the database does not answer (%s); trying again", type(error).__name__)
            connection.close()
            return False

    def _beat(self) -> None:
        if time.monotonic() >= self.next_beat:
            now = timezone.now()
            beat(name="drain", now=now)
            tick(now)
            self.next_beat = time.monotonic() + BEAT_SECONDS
