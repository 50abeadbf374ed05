"""PostgreSQL goes away in the middle of the work: nothing lost, nothing twice, and the drain comes back by itself."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from core.jobs.registry import handlers
from core.jobs.services import enqueue
from tests.core.jobs.counting import KINDS
from tests.core.jobs.world import World, as_default, copy_schema, postgres_program

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.timeout(300)]

KEYS = [f"job:{number}" for number in range(80)]


class Cluster:
    """A PostgreSQL server of its own, which a test may stop and start."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.url = f"postgresql://dandelion@127.0.0.1:{port}/postgres"

    def create(self) -> None:
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "dandelion", "--no-sync")
        self.control("start", "-o", f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}")

    def control(self, *command: str) -> None:
        """`pg_ctl`, waiting until it is done."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), *command)

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to be run by root.
        user = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            [postgres_program(program), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            user=user,
            group=user,
        )
        assert done.returncode == 0, f"{program} failed; see {self.folder}/log"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="dandelion-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster = Cluster(folder, free_port())
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        cluster.create()
        stack.callback(cluster.control, "stop", "-m", "immediate")
        yield cluster


@pytest.fixture
def restarting_world(db, cluster, tmp_path) -> Iterator[World]:
    """The shared database on a server that may be restarted."""
    copy_schema(cluster.url)
    with ExitStack() as stack:
        for kind, entry in KINDS.items():
            stack.enter_context(handlers.temporarily(kind, entry))
        server = {"NAME": "postgres", "HOST": "127.0.0.1", "PORT": str(cluster.port), "USER": "dandelion"}
        stack.enter_context(as_default(**server))
        world = World(tmp_path, {"DATABASE_URL": cluster.url})
        stack.callback(world.kill_all)
        yield world


def answers(check) -> bool:
    """Whether the database answers and `check` holds."""
    try:
        return bool(check())
    except OperationalError:
        connection.close()
        return False


def test_drains_survive_real_restarts_of_the_server(restarting_world, cluster):
    world = restarting_world
    for key in KEYS:
        enqueue(key=key, kind="test.count", payload={"seconds": 0.05})
    drains = [world.start("drain", "--loop") for _number in range(2)]
    for restart, mode in enumerate(("fast", "immediate"), start=1):
        world.wait_until(lambda goal=restart * 20: world.effects().total() >= goal, f"{restart * 20} jobs are done")
        connection.close()
        cluster.control("restart", "-m", mode)
        world.wait_until(lambda: answers(world.effects), "the server answers")
    assert not world.all_done()
    world.wait_until(lambda: answers(world.all_done), "all jobs are done")
    assert world.effects() == Counter(KEYS)
    assert [drain.poll() for drain in drains] == [None, None]


def test_a_drain_whose_connection_is_cut_in_the_middle_goes_on(world):
    for key in KEYS[:40]:
        enqueue(key=key, kind="test.count", payload={"seconds": 0.05})
    drain = world.start("drain", "--loop")
    for cut in (5, 15):
        world.wait_until(lambda goal=cut: world.effects().total() >= goal, f"{cut} jobs are done")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    world.wait_until(world.all_done, "all jobs are done")
    assert world.effects() == Counter(KEYS[:40])
    assert drain.poll() is None
