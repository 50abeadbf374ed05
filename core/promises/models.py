"""Promises between people: wishes of residents and who claimed them; pledges of members."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.people.models import Member, OrgUnit, Team
from core.programme.models import Theme


class Wish(models.Model):
    """A resident's wish as the public may see it. Who wished it is in the case's answers, never here."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a claim")
        CLAIMED = "claimed", _("Being fulfilled")
        FULFILLED = "fulfilled", _("Fulfilled")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Category(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        COMPANY = "company", _("Company")
        ERRAND = "errand", _("Errand")

    case_id = models.BigIntegerField(_("case"), unique=True)
    public_text = models.CharField(_("public wording"), max_length=200)
    category = models.CharField(_("category"), max_length=8, choices=Category.choices)
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="wishes")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    claimant_kinds = models.JSONField(_("who may claim"), default=list)
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered at"))
    published_at = models.DateTimeField(_("published at"))
    fulfilled_at = models.DateTimeField(_("fulfilled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        indexes = [models.Index(fields=["state", "-published_at"], name="wish_board")]

    def __str__(self) -> str:
        return self.public_text


class Claim(models.Model):
    """Who took a wish on: exactly one of member, team and organisation; at most one held claim per wish."""

    class State(models.TextChoices):
        HELD = "held", _("Held")
        RELEASED = "released", _("Given back")
        FULFILLED = "fulfilled", _("Fulfilled")

    wish = models.ForeignKey(Wish, verbose_name=_("wish"), on_delete=models.PROTECT, related_name="claims")
    member = models.ForeignKey(
        Member, verbose_name=_("member"), null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    organisation = models.ForeignKey(
        OrgUnit,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("claimed by"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.HELD)
    claimed_at = models.DateTimeField(_("claimed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.UniqueConstraint(fields=["wish"], condition=Q(state="held"), name="claim_one_held_per_wish"),
            models.CheckConstraint(
                condition=(
                    Q(member__isnull=False, team__isnull=True, organisation__isnull=True)
                    | Q(member__isnull=True, team__isnull=False, organisation__isnull=True)
                    | Q(member__isnull=True, team__isnull=True, organisation__isnull=False)
                ),
                name="claim_by_exactly_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wish_id} · {self.state}"


class Pledge(models.Model):
    """What a member promised in public. The name is shown masked, and only to whom `shows_name` allows it."""

    class State(models.TextChoices):
        POSTED = "posted", _("On the wall")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Category(models.TextChoices):
        REPAIR = "repair", _("Repairs and household help")
        CARE = "care", _("Company and care")
        TEACHING = "teaching", _("Teaching and explaining")
        ORDER = "order", _("Environment and traffic")
        COUNSEL = "counsel", _("Counsel and mediation")
        OTHER = "other", _("Something else")

    case_id = models.BigIntegerField(_("case"), unique=True)
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="pledges")
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="pledges")
    category = models.CharField(_("category"), max_length=8, choices=Category.choices)
    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), null=True, blank=True, on_delete=models.PROTECT, related_name="pledges"
    )
    shows_name = models.BooleanField(_("shown by masked name"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.POSTED)
    posted_at = models.DateTimeField(_("on the wall since"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["state", "-posted_at"], name="pledge_wall")]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.state}"

    @property
    def public_name(self) -> str:
        """As the wall names the member: masked, or not at all."""
        return self.member.public_name if self.shows_name else gettext("A volunteer")


class PledgeItem(models.Model):
    """One promised thing: what, how much of it, until when."""

    pledge = models.ForeignKey(Pledge, verbose_name=_("pledge"), on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("what is promised"), max_length=120)
    quantity = models.DecimalField(_("target quantity"), max_digits=9, decimal_places=2)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20)
    due = models.DateField(_("due on"), null=True, blank=True)

    class Meta:
        verbose_name = _("promised thing")
        verbose_name_plural = _("promised things")
        default_permissions = ()
        ordering = ["pledge", "position"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "position"], name="pledge_item_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pledge_item_has_quantity"),
        ]

    def __str__(self) -> str:
        return self.text
