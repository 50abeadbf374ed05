"""A database that several processes share, and processes that a test starts, kills and outlives."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from core.jobs.models import Job

PATIENCE_SECONDS = 90
ROOT = Path(__file__).resolve().parents[3]


class World:
    """One shared database as this process's `default`, and the children that use it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "CELERY_BROKER_URL"},
            "DJANGO_SETTINGS_MODULE": "core.settings.test",
            "DANDELION_VAR": str(folder),
            **environment,
        }
        self.children: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a child of `python -m tests.core.jobs.child` in a process group of its own."""
        return self.start_module("tests.core.jobs.child", *command)

    def start_module(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self.folder / "children.log").open("ab")
        with log:
            child = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.children.append(child)
        return child

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        """`kill -9` of the child and whatever it started."""
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait(10)

    def kill_all(self) -> None:
        for child in self.children:
            self.kill(child)

    def wait_until(self, true: Callable[[], Any], what: str) -> None:
        """Poll with bounded patience; fails the test with the children's last words."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not true():
            if time.monotonic() > deadline:
                words = (self.folder / "children.log").read_text()[-3000:]
                raise AssertionError(f"waited in vain until {what}; the children said:\n{words}")
            time.sleep(0.05)

    def effects(self) -> Counter[str]:
        """How often each job had its effect."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT job_key FROM effects")
            return Counter(key for (key,) in cursor.fetchall())

    def all_done(self) -> bool:
        return not Job.objects.exclude(state=Job.State.DONE).exists()


CREATE_EFFECTS = "CREATE TABLE effects (job_key varchar(200) NOT NULL, pid integer NOT NULL)"


@contextmanager
def shared_sqlite(folder: Path) -> Iterator[World]:
    """A file with the schema of the test database."""
    path = folder / "shared.sqlite3"
    # Read by a connection of its own: a backup from one with an open transaction would wait for ever.
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
    with as_default(NAME=str(path)):
        yield World(folder, {"DANDELION_SQLITE": str(path)})


@contextmanager
def shared_postgres(folder: Path) -> Iterator[World]:
    """A database with the schema of the test database, on the same server."""
    name = f"{connection.settings_dict['NAME']}_shared"
    with administrator() as execute:
        execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        execute(f'CREATE DATABASE "{name}"')
    try:
        copy_schema(postgres_url(name))
        with as_default(NAME=name):
            yield World(folder, {"DATABASE_URL": postgres_url(name)})
    finally:
        with administrator() as execute:
            execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def copy_schema(url: str) -> None:
    """The schema of the test database, into the empty database at `url`."""
    source = postgres_url(connection.settings_dict["NAME"])
    dump = subprocess.run([postgres_program("pg_dump"), "--schema-only", "--no-owner", source], capture_output=True)
    assert dump.returncode == 0, dump.stderr.decode()
    load = [postgres_program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", url]
    loaded = subprocess.run(load, input=dump.stdout, capture_output=True)
    assert loaded.returncode == 0, loaded.stderr.decode()


def postgres_program(name: str) -> str:
    """Where a program of PostgreSQL is; Debian keeps the server's out of the PATH."""
    places = [*map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), os.environ["PATH"]]
    program = shutil.which(name, path=os.pathsep.join(places))
    assert program, f"{name} of PostgreSQL is not installed"
    return program


def postgres_url(name: str) -> str:
    server = settings.DATABASES["default"]
    password = f":{server['PASSWORD']}" if server["PASSWORD"] else ""
    return f"postgresql://{server['USER']}{password}@{server['HOST']}:{server['PORT'] or 5432}/{name}"


@contextmanager
def administrator() -> Iterator[Callable[[str], None]]:
    """Executes SQL outside transactions in the server's own database."""
    import psycopg2  # type: ignore[import-untyped]  # ships no types

    with ExitStack() as stack:
        link = psycopg2.connect(postgres_url("postgres"))
        stack.callback(link.close)
        link.autocommit = True
        yield lambda sql: link.cursor().execute(sql)


@contextmanager
def as_default(**changes: str) -> Iterator[None]:
    """Another database as this thread's `default`."""
    own = connections["default"]
    other = type(own)({**own.settings_dict, **changes}, alias="default")
    connections["default"] = other
    try:
        with connection.cursor() as cursor:
            cursor.execute(CREATE_EFFECTS)
        Job.objects.all().delete()
        yield
    finally:
        other.close()
        connections["default"] = own
