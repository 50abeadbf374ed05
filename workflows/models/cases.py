"""Cases: runs of a flow version; what was answered in them, and who may look at them without a login."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess
from viewflow.workflow.status import STATUS

from core.people.models import OrgUnit
from forms.models import Submission
from workflows.fields import LazyFlowReferenceField
from workflows.models.definitions import FlowVersion

if TYPE_CHECKING:
    from workflows.running import Run

FIRST_REHEARSED = 2**62  # primary keys from here on belong to cases that are only tried; no sequence gets that far


class Case(AbstractProcess):
    """A running or finished case of one flow version.

    `data`: {"outcomes": step id → outcome id, "returns": step id → how often it returned the case, "lapsed": step id →
    primary key up to which its rows belong to earlier rounds}; conditions read answers from the submissions, so none
    are copied here. `result` is what the end says (`done`, `declined`, `withdrawn` …). `run` is the unit of work under
    way, never stored.
    """

    run: "Run"
    objects: ClassVar[models.Manager["Case"]] = (
        models.Manager()
    )  # Viewflow's own knows its permissions, which we do not use
    flow_class = LazyFlowReferenceField()
    version = models.ForeignKey(FlowVersion, verbose_name=_("flow version"), on_delete=models.PROTECT)
    data = models.JSONField(default=dict, blank=True)
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="cases")
    starter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("title"), max_length=120, blank=True, default="")
    result = models.CharField(_("result"), max_length=40, blank=True, default="")

    parent_task = models.ForeignKey(  # the row of the case that started this one
        "workflows.Task", null=True, on_delete=models.SET_NULL, related_name="children", db_index=False
    )

    # names that Viewflow touches but that we do not store
    seed = None
    artifact = None
    artifact_content_type = None
    artifact_object_id = None
    seed_content_type = None
    seed_object_id = None

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        default_permissions = ("view", "manage")  # Viewflow adds `manage` itself when it builds a flow
        indexes = [
            models.Index(fields=["starter", "-created"], name="case_starter"),
            models.Index(fields=["version", "-created"], name="case_running", condition=Q(status=STATUS.NEW)),
            models.Index(fields=["parent_task"], name="case_child", condition=Q(parent_task__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} #{self.pk}"

    @property
    def number(self) -> str:
        """The number that people quote: XY-2026-0001; a case that is only tried has 0000, which no real one gets."""
        running = 0 if self.pk >= FIRST_REHEARSED else self.pk
        return f"{self.version.document.get('prefix', '')}-{timezone.localdate(self.created):%Y}-{running:04d}"

    @property
    def brief(self) -> str:
        """Viewflow renders this as a Django template; ours never renders what administrators wrote."""
        return self.number

    def resolve_reference(self, reference: str) -> Any:
        """The compiled class of this case's version."""
        from workflows.registry import flow_of  # the compiler knows the models

        return flow_of(self.version)


class StepSubmission(models.Model):
    """Which answers were given at which step of a case. `is_current` is false once a later round replaced them."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="step_submissions")
    task = models.ForeignKey("workflows.Task", on_delete=models.SET_NULL, null=True, related_name="+")
    step_id = models.CharField(_("step"), max_length=40)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("answers of a step")
        verbose_name_plural = _("answers of steps")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "step_id"], condition=Q(is_current=True), name="step_submission_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.step_id}"


class GuestAccess(models.Model):
    """The status code of a case, as a SHA-256. `email` only if the guest gave it, to hear how things go on."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="guest_access")
    code_sha256 = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("status code")
        verbose_name_plural = _("status codes")

    def __str__(self) -> str:
        return str(self.case_id)


class StartOnce(models.Model):
    """The one-time token of a starting form, so that a doubled click starts one case."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("starting token")
        verbose_name_plural = _("starting tokens")

    def __str__(self) -> str:
        return str(self.case_id)
