"""Flow definitions as their designers edit them, and their immutable published versions."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin

from core.text import localised
from forms.models import FormVersion
from workflows.fields import DocumentField
from workflows.legible import IllegibleDocument


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

        published, moment = revision.as_object(), now or timezone.now()
        with transaction.atomic():
            FlowDefinition.objects.select_for_update().get(pk=self.pk)
            pinned = publishing.checked(published.slug, published.document)
            super().publish(revision, user=user, **options)
            self.refresh_from_db()
            if self.live_revision_id == revision.pk:
                publishing.write_version(self, published.document, pinned, by=user, at=moment)

    def get_preview_template(self, request: Any, mode_name: str) -> str:  # Wagtail's signature
        """The page that the desk's preview panel shows."""
        return "workflows/desk/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """The steps as they stand in the editor and what publishing would change, or what keeps it from that."""
        from workflows import publishing
        from workflows.outline import outline
        from workflows.versions.comparing import impact_of
        from workflows.versions.sides import of_document

        found = publishing.sentences(self.slug, self.document)
        context = {"definition": self, "problems": found}
        if not found:
            context["outline"] = outline(self.document, {}, with_automatic=True)
            context["impact"] = impact_of(self, of_document(self.document)) if self.pk else None
        return context


class FlowVersion(models.Model):
    """What was published, unchangeable. `forms`: form slug → primary key of the `FormVersion` that it pins."""

    definition = models.ForeignKey(
        FlowDefinition, verbose_name=_("flow"), on_delete=models.PROTECT, related_name="versions"
    )
    slug = models.SlugField(_("code"), max_length=40)
    number = models.PositiveIntegerField(_("version"))
    document = DocumentField(_("flow"))
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

    def pinned(self, slug: str) -> FormVersion:
        """The form version that this version pinned under the form's code; read once."""
        if slug not in self._pinned:
            self._pinned[slug] = FormVersion.objects.get(pk=self.forms[slug])
        return self._pinned[slug]

    @cached_property
    def _pinned(self) -> dict[str, FormVersion]:
        return {}

    @property
    def is_legible(self) -> bool:
        """Whether what is stored can be read; if not, `document` is a flow without steps."""
        return not isinstance(self.document, IllegibleDocument)

    @property
    def title(self) -> str:
        """What the flow was called when this was published, in the reader's language; never empty."""
        return localised(self.document.get("title")) or localised(self.definition.title) or self.slug


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
