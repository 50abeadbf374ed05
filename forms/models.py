"""Form definitions, their immutable published versions, and the answers given to them."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin

from core.exceptions import WrongState
from core.text import localised
from forms.messages import refusal
from forms.problem import Problem
from forms.schema import fields_of, problems, renamed
from forms.sealing import opened, sealed


class FormDefinition(PreviewableMixin, LockableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """A form as its designer edits it. `document` is described in docs/forms.md; publishing writes a `FormVersion`."""

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    title = models.JSONField(_("title"), default=dict)
    document = models.JSONField(_("form"), default=dict)
    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="form_definition")

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self) -> str:
        return localised(self.title) or self.slug

    @property
    def revisions(self) -> Any:
        """Wagtail asks for the revisions under this name."""
        return self._revisions

    @property
    def current_version(self) -> "FormVersion | None":
        """The version that new answers are given to, or None before the first publishing."""
        return self.versions.order_by("number").last()

    def problems_with(self, document: Any) -> list[Problem]:
        """What keeps a document from being published as the next version of this form."""
        found = problems(document)
        if found or self.pk is None:
            return found
        return renamed(list(self.versions.values_list("document", flat=True)), document)

    def publish(self, revision: Any, user: Any = None, *, now: datetime | None = None, **options: Any) -> None:
        """Make a revision live and write its `FormVersion`, both or neither; with a date in the future, only schedule.

        Raises: `Invalid` with one sentence per problem of the document.
        """
        published = revision.as_object()
        with transaction.atomic():
            FormDefinition.objects.select_for_update().get(pk=self.pk)
            found = self.problems_with(published.document)
            if found:
                raise refusal(found)
            super().publish(revision, user=user, **options)
            self.refresh_from_db()
            if self.live_revision_id == revision.pk:
                FormVersion.write(definition=self, document=published.document, by=user, at=now or timezone.now())

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        """The page that the desk's preview panel shows."""
        return "forms/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """The form as it stands in the editor, filled by nobody; or what keeps it from being published."""
        from forms.building import FillContext, build_form_class  # building knows these models, so not at the top
        from forms.explaining import rules_told
        from forms.messages import sentence

        found = self.problems_with(self.document)
        form = None
        if not found:
            form = build_form_class(self.document)(context=FillContext())
        said = {
            "problems": [sentence(problem) for problem in found],
            "rules": [] if found else rules_told(self.document),
        }
        return {"definition": self, "form": form, **said}


class Unchangeable(models.Model):
    """A row that is written once: neither saved again nor deleted."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row. Raises: `WrongState` when it was written before."""
        if not self._state.adding:
            raise WrongState(_("What was published or submitted is kept as it is and cannot be changed."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never. Raises: `WrongState`."""
        raise WrongState(_("What was published or submitted is kept as it is and cannot be changed."))


FIRST_DRAFT = 1_000_000_000  # numbers from here on belong to drafts that are only tried


class FormVersion(Unchangeable):
    """What was published, unchangeable: `document` and its `sha256`. Submissions and flow versions point here."""

    definition = models.ForeignKey(
        FormDefinition, verbose_name=_("form"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("form"))
    sha256 = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("published by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = [models.UniqueConstraint(fields=["definition", "number"], name="form_version_number")]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether this is a draft that somebody tries, and so gone in a moment."""
        return self.number >= FIRST_DRAFT

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields that hold an answer, in order."""
        return fields_of(self.document)

    @classmethod
    def write(cls, *, definition: FormDefinition, document: dict[str, Any], by: Any, at: datetime) -> "FormVersion":
        """The version of this document: the current one when nothing changed, else the next number."""
        digest = sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        current = definition.current_version
        if current is not None and current.sha256 == digest:
            return current
        return cls.objects.create(
            definition=definition,
            number=current.number + 1 if current else 1,
            document=document,
            sha256=digest,
            published_at=at,
            published_by=by,
        )


class Submission(Unchangeable):
    """Answers as given to one version. Evidence: never changed afterwards, but for keys that change (`forms.keeping`)
    and what was to be kept for a time only (`forms.retention`).

    `kept`: field key → value in JSON form, sensitive ones sealed. Readers take `answers`.
    """

    version = models.ForeignKey(
        FormVersion, verbose_name=_("form version"), on_delete=models.PROTECT, related_name="submissions"
    )
    kept = models.JSONField(_("answers"), default=dict)
    has_timed = models.BooleanField(default=True)  # false once everything that is kept for a time only was cleared
    submitted_at = models.DateTimeField(_("submitted at"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("submitted by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        permissions = [("read_masked_answers", _("Can read masked answers in full, for a reason"))]

    def __str__(self) -> str:
        return f"{self.version} #{self.pk}"

    @cached_property
    def answers(self) -> dict[str, Any]:
        """Field key → value in JSON form, or what `forms.markers` puts in its place."""
        return opened(self.kept)

    @classmethod
    def write(cls, *, version: FormVersion, answers: dict[str, Any], by: Any, at: datetime) -> "Submission":
        """Keep answers that were found to be right."""
        kept = sealed(version.document, answers)
        return cls.objects.create(version=version, kept=kept, submitted_at=at, submitted_by=by)


class AnswerDigest(models.Model):
    """What an answer is found by, see `forms.lookup`. `name`: of its field, `group.column` for a column."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=90)
    digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "name", "digest"], name="forms_digest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.name}"


class Draft(models.Model):
    """What somebody has entered in a form and not handed in yet; see `forms.drafts`. Nobody but `user` reads it.

    `subject`: what the form is for, e.g. `start:wish`. `version`: empty for a form that is never published. `content`:
    encrypted. `counter` goes up with each saving; `leaf`: the page, among all that show this form, that saved last.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("login"), on_delete=models.CASCADE, related_name="+"
    )
    subject = models.CharField(_("purpose"), max_length=80)
    version = models.ForeignKey(
        FormVersion, verbose_name=_("form version"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    content = models.TextField(_("content"))
    counter = models.PositiveIntegerField(_("times saved"), default=0)
    leaf = models.CharField(_("page"), max_length=24)
    saved_at = models.DateTimeField(_("saved at"), db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "subject"], name="draft_one_per_purpose")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Upload(models.Model):
    """A file that came with an answer; `submission` is empty until a form that names it is handed in.

    `draft`: where it waits for that longer than a day.

    `path`: where forms.storage keeps it. Only the application hands it out, to those who may read the answer.
    """

    key = models.CharField(_("key"), max_length=32, unique=True)
    name = models.CharField(_("file name"), max_length=120)
    kind = models.CharField(_("content type"), max_length=100)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("digest"), max_length=64)
    path = models.CharField(_("place"), max_length=100)
    uploaded_at = models.DateTimeField(_("uploaded at"), db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    submission = models.ForeignKey(
        Submission, verbose_name=_("submission"), null=True, on_delete=models.PROTECT, related_name="uploads"
    )
    draft = models.ForeignKey(
        Draft, verbose_name=_("draft"), null=True, on_delete=models.SET_NULL, related_name="uploads"
    )

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
