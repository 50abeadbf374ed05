"""`manage.py rotate_keys`: writes everything encrypted anew with the first key, or says what is not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.crypto import STORES

BATCH = 500


class Command(BaseCommand):
    """Goes through every store of encrypted values in batches; may be stopped and run again, also beside the site."""

    help = "Encrypt everything that is encrypted with the first key of DANDELION_DATA_KEYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--batch`."""
        parser.add_argument("--batch", type=int, default=BATCH, help="Rows per transaction.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Walk the stores and tell of each; fails when something can be read with none of the keys."""
        lost = 0
        for name, walk in STORES.items():
            seen = changed = unreadable = 0
            for batch in walk(max(1, options["batch"])):
                seen += batch.seen
                changed += batch.changed
                unreadable += batch.unreadable
            lost += unreadable
            self.stdout.write(f"{name}: {seen} rows, {changed} written anew, {unreadable} values unreadable")
        if lost:
            raise CommandError(f"{lost} values can be read with none of the keys; see docs/privacy.md.")
