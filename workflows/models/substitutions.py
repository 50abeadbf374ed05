"""Who stands in for somebody who is away, and from when until when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Substitution(models.Model):
    """From `since` until `until`, both days included, `substitute` may do what would be `absent`'s to do.

    `ended_at`: ended early by whoever named him.
    """

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("away"), on_delete=models.CASCADE, related_name="+"
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("stands in"), on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    created_at = models.DateTimeField(_("named at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["substitute", "until"], name="substitution_of", condition=Q(ended_at=None)),
            models.Index(fields=["absent", "until"], name="substitution_for", condition=Q(ended_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="substitution_days_in_order"),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="substitution_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for {self.absent_id} ({self.since} – {self.until})"
