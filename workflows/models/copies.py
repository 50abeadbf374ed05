"""Copies of a case: who may read it because somebody, or a step of its flow, sent it to him."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case


class CaseCopy(models.Model):
    """One case sent to one person. `by` is empty when the step `step_id` of the flow sent it.

    `is_internal`: he reads what whoever sent it reads of the discussion, also what is not meant for whoever started.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="copies")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sent to"), on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sent by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    step_id = models.CharField(_("step"), max_length=40, blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    is_internal = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("copy of a case")
        verbose_name_plural = _("copies of cases")
        default_permissions = ()
        indexes = [models.Index(fields=["to", "-created_at", "-id"], name="copy_inbox")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_id}"
