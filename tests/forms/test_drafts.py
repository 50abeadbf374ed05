"""Drafts of forms: what they hold, what waits with them, and how they end."""

import datetime as dt

import pytest
from cryptography.fernet import Fernet
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from core import crypto
from core.exceptions import Conflict
from forms import drafts, uploads
from forms.building import FillContext, form_class
from forms.models import Draft, Upload
from tests.forms.conftest import NOW, document, field
from tests.forms.test_photos import photo

SUBJECT = "start:wish"


def saved(version, user, post, files=None, *, leaf="one", seen=0):
    data = MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in post.items()})
    form = form_class(version)(data, MultiValueDict(files or {}), context=FillContext(user=user))
    return drafts.save(form, version=version, user=user, subject=SUBJECT, now=NOW, seen=seen, leaf=leaf)


def entered_in(draft, version):
    found = drafts.opened(draft, version)
    assert found is not None
    return found.entered


def test_only_what_belongs_to_the_form_is_kept(publish, staff):
    version = publish(document(field("a"), field("d", "duration")))
    draft = saved(version, staff, {"a": "有", "d-hours": "2", "d-minutes": "半", "csrfmiddlewaretoken": "x", "do": "y"})
    entered = entered_in(draft, version)
    assert dict(entered.lists()) == {"a": ["有"], "d-hours": ["2"], "d-minutes": ["半"]}


@pytest.mark.parametrize("kind", ["photos", "files"])
def test_files_wait_with_their_draft_and_go_after_it(publish, staff, kind):
    version = publish(document(field("p", kind)))
    file = SimpleUploadedFile("门口.png", photo("PNG"))
    draft = saved(version, staff, {}, {"p": [file]})
    upload = Upload.objects.get()
    later = upload.uploaded_at + dt.timedelta(days=30)
    assert uploads.purge(now=later) == 0
    entered = entered_in(draft, version)
    form = form_class(version)(entered, context=FillContext(user=staff))
    assert form.is_valid(), form.errors
    assert [one["key"] for one in form.answers()["p"]] == [upload.key]
    assert drafts.remove(staff, SUBJECT)
    assert uploads.purge(now=later) == 1


def test_a_photo_that_is_dropped_from_the_draft_no_longer_waits(publish, staff):
    version = publish(document(field("p", "photos"), field("a")))
    saved(version, staff, {}, {"p": [SimpleUploadedFile("a.png", photo("PNG"))]})
    saved(version, staff, {"a": "没有照片"})
    assert Upload.objects.get().draft is None


def test_drafts_are_written_anew_with_the_first_key(publish, staff, settings):
    version = publish(document(field("a")))
    draft = saved(version, staff, {"a": "有"})
    settings.DATA_KEYS = [Fernet.generate_key().decode(), *settings.DATA_KEYS]
    assert sum(batch.changed for batch in drafts.rotate(10)) == 1
    draft.refresh_from_db()
    assert crypto.is_current(draft.content)
    assert entered_in(draft, version)["a"] == "有"


def test_two_first_savings_at_the_same_moment_do_not_write_over_each_other(publish, staff):
    version = publish(document(field("a")))
    saved(version, staff, {"a": "先"})
    with pytest.raises(Conflict) as refused:
        saved(version, staff, {"a": "后"}, leaf="two")
    assert refused.value.code == "draft_saved_elsewhere"
    assert entered_in(Draft.objects.get(), version)["a"] == "先"
