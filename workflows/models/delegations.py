"""Tasks that somebody handed to a colleague for his opinion, and that come back to be decided."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.tasks import Task


class Delegation(models.Model):
    """Who asked whom about a task, and what came of it. While it is open the task is with `to`; then `by` has it again.

    `why`: the reason for which `by` had the task. `suggested`: the outcome that `to` would take, or "".
    """

    OPEN: Final = ""
    ANSWERED: Final = "answered"
    GIVEN_BACK: Final = "given_back"
    CALLED_BACK: Final = "called_back"
    VOID: Final = "void"  # the task went elsewhere
    ENDINGS: ClassVar = [
        (OPEN, _("under way")),
        (ANSWERED, _("answered")),
        (GIVEN_BACK, _("given back")),
        (CALLED_BACK, _("called back")),
        (VOID, _("no longer needed")),
    ]

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="delegations")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked"), on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField(_("what was asked"), max_length=200)
    why = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("asked at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ending = models.CharField(_("ending"), max_length=12, choices=ENDINGS, blank=True, default=OPEN)
    answer = models.TextField(_("answer"), blank=True, default="")
    suggested = models.CharField(_("suggested outcome"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        default_permissions = ()
        indexes = [
            models.Index(fields=["to", "-ended_at", "-id"], name="delegation_done", condition=Q(ending="answered"))
        ]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.to_id} ({self.ending})"
