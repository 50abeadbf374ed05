"""Answers for whoever watches the service: is the process alive, is it ready to serve."""

from threading import Event

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.jobs.selectors import is_alive
from core.migrated import pending_migrations

_migrated = Event()


@require_safe
@never_cache
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers, is migrated and somebody works off the jobs, else 503. No details."""
    checks = {"database": _database_answers(), "migrations": False, "jobs": False}
    checks["migrations"] = checks["database"] and _is_migrated()
    checks["jobs"] = checks["migrations"] and is_alive(now=timezone.now())
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _is_migrated() -> bool:
    """Reads all migrations only until none is pending: that cannot change while this process runs."""
    if not _migrated.is_set() and not pending_migrations():
        _migrated.set()
    return _migrated.is_set()
