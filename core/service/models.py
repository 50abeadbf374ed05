"""Verified service: who served, where, on which day, for how many minutes, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.ledger.models import LedgerEntry
from core.people.models import Member, OrgUnit, Team

MOST_MINUTES_A_DAY = 12 * 60  # a longer day of voluntary service is a slip of the pen, or no service


class ServiceRecord(models.Model):
    """One person's service on one day, after verification and public notice; a case makes one at most.

    `content` may be read by everybody. Whoever recorded, verified and approved are three persons. A record is never
    deleted: what proves wrong is reversed, with a reason.
    """

    class State(models.TextChoices):
        STANDING = "standing", _("Standing")
        REVERSED = "reversed", _("Reversed")

    case_id = models.BigIntegerField(_("case"), unique=True)
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="services")
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="services"
    )
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="services")
    day = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    content = models.CharField(_("what was done"), max_length=300)
    evidence = models.CharField(_("evidence"), max_length=1, choices=LedgerEntry.Grade.choices)
    beneficiaries = models.PositiveIntegerField(_("people served"), default=0)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("verified by"), on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approved by"), on_delete=models.PROTECT, related_name="+"
    )
    posted_at = models.DateTimeField(_("counted at"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.STANDING)
    reversed_at = models.DateTimeField(_("reversed at"), null=True, blank=True)
    reason = models.CharField(_("reason for the reversal"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("service record")
        verbose_name_plural = _("service records")
        default_permissions = ("view", "change")  # change: only to reverse
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES_A_DAY), name="service_minutes_of_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(recorded_by=F("verified_by"))
                & ~Q(recorded_by=F("approved_by"))
                & ~Q(verified_by=F("approved_by")),
                name="service_three_persons",
            ),
            models.CheckConstraint(
                condition=Q(state="standing", reversed_at__isnull=True)
                | Q(state="reversed", reversed_at__isnull=False),
                name="service_reversed_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["member", "day"], name="service_of_a_day")]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.day}"


class ServiceOutcome(models.Model):
    """What a service brought about, in its own unit of measure: 30 公斤, 12 户. Different units are never added."""

    record = models.ForeignKey(
        ServiceRecord, verbose_name=_("service record"), on_delete=models.PROTECT, related_name="outcomes"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    quantity = models.DecimalField(_("quantity"), max_digits=9, decimal_places=2)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        default_permissions = ()
        ordering = ["record", "position"]
        constraints = [
            models.UniqueConstraint(fields=["record", "position"], name="service_outcome_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="service_outcome_has_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:f} {self.unit_of_measure}"
