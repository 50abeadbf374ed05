"""Honours: the schemes under which people, teams and organisations are commended, and who was."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.people.models import Member, OrgUnit, Team
from core.programme.models import Theme
from core.text import localised


class AwardScheme(models.Model):
    """A kind of honour. `subject_kinds`: of `person`, `team`, `organisation`; `levels`: list of {slug, name}, or []."""

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.JSONField(_("name"), default=dict)
    description = models.JSONField(_("description"), default=dict, blank=True)
    subject_kinds = models.JSONField(_("who can be honoured"), default=list)
    unit = models.ForeignKey(OrgUnit, verbose_name=_("awarding unit"), on_delete=models.PROTECT, related_name="+")
    levels = models.JSONField(_("levels"), default=list, blank=True)
    is_open = models.BooleanField(_("open for nominations"), default=True)
    colour = models.CharField(_("colour"), max_length=8, choices=Theme.Colour.choices, default=Theme.Colour.GOLD)

    class Meta:
        verbose_name = _("award scheme")
        verbose_name_plural = _("award schemes")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return localised(self.name) or self.slug

    def level_name(self, slug: str) -> str:
        """What a level is called in the reader's language; "" for none."""
        names = {level.get("slug"): level.get("name") for level in self.levels}
        return localised(names.get(slug, "")) or slug


class Commendation(models.Model):
    """One honour that was granted: to exactly one of member, team and organisation; a case grants one.

    `citation` is public and holds no full name. `is_named`: the honoree agrees to be named; without that the roll
    shows the honour alone.
    """

    class State(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REVOKED = "revoked", _("Revoked")

    case_id = models.BigIntegerField(_("case"), unique=True)
    scheme = models.ForeignKey(
        AwardScheme, verbose_name=_("award scheme"), on_delete=models.PROTECT, related_name="commendations"
    )
    level = models.CharField(_("level"), max_length=60, blank=True, default="")
    member = models.ForeignKey(
        Member, verbose_name=_("member"), null=True, blank=True, on_delete=models.PROTECT, related_name="commendations"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="commendations"
    )
    organisation = models.ForeignKey(
        OrgUnit,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commendations",
    )
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    citation = models.CharField(_("citation"), max_length=300)
    document_number = models.CharField(_("document number"), max_length=60, blank=True, default="")
    is_named = models.BooleanField(_("agrees to be named"), default=False)
    granted_at = models.DateTimeField(_("granted at"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.GRANTED)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(member__isnull=False, team__isnull=True, organisation__isnull=True)
                    | Q(member__isnull=True, team__isnull=False, organisation__isnull=True)
                    | Q(member__isnull=True, team__isnull=True, organisation__isnull=False)
                ),
                name="commendation_of_exactly_one",
            ),
            models.CheckConstraint(
                condition=Q(state="granted", revoked_at__isnull=True) | Q(state="revoked", revoked_at__isnull=False),
                name="commendation_revoked_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "-granted_at"], name="honour_roll")]

    def __str__(self) -> str:
        return f"{self.scheme} · {self.pk}"
