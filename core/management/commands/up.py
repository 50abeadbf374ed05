"""`manage.py up`: prepares the embedded installation and runs web and job drain until Ctrl-C."""

import io
import os
import shlex
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from core import bootstrap
from core.catalogue import compile_catalogues
from core.migrated import pending_migrations
from core.supervisor import Child, Supervisor

ADMINISTRATORS_RIGHT = "core.add_user"
LOCAL_NAMES = ("localhost", "127.0.0.1")
TELL_SECONDS = 2
PACKS = settings.BASE_DIR / "packs"


class Command(BaseCommand):
    """Serves Dandelion on this computer: database, translations, demo pack, web, jobs."""

    help = "Prepare the embedded installation and serve it until Ctrl-C."
    requires_system_checks: list[str] = []  # `make check` and CI run them; at every start they cost a second

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--prepare-only`."""
        parser.add_argument("--prepare-only", action="store_true", help="Prepare everything, but do not serve.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare, then serve."""
        began = time.monotonic()
        try:
            number = bootstrap.port()
            if not options["prepare_only"]:
                bootstrap.refuse_busy_port(number)
        except bootstrap.Stop as stop:
            raise CommandError("\n".join(stop.args)) from None
        self._prepare()
        connections.close_all()
        if not options["prepare_only"]:
            self._serve(number, began)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _prepare(self) -> None:
        if compile_catalogues():
            self._say("· 编译译文  Compiled the translations")
        pending = pending_migrations()
        if pending:
            self._say(f"· 建立数据表，{pending} 步 …  Preparing the database, {pending} steps …")
            call_command("migrate", stdout=_Steps(pending, self._say), interactive=False)
        if not apps.get_model("core", "OrgUnit").objects.exists():
            self._say("· 载入基础包与松江示范数据 …  Loading the base pack and the Songjiang demo …")
            call_command("load_pack", str(PACKS / "songjiang"), demo=True)  # requires packs/base, so that comes first
        _name_site(settings.WAGTAILADMIN_BASE_URL)

    def _serve(self, number: int, began: float) -> None:
        self._say("· 启动网站与后台任务 …  Starting web and job drain …")
        supervisor = Supervisor(_children(number), tell=self._say)
        supervisor.start()
        try:
            address = f"http://127.0.0.1:{number}/"
            if supervisor.wait_until_answers(address, seconds=60):
                self._say(f"\n  蒲公英已就绪（{time.monotonic() - began:.0f} 秒）  Dandelion is ready:  {address}")
                self._say_accounts()
                self._say("  按 Ctrl-C 停止  Ctrl-C stops it\n")
                code = supervisor.watch()
            else:
                code = 0 if supervisor.stopping else 1
        finally:
            supervisor.stop()
        if code:
            raise CommandError(
                "网站没有启动成功，原因见上；修正后再运行 make run。\n"
                "The web process ended, see above; fix that and run make run again."
            )
        self._say("已停止。 Stopped.")

    def _say_accounts(self) -> None:
        """The demo accounts of the loaded packs, one for each role; how to make an administrator if there is none."""
        users = get_user_model().objects
        loaded = apps.get_model("cms", "PackItem").objects.filter(section="accounts").order_by("pk")
        logins = set(users.filter(is_active=True).values_list("username", flat=True))
        accounts = [item for item in loaded if item.key in logins] if settings.DANDELION_DEMO else []
        if accounts:
            self._say(f"  示范账号 Demo accounts · 密码 password: {settings.DANDELION_DEMO_PASSWORD} · /login/")
        told: set[str] = set()
        for item in accounts:
            role = item.values["role"]
            if role not in told:
                self._say(f"    {item.key:<12} {item.values['note'] or role}")
            told.add(role)
        if not users.with_perm(ADMINISTRATORS_RIGHT, backend="django.contrib.auth.backends.ModelBackend").exists():
            self._say("  还没有管理员账号，可以这样建一个  There is no administrator yet; make one with:")
            folder = os.environ.get("DANDELION_VAR", "")
            where = f"DANDELION_VAR={shlex.quote(folder)} " if folder else ""
            self._say(f"    {where}.venv/bin/python manage.py createsuperuser")


class _Steps(io.StringIO):
    """Takes what `migrate` writes and tells how far it is, every other second."""

    def __init__(self, total: int, say: Callable[[str], None]) -> None:
        super().__init__()
        self.total, self.say = total, say
        self.done, self.told_at = 0, time.monotonic()

    def write(self, text: str) -> int:
        """Count a finished migration."""
        self.done += text.strip().endswith("OK")
        if time.monotonic() - self.told_at > TELL_SECONDS:
            self.say(f"    {self.done}/{self.total}")
            self.told_at = time.monotonic()
        return len(text)


def _name_site(base_url: str) -> None:
    """Let the site on this computer be called as it is served, for the site map; a real host name stays."""
    address = urlsplit(base_url)
    site = apps.get_model("wagtailcore", "Site").objects.filter(is_default_site=True).first()
    named = (address.hostname, address.port or (443 if address.scheme == "https" else 80))
    if site is not None and site.hostname in LOCAL_NAMES and (site.hostname, site.port) != named:
        site.hostname, site.port = named
        site.save()


def _children(number: int) -> list[Child]:
    os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE", "core.settings.dev")
    web = [sys.executable, "-m", "granian", "core.wsgi:application", "--interface", "wsgi", "--no-ws"]
    web += ["--host", "127.0.0.1", "--port", str(number), "--workers", "1", "--blocking-threads", "4"]
    web += ["--log-level", "warning", "--workers-kill-timeout", "5"]
    drain = [sys.executable, str(settings.BASE_DIR / "manage.py"), "drain", "--loop"]
    return [Child("web", web, restarts=False), Child("drain", drain, restarts=True)]
