"""Files of a field: taken by what they hold, refused with a reason, and named without tricks."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from PIL import Image

from core.actors import Actor
from core.people.models import User
from forms import storage
from forms.building import AnswerForm, FillContext, build_form_class
from forms.display import shown
from forms.filetypes import CONTENT_TYPES, NotTaken, ending_of, named_as, type_of
from forms.kinds import KINDS
from forms.kinds.base import NotCarried
from forms.models import Upload
from forms.schema import problems
from forms.services import submit
from forms.shapes import FILE_TYPES
from tests.forms import office
from tests.forms.conftest import NOW, TODAY, document, field
from tests.forms.office import MIB, PDF, odf, ooxml, packed
from tests.forms.test_photos import photo

pytestmark = pytest.mark.django_db
DOC = document(field("p", "files"), field("t"))
RIGHT = [
    ("方案.pdf", PDF, "pdf"),
    ("方案.docx", ooxml("docx"), "docx"),
    ("名单.xlsx", ooxml("xlsx"), "xlsx"),
    ("汇报.pptx", ooxml("pptx"), "pptx"),
    ("方案.odt", odf("odt"), "odt"),
    ("名单.ods", odf("ods"), "ods"),
    ("说明.txt", "说明：下午三点".encode(), "txt"),
    ("说明.txt", "说明：下午三点".encode("gb18030"), "txt"),
    ("名单.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n", "csv"),
    ("照片.JPEG", photo(), "jpg"),
    ("图.png", photo("PNG"), "png"),
]


def filled(*files: tuple[str, bytes], doc: Any = DOC, user: User | None = None, **post: Any) -> AnswerForm:
    data = QueryDict(mutable=True)
    for key, value in post.items():
        data.setlist(key.replace("_", "-"), value if isinstance(value, list) else [value])
    sent = []
    for name, content in files:
        one: Any = SimpleUploadedFile("x", content, content_type="application/pdf")
        one._name = name  # as a browser that sends a path would have it
        sent.append(one)
    context = FillContext(user=user, today=TODAY)
    return build_form_class(doc)(data, MultiValueDict({"p": sent}), context=context)


def codes(form: AnswerForm) -> list[str]:
    return [str(error.code) for error in form.errors.as_data().get("p", [])]


@pytest.mark.parametrize(("name", "content", "kind"), RIGHT, ids=[f"{n}-{one[0]}" for n, one in enumerate(RIGHT)])
def test_a_file_of_each_type_is_kept_encrypted_under_a_random_name(name, content, kind):
    form = filled((name, content))
    assert form.is_valid(), form.errors
    upload = Upload.objects.get()
    [entry] = form.answers()["p"]
    assert entry == {"key": upload.key, "name": upload.name}
    assert ending_of(upload.name) == kind
    assert upload.kind == CONTENT_TYPES[kind]
    assert name.partition(".")[0] not in upload.path
    if kind not in ("jpg", "png"):
        assert storage.read(upload.path) == content
    on_disk = Path(settings.PRIVATE_ROOT) / upload.path
    assert on_disk.read_bytes().startswith(storage.SEALED)


def test_every_type_of_the_schema_is_known_by_its_content():
    assert set(FILE_TYPES) == set(CONTENT_TYPES) == {kind for _name, _content, kind in RIGHT}


def test_pictures_are_written_anew():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    form = filled(("a.jpg", photo(exif=exif) + b"<script>SecretTail</script>"))
    assert form.is_valid(), form.errors
    content = storage.read(Upload.objects.get().path)
    assert content is not None
    assert b"Secret" not in content


HOSTILE = [
    ("页面.pdf", b"<html><script>alert(1)</script></html>", "unknown"),
    ("页面.txt", b"  <!doctype html><script>alert(1)</script>", "unknown"),
    ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "unknown"),
    ("图.csv", b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "unknown"),
    ("程序.pdf", b"MZ\x90\0" + b"\0" * 100, "unknown"),
    ("程序.txt", b"MZ\x90\0" + b"\0" * 100, "unknown"),
    ("信.txt", b"{\\rtf1 hello}", "unknown"),
    ("程序.bat", b"del *.*", "unknown"),
    ("动图.gif", photo("GIF"), "unknown"),
    ("图.webp", photo("WEBP"), "unknown"),
    ("包.zip", packed([("a.txt", b"x")]), "unknown"),
    ("包.docx", packed([("a.txt", b"x")]), "unknown"),
    ("包.jar", packed([("META-INF/MANIFEST.MF", b"x")]), "unknown"),
    ("演示.odp", odf("odp"), "unknown"),
    ("模板.docx", ooxml("docx", main=office.MAIN["docx"].replace("document.main", "template.main")), "unknown"),
    ("两样.docx", ooxml("docx", main=office.MAIN["docx"] + '"/><a b="' + office.MAIN["xlsx"]), "unknown"),
    ("旧.doc", office.OLD, "old_office"),
    ("加密.docx", office.OLD, "old_office"),
    ("加密.odt", odf("odt", manifest=b"<manifest:encryption-data/>"), "protected"),
    ("宏.docm", ooxml("docx", main="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
    ("宏.xlsx", ooxml("xlsx", ("xl/vbaProject.bin", b"x")), "macros"),
    ("宏.xlsx", ooxml("xlsx", ("xl/macrosheets/sheet1.xml", b"x")), "macros"),
    ("宏.ods", odf("ods", ("Basic/Standard/Module1.xml", b"x")), "macros"),
    ("半份.pdf", PDF[:40], "damaged"),
    ("没有尾.pdf", PDF.replace(b"%%EOF", b""), "damaged"),
    ("前面有别的.pdf", b"GIF89a" + PDF, "unknown"),
    ("两面.pdf", PDF + packed([("a.html", b"x")]), "damaged"),
    ("两面.pdf", PDF + packed([("a.html", b"x")]) + PDF[-20:], "damaged"),
    ("两面.docx", ooxml("docx") + PDF, "damaged"),
    ("半份.docx", ooxml("docx")[:-30], "damaged"),
    ("改过.docx", ooxml("docx").replace(b"<w/>", b"<v/>"), "damaged"),
    ("走出去.docx", office.named_member("../../etc/cron.d/x"), "damaged"),
    ("走出去.docx", office.named_member("/etc/passwd"), "damaged"),
    ("走出去.docx", office.named_member("..\\windows\\x"), "damaged"),
    ("炸弹.docx", ooxml("docx", ("big.xml", b"\0" * 60 * MIB)), "bomb"),
    ("炸弹.xlsx", ooxml("xlsx", *((f"s{n}.xml", b"\0" * 40 * MIB) for n in range(3))), "bomb"),
    ("很多.docx", ooxml("docx", *((f"{n}", b"") for n in range(5_001))), "bomb"),
    ("重叠.docx", office.overlapping(), "bomb"),
    ("说谎.docx", office.lying_bomb(), "damaged"),
    ("目录.docx", packed([("[Content_Types].xml", b" " * 2 * MIB), ("_rels/.rels", b"")]), "bomb"),
    ("空.pdf", b"", "empty"),
    ("半张.jpg", photo(size=(400, 300))[:-200], "not_a_photo"),
    ("大.png", photo("PNG", size=(9000, 6000)), "too_many_pixels"),
    ("大.pdf", PDF[:-6] + b"\0" * (11 * MIB) + PDF[-6:], "too_large"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE, ids=[f"{n}-{x[0]}" for n, x in enumerate(HOSTILE)])
def test_what_is_not_what_it_should_be_is_refused_with_a_reason(name, content, code):
    form = filled((name, content))
    assert codes(form) == [code]
    with override("zh-hans"):
        [sentence] = filled((name, content)).sentences()["p"]
    assert sentence.startswith(f"“{name}”")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("content", [one[1] for one in RIGHT], ids=[f"{n}-{one[2]}" for n, one in enumerate(RIGHT)])
def test_no_damage_of_a_file_is_more_than_a_refusal(content):
    for cut in range(0, min(len(content), 600), 7):
        for damaged in (content[:cut], content[:cut] + b"\xff" + content[cut + 1 :]):
            with suppress(NotTaken):  # and no other error
                assert type_of(damaged, "a.txt") in CONTENT_TYPES


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("方案.html", "方案.html.pdf"),
        ("方案.docx", "方案.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\王\\方案.PDF", "方案.PDF"),
        ("方案\u202efdp.exe", "方案fdp.exe.pdf"),
        ("方\u200b案\u2066.pdf\n", "方案.pdf"),
        ("", "—.pdf"),
        (".pdf", "pdf.pdf"),
        ('"><script>.pdf', '"><script>.pdf'),
        ("长" * 300 + ".pdf", "长" * 115 + "….pdf"),
        ("长" * 300, "长" * 115 + "….pdf"),
    ],
)
def test_names_lose_their_tricks_and_end_as_the_file_is(sent, kept):
    form = filled((sent, PDF))
    assert form.is_valid(), form.errors
    assert Upload.objects.get().name == kept


def test_an_ending_that_only_looks_like_a_type_stays():
    assert named_as("第1.2版", "pdf") == "第1.2版.pdf"
    assert named_as("a.JPEG", "jpg") == "a.JPEG"


def test_only_types_that_the_field_takes_are_taken():
    doc = document(field("p", "files", accept=["jpg", "pdf"]))
    assert filled(("a.pdf", PDF), ("b.jpg", photo()), doc=doc).is_valid()
    with override("zh-hans"):
        form = filled(("名单.xlsx", ooxml("xlsx")), ("图.png", photo("PNG")), doc=doc)
        assert form.sentences()["p"] == [
            "“名单.xlsx”这种类型收不了，请换成这几种之一：PDF、JPG。",
            "“图.png”这种类型收不了，请换成这几种之一：PDF、JPG。",
        ]
        assert 'accept=".pdf,.jpg,.jpeg"' in str(form)
        assert "最多 3 个文件，每个不超过 10 MB：PDF、JPG" in str(form)


def test_size_and_number_are_those_of_the_field():
    doc = document(field("p", "files", max=1, max_mb=1))
    large = PDF[:-6] + b"\0" * MIB + PDF[-6:]
    assert codes(filled(("a.pdf", large), doc=doc)) == ["too_large"]
    assert codes(filled(("a.pdf", PDF), ("b.pdf", PDF), doc=doc)) == ["too_many"]


@pytest.mark.parametrize(
    "more",
    [{"max": 0}, {"max": 10}, {"max_mb": 0}, {"max_mb": 21}, {"max_mb": "5"}, {"accept": []}, {"accept": ["zip"]},
     {"accept": "pdf"}, {"accept": [["pdf"]]}, {"min": 1}],
)  # fmt: skip
def test_settings_out_of_bounds_are_told_before_publishing(more):
    assert problems(document(field("p", "files", **more)))
    assert not problems(document(field("p", "files", max=9, max_mb=20, accept=["pdf"])))


def test_a_file_may_not_change_to_a_question_that_would_have_refused_it(staff):
    doc = document(field("p", "files"), field("q", "photos"), field("r", "files", accept=["xlsx"]))
    first = filled(("a.pdf", PDF), doc=doc, user=staff)
    assert first.is_valid()
    [kept] = [one["token"] for one in first["p"].value()]
    moved = filled(doc=doc, user=staff, q_kept=kept, r_kept=kept)
    assert moved.is_valid()
    assert moved.answers() == {}
    assert filled(doc=doc, user=staff, p_kept=kept).answers()["p"][0]["name"] == "a.pdf"


def test_a_required_file_is_demanded_and_nothing_is_lost_when_the_form_comes_back():
    doc = document(field("p", "files", required=True), field("t", required=True))
    assert "p" in filled(doc=doc).errors
    first = filled(("方案.pdf", PDF), ("页.pdf", b"<html>"), doc=doc)
    assert not first.is_valid()
    [kept] = [one["token"] for one in first["p"].value()]
    second = filled(doc=doc, t="x", p_kept=kept)
    assert second.is_valid(), second.errors
    assert [one["name"] for one in second.answers()["p"]] == ["方案.pdf"]
    assert "p" in filled(doc=doc, t="x", p_kept=kept, p_drop=kept).errors


def test_files_stay_with_the_submission_are_shown_by_name_and_masked_as_a_number(publish, staff):
    form = filled(('"><script>.pdf', PDF), user=staff)
    submission = submit(version=publish(DOC), answers=form.answers(), actor=Actor(user=staff), now=NOW)
    upload = Upload.objects.get()
    assert upload.submission == submission
    [row] = shown(submission.version, submission.answers)
    assert f'<li><a href="/file/{upload.key}/">&quot;&gt;&lt;script&gt;.pdf</a></li>' in row.value
    with override("zh-hans"):
        [row] = shown(submission.version, submission.answers, access={"p": "mask"})
        assert row.value == "1 个文件"
    definition = submission.version.fields[0]
    assert KINDS["files"].exported(submission.answers["p"], definition) == '"><script>.pdf'


@pytest.mark.parametrize("stored", ["x", [1], [{}], {"key": "x"}, [{"key": 5}], None, [{"key": "a", "name": 5}]])
def test_answers_of_another_shape_are_never_more_than_words(stored):
    kind, definition = KINDS["files"], DOC["sections"][0]["fields"][0]
    assert isinstance(kind.shown(stored, definition), str)
    assert isinstance(kind.masked(stored, definition), str)
    kind.shown_html(stored, definition)


def test_what_is_no_longer_taken_is_told_when_the_form_changes():
    stored = [{"key": "1", "name": "a.pdf"}, {"key": "2", "name": "b.xlsx"}]
    was = field("p", "files")
    kind, context = KINDS["files"], FillContext(today=timezone.localdate())
    assert kind.carried(stored, was, field("p", "files", max_mb=1), context) == stored
    with override("zh-hans"), pytest.raises(NotCarried) as misfit:
        kind.carried(stored, was, field("p", "files", accept=["pdf", "txt"]), context)
    assert (misfit.value.code, misfit.value.kept) == ("limit", stored[:1])
    assert misfit.value.why == "现在只收这几种类型：PDF、TXT。"
    with pytest.raises(NotCarried):
        kind.carried(stored, field("p", "photos"), was, context)
