"""Goes through kept answers to seal what is sensitive with the newest key; the values themselves stay as they are."""

from collections.abc import Iterator

from core import crypto
from forms.models import FormVersion, Submission
from forms.schema import Document
from forms.sealing import resealed


@crypto.store("forms.submissions")
def reseal(size: int) -> Iterator[crypto.Batch]:
    """Every submission, so many per transaction; also what was stored before there were keys."""
    documents: dict[int, Document] = {}

    def document_of(version_id: int) -> Document:
        if version_id not in documents:
            documents[version_id] = FormVersion.objects.values_list("document", flat=True).get(pk=version_id)
        return documents[version_id]

    def change(batch: list[Submission]) -> crypto.Batch:
        changed = unreadable = 0
        for row in batch:
            kept, lost = resealed(document_of(row.version_id), row.kept)
            unreadable += lost
            if kept != row.kept:
                Submission.objects.filter(pk=row.pk).update(kept=kept)
                changed += 1
        return crypto.Batch(len(batch), changed, unreadable)

    return crypto.in_batches(Submission.objects.all(), size, change)
