"""Keeps the child processes of `manage.py up` running, and stops them all together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 10
QUICK_SECONDS = 5


@dataclass
class Child:
    """A command that should be running. `restarts`: whether to start it again after it ended by itself."""

    name: str
    command: list[str]
    restarts: bool
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self) -> None:
        """Start the command in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent
        )

    @property
    def exit_code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.process.poll() if self.process else None


def _end_with_parent() -> None:
    """Ask Linux to end this child when its parent is killed; elsewhere only an orderly stop ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs the children until SIGINT or SIGTERM arrives or one that must not be restarted has ended."""

    def __init__(self, children: list[Child], *, tell: Callable[[str], None]) -> None:
        self.children = children
        self.tell = tell
        self.stopping = False

    def start(self) -> None:
        """Start all children; from here on a signal stops them."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        for child in self.children:
            child.start()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def wait_until_answers(self, url: str, *, seconds: int) -> bool:
        """True once `url` answers with a status below 500; false when stopped, timed out or a child has ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._all_well():
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                    return True
            except urllib.error.HTTPError as error:
                return error.code < 500
            except OSError:
                time.sleep(0.1)
        return False

    def watch(self) -> int:
        """Wait for a signal, restarting what may be restarted. Returns the exit code for the command."""
        while self._all_well():
            time.sleep(0.3)
        return 0 if self.stopping else 1

    def _all_well(self) -> bool:
        for child in self.children:
            if self.stopping:
                return False
            if child.exit_code is None:
                continue
            if not child.restarts:
                self.tell(f"✗ {child.name} ({child.exit_code})")
                return False
            if time.monotonic() - child.started < QUICK_SECONDS:
                time.sleep(1)  # it ended at once: do not spin
            self.tell(f"↻ {child.name} ({child.exit_code})")
            child.start()
        return not self.stopping

    def stop(self) -> None:
        """End all children and whatever they started; kill those that do not end in time."""
        for child in self.children:
            self._send(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.tell(f"✗ {child.name}: SIGKILL")
            self._send(child, signal.SIGKILL)
            child.process.wait()

    def _send(self, child: Child, number: signal.Signals) -> None:
        if child.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, number)
