"""The product as `make run` starts it, in a folder of its own; for the browser tests and for the pictures."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "pugongying2026"
FIRST_START = 420  # seconds
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


class Installation:
    """The running product: its address, and its command line."""

    def __init__(self, address: str, environment: dict[str, str]) -> None:
        self.address = address
        self.environment = environment

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` in this installation and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(address: str, process: "subprocess.Popen[str]", log: Path) -> None:
    """A first start migrates and loads the packs: under a minute on a quiet machine, several on a busy one."""
    deadline = time.monotonic() + FIRST_START
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address + "/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"manage.py up did not serve within {FIRST_START} s:\n{log.read_text()}")


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """An embedded installation with the demo people, running for the time of the block."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")}
    environment = kept | {
        "DANDELION_VAR": str(folder),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "core.settings.dev",
        "DANDELION_BASE_URL": address,
    }
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"], cwd=ROOT, env=environment, stdout=log, stderr=log, text=True
        )
        try:
            _wait_until_it_answers(address, process, folder / "log.txt")
            yield Installation(address, environment)
        finally:
            process.terminate()
            process.wait(timeout=30)
