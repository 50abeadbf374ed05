"""Who took a place on at a claim step, who waits for one, and what became of it."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case
from workflows.models.tasks import Task


class StepClaim(models.Model):
    """One person, team or organisation at a claim step of a case: waiting for a place, offered one, or holding it.

    `task`: the row with which it was taken on. `place`: 1 to the number of places, while one is offered or held.
    `until`: by when an offer must be taken, or the work be done; None without a limit. `claimant`: a primary key.
    """

    WAITING: Final = "waiting"
    OFFERED: Final = "offered"
    HELD: Final = "held"
    RELEASED: Final = "released"
    LAPSED: Final = "lapsed"
    LEFT: Final = "left"
    STATES: ClassVar = [
        (WAITING, _("on the waiting list")),
        (OFFERED, _("a place is kept for them")),
        (HELD, _("has taken it on")),
        (RELEASED, _("gave it back")),
        (LAPSED, _("lost it")),
        (LEFT, _("does not wait any more")),
    ]
    KINDS: ClassVar = [("person", _("person")), ("team", _("team")), ("organisation", _("organisation"))]
    OPEN: ClassVar = (WAITING, OFFERED, HELD)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="step_claims")
    step_id = models.CharField(_("step"), max_length=40)
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, related_name="+", null=True, db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=KINDS)
    claimant = models.PositiveBigIntegerField(_("claimant"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", null=True
    )
    state = models.CharField(_("state"), max_length=8, choices=STATES)
    place = models.PositiveIntegerField(_("place"), null=True)
    asked_at = models.DateTimeField(_("asked at"))
    taken_at = models.DateTimeField(_("taken on at"), null=True)
    until = models.DateTimeField(_("until"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "step_id", "place"], name="step_claim_one_per_place"),
            models.UniqueConstraint(
                fields=["case", "step_id", "kind", "claimant"],
                condition=Q(state__in=["waiting", "offered", "held"]),
                name="step_claim_once",
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=False, state__in=["offered", "held"])
                | Q(place__isnull=True, state__in=["waiting", "released", "lapsed", "left"]),
                name="step_claim_place_while_kept",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "claimant"], name="step_claim_held", condition=Q(state="held")),
            models.Index(fields=["until"], name="step_claim_until", condition=Q(until__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.step_id} · {self.kind} {self.claimant} ({self.state})"

    @property
    def key(self) -> str:
        """Whom it stands for, as candidates are written: `for:team@3`."""
        return f"for:{self.kind}@{self.claimant}"
