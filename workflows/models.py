"""Flow definitions, their immutable published versions, and the running cases with their tasks."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess, AbstractTask
from viewflow.workflow.status import STATUS
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin

from core.people.models import OrgUnit
from core.text import localised
from forms.models import FormVersion, Submission
from workflows.fields import LazyFlowReferenceField, LazyTaskReferenceField

if TYPE_CHECKING:
    from workflows.running import Run

OPEN_STATUSES = [STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED, STATUS.SCHEDULED]
FIRST_REHEARSED = 2**62  # primary keys from here on belong to cases that are only tried; no sequence gets that far
OPEN_HUMAN = Q(status__in=[STATUS.NEW, STATUS.ASSIGNED], flow_task_type="HUMAN")


class FlowDefinition(PreviewableMixin, LockableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """A flow as its designer edits it. `document` is described in docs/flows.md; publishing writes a `FlowVersion`."""

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.JSONField(_("title"), default=dict)
    document = models.JSONField(_("flow"), default=dict)
    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="flow_definition")

    class Meta:
        verbose_name = _("flow")
        verbose_name_plural = _("flows")

    def __str__(self) -> str:
        return localised(self.title) or self.slug

    @property
    def revisions(self) -> Any:
        """Wagtail asks for the revisions under this name."""
        return self._revisions

    def publish(self, revision: Any, user: Any = None, *, now: datetime | None = None, **options: Any) -> None:
        """Make a revision live and write its `FlowVersion`, both or neither; with a date in the future, only schedule.

        Raises: `Invalid` with one sentence per problem of the document.
        """
        from workflows import publishing  # the compiler knows the models

        published = revision.as_object()
        with transaction.atomic():
            FlowDefinition.objects.select_for_update().get(pk=self.pk)
            pinned = publishing.checked(published.slug, published.document)
            super().publish(revision, user=user, **options)
            self.refresh_from_db()
            if self.live_revision_id == revision.pk:
                publishing.write_version(self, published.document, pinned, by=user, at=now or timezone.now())

    def get_preview_template(self, request: Any, mode_name: str) -> str:  # Wagtail's signature
        """The page that the desk's preview panel shows."""
        return "workflows/desk/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """The steps as they stand in the editor, or what keeps the flow from being published."""
        from workflows import publishing
        from workflows.outline import outline

        found = publishing.sentences(self.slug, self.document)
        steps = "" if found else outline(self.document, {}, with_automatic=True)
        return {"definition": self, "problems": found, "outline": steps}


class FlowVersion(models.Model):
    """What was published, unchangeable. `forms`: form slug → primary key of the `FormVersion` that it pins."""

    definition = models.ForeignKey(
        FlowDefinition, verbose_name=_("flow"), on_delete=models.PROTECT, related_name="versions"
    )
    slug = models.SlugField(_("code"), max_length=40)
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("flow"))
    forms = models.JSONField(_("pinned forms"), default=dict)
    sha256 = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("published by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("flow version")
        verbose_name_plural = _("flow versions")
        constraints = [models.UniqueConstraint(fields=["slug", "number"], name="flow_version_number")]

    def __str__(self) -> str:
        return f"{self.slug} v{self.number}"


class PinnedForm(models.Model):
    """Protects a form version that a flow version uses from being deleted."""

    flow_version = models.ForeignKey(FlowVersion, on_delete=models.CASCADE, related_name="pinned_forms")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pinned form")
        verbose_name_plural = _("pinned forms")
        constraints = [
            models.UniqueConstraint(fields=["flow_version", "form_version"], name="pinned_form_once"),
        ]

    def __str__(self) -> str:
        return f"{self.flow_version} · {self.form_version}"


class Case(AbstractProcess):
    """A running or finished case of one flow version.

    `data`: {"outcomes": step id → outcome id, "claimants": step id → {"kind", "pk", "task", "turn"}, "returns": step id
    → how often it returned the case, "lapsed": step id → primary key up to which its rows belong to earlier rounds};
    conditions read answers from the submissions, so none are copied here. `result` is what the end says (`done`,
    `declined`, `withdrawn` …). `run` is the unit of work under way, never stored.
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

    # names that Viewflow touches but that we do not store
    parent_task = None
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
        ]

    def __str__(self) -> str:
        return f"{self.version_id} #{self.pk}"

    @property
    def number(self) -> str:
        """The number that people quote: XY-2026-0001; a case that is only tried has 0000, which no real one gets."""
        running = 0 if self.pk >= FIRST_REHEARSED else self.pk
        return f"{self.version.document.get('prefix', '')}-{timezone.localdate(self.created):%Y}-{running:04d}"

    @property
    def claims(self) -> list[str]:
        """The steps whose claims stand, the latest first; JSON objects of PostgreSQL keep no order of their own."""
        held = self.data.get("claimants", {})
        return sorted(held, key=lambda step_id: int(held[step_id]["turn"]), reverse=True)

    @property
    def brief(self) -> str:
        """Viewflow renders this as a Django template; ours never renders what administrators wrote."""
        return self.number

    def resolve_reference(self, reference: str) -> Any:
        """The compiled class of this case's version."""
        from workflows.registry import flow_of  # the compiler knows the models

        return flow_of(self.version)


class Task(AbstractTask):
    """A row of a case: something a person must do, a wait, or a step the engine did.

    `due_at` is the deadline of a human task, `scheduled` the moment at which a wait or reminder fires.
    `why` says as a code with parameters why the task came to this person: {"code": …, …}.
    """

    objects: ClassVar[models.Manager["Task"]] = models.Manager()
    flow_task = LazyTaskReferenceField()
    process = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="task_set")
    previous = None
    previous_task = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    step_id = models.CharField(_("step"), max_length=40, default="")
    status = models.CharField(_("state"), max_length=12, choices=STATUS.choices, default=STATUS.NEW)
    flow_task_type = models.CharField(max_length=20)
    created = models.DateTimeField(_("created"), default=timezone.now)
    scheduled = models.DateTimeField(_("fires at"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=40, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    why = models.JSONField(_("why here"), default=dict, blank=True)
    data = models.JSONField(default=dict, blank=True)

    # names that Viewflow touches but that we do not store
    external_task_id = None
    owner_permission = None
    owner_permission_content_type = None
    owner_permission_obj_pk = None
    owner_permission_obj = None
    seed = None
    seed_content_type = None
    seed_object_id = None
    artifact = None
    artifact_content_type = None
    artifact_object_id = None

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        default_permissions = ()
        indexes = [
            models.Index(fields=["owner", "-created", "-id"], name="task_mine", condition=OPEN_HUMAN),
            models.Index(
                fields=["owner", "-finished", "-id"],
                name="task_done",
                condition=Q(status=STATUS.DONE, flow_task_type="HUMAN"),
            ),
            models.Index(fields=["scheduled"], name="task_due", condition=Q(status=STATUS.SCHEDULED)),
            models.Index(fields=["process"], name="task_failed", condition=Q(status=STATUS.ERROR)),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} #{self.pk} ({self.status})"

    @property
    def brief(self) -> str:
        """Viewflow renders this as a Django template; ours never renders what administrators wrote."""
        return self.step_id

    @property
    def title(self) -> str:
        """As `brief`."""
        return self.step_id

    def resolve_reference(self, reference: str) -> Any:
        """The node of the compiled class. Raises: LookupError when the version has no such node."""
        flow = self.process.flow_class
        node = flow.instance.node(reference.rsplit(".", 1)[-1], no_obsolete=True) if flow is not None else None
        if node is None:
            raise LookupError(reference)
        return node


class TaskCandidate(models.Model):
    """Who may take an open task that nobody holds: `user:5`, `role:grid_worker@12`, `claim:team@3`, `guest:7`.

    Rows exist only while the task is open and unowned; `created` repeats the task's for the inbox index.
    """

    key = models.CharField(max_length=100)
    created = models.DateTimeField()
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="candidates")

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [models.UniqueConstraint(fields=["task", "key"], name="candidate_once")]
        indexes = [models.Index(fields=["key", "-created", "-task"], name="candidate_inbox")]

    def __str__(self) -> str:
        return f"{self.key} → {self.task_id}"


class StepSubmission(models.Model):
    """Which answers were given at which step of a case. `is_current` is false once a later round replaced them."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="step_submissions")
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, related_name="+")
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


# A GenericForeignKey inherited from an abstract base cannot be removed with `= None` (contenttypes.E001).
Task._meta.private_fields = [field for field in Task._meta.private_fields if field.name != "owner_permission_obj"]
Task.owner_permission_obj = None
Task._meta._expire_cache()
