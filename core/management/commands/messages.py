"""`manage.py messages`: brings the Chinese catalogue in line with the code, or checks that it is complete."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import catalogue
from core.extraction import texts_in


class Command(BaseCommand):
    """Adds new texts, drops unused ones, compiles; `--check` changes nothing and fails on any gap."""

    help = "Update the translation catalogue from the code and compile it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--check` and `--compile`."""
        parser.add_argument("--compile", action="store_true", help="Only compile; for installing.")
        parser.add_argument("--check", action="store_true", help="Change nothing; fail when something is missing.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Update, check or compile."""
        if options["compile"]:
            self.stdout.write(f"{len(catalogue.compile_catalogues())} compiled.")
            return
        if not options["check"]:
            file = catalogue.load()
            added, dropped = catalogue.complete(file, texts_in(Path(settings.BASE_DIR)))
            file.save()
            catalogue.compile_catalogues()
            self.stdout.write(f"{added} added, {dropped} dropped.")
        found = catalogue.check()
        for line in found:
            self.stderr.write(line)
        if found and options["check"]:
            raise CommandError(f"{len(found)} texts to look at; run `make messages`, then translate them.")
