"""Handlers that count what they did, for workers in processes of their own. Imported, this module registers nothing."""

import os
import time
from datetime import timedelta
from pathlib import Path

from django.db import connection

from core.jobs.models import Job
from core.jobs.registry import Handler

LEASE = timedelta(seconds=1)


def count(job: Job) -> None:
    """A database effect, and then time in which to be killed."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effects (job_key, pid) VALUES (%s, %s)", [job.key, os.getpid()])
    time.sleep(job.payload.get("seconds", 0))


def get_stuck_once(job: Job) -> None:
    """A database effect, and at the first attempt no end."""
    count(job)
    _say_and_get_stuck_once(Path(job.payload["marker"]))


def call(job: Job) -> None:
    """An effect outside: one line in a file, and at the first attempt no end."""
    with Path(job.payload["world"]).open("a") as world:
        world.write(f"{job.key}\n")
    _say_and_get_stuck_once(Path(job.payload["marker"]))


def _say_and_get_stuck_once(marker: Path) -> None:
    if not marker.exists():
        marker.touch()
        time.sleep(600)


KINDS = {
    "test.count": Handler(count, "inside", "fast", LEASE, 50, True, None),
    "test.stuck": Handler(get_stuck_once, "inside", "fast", LEASE, 50, True, None),
    "test.call": Handler(call, "outside", "notify", LEASE, 50, True, None),
    "test.pay": Handler(call, "outside", "notify", LEASE, 50, False, None),
}
