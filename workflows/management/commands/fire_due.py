"""Fires what would be due at a moment, to see today what tomorrow brings. For trying out; refused in production."""

from argparse import ArgumentParser
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_default_timezone, is_naive, localtime, make_aware, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.jobs.models import Job
from core.jobs.running import run
from workflows.services import fire_due
from workflows.services.scheduling import START_BY_SCHEDULE, start_due

MOST_YEARS = 10


class Command(BaseCommand):
    """Fires due reminders and waits, and begins due cases."""

    help = "Fire reminders, waits and starts as if it were --at DATE (2026-09-11 or 2026-09-11T09:00); now without it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--at`."""
        parser.add_argument("--at", help="A day (its last minute counts) or a moment, in the programme's time zone.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Fire until nothing is due any more, so that a wait that leads to a wait is followed too."""
        moment = _moment(options["at"]) if options["at"] else now()
        if options["at"] and not settings.DANDELION_DEMO:
            raise CommandError(_("--at shows tomorrow today; it is meant for demo data and refused in production."))
        total = 0
        while fired := fire_due(now=moment) + start_due(now=moment):
            total += fired
            for job_id in Job.objects.filter(kind=START_BY_SCHEDULE, state=Job.State.READY).values_list(
                "pk", flat=True
            ):
                run(job_id)
        told = ngettext(
            "%(count)d was due on %(moment)s and is done.", "%(count)d were due on %(moment)s and are done.", total
        )
        self.stdout.write(told % {"count": total, "moment": f"{localtime(moment):%Y-%m-%d %H:%M}"})


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text) if "T" in text or " " in text else None
        day = parse_date(text) if moment is None else None
    except ValueError:
        moment = day = None
    if day is not None:
        moment = datetime.combine(day, time.max)
    if moment is not None and abs(moment.year - now().year) > MOST_YEARS:  # deadlines could not be counted any more
        raise CommandError(_("“%(text)s” is more than %(years)d years away.") % {"text": text, "years": MOST_YEARS})
    if moment is None:
        raise CommandError(
            _("“%(text)s” is not a date. Write it like 2026-09-11 or 2026-09-11T09:00.") % {"text": text}
        )
    return make_aware(moment, get_default_timezone()) if is_naive(moment) else moment
