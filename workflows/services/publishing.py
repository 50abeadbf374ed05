"""Publishing a flow from a pack or a script; the desk publishes through Wagtail's own views."""

from datetime import datetime

from django.db import transaction

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid
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
