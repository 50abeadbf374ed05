"""Photos of a field: what is taken, what is refused by its name, what is kept, and what is removed again."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from PIL import Image

from core.actors import SYSTEM, Actor
from core.exceptions import Invalid
from core.jobs.models import Job
from core.jobs.running import drain
from core.people.models import User
from forms import images, storage, uploads
from forms.building import AnswerForm, FillContext, build_form_class
from forms.display import shown
from forms.jobs import purge_daily
from forms.models import Upload
from forms.schema import problems
from forms.services import submit
from tests.forms.conftest import NOW, TODAY, document, field

pytestmark = pytest.mark.django_db
DOC = document(field("p", "photos"), field("t", required=True))


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "orange").save(out, kind, **more)
    return out.getvalue()


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def filled(*files: Any, doc: Any = DOC, user: User | None = None, answers: Any = None, access: Any = None, **post: Any):
    data = QueryDict(mutable=True)
    for key, value in post.items():
        data.setlist(key.replace("_", "-"), value if isinstance(value, list) else [value])
    context = FillContext(user=user, today=TODAY)
    return build_form_class(doc, access=access)(
        data, MultiValueDict({"p": list(files)}), answers=answers, context=context
    )


def sentences(form: AnswerForm) -> list[str]:
    with override("zh-hans"):
        return form.sentences().get("p", [])


def tokens(form: AnswerForm) -> list[str]:
    form.is_valid()
    return [one["token"] for one in form["p"].value()]


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_photo_is_kept_by_what_it_holds_whatever_it_is_called(kind, content_type):
    form = filled(sent("照片.txt", photo(kind)), t="x")
    assert form.is_valid(), form.errors
    upload = Upload.objects.get()
    assert form.answers()["p"] == [{"key": upload.key, "name": "照片.txt"}]
    assert (upload.kind, upload.submission) == (content_type, None)
    content = storage.read(upload.path)
    assert content is not None
    assert len(content) == upload.size_bytes
    assert (Path(settings.PRIVATE_ROOT) / upload.path).is_file()
    assert Path(settings.MEDIA_ROOT) not in (Path(settings.PRIVATE_ROOT) / upload.path).parents


def test_place_camera_and_comments_are_gone_and_large_photos_become_smaller():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # lies on its side
    content = photo(size=(3000, 1500), exif=exif, comment=b"SecretComment")
    assert b"SecretCamera" in content
    written, _kind = images.rewritten(content)
    assert b"Secret" not in written
    with Image.open(BytesIO(written)) as image:
        assert image.size == (1000, 2000)
        assert not image.getexif()
        assert "comment" not in image.info


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("合同.pdf", b"%PDF-1.7 ...", "“合同.pdf”不是照片，请换成 JPG、PNG 或 WebP。"),
        ("页面.jpg", b"<html><script>alert(1)</script>", "“页面.jpg”不是照片，请换成 JPG、PNG 或 WebP。"),
        ("动图.gif", photo("GIF"), "“动图.gif”不是照片，请换成 JPG、PNG 或 WebP。"),
        ("半张.jpg", photo(size=(400, 300))[:-200], "“半张.jpg”不是照片，请换成 JPG、PNG 或 WebP。"),
        ("半张.png", photo("PNG", size=(400, 300))[:-20], "“半张.png”不是照片，请换成 JPG、PNG 或 WebP。"),
        ("空.jpg", b"", "“空.jpg”是空的，请重新选一次。"),
        ("大图.jpg", photo() + b"\0" * (12 * 1024 * 1024 - 900), "“大图.jpg”有 12 MB，每张不超过 8 MB。"),
        ("../../etc/a\u202e.pdf", b"x", "“a.pdf”不是照片，请换成 JPG、PNG 或 WebP。"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_name(name, content, sentence):
    with override("zh-hans"):
        form = filled(sent("x", content), t="x")
        form.files["p"].name = name
        form.files["p"]._name = name  # as a browser that sends a path would have it
        assert sentences(form) == [sentence]
    assert not Upload.objects.exists()


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_read():
    with override("zh-hans"):
        form = filled(sent("大.png", photo("PNG", size=(9000, 6000))), t="x")
        assert sentences(form) == ["“大.png”的尺寸太大了，请缩小后再选。"]


def test_pages_show_a_small_picture_which_goes_with_the_photo():
    form = filled(sent("大.jpg", photo(size=(2400, 1200))), t="x")
    assert form.is_valid(), form.errors
    upload = Upload.objects.get()
    little = storage.read_small(upload.path)
    assert little is not None
    with Image.open(BytesIO(little)) as image:
        assert (image.format, image.size) == ("JPEG", (400, 200))
    storage.remove(upload.path)
    assert storage.read_small(upload.path) is None
    older = storage.write(b"as it was kept before")
    assert storage.read_small(older) == b"as it was kept before"


def test_a_full_disk_is_said_beside_the_field_and_nothing_else_is_lost(monkeypatch):
    def full(_storage, name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with override("zh-hans"):
        form = filled(sent("好.jpg", photo()), t="写好的话")
        assert sentences(form) == ["“好.jpg”暂时没能保存，其他内容都还在，请稍后再试。"]
        assert 'value="写好的话"' in str(form)
    assert not Upload.objects.exists()


def test_one_photo_too_many_is_refused_and_the_others_are_kept():
    with override("zh-hans"):
        form = filled(*(sent(f"{n}.jpg", photo()) for n in "1234"), t="x")
        assert sentences(form) == ["“4.jpg”没有收下：最多放 3 张照片。"]
    assert len(tokens(form)) == 3


def test_nothing_is_lost_when_the_form_comes_back():
    first = filled(sent("好.jpg", photo()), sent("合同.pdf", b"%PDF"))
    assert not first.is_valid()
    html = str(first)
    assert "好.jpg" in html
    assert "p-kept" in html
    [kept] = tokens(first)
    second = filled(t="x", p_kept=kept)
    assert second.is_valid(), second.errors
    assert [one["name"] for one in second.answers()["p"]] == ["好.jpg"]
    dropped = filled(t="x", p_kept=kept, p_drop=kept)
    assert dropped.is_valid()
    assert "p" not in dropped.answers()


def test_forged_and_foreign_tokens_are_ignored(staff):
    filled(sent("好.jpg", photo()), t="x", user=staff).is_valid()
    upload = Upload.objects.get()
    theirs = uploads.token(upload.key, staff)
    for bad in (theirs, theirs + "x", upload.key, "", "x" * 9_000, "\x00"):
        form = filled(t="x", p_kept=bad)
        assert form.is_valid(), form.errors
        assert "p" not in form.answers()
    assert not filled(t="x", p=upload.key).is_valid()  # a request cannot name a file without a token


def test_a_token_is_good_for_one_day(monkeypatch):
    [kept] = tokens(filled(sent("好.jpg", photo())))
    monkeypatch.setattr(uploads, "KEPT_FOR", dt.timedelta(seconds=-1))
    with override("zh-hans"):
        assert sentences(filled(t="x", p_kept=kept)) == ["之前选的照片只保留一天，请重新选一次。"]


@pytest.mark.parametrize("state", ["read", "mask", "hide"])
def test_who_may_not_edit_the_field_uploads_nothing(state):
    form = filled(sent("好.jpg", photo()), t="x", access={"p": state})
    assert form.is_valid()
    assert form.answers() == {"t": "x"}
    assert not Upload.objects.exists()


def test_a_required_photo_is_demanded():
    form = filled(doc=document(field("p", "photos", required=True)))
    assert len(sentences(form)) == 1


@pytest.mark.parametrize("most", [0, 10, "3", 1.5, True])
def test_a_form_may_ask_for_one_to_nine_photos(most):
    assert problems(document(field("p", "photos", max=most)))
    assert not problems(document(field("p", "photos", max=9)))


# handing in


def test_handing_in_ties_the_photos_to_the_submission(publish, staff):
    form = filled(sent("好.jpg", photo()), t="x", user=staff)
    submission = submit(version=publish(DOC), answers=form.answers(), actor=Actor(user=staff), now=NOW)
    assert Upload.objects.get().submission == submission
    again = submit(
        version=submission.version,
        answers=submission.answers,
        earlier=submission.answers,
        actor=SYSTEM,
        now=NOW,
    )
    assert again.answers["p"] == submission.answers["p"]
    assert Upload.objects.get().submission == submission


def test_photos_of_somebody_else_are_not_handed_in(publish, staff):
    version = publish(document(field("p", "photos"), field("t")))
    form = filled(sent("好.jpg", photo()), t="x", user=staff)
    answers = {**form.answers(), "t": "x"}
    foreign = submit(version=version, answers=answers, actor=SYSTEM, now=NOW)
    assert "p" not in foreign.answers
    submit(version=version, answers=answers, actor=Actor(user=staff), now=NOW)
    taken = submit(version=version, answers=answers, actor=Actor(user=staff), now=NOW)  # tied to another already
    assert "p" not in taken.answers


@pytest.mark.parametrize("stored", ["x", [1], [{}], {"key": "x"}, [{"key": 5}]])
def test_answers_of_another_shape_are_refused(publish, stored):
    with pytest.raises(Invalid):
        submit(version=publish(DOC), answers={"p": stored, "t": "x"}, actor=SYSTEM, now=NOW)


def test_photos_are_shown_as_pictures_and_masked_as_a_number(publish):
    answers = {"p": [{"key": "ab12", "name": '"><script>.jpg'}]}
    version = publish(DOC)
    [row] = shown(version, answers)
    assert '<a href="/file/ab12/"><img src="/file/ab12/?small=1" alt="&quot;&gt;&lt;script&gt;.jpg"' in row.value
    with override("zh-hans"):
        [row] = shown(version, answers, access={"p": "mask"})
        assert row.value == "1 张照片"


# removing


def test_photos_that_nobody_handed_in_are_removed_after_a_day(publish):
    filled(sent("1.jpg", photo()), sent("2.jpg", photo()), sent("3.jpg", photo()), t="x").is_valid()
    old, used, new = Upload.objects.order_by("pk")
    entry = [{"key": used.key, "name": used.name}]
    submit(version=publish(DOC), answers={"p": entry, "t": "x"}, actor=SYSTEM, now=NOW)
    long_ago = timezone.now() - dt.timedelta(days=2)
    Upload.objects.filter(pk__in=[old.pk, used.pk]).update(uploaded_at=long_ago)
    now = timezone.now()
    purge_daily(now)
    purge_daily(now)
    assert Job.objects.filter(kind="forms.purge_uploads").count() == 1
    drain()
    assert list(Upload.objects.order_by("pk")) == [used, new]
    assert storage.read(old.path) is None
    assert storage.read(used.path) is not None
