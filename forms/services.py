"""Publishes forms and takes in answers; each is checked here again, whoever calls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid, WrongState
from core.rights import require
from forms import lookup, uploads
from forms.building import FillContext, as_posted, form_class, with_computed
from forms.models import FormDefinition, FormVersion, Submission
from forms.shapes import UPLOADED


@transaction.atomic
def publish_form(*, definition: FormDefinition, actor: Actor, now: datetime) -> FormVersion:
    """Publish the definition as it is in memory and return its version; the same document gives the same version.

    Raises: `Invalid` with one sentence per problem of the document.
    """
    definition.save()
    revision = definition.save_revision(user=actor.user)
    definition.publish(revision, user=actor.user, now=now, skip_permission_checks=True)
    version = FormVersion.objects.filter(definition=definition).order_by("number").last()
    if version is None:  # a go-live date in the future: only scheduled
        raise Invalid(_("The form has a date from which it counts; until then it has no version."), code="not_live_yet")
    record(actor=actor, verb="form.published", obj=version, now=now)
    return version


def restore(*, version: FormVersion, actor: Actor, now: datetime) -> None:
    """Make a published version the draft of its form; the draft before it stays in the history. Publishes nothing.

    For those who may change forms. Raises: `NotAllowed`; `WrongState` while somebody else has locked the form.
    """
    require(actor, "forms.change_formdefinition")
    with transaction.atomic():
        definition = FormDefinition.objects.select_for_update().get(pk=version.definition_id)
        lock = definition.get_lock()
        if lock is not None and (actor.user is None or lock.for_user(actor.user)):
            raise WrongState(_("Somebody has locked this form. Please ask them to unlock it first."), code="locked")
        draft = definition.get_latest_revision_as_object()
        draft.document = version.document
        draft.save_revision(user=actor.user, log_action="wagtail.edit")
        record(actor=actor, verb="form.restored", obj=version, now=now, data={"number": version.number})


def submit(
    *,
    version: FormVersion,
    answers: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    access: Mapping[str, str] | None = None,
    earlier: Mapping[str, Any] | None = None,
    unit_ids: Sequence[int] | None = None,
    passed_on: bool = False,
) -> Submission:
    """Keep answers as evidence, after checking them like a filled-in form.

    `answers`: field key → value in JSON form, as `AnswerForm.answers()` gives it. `access` and `earlier`: what the
    actor may edit, and the answers that stand for the rest; a value for what he may not edit, or what the server works
    out, is ignored, and so is a file that is neither his own new one nor stood there.
    `passed_on`: a flow passes on members and teams that were chosen before, who need only be active,
    and copies of files.
    Raises: `Invalid` with sentences per field key.
    """
    unknown = answers.keys() - {field["key"] for field in version.fields}
    if unknown:
        raise Invalid(code="unknown_fields", keys=sorted(unknown))
    files = [field["key"] for field in version.fields if field["kind"] in UPLOADED]
    if passed_on:
        answers = uploads.copied(answers, files, user=actor.user, now=now)
    answers = uploads.allowed(answers, files, earlier=earlier or {}, user=actor.user)
    context = FillContext(user=actor.user, unit_ids=unit_ids, by_system=passed_on, today=localdate(now))
    form = form_class(version, access=access or {})(
        data=as_posted(version.document, answers), answers=dict(earlier or {}), context=context
    )
    if not form.is_valid():
        raise Invalid(errors=form.sentences())
    with transaction.atomic(savepoint=False):  # part of what its caller does, or of nothing
        whole = with_computed(form, now=now)
        submission = Submission.write(version=version, answers=whole, by=actor.user, at=now)
        lookup.remember(submission, whole)
        uploads.tie(submission, files)
        record(actor=actor, verb="form.submitted", obj=submission, now=now)
    return submission
