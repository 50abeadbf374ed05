"""What a pack brought at its last load, so that the next load can tell its own changes from an administrator's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PackItem(models.Model):
    """One thing that a pack brought. `values`: what the pack said of it when it was last loaded."""

    pack = models.CharField(_("pack"), max_length=60)
    section = models.CharField(_("section"), max_length=20)
    key = models.CharField(_("code"), max_length=140)
    values = models.JSONField(_("content"), default=dict)

    class Meta:
        app_label = "cms"
        verbose_name = _("item of a pack")
        verbose_name_plural = _("items of packs")
        constraints = [models.UniqueConstraint(fields=["section", "key"], name="pack_item_once")]

    def __str__(self) -> str:
        return f"{self.pack}: {self.section} {self.key}"
