"""Finds answers by a phone, an e-mail or an ID number that somebody names, without keeping these in the clear.

Beside each personal or sensitive answer of these kinds stands a digest that only the keys of the installation can make
(`core.crypto.blind_index`); it goes when the answer is cleared, and is made anew when keys change.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import crypto
from core.exceptions import Invalid
from forms.kinds import KINDS
from forms.models import AnswerDigest, FormVersion, Submission
from forms.schema import Document, fields_of, level_of
from forms.sealing import are_rows

LOOKED_UP: Final[dict[str, str | Promise]] = {
    "phone": _("Phone"),
    "email": _("E-mail"),
    "id_number": _("ID number"),
}
LEVELS: Final = ("personal", "sensitive")
NOTHING = _("Please enter what is to be looked for.")


def digests(document: Document, answers: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(name, digest) of every answer that can be looked up; `group.column` for a cell of a row."""
    return {(name, crypto.blind_index(text, _scope(kind))) for name, kind, text in _texts(document, answers)}


def remember(submission: Submission, answers: Mapping[str, Any]) -> None:
    """Write what new answers are found by, in the transaction of whoever calls."""
    rows = [
        AnswerDigest(submission=submission, name=n, digest=d) for n, d in digests(submission.version.document, answers)
    ]
    if rows:
        AnswerDigest.objects.bulk_create(rows)


def forget(submission_id: int, names: Collection[str]) -> None:
    """Remove what cleared answers were found by."""
    AnswerDigest.objects.filter(submission=submission_id, name__in=list(names)).delete()


def found_by(kind: str, text: str) -> QuerySet[AnswerDigest]:
    """The answers in which this was entered, the newest first. `kind`: of `LOOKED_UP`.

    Raises: `Invalid` with a sentence when it is no answer of this kind.
    """
    field = KINDS[kind].form_field({"kind": kind, "label": ""})
    try:
        value = field.to_python(text)
    except ValidationError as refused:
        raise Invalid(" ".join(refused.messages), code="not_looked_up") from None
    if value is None:
        raise Invalid(NOTHING, code="nothing_to_look_up")
    rows = AnswerDigest.objects.filter(digest__in=crypto.blind_indexes(value, _scope(kind)))
    return rows.select_related("submission__version__definition").order_by("-submission_id", "name")


@crypto.store("forms.lookup")
def index_anew(size: int) -> Iterator[crypto.Batch]:
    """Make the digests with the first key, also of answers that were handed in before there were any."""
    documents: dict[int, Document] = {}

    def change(batch: list[Submission]) -> crypto.Batch:
        changed = 0
        for row in batch:
            if row.version_id not in documents:
                documents[row.version_id] = FormVersion.objects.values_list("document", flat=True).get(
                    pk=row.version_id
                )
            stands = AnswerDigest.objects.filter(submission=row)
            wanted = digests(documents[row.version_id], row.answers)
            if wanted != set(stands.values_list("name", "digest")):
                stands.delete()
                AnswerDigest.objects.bulk_create(AnswerDigest(submission=row, name=n, digest=d) for n, d in wanted)
                changed += 1
        return crypto.Batch(len(batch), changed, 0)  # what no key opens, `forms.submissions` tells

    return crypto.in_batches(Submission.objects.all(), size, change)


def _scope(kind: str) -> str:
    return f"answers:{kind}"


def _texts(document: Document, answers: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for field in fields_of(document):
        value = answers.get(field["key"])
        if value is not None and are_rows(value):
            for column in field.get("fields", []):
                for row in value:
                    yield from _text(f"{field['key']}.{column['key']}", column, row.get(column["key"]))
        else:
            yield from _text(field["key"], field, value)


def _text(name: str, field: dict[str, Any], value: Any) -> Iterator[tuple[str, str, str]]:
    if field["kind"] in LOOKED_UP and level_of(field) in LEVELS and isinstance(value, str):
        yield name, field["kind"], value
