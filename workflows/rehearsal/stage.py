"""Where a draft is played: what would be published today as rows that vanish, and a transaction that is rolled back."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from core.text import localised
from forms import uploads
from forms.models import FIRST_DRAFT, FormDefinition, FormVersion
from notifications.muting import Heard, muted
from workflows import registry
from workflows.compiler import compile_flow
from workflows.messages import sentence
from workflows.models import FIRST_REHEARSED, FlowDefinition, FlowVersion
from workflows.publishing import find_problems, form_slugs, newest_forms
from workflows.running import atomic_or_later

HIGHEST_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class Draft:
    """A flow as it stands in the editor, with the forms it is played with. `drafts`: titles of unpublished ones."""

    definition: FlowDefinition
    document: dict[str, Any]
    forms: Mapping[str, FormVersion]
    problems: list[str]
    drafts: list[str]


@dataclass(frozen=True)
class Stage:
    """A draft ready to be played. `heard`: messages that would have been sent, by key. `case_id`: of its only case."""

    version: FlowVersion
    heard: dict[str, Heard]
    case_id: int


def draft_of(definition: FlowDefinition) -> Draft:
    """The newest draft of a flow, with the newest drafts of its forms where those have no problems of their own."""
    newest = definition.get_latest_revision_as_object() if definition.latest_revision_id else definition
    document = newest.document
    slugs = form_slugs(document)
    published = newest_forms(slugs)
    drafts = _drafts_of_forms(slugs, published)
    forms = {**published, **drafts}
    problems = find_problems(newest.slug, document, forms)
    found = [sentence(problem) for problem in problems if not problem.is_warning]
    if not found and not localised(document.get("title")):
        document = {**document, "title": newest.title}
    titles = sorted(str(version.definition) for version in drafts.values())
    return Draft(definition, document, forms, found, titles)


def _drafts_of_forms(slugs: set[str], published: Mapping[str, FormVersion]) -> dict[str, FormVersion]:
    """Form slug → a version that is not stored yet, of the forms whose draft is sound and not what was published."""
    drafts = {}
    for definition in FormDefinition.objects.filter(slug__in=slugs).select_related("latest_revision"):
        newest = definition.get_latest_revision_as_object() if definition.latest_revision_id else definition
        live = published.get(definition.slug)
        if definition.problems_with(newest.document) or (live is not None and live.document == newest.document):
            continue
        text = json.dumps(newest.document, sort_keys=True, ensure_ascii=False)
        drafts[definition.slug] = FormVersion(
            definition=definition, document=newest.document, sha256=sha256(text.encode()).hexdigest()
        )
    return drafts


@contextmanager
def on_stage(draft: Draft, *, now: datetime) -> Iterator[Stage]:
    """A transaction in which the draft counts as published, here only; nothing that happens in it stays.

    Numbers and keys are drawn at random from ranges that nothing real uses, so that nobody waits for anybody else's
    rehearsal and no sequence of numbers moves on. Raises: TryLater when SQLite's only writer stays busy.
    """
    content = json.dumps(draft.document, sort_keys=True, ensure_ascii=False)
    digest = sha256(content.encode()).hexdigest()
    flow = compile_flow(draft.document, f"draft_{digest[:12]}")
    with atomic_or_later(), muted() as heard, uploads.pretending():
        version = _version(draft, digest, now)
        with registry.on_trial(version, flow):
            yield Stage(version, heard, FIRST_REHEARSED + secrets.randbelow(2**61))
        transaction.set_rollback(True)


def _version(draft: Draft, digest: str, now: datetime) -> FlowVersion:
    forms = {}
    for slug, version in draft.forms.items():
        if version.pk is None:
            version = FormVersion(
                definition=version.definition,
                document=version.document,
                sha256=version.sha256,
                number=_unused_number(),
                published_at=now,
            )
            version.save(force_insert=True)
        forms[slug] = version.pk
    return FlowVersion.objects.create(
        definition=draft.definition,
        slug=draft.definition.slug,
        number=_unused_number(),
        document=draft.document,
        forms=forms,
        sha256=digest,
        published_at=now,
    )


def _unused_number() -> int:
    return FIRST_DRAFT + secrets.randbelow(HIGHEST_NUMBER - FIRST_DRAFT)
