"""Goes through kept answers and files to seal them with the newest key; what they say stays as it is."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction

from core import crypto
from core.exceptions import CannotBeRead
from forms import storage
from forms.models import FormVersion, Submission, Upload
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


@crypto.store("forms.files")
def reseal_files(size: int) -> Iterator[crypto.Batch]:
    """Every file that came with answers; the old one goes once the new one is on record."""

    def change(batch: list[Upload]) -> crypto.Batch:
        changed = unreadable = 0
        for row in batch:
            try:
                path = storage.sealed_anew(row.path)
            except CannotBeRead:
                unreadable += 1
                continue
            if path is not None:
                Upload.objects.filter(pk=row.pk).update(path=path)
                transaction.on_commit(partial(storage.remove, row.path))
                changed += 1
        return crypto.Batch(len(batch), changed, unreadable)

    return crypto.in_batches(Upload.objects.exclude(path=""), size, change)
