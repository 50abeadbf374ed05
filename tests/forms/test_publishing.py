"""Publishing writes one unchangeable version, or nothing at all."""

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from core.actors import Actor
from core.exceptions import Invalid, WrongState
from forms.models import FormDefinition, FormVersion, Submission
from forms.services import publish_form, submit
from tests.forms.conftest import NOW, document, field

GOOD = document(field("title", required=True))
CIRCLE = document(field("a", show_if={"blank": {"var": "a"}}))


def test_publishing_makes_the_form_live_and_writes_its_version(publish):
    version = publish(GOOD)
    assert (version.number, version.document, version.published_at) == (1, GOOD, NOW)
    assert len(version.sha256) == 64
    definition = version.definition
    definition.refresh_from_db()
    assert definition.live
    assert definition.current_version == version


def test_the_same_document_gives_the_same_version_and_a_changed_one_the_next(publish):
    first = publish(GOOD)
    assert publish(json.loads(json.dumps(GOOD))) == first
    assert publish(document(field("title"), field("more"))).number == 2
    assert publish(GOOD).number == 3


def test_a_document_with_problems_is_not_published_and_each_is_told(publish):
    publish(GOOD)
    with pytest.raises(Invalid) as refused:
        publish(CIRCLE)
    assert refused.value.code == "form_problems"
    assert "sections[0].fields[0]" in refused.value.errors["document"][0]
    assert FormVersion.objects.count() == 1
    assert FormDefinition.objects.get().document == GOOD


def test_when_the_version_cannot_be_written_nothing_goes_live(publish, staff, monkeypatch):
    definition = FormDefinition.objects.create(slug="wish", title={"zh-hans": "心愿"}, document=GOOD, live=False)

    def full_disk(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(FormVersion, "save", full_disk)
    revision = definition.save_revision()
    with pytest.raises(OSError, match="disk full"):
        revision.publish()
    definition.refresh_from_db()
    assert not definition.live
    assert definition.live_revision is None
    assert not FormVersion.objects.exists()


def test_publishing_for_later_writes_no_version_yet(db):
    definition = FormDefinition.objects.create(slug="wish", title={"zh-hans": "心愿"}, document=GOOD, live=False)
    definition.go_live_at = NOW.replace(year=2100)
    definition.save_revision().publish()
    assert not FormVersion.objects.exists()
    revision = definition.revisions.get()
    definition.go_live_at = None
    definition.save_revision(overwrite_revision=revision).publish()
    assert FormVersion.objects.get().number == 1


def test_a_published_key_stays(publish):
    publish(document(field("phone", id="f1"), field("name", id="f2")))
    with pytest.raises(Invalid) as refused:
        publish(document(field("mobile", id="f1"), field("name", id="f2")))
    assert "phone" in str(refused.value.errors)
    publish(document(field("name", id="f2")))
    with pytest.raises(Invalid) as refused:
        publish(document(field("phone", id="f3"), field("name", id="f2")))
    assert refused.value.data["problems"][0].code == "field.key_taken"


def test_versions_and_submissions_refuse_every_change(publish, staff):
    version = publish(GOOD)
    submission = submit(version=version, answers={"title": "想听人读报"}, actor=Actor(user=staff), now=NOW)
    version.number = 9
    submission.answers = {}
    for row in (version, submission):
        with pytest.raises(WrongState):
            row.save()
        with pytest.raises(WrongState):
            row.delete()
    assert Submission.objects.get().answers == {"title": "想听人读报"}


def test_submitting_leaves_a_trace_without_the_answers(publish, staff):
    from core.audit.models import AuditEntry

    version = publish(GOOD)
    submission = submit(version=version, answers={"title": "想听人读报"}, actor=Actor(user=staff), now=NOW)
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", "object_id"))
    assert verbs == [("form.published", str(version.pk)), ("form.submitted", str(submission.pk))]
    assert "读报" not in str(list(AuditEntry.objects.values()))


def test_submitting_checks_answers_again(publish, staff):
    version = publish(document(field("title", required=True), field("value", "money", max=500)))
    actor = Actor(user=staff)
    with pytest.raises(Invalid) as refused:
        submit(version=version, answers={"value": 900}, actor=actor, now=NOW)
    assert set(refused.value.errors) == {"title", "value"}
    with pytest.raises(Invalid) as refused:
        submit(version=version, answers={"title": "x", "colour": "red"}, actor=actor, now=NOW)
    assert refused.value.code == "unknown_fields"
    assert not Submission.objects.exists()
    kept = submit(version=version, answers={"title": "x", "value": 120.5}, actor=actor, now=NOW)
    assert kept.answers == {"title": "x", "value": "120.50"}


def test_submitting_keeps_what_the_actor_may_not_edit(publish, staff):
    version = publish(document(field("title", required=True), field("note")))
    kept = submit(
        version=version,
        answers={"title": "changed", "note": "mine"},
        actor=Actor(user=staff),
        now=NOW,
        access={"title": "read"},
        earlier={"title": "as it was"},
    )
    assert kept.answers == {"title": "as it was", "note": "mine"}


# The desk


@pytest.fixture
def desk(client, db):
    admin = get_user_model().objects.create_superuser("form_admin", password="not-a-secret-1")
    client.force_login(admin)
    return client


def editor_data(content: Any, **more: str) -> dict[str, str]:
    text = content if isinstance(content, str) else json.dumps(content)
    return {"title_zh": "微心愿登记", "title_en": "Wish", "slug": "wish", "document": text, **more}


def test_the_desk_lists_adds_and_shows_forms(desk):
    assert desk.get(reverse("wagtailsnippets_forms_formdefinition:add")).status_code == 200
    desk.post(reverse("wagtailsnippets_forms_formdefinition:add"), editor_data(GOOD))
    definition = FormDefinition.objects.get()
    assert definition.title == {"zh-hans": "微心愿登记", "en": "Wish"}
    assert not definition.live
    for name in ("edit", "history", "inspect"):
        url = reverse(f"wagtailsnippets_forms_formdefinition:{name}", args=[definition.pk])
        assert desk.get(url).status_code == 200
    page = desk.get(reverse("wagtailsnippets_forms_formdefinition:list"))
    assert "微心愿登记" in page.content.decode()


def test_the_desk_publishes_a_version(desk):
    desk.post(
        reverse("wagtailsnippets_forms_formdefinition:add"), editor_data(GOOD, **{"action-publish": "action-publish"})
    )
    assert FormVersion.objects.get().document == GOOD


BROKEN = [
    "{not json",
    '"\\u0000"',
    '"\\ud800"',
    '{"v": 1}',
    '{"v": NaN}',
    "[" * 50_000,
    "9" * 5_000,
    "[" * 101 + "]" * 101,
]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_the_desk_shows_what_is_wrong_beside_the_document_instead_of_failing(desk, broken):
    url = reverse("wagtailsnippets_forms_formdefinition:add")
    page = desk.post(url, editor_data(broken, **{"action-publish": "action-publish"}))
    assert page.status_code == 200
    assert page.context["form"]["document"].value() == broken  # nothing typed is lost
    assert page.context["form"].errors.keys() == {"document"}
    assert not FormDefinition.objects.exists()


def test_the_desk_tells_the_place_of_each_problem(desk):
    url = reverse("wagtailsnippets_forms_formdefinition:add")
    page = desk.post(url, editor_data(CIRCLE, **{"action-publish": "action-publish"}))
    assert "sections[0].fields[0]" in page.content.decode()


@pytest.mark.parametrize(("typed", "kept"), [(CIRCLE, CIRCLE), ("", {}), ("null", {}), ("[1]", [1]), ("5", 5)])
def test_a_draft_with_problems_may_be_saved_and_opened_again(desk, typed, kept):
    desk.post(reverse("wagtailsnippets_forms_formdefinition:add"), editor_data(typed))
    definition = FormDefinition.objects.get()
    assert definition.document == kept
    for name in ("edit", "inspect", "history"):
        url = reverse(f"wagtailsnippets_forms_formdefinition:{name}", args=[definition.pk])
        assert desk.get(url).status_code == 200


@pytest.mark.parametrize(("content", "expected"), [(GOOD, "题目 title"), (CIRCLE, "sections[0].fields[0]")])
def test_the_preview_shows_the_form_or_what_is_wrong_with_it(desk, content, expected):
    definition = FormDefinition.objects.create(slug="wish", title={"zh-hans": "心愿"}, document=content, live=False)
    url = reverse("wagtailsnippets_forms_formdefinition:preview_on_edit", args=[definition.pk])
    assert desk.post(url, editor_data(content)).json()["is_valid"]
    page = desk.get(url)
    assert page.status_code == 200
    assert expected in page.content.decode()


def test_a_published_form_cannot_be_deleted_from_the_desk(desk, publish):
    definition = publish(GOOD).definition
    url = reverse("wagtailsnippets_forms_formdefinition:delete", args=[definition.pk])
    assert desk.post(url).status_code == 302
    bulk = reverse("wagtail_bulk_action", args=["forms", "formdefinition", "delete"])
    assert desk.post(f"{bulk}?id={definition.pk}").status_code == 302
    assert FormDefinition.objects.exists()
    unpublished = FormDefinition.objects.create(slug="other", title={"zh-hans": "别的"}, live=False)
    desk.post(reverse("wagtailsnippets_forms_formdefinition:delete", args=[unpublished.pk]))
    assert FormDefinition.objects.get() == definition


def test_publishing_is_idempotent_for_one_definition_in_memory(publish, staff):
    version = publish(GOOD)
    definition = version.definition
    assert publish_form(definition=definition, actor=Actor(user=staff), now=NOW) == version
