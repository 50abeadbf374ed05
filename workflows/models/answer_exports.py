"""Files with the answers to a form that somebody asked for at the desk."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.models import FormDefinition


class AnswerExport(models.Model):
    """Who took which answers along, and why. `wanted`: what `workflows.answer_tables.Wanted` holds, without the person.

    A large one is written in the background: `path` is where `forms.storage` keeps it until `expires_at`.
    """

    class State(models.TextChoices):
        WAITS = "waits", _("waits")
        RUNS = "runs", _("is being written")
        DONE = "done", _("ready")
        GONE = "gone", _("removed")

    definition = models.ForeignKey(FormDefinition, verbose_name=_("form"), on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("exported by"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("file"), max_length=4)
    wanted = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    reason = models.CharField(_("reason"), max_length=20, blank=True, default="")
    words = models.CharField(_("reason"), max_length=200, blank=True, default="")
    state = models.CharField(_("state"), max_length=5, choices=State.choices, default=State.WAITS)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows written"), default=0)
    path = models.CharField(max_length=100, blank=True, default="")
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("to be had until"), db_index=True)

    class Meta:
        verbose_name = _("export of answers")
        verbose_name_plural = _("exports of answers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.definition_id} #{self.pk}"
