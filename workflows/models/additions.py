"""Approvers whom the holder of a task added to his decision."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import STATUS

from workflows.models.tasks import Task


class AddedApprover(models.Model):
    """Whom the holder of `host` asked to approve too, and when: before him, at the same time, or after him.

    `task`: the row of whoever was added, None as long as his turn has not come.
    """

    BEFORE: Final = "before"
    BESIDE: Final = "beside"
    AFTER: Final = "after"
    PLACES: ClassVar = [(BEFORE, _("before")), (BESIDE, _("at the same time")), (AFTER, _("after"))]

    host = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="added")
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="+", null=True)
    place = models.CharField(_("when"), max_length=8, choices=PLACES)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("added by"), on_delete=models.PROTECT, related_name="+"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("added"), on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField(_("what was asked"), max_length=200)
    created_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("removed by"), on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("added approver")
        verbose_name_plural = _("added approvers")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["host", "to"], condition=models.Q(removed_at=None), name="added_once_per_task"
            )
        ]

    def __str__(self) -> str:
        return f"{self.host_id} + {self.to_id} ({self.place})"

    @property
    def is_open(self) -> bool:
        """Whether it is his turn and he has not acted."""
        return self.task is not None and self.task.status in (STATUS.NEW, STATUS.ASSIGNED)

    @property
    def is_done(self) -> bool:
        """Whether he has acted."""
        return self.task is not None and self.task.status == STATUS.DONE
