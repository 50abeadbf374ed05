"""Registers the counting handlers in a worker's process (`celery --include`, and `child`)."""

from core.jobs.registry import handlers
from tests.core.jobs.counting import KINDS

for kind, entry in KINDS.items():
    handlers.register(kind, entry)
