"""Scenarios: what is done in a case of a flow and where that must lead, kept with the flow and played at publishing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.definitions import FlowDefinition


class Scenario(models.Model):
    """One scenario of a flow. `actions`, `expected`: see docs/flows.md."""

    flow = models.ForeignKey(FlowDefinition, verbose_name=_("flow"), on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(_("name"), max_length=80)
    actions = models.JSONField(_("what is done"))
    expected = models.JSONField(_("what is expected"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        default_permissions = ()
        ordering = ("flow", "name")
        constraints = [models.UniqueConstraint(fields=["flow", "name"], name="scenario_name_once")]

    def __str__(self) -> str:
        return self.name
