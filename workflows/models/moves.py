"""Cases that move from one version of their flow to another: each with its verdict, and many at once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case
from workflows.models.definitions import FlowVersion


class MassMove(models.Model):
    """The running cases of a flow on their way to one version. What became of each is in `CaseMove`, nothing is counted
    here, so no number can differ from what happened.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")

    target = models.ForeignKey(
        FlowVersion, verbose_name=_("flow version"), on_delete=models.PROTECT, related_name="mass_moves"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    total = models.PositiveIntegerField(_("cases at the start"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("move of running cases")
        verbose_name_plural = _("moves of running cases")
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=models.Q(state="running"), name="mass_move_one_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} ({self.state})"


class CaseMove(models.Model):
    """One case that was to move. `reasons`: why it stayed, [{"code", "step", "part"}], empty when it moved."""

    mass = models.ForeignKey(MassMove, null=True, on_delete=models.CASCADE, related_name="moves")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="moves")
    source = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("move of a case")
        verbose_name_plural = _("moves of cases")
        constraints = [
            models.UniqueConstraint(fields=["mass", "case"], name="case_move_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.source} → {self.target}"
