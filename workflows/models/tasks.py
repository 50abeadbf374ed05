"""Tasks: the rows of a case, and who may take those that nobody holds."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractTask
from viewflow.workflow.status import STATUS

from workflows.fields import LazyTaskReferenceField
from workflows.models.cases import Case

OPEN_STATUSES = [STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED, STATUS.SCHEDULED]
PASSED = "PASSED"  # kind of row of a human step at which nobody need be asked
OPEN_HUMAN = Q(status__in=[STATUS.NEW, STATUS.ASSIGNED], flow_task_type="HUMAN")


class Task(AbstractTask):
    """A row of a case: something a person must do, a wait, or a step the engine did.

    `due_at` is the deadline of a human task, `scheduled` the moment at which a wait or reminder fires.
    `why` says as a code with parameters why the task came to this person: {"code": …, …}.
    """

    children: models.Manager[Case]  # what a row started
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

    persons: tuple[int, ...] | None = None  # logins found for it just now, until somebody reads it anew

    @property
    def brief(self) -> str:
        """Viewflow renders this as a Django template; ours never renders what administrators wrote."""
        return self.step_id

    @property
    def title(self) -> str:
        """As `brief`."""
        return self.step_id

    def resolve_reference(self, reference: str) -> Any:
        """The node of the compiled class; a row that was over when its case moved names the version it was done in.

        Raises: LookupError when the version has no such node.
        """
        named, _dot, node_name = reference.rpartition(".")
        flow, name = self.process.flow_class, named.rpartition(".")[2]
        if flow is None or flow.__name__ != name:
            from workflows.registry import flow_named  # the compiler knows the models

            flow = flow_named(name)
        node = flow.instance.node(node_name, no_obsolete=True)
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


# A GenericForeignKey inherited from an abstract base cannot be removed with `= None` (contenttypes.E001).
Task._meta.private_fields = [field for field in Task._meta.private_fields if field.name != "owner_permission_obj"]
Task.owner_permission_obj = None
Task._meta._expire_cache()
