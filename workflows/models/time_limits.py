"""The time limit of a whole case."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case


class TimeLimit(models.Model):
    """By when a case has to be over, whatever it goes through; not reset by anything.

    `moved`: by how much corrections and holds have moved it. `scheduled`: when somebody is told next, None when it is
    over. `times`: how often somebody was told, `is_over`: whether it was exceeded.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="time_limit")
    due_at = models.DateTimeField(_("due at"))
    scheduled = models.DateTimeField(null=True)
    moved = models.DurationField(default=timedelta)
    times = models.PositiveIntegerField(default=0)
    is_over = models.BooleanField(_("exceeded"), default=False)

    class Meta:
        verbose_name = _("time limit of a case")
        verbose_name_plural = _("time limits of cases")
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["scheduled"], name="time_limit_next", condition=models.Q(scheduled__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.due_at}"
