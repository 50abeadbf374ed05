"""Job rows: the database is the queue, Celery or the drain only executes it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One asynchronous effect, written in the transaction of its cause.

    `key` is the identity of the effect, so that a replay cannot enqueue it twice. `lease_until` marks a worker that is
    busy with it; `attempts` counts claims. Errors are stored as class names, without text or locals.
    """

    class State(models.TextChoices):
        READY = "ready", _("Waiting")
        ATTEMPTING = "attempting", _("Running outside")
        DONE = "done", _("Done")
        DEAD = "dead", _("Failed for good")
        DISCARDED = "discarded", _("Discarded")

    key = models.CharField(_("key"), max_length=200, unique=True)
    queue = models.CharField(_("queue"), max_length=20, default="fast")
    kind = models.CharField(_("kind"), max_length=60)
    payload = models.JSONField(_("payload"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READY)
    run_at = models.DateTimeField(_("run at"))
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("most attempts"), default=8)
    error_class = models.CharField(_("error"), max_length=100, blank=True, default="")
    discard_reason = models.CharField(_("reason for discarding"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["queue", "run_at"], name="job_open", condition=Q(state__in=["ready", "attempting"])),
            models.Index(fields=["-finished_at"], name="job_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Heartbeat(models.Model):
    """When a drain or a Celery sweep last showed that it is alive."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name
