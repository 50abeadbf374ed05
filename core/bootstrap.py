"""Makes `.venv` from uv.lock with the standard library alone, then starts what the Makefile asked for.

Written in syntax that Python 3.6 can parse, so that an old Python says what it needs instead of failing.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

UV = "uv==0.13.9"
NEEDED = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GATES = (
    ("ruff check", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("djlint", ["djlint", ".", "--lint", "--quiet"]),
    ("import-linter", ["lint-imports"]),
    ("mypy", ["mypy", "core", "forms", "notifications", "workflows", "cms", "tests"]),
)


class Stop(Exception):
    """Ends the script with one sentence in Chinese and one in English."""


def say(chinese: str, english: str) -> None:
    """One line of progress."""
    print(f"· {chinese}  {english}", flush=True)


def newer_python() -> str:
    """The first Python on PATH that is new enough. Raises `Stop` when there is none."""
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        path = shutil.which(name)
        if path and _version(path) >= NEEDED:
            return path
    raise Stop(
        "需要 Python 3.11 或更新版本，请先安装（例如 apt install python3.11 python3.11-venv），再运行一次。",
        "Needs Python 3.11 or newer; install it (for example apt install python3.11 python3.11-venv) and run again.",
    )


def _version(python: str) -> "tuple[int, ...]":
    try:
        text = subprocess.check_output(
            [python, "-c", "import sys; print(sys.version_info[0], sys.version_info[1])"], stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    return tuple(int(part) for part in text.split())


def data_folder() -> Path:
    """Where the database, uploads and the secret key live: DANDELION_VAR, else `var`."""
    return Path(os.environ.get("DANDELION_VAR") or str(ROOT / "var")).resolve()


def port() -> int:
    """The port to serve on: PORT, else 8000. Raises `Stop` when it is not a port."""
    text = os.environ.get("PORT") or "8000"
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Stop(
        "PORT 应为 1 到 65535 之间的数字，例如 PORT=8001 make run。",
        "PORT must be a number from 1 to 65535, for example PORT=8001 make run.",
    )


def refuse_unwritable(folder: Path) -> None:
    """Raises `Stop` unless files can be made in `folder` (which is made when missing)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=str(folder)):
            pass
    except OSError:
        raise Stop(
            f"无法写入目录 {folder}，请换到可写的目录，或用 DANDELION_VAR=目录 指定数据目录。",
            f"Cannot write to {folder}; move to a writable folder, or name one for the data with DANDELION_VAR=folder.",
        ) from None


def refuse_busy_port(number: int) -> None:
    """Raises `Stop` when another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            raise Stop(
                f"端口 {number} 不可用（多半已被占用），请换一个，例如：PORT={number + 1} make run",
                f"Port {number} cannot be used, most likely another program has it; try: PORT={number + 1} make run",
            ) from None


def make_venv(python: str) -> None:
    """Create `.venv` unless a working one is there."""
    has_installer = os.path.exists(_uv()) or (VENV / "bin" / "pip").exists()  # no: an earlier start was interrupted
    if has_installer and _version(str(PYTHON)) >= NEEDED:
        return
    refuse_unwritable(ROOT)
    say("创建 Python 环境 .venv …", "Creating .venv …")
    if subprocess.call([python, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL):
        raise Stop(
            "缺少 Python 的 venv 模块，请运行：apt install python3-venv",
            "Python's venv module is missing; run: apt install python3-venv",
        )
    if subprocess.call([python, "-m", "venv", "--clear", str(VENV)]):
        raise Stop(
            "创建 .venv 失败，请查看上面的提示，删除 .venv 后重试。",
            "Creating .venv failed; see above, delete .venv and run again.",
        )


def sync(everything: bool) -> None:
    """Install the packages of uv.lock into `.venv`: for running, or for developing as well."""
    wanted = hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
    stamps = [VENV / "dandelion-all"] if everything else [VENV / "dandelion-all", VENV / "dandelion-run"]
    if any(stamp.exists() and stamp.read_text() == wanted for stamp in stamps):
        return
    refuse_unwritable(VENV)
    _install_uv()
    say("按 uv.lock 安装软件包，首次约需一两分钟 …", "Installing the packages of uv.lock; a minute or two at first …")
    groups = [] if everything else ["--no-default-groups"]
    if _mirror():
        _run_installer(_export_command(groups))
        _run_installer([_uv(), "pip", "install", "--python", str(PYTHON), "--require-hashes", "-r", str(_list())])
    else:
        _run_installer([_uv(), "sync", "--frozen", "--inexact", *groups])
    stamps[-1].write_text(wanted)


def _uv() -> str:
    return str(VENV / "bin" / "uv")


def _list() -> Path:
    return VENV / "dandelion-packages.txt"


def _mirror() -> str:
    """A package index other than PyPI, if the person named one; uv.lock names PyPI's own files."""
    return os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or ""


def _export_command(groups: "list[str]") -> "list[str]":
    return [_uv(), "export", "--frozen", "--quiet", "--no-header", *groups, "--output-file", str(_list())]


def _install_uv() -> None:
    name, version = UV.split("==")
    if os.path.exists(_uv()) and version in subprocess.check_output([_uv(), "--version"]).decode():
        return
    say(f"安装 {UV} …", f"Installing {name} …")
    _run_installer([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])


def _run_installer(command: "list[str]") -> None:
    environment = dict(
        os.environ,
        UV_PROJECT_ENVIRONMENT=str(VENV),
        UV_PYTHON=str(PYTHON),
        UV_PYTHON_DOWNLOADS="never",
        UV_LINK_MODE="copy",
        UV_NO_PROGRESS="" if sys.stderr.isatty() else "1",
    )
    environment.pop("VIRTUAL_ENV", None)
    if _mirror():
        environment["UV_DEFAULT_INDEX"] = _mirror()
    if subprocess.call(command, cwd=str(ROOT), env=environment):
        raise Stop(
            "软件包没有装好（原因见上），请检查网络后重试；网络受限时可指定镜像：PIP_INDEX_URL=镜像地址 make run",
            "The packages were not installed (see above); check the network and run again, or name a mirror: "
            "PIP_INDEX_URL=address make run",
        )


def require_browser() -> None:
    """See that Chromium and a Chinese font are there for the browser tests; installs them with apt when root."""
    browser = any(shutil.which(name) for name in BROWSERS)
    fonts = any(Path("/usr/share/fonts").glob("**/NotoSansCJK*"))
    missing = ([] if browser else ["chromium"]) + ([] if fonts else ["fonts-noto-cjk"])
    if not missing:
        return
    command = "apt-get install --yes --no-install-recommends {}".format(" ".join(missing))
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("安装 {} …".format("、".join(missing)), "Installing {} …".format(", ".join(missing)))
        quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.call(["apt-get", "update", "-qq"], env=quiet, stdin=subprocess.DEVNULL)
        if not subprocess.call(command.split(), env=quiet, stdin=subprocess.DEVNULL):
            return
    raise Stop(
        "浏览器测试缺少 {}，请运行：sudo {}".format("、".join(missing), command),
        "The browser tests need {}; run: sudo {}".format(", ".join(missing), command),
    )


def run() -> None:
    """Serve Dandelion until Ctrl-C."""
    refuse_busy_port(port())
    refuse_unwritable(data_folder())
    say("准备启动 …", "Getting ready …")
    _become([str(PYTHON), "manage.py", "up"])


def test(arguments: "list[str]") -> None:
    """Run the whole suite, browser tests included, with two workers."""
    require_browser()
    _become([str(PYTHON), "-m", "pytest", "-n", os.environ.get("WORKERS", "2"), "--dist", "loadfile", *arguments])


def pictures() -> None:
    """Take the pictures of the README anew."""
    require_browser()
    _become([str(PYTHON), "-m", "tests.browser.pictures"])


def check() -> None:
    """Run every gate, even after one has failed. Raises `Stop` naming those that did."""
    python = str(PYTHON)
    environment = dict(os.environ, DJANGO_SETTINGS_MODULE="core.settings.test")
    gates = [(name, [str(VENV / "bin" / command[0]), *command[1:]]) for name, command in GATES]
    gates.append(("messages", [python, "manage.py", "messages", "--check"]))
    gates.append(("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]))
    failed = []
    for name, command in gates:
        say("检查", name)
        if subprocess.call(command, cwd=str(ROOT), env=environment):
            failed.append(name)
    if failed:
        raise Stop("未通过：{}".format("、".join(failed)), "Failed: {}".format(", ".join(failed)))
    say("全部通过。", "All gates passed.")


def _become(command: "list[str]") -> None:
    os.chdir(str(ROOT))
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - a fixed command of ours


def main(arguments: "list[str]") -> int:
    """Do what the Makefile asked for: run, test, check, pictures, or manage with a management command."""
    task, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        if sys.version_info < NEEDED:
            python = newer_python()
            os.execv(python, [python, "-I", __file__, *arguments])  # noqa: S606 - this script again
        if task == "run":
            refuse_busy_port(port())
            refuse_unwritable(data_folder())
        make_venv(sys.executable)
        sync(everything=task != "run")
        if task == "run":
            run()
        elif task == "test":
            test(rest)
        elif task == "check":
            check()
        elif task == "pictures":
            pictures()
        elif task == "manage":
            _become([str(PYTHON), "manage.py", *rest])
        else:
            tasks = "make run | test | check | messages | pictures"
            raise Stop(f"用法：{tasks}", f"Usage: {tasks}")
    except Stop as stop:
        print("\n✗ {}\n  {}".format(*stop.args), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
