"""What upper apps look after every few seconds: called by the drain's loop and by the sweep that Celery beat sends."""

import logging
from collections.abc import Callable
from datetime import datetime

from core.registry import Registry

logger = logging.getLogger(__name__)

Tick = Callable[[datetime], object]

ticks: Registry[Tick] = Registry("ticks")


def tick(now: datetime) -> None:
    """Call every registered function; one that fails must not keep the others from running.

    Several processes may do this at once: each function must be safe in several copies and stop after a batch.
    """
    for name, function in ticks.items():
        try:
            function(now)
        except Exception as error:  # the class only: the text may be personal
            logger.error("tick %s failed: %s", name, type(error).__name__)
