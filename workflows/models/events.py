"""Which open rows wait for which event."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.tasks import Task


class EventWait(models.Model):
    """A row of a case that goes on when an event happens. `about`: `member:5`, or empty for whomever it concerns."""

    objects: ClassVar[models.Manager["EventWait"]] = models.Manager()
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="event_wait")
    event = models.CharField(_("event"), max_length=60)
    about = models.CharField(_("about"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("wait for an event")
        verbose_name_plural = _("waits for events")
        default_permissions = ()
        indexes = [models.Index(fields=["event", "about"], name="event_wait_about")]

    def __str__(self) -> str:
        return f"{self.event} {self.about}"
