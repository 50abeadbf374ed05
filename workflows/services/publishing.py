"""Publishing a flow from a pack or a script; the desk publishes through Wagtail's own views."""

from datetime import datetime

from django.db import transaction

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid, NotFound
from core.rights import require
from workflows import publishing
from workflows.models import FlowDefinition, FlowVersion


@transaction.atomic
def publish_flow(*, definition: FlowDefinition, actor: Actor, now: datetime) -> FlowVersion:
    """Publish the definition as it is in memory and return its version; the same document gives the same version.

    Raises: Invalid with one sentence per problem of the document.
    """
    definition.save()
    revision = definition.save_revision(user=actor.user)
    definition.publish(revision, user=actor.user, now=now, skip_permission_checks=True)
    version = FlowVersion.objects.filter(definition=definition).order_by("number").last()
    if version is None:  # a go-live date in the future: only scheduled
        raise Invalid(code="not_live_yet")
    record(actor=actor, verb="flow.published", obj=version, now=now)
    return version


def publish_again(*, definition: FlowDefinition, actor: Actor, now: datetime) -> FlowVersion:
    """Publish what is in use once more, with the newest forms; a draft that is being written stays as it is.

    For those who may publish flows. Raises: NotAllowed; NotFound before the first version; Invalid as `publish_flow`.
    """
    require(actor, "workflows.publish_flowdefinition")
    with transaction.atomic():
        FlowDefinition.objects.select_for_update().get(pk=definition.pk)
        current = definition.versions.order_by("number").last()
        if current is None:
            raise NotFound
        pinned = publishing.checked(current.slug, current.document)
        version = publishing.write_version(definition, current.document, pinned, by=actor.user, at=now)
        record(actor=actor, verb="flow.published", obj=version, now=now)
    return version
