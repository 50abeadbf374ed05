"""The lock on a case: waits a bounded time for the row, so that losers of a race are told instead of left hanging."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from core.exceptions import NotFound, TryLater
from workflows.models import Case

LOCK_TIMEOUT_MS = 5_000
BUSY = _("Somebody is working on this case at this very moment. Please try again in a few seconds; nothing was lost.")


def lock_case(case_id: int | Subquery) -> Case:
    """The case with its version, unit, starter and guest, its row locked FOR NO KEY UPDATE until the transaction ends.

    `case_id`: its primary key, or a query that gives it.

    That lock does not keep others from inserting rows which point at the case. On SQLite the transaction itself is
    the lock (`transaction_mode=IMMEDIATE`).

    Raises: NotFound; TryLater when the row stays busy for five seconds.
    """
    cases = Case.objects.select_related("version", "unit", "starter__member", "guest_access")
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_TIMEOUT_MS}ms"])
        cases = cases.select_for_update(of=("self",), no_key=connection.features.has_select_for_no_key_update)
    try:
        return cases.get(pk=case_id)
    except Case.DoesNotExist:
        raise NotFound from None
    except OperationalError as error:
        raise TryLater(BUSY, code="case_busy") from error


class CaseRowLock:
    """The same lock in the shape in which Viewflow asks for one (`Flow.lock_impl`)."""

    @contextmanager
    def __call__(self, flow_class: Any, process_pk: int) -> Iterator[None]:
        """A transaction in which the case is locked."""
        with transaction.atomic():
            lock_case(process_pk)
            yield
