"""Starting Dandelion: the sentences that say what to do, and no process left behind."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from wagtail.models import Site

from core import bootstrap
from core.management.commands import up
from core.supervisor import Child, Supervisor

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "core" / "bootstrap.py"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def says_what_to_do(stop: "pytest.ExceptionInfo[bootstrap.Stop]") -> bool:
    chinese, english = stop.value.args
    return bool(CHINESE.search(chinese)) and not CHINESE.search(english)


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_busy_port_is_named_together_with_another_one(taken_port: int):
    with pytest.raises(bootstrap.Stop) as stop:
        bootstrap.refuse_busy_port(taken_port)
    assert says_what_to_do(stop)
    assert f"PORT={taken_port + 1} make run" in stop.value.args[1]


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80a", "²"])
def test_a_port_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(bootstrap.Stop) as stop:
        bootstrap.port()
    assert says_what_to_do(stop)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    a_file = tmp_path / "file"
    a_file.touch()
    with pytest.raises(bootstrap.Stop) as stop:
        bootstrap.refuse_unwritable(a_file / "var")
    assert says_what_to_do(stop)
    assert str(a_file) in stop.value.args[0]


def test_the_script_can_be_read_by_an_old_python():
    compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec", dont_inherit=True)
    import ast

    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake(tmp_path / "python3", "echo 3 9")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(bootstrap.Stop) as stop:
        bootstrap.newer_python()
    assert says_what_to_do(stop)
    assert "3.11" in stop.value.args[1]


def test_a_newer_python_beside_the_old_one_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake(tmp_path / "python3", "echo 3 9")
    fake(tmp_path / "python3.12", "echo 3 12")
    fake(tmp_path / "python3.13", "exit 127")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.newer_python() == str(tmp_path / "python3.12")


def test_a_missing_venv_module_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    python = fake(tmp_path / "python3", "exit 1")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "nothing")
    with pytest.raises(bootstrap.Stop) as stop:
        bootstrap.make_venv(str(python))
    assert says_what_to_do(stop)
    assert "apt install python3-venv" in stop.value.args[1]


def test_without_network_the_sentence_names_the_mirror_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    with pytest.raises(bootstrap.Stop) as stop:
        bootstrap._run_installer([str(fake(tmp_path / "uv", "exit 2"))])
    assert says_what_to_do(stop)
    assert "PIP_INDEX_URL" in stop.value.args[1]


def fake(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_crashed_child_is_started_again_and_all_are_stopped(tmp_path: Path):
    """The first start of the child ends with an error, the second stays; stopping ends its own children too."""
    marks = tmp_path / "starts"
    script = f"echo x >> {marks}; [ $(wc -l < {marks}) -gt 1 ] || exit 3; sleep 1000 & wait"
    told: list[str] = []
    child = Child("drain", ["/bin/sh", "-c", script], restarts=True)
    supervisor = Supervisor([child], tell=told.append)
    child.start()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (not marks.exists() or marks.read_text().count("x") < 2):
        supervisor._all_well()
        time.sleep(0.05)
    assert told == ["↻ drain (3)"]
    assert child.process is not None
    group = child.process.pid
    supervisor.stop()
    assert not alive(group)


def alive(group: int) -> bool:
    """Whether a process of this group is left (zombies that nobody has collected yet do not count)."""
    found = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(line.split()[0] == str(group) and "Z" not in line.split()[1] for line in found.splitlines())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_serves_and_leaves_no_process_behind(number: signal.Signals, tmp_path: Path):
    port = free_port()
    environment = {**os.environ, "DANDELION_VAR": str(tmp_path), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    environment |= {"DJANGO_SETTINGS_MODULE": "core.settings.dev"}
    environment.pop("DATABASE_URL", None)
    with (tmp_path / "up.log").open("w") as log:
        served = subprocess.Popen(
            [sys.executable, "manage.py", "up"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 150
        while "Dandelion is ready" not in (tmp_path / "up.log").read_text():
            assert time.monotonic() < deadline, (tmp_path / "up.log").read_text()
            assert served.poll() is None, (tmp_path / "up.log").read_text()
            time.sleep(0.3)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez") as answer:
            assert answer.status == 200
        children = children_of(served.pid)
        assert len(children) == 2
    finally:
        served.send_signal(number)
    assert served.wait(30) == 0
    assert not any(alive(group) for group in children)


def children_of(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-eo", "ppid=,pid="], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[1]) for line in found.splitlines() if line.split()[0] == str(parent)]


def test_ctrl_c_during_preparation_ends_with_a_sentence(tmp_path: Path):
    """Ctrl-C while the tables were made printed forty lines of traceback."""
    environment = {**os.environ, "DANDELION_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "core.settings.dev"}
    environment.pop("DATABASE_URL", None)
    with (tmp_path / "up.log").open("w") as log:
        command = [sys.executable, "manage.py", "up", "--prepare-only"]
        # A suite that a shell runs in the background ignores Ctrl-C, and its children with it.
        heeds = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
        started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, preexec_fn=heeds)
    deadline = time.monotonic() + 60
    while "Preparing the database" not in (tmp_path / "up.log").read_text() and time.monotonic() < deadline:
        time.sleep(0.1)
    started.send_signal(signal.SIGINT)
    assert started.wait(30) == 130
    said = (tmp_path / "up.log").read_text()
    assert said.endswith("已停止。 Stopped.\n")
    assert "Traceback" not in said


def test_making_the_tables_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch):
    """One line, then fourteen seconds of silence."""
    monkeypatch.setattr(up, "TELL_SECONDS", -1)
    told: list[str] = []
    steps = up._Steps(3, told.append)
    for name in ("0001_one", "0002_two"):
        steps.write(f"  Applying core.{name}...")
        steps.write(" OK\n")
    assert told[-1].strip() == "2/3"


def test_the_site_map_names_the_port_that_is_served(db: None):
    """With PORT=8129 the site map said http://localhost/, where nothing answers; a real host name must stay."""
    up._name_site("http://127.0.0.1:8129")
    site = Site.objects.get(is_default_site=True)
    assert site.root_url == "http://127.0.0.1:8129"
    site.hostname = "volunteers.example"
    site.save()
    up._name_site("http://127.0.0.1:8129")
    assert Site.objects.get(is_default_site=True).hostname == "volunteers.example"


def test_links_in_messages_name_the_port_that_is_served(tmp_path: Path):
    """With PORT=8129 mails linked to port 8000."""
    environment = {**os.environ, "DANDELION_VAR": str(tmp_path), "PORT": "8129"}
    environment.pop("DANDELION_BASE_URL", None)
    command = [sys.executable, "-c", "from core.settings import dev; print(dev.WAGTAILADMIN_BASE_URL)"]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert told.strip() == "http://127.0.0.1:8129"
