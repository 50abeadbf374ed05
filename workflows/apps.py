"""The Django app of workflows."""

import time
from collections.abc import Callable
from datetime import datetime

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

MENDING_SECONDS = 300


def now_and_then(function: Callable[..., int]) -> Callable[[datetime], int]:
    """Calls a function at most every few minutes in this process, since its search is too much for every tick."""
    last = -float(MENDING_SECONDS)

    def called(now: datetime) -> int:
        nonlocal last
        if time.monotonic() - last < MENDING_SECONDS:
            return 0
        last = time.monotonic()
        return function(now=now)

    return called


class WorkflowsConfig(AppConfig):
    """Names the workflows app."""

    name = "workflows"
    verbose_name = _("Workflows")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the effects that the packs use, and the dispatcher of deadlines and waits."""
        from core.jobs.ticks import ticks
        from workflows import (  # noqa: F401 - as below
            corrections,
            form_uses,
            honours,
            pledges,
            retained,
            service,
            venues,
            wishes,
        )
        from workflows.services import exporting
        from workflows.services.repairing import mend_stranded
        from workflows.services.scheduling import start_due
        from workflows.services.timing import fire_due

        ticks.register("workflows.fire_due", lambda now: fire_due(now=now))
        ticks.register("workflows.start_due", lambda now: start_due(now=now))
        ticks.register("workflows.mend_stranded", now_and_then(mend_stranded))
        ticks.register("workflows.purge_exports", now_and_then(exporting.purge))
