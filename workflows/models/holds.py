"""Times in which a case stood still: who put it on hold, why, and when it was resumed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case


class Hold(models.Model):
    """One pause of a case, on hold while `until` is empty; `ended_by` is empty when the pause ended with the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holds")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("put on hold by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=200)
    since = models.DateTimeField(_("on hold since"))
    until = models.DateTimeField(_("on hold until"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("resumed by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("hold of a case")
        verbose_name_plural = _("holds of cases")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(until=None), name="hold_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.since} – {self.until}"
