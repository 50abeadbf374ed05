"""Places that offer services."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.people.models import OrgUnit


class Venue(models.Model):
    """A service centre or station of a unit. `facilities`: list of words; `opening_hours`: text as shown."""

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="venues")
    tier = models.CharField(_("tier"), max_length=40, blank=True, default="")
    address = models.CharField(_("address"), max_length=200, blank=True, default="")
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True, default="")
    facilities = models.JSONField(_("facilities"), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")

    def __str__(self) -> str:
        return self.name
