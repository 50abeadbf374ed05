"""What those concerned with a case write to each other beside its steps."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case


class DiscussionNote(models.Model):
    """One remark in the discussion of a case; never edited. Its author may retract it, which empties it.

    `is_open`: whoever started the case reads it too, with login or code.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("text"))
    is_open = models.BooleanField(_("whoever started reads it too"), default=False)
    created_at = models.DateTimeField(_("written at"))
    retracted_at = models.DateTimeField(_("retracted at"), null=True)

    class Meta:
        verbose_name = _("remark in a discussion")
        verbose_name_plural = _("remarks in discussions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case_id} #{self.pk}"
