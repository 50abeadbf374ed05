"""Sensitive answers are encrypted where they are kept, and readable wherever answers are read."""

import base64
import json
from contextlib import nullcontext
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.actors import Actor
from core.exceptions import CannotBeRead
from forms import storage, uploads
from forms.building import FillContext, form_class
from forms.display import plain, shown, typed
from forms.kinds import KINDS
from forms.markers import CLEARED, UNREADABLE
from forms.models import Submission
from forms.retention import kept_for
from forms.sealing import opened, resealed, sealed
from forms.services import submit
from forms.shapes import SHAPES, Shape
from tests.forms.conftest import NOW, document, field

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))
SECRET = {"privacy": {"level": "sensitive"}}
MARK = "心脏病-8731"


@pytest.fixture(autouse=True)
def _old_key(settings) -> None:
    settings.DATA_KEYS = [OLD]


@pytest.fixture
def given(publish, staff):
    def _given(illness=MARK, *, level="sensitive", **more):
        version = publish(document(field("illness", privacy={"level": level}), field("title")))
        return submit(version=version, answers={"illness": illness, **more}, actor=Actor(user=staff), now=NOW)

    return _given


def raw(submission: Submission) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept FROM forms_submission WHERE id = %s", [submission.pk])
        found = cursor.fetchone()[0]
    return str(json.loads(found)) if isinstance(found, str) else str(found)


def again(submission: Submission) -> Submission:
    return Submission.objects.select_related("version").get(pk=submission.pk)


def test_the_table_holds_no_sensitive_word_and_readers_get_it(given):
    submission = given(title="读报")
    assert MARK not in raw(submission)
    assert "读报" in raw(submission)
    assert again(submission).answers == submission.answers == {"illness": MARK, "title": "读报"}


@pytest.mark.parametrize("level", ["public", "internal", "personal"])
def test_other_levels_are_kept_as_they_are(given, level):
    assert MARK in raw(given(level=level))


def test_a_field_that_changes_its_level_leaves_older_answers_readable(given):
    secret, open_one = given(), given(level="internal")
    assert again(secret).answers["illness"] == again(open_one).answers["illness"] == MARK
    assert MARK not in raw(secret)


def test_keys_change_while_everything_stays_readable(given, settings):
    submission, before = given(), raw(given())
    settings.DATA_KEYS = [NEW, OLD]
    assert again(submission).answers["illness"] == MARK
    out = StringIO()
    call_command("rotate_keys", batch=1, stdout=out)
    assert "forms.submissions: 2 rows, 2 written anew, 0 values unreadable" in out.getvalue()
    settings.DATA_KEYS = [NEW]
    assert again(submission).answers["illness"] == MARK
    assert raw(submission) != before
    call_command("rotate_keys", stdout=(out := StringIO()))
    assert "2 rows, 0 written anew" in out.getvalue()


def test_what_was_stored_before_there_were_keys_is_sealed_by_the_command(given):
    submission = given()
    Submission.objects.filter(pk=submission.pk).update(kept={"illness": MARK, "title": "读报"})
    assert again(submission).answers["illness"] == MARK
    call_command("rotate_keys", stdout=StringIO())
    assert MARK not in raw(submission)
    assert again(submission).answers == {"illness": MARK, "title": "读报"}


def test_without_the_key_pages_say_so_rules_see_nothing_and_nothing_is_lost(given, settings):
    submission = given(title="读报")
    settings.DATA_KEYS = [NEW]
    answers = again(submission).answers
    rows = {row.key: row.value for row in shown(submission.version, answers)}
    assert rows == {"illness": "无法读取", "title": "读报"}
    assert plain(submission.version, answers, "illness") == "无法读取"
    assert typed(submission.version, answers) == {"illness": None, "title": "读报"}
    with pytest.raises(CommandError, match="1 values"):
        call_command("rotate_keys", stdout=StringIO())
    settings.DATA_KEYS = [NEW, OLD]
    assert again(submission).answers["illness"] == MARK


def test_a_correction_by_somebody_who_may_not_see_it_keeps_what_cannot_be_read(given, settings, staff):
    first = given(title="读报")
    settings.DATA_KEYS = [NEW]
    for state in ("hide", "mask", "read", "replace"):
        second = submit(
            version=first.version,
            answers={"title": "下棋"},
            earlier=again(first).answers,
            access={"illness": state},
            actor=Actor(user=staff),
            now=NOW,
        )
        assert again(second).kept["illness"] == first.kept["illness"], state
    settings.DATA_KEYS = [OLD]
    assert again(second).answers == {"illness": MARK, "title": "下棋"}


def test_a_form_to_correct_what_cannot_be_read_asks_anew(given, settings):
    first = given()
    settings.DATA_KEYS = [NEW]
    form = form_class(first.version)(answers=again(first).answers, context=FillContext())
    assert form.initial["illness"] is None
    assert "gAAAA" not in str(form["illness"])


@pytest.mark.parametrize("name", [name for name in KINDS if name != "note"])
@pytest.mark.parametrize("marker", [{CLEARED: "2026-09-30"}, {UNREADABLE: "gAAAA"}])
def test_no_kind_meets_what_stands_in_the_place_of_a_value(name, marker):
    kind, definition = KINDS[name], field("x", name)
    words = "已按期清除" if CLEARED in marker else "无法读取"
    assert kind.shown(marker, definition) == kind.masked(marker, definition) == words
    assert kind.shown_html(marker, definition) is None
    assert kind.typed(marker) is None
    assert kind.initial(marker, definition) is None
    assert (kind.posted(marker), kind.words(marker)) == ([], [])


def test_rows_of_values_are_opened_and_go_back_as_they_were(settings):
    form = document(field("people", "text"), field("all", "text", **SECRET))
    kept = sealed(form, {"all": [{"name": "甲"}], "people": [{"name": "乙", "age": 3}]})
    assert set(kept["all"]) == {"sealed"}
    rows = {"people": [{"name": kept["all"], "age": 3}]}
    assert opened(rows) == {"people": [{"name": [{"name": "甲"}], "age": 3}]}
    settings.DATA_KEYS = [NEW]
    assert sealed(form, opened(rows)) == rows


def test_a_marker_from_outside_is_no_answer(publish, staff):
    version = publish(document(field("illness", **SECRET), field("tags", "multi_choice")))
    form = form_class(version)({"illness": '{"sealed": "x"}'}, context=FillContext())
    assert form.is_valid()
    assert form.answers() == {"illness": '{"sealed": "x"}'}


def test_files_are_encrypted_on_the_disk_and_follow_the_keys(staff, settings, django_capture_on_commit_callbacks):
    upload = uploads.keep(content=b"a picture", content_type="image/png", name="a.png", user=staff, now=NOW)
    folder = Path(settings.PRIVATE_ROOT)
    assert b"a picture" not in (folder / upload.path).read_bytes()
    assert storage.read(upload.path) == b"a picture"
    settings.DATA_KEYS = [NEW, OLD]
    with django_capture_on_commit_callbacks(execute=True):
        call_command("rotate_keys", stdout=StringIO())
    assert not (folder / upload.path).exists()
    settings.DATA_KEYS = [NEW]
    upload.refresh_from_db()
    assert storage.read(upload.path) == b"a picture"
    settings.DATA_KEYS = [OLD]
    with pytest.raises(CannotBeRead):
        storage.read(upload.path)


def test_files_from_before_there_were_keys_can_be_read_and_are_encrypted_by_the_command(staff, settings):
    upload = uploads.keep(content=b"a picture", content_type="image/png", name="a.png", user=staff, now=NOW)
    (Path(settings.PRIVATE_ROOT) / upload.path).write_bytes(b"a picture")
    assert storage.read(upload.path) == b"a picture"
    call_command("rotate_keys", stdout=StringIO())
    upload.refresh_from_db()
    assert (Path(settings.PRIVATE_ROOT) / upload.path).read_bytes().startswith(storage.SEALED)


ROWS = {
    "kind": "group",
    "fields": [
        field("name"),
        field("illness", **SECRET),
        field("old", privacy={"level": "personal", "retain_days": 5}),
    ],
}


def test_of_rows_each_sensitive_cell_is_sealed():
    form = {"v": 1, "sections": [{"id": "s", "fields": [field("title"), {**field("people"), **ROWS}]}]}
    answers = {"title": "x", "people": [{"name": "甲", "illness": MARK}, {"name": "乙", "illness": None}]}
    with SHAPES.temporarily("group", Shape("list")) if "group" not in SHAPES else nullcontext():
        kept = sealed(form, answers)
        assert MARK not in str(kept)
        assert opened(kept) == answers
        assert resealed(form, answers)[0]["people"][0]["illness"].keys() == {"sealed"}
        assert kept_for(form) == {"people.old": 5}
