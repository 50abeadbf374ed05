"""Celery: executes job rows. Its messages carry a primary key and no truth; they may be lost, doubled or late."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings.production")

app = Celery("dandelion")
app.config_from_object("django.conf:settings", namespace="CELERY")


def has_broker() -> bool:
    """Whether messages reach another process. Without a broker the drain polls, and no message is sent."""
    return not str(settings.CELERY_BROKER_URL).startswith("memory:")


def waiting_messages(queue: str) -> int:
    """How many messages wait in the broker's queue; 0 when there is no such queue or no broker."""
    if not has_broker():
        return 0
    with app.connection_for_write() as connection:
        try:
            return int(connection.default_channel.queue_declare(queue, passive=True).message_count)
        except connection.channel_errors:
            return 0


@app.task(name="core.celery.run_job")
def run_job(job_id: int) -> None:
    """Run one job if it is due and nobody has it."""
    from core.jobs.running import run  # imports models, which load after this module

    run(job_id)


@app.task(name="core.celery.sweep")
def sweep() -> None:
    """Settle attempts whose worker died, and wake workers for due jobs that nobody took."""
    from core.jobs.running import sweep as sweep_rows  # imports models, which load after this module

    sweep_rows()
