"""The ledger: append-only results, the figures computed from them, and historic figures with their source."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.people.models import Member, OrgUnit, Team
from core.text import localised


class LedgerEntry(models.Model):
    """One result, written once. Update and delete are refused by triggers: a correction is a reversal and a new line.

    `source`, `kind` and `subject` identify it (`case:17`, `wish.claimed`, `wish:5`); `unit_path` is the unit's
    tree path at that time; `quantity` is in `unit_of_measure` (item, visit, minute …); `row_hash` is the SHA-256 of
    the content.
    """

    class Grade(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        D = "D", "D"

    source = models.CharField(_("source"), max_length=60)
    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=60)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=2, default=1)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20)
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(_("unit path"), max_length=255)
    member = models.ForeignKey(
        Member, verbose_name=_("member"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        OrgUnit, verbose_name=_("organisation"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.CharField(_("evidence"), max_length=1, choices=Grade.choices, blank=True, default="")
    happened_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("recorded at"))
    case_id = models.BigIntegerField(_("case"), null=True, blank=True)
    step_id = models.CharField(_("step"), max_length=40, blank=True, default="")
    reverses = models.OneToOneField(
        "self", verbose_name=_("reverses"), null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    reason = models.CharField(_("reason for the reversal"), max_length=200, blank=True, default="")
    row_hash = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        default_permissions = ("view",)
        permissions = [("reverse_ledgerentry", _("Can reverse ledger entry"))]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "subject"], name="ledger_effect_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "happened_on"], name="ledger_kind_day"),
            models.Index(fields=["case_id"], name="ledger_case", condition=Q(case_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Metric(models.Model):
    """A defined public figure: which ledger kinds it adds up, how, and in which unit of measure."""

    class Aggregation(models.TextChoices):
        SUM = "sum", _("Sum of quantities")
        COUNT = "count", _("Number of entries")
        ORGANISATIONS = "organisations", _("Distinct organisations")
        MEMBERS = "members", _("Distinct members")

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"), default=dict)
    definition = models.JSONField(_("definition"), default=dict)
    kinds = models.JSONField(_("ledger kinds"), default=list, blank=True)
    aggregation = models.CharField(
        _("how it is counted"), max_length=14, choices=Aggregation.choices, default=Aggregation.SUM
    )
    unit_of_measure = models.JSONField(_("unit of measure"), default=dict)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_public = models.BooleanField(_("public"), default=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return localised(self.name) or self.slug


class OpeningBalance(models.Model):
    """A historic figure of a metric, with its cited source. Never added silently to what the system counted.

    `qualifier` survives on screen: 余 and 多 mean more than, 近 means nearly; `value` is the number as printed.
    """

    class Qualifier(models.TextChoices):
        EXACT = "", _("Exact")
        YU = "余", "余"
        DUO = "多", "多"
        JIN = "近", "近"

    metric = models.ForeignKey(Metric, verbose_name=_("figure"), on_delete=models.CASCADE, related_name="balances")
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    qualifier = models.CharField(
        _("qualifier"), max_length=2, choices=Qualifier.choices, blank=True, default=Qualifier.EXACT
    )
    as_of = models.DateField(_("as of"))
    source = models.JSONField(_("source"), default=dict)

    class Meta:
        verbose_name = _("opening balance")
        verbose_name_plural = _("opening balances")
        constraints = [models.UniqueConstraint(fields=["metric", "unit"], name="balance_one_per_metric_and_unit")]

    def __str__(self) -> str:
        return f"{self.metric}: {self.value}{self.qualifier}"
