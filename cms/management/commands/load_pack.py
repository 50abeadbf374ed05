"""`manage.py load_pack`: checks a programme pack and loads it, saying what it does."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cms.packs.applying import Tally
from cms.packs.loading import check_pack, load_pack, refuse_demo_in_production
from cms.packs.problems import BadPack
from core.actors import SYSTEM, Actor
from core.exceptions import DandelionError
from core.migrated import pending_migrations
from core.people.models import User


class Command(BaseCommand):
    """Loads a pack and those it requires; on any problem lists all of them and changes nothing."""

    help = "Check a programme pack and load it (format: docs/packs.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The pack's folder and what to do with it."""
        parser.add_argument("path", metavar="PATH", help="folder of the pack, e.g. packs/songjiang")
        parser.add_argument("--demo", action="store_true", help="also load its invented people and cases")
        parser.add_argument("--check", action="store_true", help="only check the pack")
        parser.add_argument("--as", dest="username", metavar="USER", help="act as this login instead of the system")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check or load. Raises: `CommandError` with one line per problem."""
        path = Path(options["path"]).resolve()
        try:
            if options["demo"]:
                refuse_demo_in_production()
            if pending_migrations():
                raise CommandError(_("The database is not prepared yet. Please run “manage.py migrate” first."))
            actor, now = self._actor(options["username"]), timezone.now()
            if options["check"]:
                check_pack(path, actor=actor, now=now, demo=settings.DANDELION_DEMO)
                self.stdout.write(_("The pack is in order."))
                return
            loaded = load_pack(
                path,
                actor=actor,
                now=now,
                demo=options["demo"],
                progress=self._progress if options["verbosity"] else None,
            )
        except BadPack as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(str(error.sentence)) from None
        except DandelionError as error:
            sentences = [text for texts in getattr(error, "errors", {}).values() for text in texts]
            raise CommandError("\n".join([str(error.sentence), *sentences])) from None
        if options["verbosity"]:
            self.stdout.write(_summary([tally for _pack, _title, tally in loaded.sections]))

    def _actor(self, username: str | None) -> Actor:
        if username is None:
            return SYSTEM
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(_("There is no active login called %(name)s.") % {"name": username})
        return Actor(user=user)

    def _progress(self, pack: str, title: str | Promise, tally: Tally) -> None:
        self.stdout.write(f"  {pack} · {title}: {_summary([tally])}")
        for key in tally.kept:
            self.stdout.write("    " + _("kept as edited here: %(key)s") % {"key": key})
        self.stdout.flush()


def _summary(tallies: list[Tally]) -> str:
    """The counts in words."""
    return _("%(created)d new, %(changed)d changed, %(unchanged)d as before, %(kept)d kept as edited") % {
        "created": sum(tally.created for tally in tallies),
        "changed": sum(tally.changed for tally in tallies),
        "unchanged": sum(tally.unchanged for tally in tallies),
        "kept": sum(len(tally.kept) for tally in tallies),
    }
