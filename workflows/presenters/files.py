"""The files of answers: handed out to those who may read the answer that names them, and to nobody else."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from core.actors import Actor
from core.exceptions import NotFound
from core.text import localised
from forms.models import FormVersion, Upload
from forms.uploads import keys_of, named
from workflows.models import Case, StepSubmission
from workflows.presenters.answers import Reader, access_to
from workflows.selectors import actions_on, case_for, open_tasks_of, step_of
from workflows.tree import START
from workflows.visibility import is_only_offered, may_see


def file_for(actor: Actor, key: str, now: datetime) -> Upload:
    """The file, if the actor reads the current answer that names it. Raises: NotFound for all else."""
    upload = named([key]).get(key)
    if upload is None or upload.submission_id is None:
        raise NotFound
    first = StepSubmission.objects.filter(submission=upload.submission_id).first()
    if first is None:
        raise NotFound
    case = case_for(actor, first.case_id)
    rows = StepSubmission.objects.filter(case=case, step_id=first.step_id, is_current=True)
    current = rows.select_related("submission__version").first()
    answers = current.submission.answers if current is not None else {}
    fields = [field for field, stored in answers.items() if key in keys_of(stored)]
    if current is None or not any(
        _reads(case, actor, current.submission.version, first.step_id, field, now) for field in fields
    ):
        raise NotFound
    return upload


@dataclass(frozen=True)
class FileRow:
    """One file of a case. `what`: the question to which it was given."""

    name: str
    what: str
    url: str
    at: datetime


def files_of(case: Case, actor: Actor, now: datetime) -> list[FileRow]:
    """The files in the current answers of a case that the actor may read, oldest first."""
    found: dict[str, str] = {}
    for row in StepSubmission.objects.filter(case=case, is_current=True).select_related("submission__version"):
        labels = {field["key"]: localised(field["label"]) for field in row.submission.version.fields}
        for field, stored in row.submission.answers.items():
            keys = keys_of(stored)
            if keys and _reads(case, actor, row.submission.version, row.step_id, field, now):
                found |= dict.fromkeys(keys, labels.get(field, field))
    files = sorted(named(found).values(), key=lambda one: (one.uploaded_at, one.pk))
    return [FileRow(one.name, found[one.key], reverse("file", args=(one.key,)), one.uploaded_at) for one in files]


def _reads(case: Case, actor: Actor, version: FormVersion, step_id: str, field: str, now: datetime) -> bool:
    """Whether the page of the case, or of a task that is the actor's to do, shows him the field whole."""
    is_guest = actor.user is None or not may_see(case, Actor(user=actor.user))
    if not is_guest and step_id == START and actor.user_id == case.starter_id:
        return True
    tasks = [(task, actions_on(task, actor, now=now)) for task in open_tasks_of(case)]
    open_to_him = [(step_of(task), may) for task, may in tasks if may.is_his]
    only_offered = is_only_offered(case, actor) or any(may.can_claim for _step, may in open_to_him)
    general: Reader = "guest" if is_guest else "pool" if only_offered else "staff"
    in_hand = [step for step, may in open_to_him if may.can_act or may.can_answer]
    if access_to(version, step_id, step=None, reader=general, closed_by=in_hand).get(field) == "read":
        return True
    for step, may in open_to_him:
        reader: Reader = "guest" if is_guest else "pool" if may.can_claim or only_offered else "staff"
        if access_to(version, step_id, step=step, reader=reader).get(field) == "read":
            return True
    return False
