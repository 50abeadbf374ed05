"""Plays the scenarios of a flow when it was published: what leads elsewhere is told to whoever published it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forms.models import FormVersion
from workflows.models import FlowDefinition, FlowVersion
from workflows.rehearsal.stage import Draft
from workflows.scenarios.playing import broken
from workflows.scenarios.words import sentence_of


def broken_sentences(
    flow: FlowDefinition, document: dict[str, Any], forms: Mapping[str, FormVersion], *, now: datetime
) -> list[str]:
    """One sentence per scenario that a sound document leads elsewhere; nothing of playing them stays."""
    scenarios = list(flow.scenarios.all()) if flow.pk is not None else []
    if not scenarios:
        return []
    draft = Draft(flow, document, forms, [], [])
    return [
        _("Scenario “%(name)s”: %(why)s") % {"name": one.name, "why": sentence_of(verdict, document, one.actions)}
        for one, verdict in broken(scenarios, draft, now=now)
    ]


def pinned_forms(version: FlowVersion) -> dict[str, FormVersion]:
    """Form slug → the version that a flow version pins."""
    rows = FormVersion.objects.select_related("definition").in_bulk(list(version.forms.values()))
    return {slug: rows[pk] for slug, pk in version.forms.items()}
