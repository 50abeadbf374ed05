"""Who read a masked answer in full, and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case


class Reading(models.Model):
    """One answer that was shown whole, once. `reason`: a code of `services.reading.REASONS`; `words`: more about it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="readings")
    step_id = models.CharField(_("step"), max_length=80)
    field = models.CharField(_("field"), max_length=40)
    label = models.CharField(_("question"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("read by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("read at"))
    reason = models.CharField(_("reason"), max_length=20)
    words = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("reading of a masked answer")
        verbose_name_plural = _("readings of masked answers")
        default_permissions = ()
        indexes = [models.Index(fields=["by", "-at"], name="reading_by")]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.step_id}.{self.field}"
