"""The programme itself: its name and themes, and the working calendar that its deadlines follow."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.people.models import OrgUnit
from core.text import localised


class Programme(models.Model):
    """A loaded programme. `name`, `tagline`: language → text. `pack_sha256` tells whether its pack changed."""

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"), default=dict)
    tagline = models.JSONField(_("tagline"), default=dict, blank=True)
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("leading unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pack_version = models.CharField(_("pack version"), max_length=20, blank=True, default="")
    pack_sha256 = models.CharField(_("pack digest"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return localised(self.name) or self.slug


class Theme(models.Model):
    """One theme of a programme's campaign, told apart by a colour of the design."""

    class Colour(models.TextChoices):
        GREEN = "green", _("Green")
        RED = "red", _("Red")
        GOLD = "gold", _("Gold")
        SILVER = "silver", _("Silver")

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="themes"
    )
    slug = models.SlugField(_("code"), max_length=40)
    name = models.JSONField(_("name"), default=dict)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    colour = models.CharField(_("colour"), max_length=8, choices=Colour.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="theme_slug_per_programme")]

    def __str__(self) -> str:
        return localised(self.name) or self.slug


class ThemePeriod(models.Model):
    """A stretch of time in which a theme has one focus, e.g. a quarter on traffic; both days included.

    `focus`: a few words, `summary`: a sentence; language → text. `service_day`: when everybody serves together. Periods
    of one theme never overlap: the database refuses it (migration 0008).
    """

    theme = models.ForeignKey(Theme, verbose_name=_("theme"), on_delete=models.CASCADE, related_name="periods")
    slug = models.SlugField(_("code"), max_length=40)
    name = models.JSONField(_("name"), default=dict)
    focus = models.JSONField(_("focus"), default=dict)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    service_day = models.DateField(_("collective service day"), null=True, blank=True)

    class Meta:
        verbose_name = _("period of a theme")
        verbose_name_plural = _("periods of themes")
        ordering = ["theme", "since"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "slug"], name="period_slug_per_theme"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="period_until_after_since"),
            models.CheckConstraint(
                condition=Q(service_day__isnull=True) | Q(service_day__gte=F("since"), service_day__lte=F("until")),
                name="period_service_day_inside",
            ),
        ]

    def __str__(self) -> str:
        return f"{localised(self.name) or self.slug} · {localised(self.focus)}"


class WorkDay(models.Model):
    """A day that differs from the plain week: a public holiday, or a make-up working day (调休).

    `provisional`: the year's official notice is not out yet. `is_edited`: an administrator set it; seeding leaves it.
    """

    date = models.DateField(_("date"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("occasion"), max_length=60, blank=True, default="")
    source = models.CharField(_("source"), max_length=100, blank=True, default="")
    is_provisional = models.BooleanField(_("provisional"), default=False)
    is_edited = models.BooleanField(_("set by hand"), default=False)

    class Meta:
        verbose_name = _("day of the working calendar")
        verbose_name_plural = _("working calendar")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"
