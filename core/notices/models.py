"""Public notices: what is posted, masked, before something counts, and the objections that anybody may raise."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.people.models import OrgUnit


class PublicNotice(models.Model):
    """What the public may read of a case while it waits for objections; one row per round of a step.

    `subject`: language → text; `lines`: [{"label": text, "value": language → text, "group": text}], masked already.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open for objections")
        DECIDING = "deciding", _("Objections are being looked at")
        CLEAR = "clear", _("Ended without objection")
        DISMISSED = "dismissed", _("Ended; the objections did not hold")
        UPHELD = "upheld", _("Ended; an objection held")
        CALLED_OFF = "called_off", _("Called off")

    case_id = models.BigIntegerField(_("case"))
    step_id = models.CharField(_("step"), max_length=40)
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="notices")
    subject = models.JSONField(_("subject"), default=dict)
    lines = models.JSONField(_("what it shows"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("posted at"))
    closes_at = models.DateTimeField(_("open until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "step_id"], condition=Q(state__in=["open", "deciding"]), name="notice_one_standing"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-opened_at"], name="notice_by_state"),
            models.Index(fields=["case_id"], name="notice_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.step_id} · {self.state}"

    def is_open(self, now: datetime) -> bool:
        """Whether somebody may object at this moment; the window ends on the minute, whoever fires it."""
        return self.state == self.State.OPEN and now < self.closes_at


class Objection(models.Model):
    """What somebody objects to, and why. Only whoever decides reads it; `contact` if the person left one."""

    notice = models.ForeignKey(
        PublicNotice, verbose_name=_("public notice"), on_delete=models.PROTECT, related_name="objections"
    )
    about = models.CharField(_("what it is about"), max_length=200)
    reason = models.TextField(_("reason"), max_length=1000)
    contact = models.CharField(_("contact"), max_length=100, blank=True, default="")
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.notice_id} · {self.pk}"
