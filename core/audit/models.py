"""The audit trail: one append-only row for each change that a service made."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what to which object, when. Update and delete are refused by database triggers.

    `verb` is in the past (`wish.published`); `data` holds codes and primary keys, never personal data.
    """

    class ActorKind(models.TextChoices):
        USER = "user", _("User")
        GUEST = "guest", _("Guest")
        SYSTEM = "system", _("System")
        VISITOR = "visitor", _("Visitor")

    at = models.DateTimeField(_("time"), db_index=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=8, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verb = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=40)
    object_id = models.CharField(_("object number"), max_length=40)
    case_id = models.BigIntegerField(_("case"), null=True)
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_object"),
            models.Index(fields=["case_id", "at"], name="audit_case", condition=models.Q(case_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type}:{self.object_id}"
