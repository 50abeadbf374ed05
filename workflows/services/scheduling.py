"""Cases that begin by the calendar: one for each unit and period, by jobs whose keys nobody can write twice."""

from datetime import datetime, timedelta

from django.utils.timezone import get_default_timezone, localdate

from core.actors import SYSTEM
from core.jobs.models import Job
from core.jobs.services import enqueue
from core.people.models import OrgUnit
from core.programme.selectors import exceptions_from
from workflows.models import FlowVersion
from workflows.schedule import FURTHEST, newest_period
from workflows.services.starting import Started, begin, latest_version, latest_versions

START_BY_SCHEDULE = "workflows.start_by_schedule"


def start_due(*, now: datetime) -> int:
    """Write a job for each case that is due to begin; how many were new.

    Safe in several copies at once: a period has one key per unit. After a sleep only the newest period counts; what
    lay before the newest version was published does not.
    """
    if not FlowVersion.objects.filter(document__start__kind="schedule").exists():
        return 0
    versions = [one for one in latest_versions() if one.document["start"].get("kind") == "schedule"]
    days = exceptions_from(localdate(now) - timedelta(days=2 * FURTHEST))
    written = 0
    for version in versions:
        due = newest_period(version.document["start"], now, get_default_timezone(), days)
        if due is not None and due[1] >= version.published_at:
            period, moment = due
            written += _write(version, period, moment, now)
    return written


def _write(version: FlowVersion, period: str, moment: datetime, now: datetime) -> int:
    units = {f"start-due:{version.slug}:{period}:{unit.pk}": unit.pk for unit in _units(version)}
    missing = units.keys() - set(Job.objects.filter(key__in=list(units)).values_list("key", flat=True))
    for key in sorted(missing):
        payload = {"flow": version.slug, "unit": units[key], "at": moment.isoformat()}
        enqueue(key=key, kind=START_BY_SCHEDULE, payload=payload, now=now)
    return len(missing)


def _units(version: FlowVersion) -> list[OrgUnit]:
    """Every active unit of the level, or the root."""
    level = version.document["start"].get("level")
    rows = OrgUnit.objects.filter(is_active=True).order_by("path")
    return list(rows.filter(kind__slug=level) if level else rows.filter(depth=1)[:1])


def start_by_schedule(*, flow: str, unit: int, now: datetime) -> Started | None:
    """Begin the case of one unit; None when the flow begins so no longer, or the unit has gone.

    Raises: NotFound; Invalid when its starting form refuses the fixed answers.
    """
    version = latest_version(flow)
    start, owner = version.document["start"], OrgUnit.objects.filter(pk=unit, is_active=True).first()
    if start.get("kind") != "schedule" or owner is None:
        return None
    return begin(version, actor=SYSTEM, answers=start.get("answers") or {}, now=now, unit=owner)
