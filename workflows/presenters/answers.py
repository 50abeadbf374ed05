"""What earlier steps answered, as far as the reader may see it: whole, masked or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from forms.access import FILLED_IN, field_state, stricter
from forms.display import Row, shown
from forms.explaining import explained
from forms.groupschema import GROUP, column_name, columns_of
from forms.models import FormVersion, Submission
from forms.schema import level_of
from workflows.models import Case, StepSubmission
from workflows.tree import START, Step

Reader = Literal["staff", "guest", "pool"]  # pool: whoever may claim, and so has nothing to do with the case yet
BY_LEVEL: Final[dict[Reader, dict[str, str]]] = {
    "staff": {"public": "read", "internal": "read", "personal": "mask"},
    "guest": {"public": "read"},
    "pool": {"public": "read"},
}
MOST_FOR_GUESTS: Final = {"public": "read", "internal": "read"}
IN_OWN_FORM: Final = {"personal": "replace", "sensitive": "replace"}


@dataclass(frozen=True)
class AnswerGroup:
    """The answers of one step. `rows`: forms.display.Row, values are safe HTML; `version`: the form they answer.

    `why`: how the form's own logic came to what was asked, for those who work on the case. `case`: where masked ones
    may be read in full, 0 for nowhere.
    """

    id: str
    name: str
    rows: list[Row]
    why: list[str]
    version: FormVersion
    at: datetime
    case: int = 0


def answer_groups(
    case: Case,
    names: Mapping[str, str],
    *,
    step: Step | None = None,
    reader: Reader = "staff",
    owned: str = "",
    may_read: bool = False,
    closed_by: Sequence[Step] = (),
) -> list[AnswerGroup]:
    """The current answers of a case, step by step.

    `names`: step id → name. `step`: the step whose `access` opens or closes single fields. `owned`: a step whose
    answers are the reader's own, so that he sees them whole. `may_read`: whether he may ask for masked ones.
    `closed_by`: as of `access_to`.
    """
    submissions = StepSubmission.objects.filter(case=case, is_current=True).select_related(
        "submission__version__definition"
    )
    groups = []
    for row in submissions.order_by("pk"):
        version = row.submission.version
        access = access_to(version, row.step_id, step=step, reader=reader, closed_by=closed_by)
        if owned == row.step_id:
            access = dict.fromkeys(access, "read")
        rows = shown(version, row.submission.answers, access=access)
        if rows:
            name = _("What was handed in") if row.step_id == START else names.get(row.step_id, row.step_id)
            why = _why(row.submission, access) if reader == "staff" else []
            at = row.submission.submitted_at
            groups.append(AnswerGroup(row.step_id, name, rows, why, version, at, case.pk if may_read else 0))
    return groups


def _why(submission: Submission, access: Mapping[str, str]) -> list[str]:
    day = localdate(submission.submitted_at)
    found = explained(submission.version.document, submission.answers, today=day, access=access)
    return [one.sentence for one in found]


def access_to(
    version: FormVersion, step_id: str, *, step: Step | None, reader: Reader, closed_by: Sequence[Step] = ()
) -> dict[str, str]:
    """Field key, or `group.column`, → read, mask or hide: by its privacy, unless the step says otherwise.

    A guest never sees more. `closed_by`: the steps that the reader has in hand, on pages that show him the case as a
    whole: what a step closes, he does not see there either, what it opens stays with the step.

    Every field of the version gets an entry, so that nothing is open by omission. A guest reads the internal part of
    what he handed in himself, but of others' steps only what is public or what the step opens to him.
    """
    said = (step or {}).get("access") or {}
    access = {}
    for name, level in _levels(version):
        limits = MOST_FOR_GUESTS if reader == "guest" and step_id == START else BY_LEVEL[reader]
        state = str(said.get(f"{step_id}.{name}", limits.get(level, "hide")))
        if reader == "guest":
            state = stricter(state, MOST_FOR_GUESTS.get(level, "hide"))
        for one in closed_by:
            state = stricter(state, str((one.get("access") or {}).get(f"{step_id}.{name}", state)))
        access[name] = "read" if field_state(state) in FILLED_IN else state
    return access


def _levels(version: FormVersion) -> Iterator[tuple[str, str]]:
    """Key → level of every field, and `group.column` → level of every column."""
    for field in version.fields:
        yield field["key"], level_of(field)
        yield from ((column_name(field, column), level_of(column)) for column in columns_of(field))


def own_access_of_guest(version: FormVersion, said: Mapping[str, str]) -> dict[str, str]:
    """Field key → access of a form that a guest fills in: what he gave of himself is hidden, but replaceable."""
    access = dict(said)
    groups = {field["key"] for field in version.fields if field["kind"] == GROUP}
    for name, level in _levels(version):
        limit = IN_OWN_FORM.get(level)
        if limit is not None and name not in groups:  # of a group each column by itself
            access[name] = stricter(access.get(name, "edit"), limit)
    return access


def level_in(version: FormVersion, key: Any) -> str:
    """The privacy level of a field, `sensitive` for one that is not there."""
    return next((level_of(field) for field in version.fields if field["key"] == key), "sensitive")
