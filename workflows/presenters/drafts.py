"""The list of what somebody has begun to fill in and not handed in yet."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actors import Actor
from core.exceptions import NotFound
from core.people.models import User
from forms import drafts
from workflows.names import name_of
from workflows.presenters.starting import starting_name
from workflows.results import is_finished
from workflows.selectors import step_of, task_for
from workflows.services.starting import latest_version
from workflows.subjects import DOING, STARTING


@dataclass(frozen=True)
class DraftRow:
    """One draft. `url`: where it goes on, "" when it cannot any more."""

    subject: str
    title: str
    saved_at: datetime
    url: str


def draft_rows(user: User) -> list[DraftRow]:
    """All drafts of a person, the newest first."""
    rows = []
    for draft in drafts.of(user):
        title, url = "", ""
        with suppress(NotFound):
            title, url = _way_on(draft.subject, Actor(user=user))
        title = title or (str(draft.version.definition) if draft.version is not None else _("A form"))
        rows.append(DraftRow(draft.subject, title, draft.saved_at, url))
    return rows


def _way_on(subject: str, actor: Actor) -> tuple[str, str]:
    """(what it is called, where it goes on). Raises: NotFound when it is not there any more for this person."""
    if subject.startswith(STARTING):
        slug = subject.removeprefix(STARTING)
        return starting_name(latest_version(slug)), reverse("start", args=(slug,))
    if not subject.removeprefix(DOING).isdigit():
        raise NotFound
    task = task_for(actor, int(subject.removeprefix(DOING)))
    title = f"{task.process.number} · {name_of(step_of(task))}"
    is_over = task.finished is not None or is_finished(task.process)
    return title, "" if is_over else reverse("task", args=(task.pk,))
