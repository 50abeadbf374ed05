"""A story from a case: drafted once with consent, reviewed before it is public, hidden when the consent ends."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cms.models import StoryIndexPage, StoryPage
from cms.stories import draft_story, hide_story, without_leaks
from core.actors import SYSTEM
from core.honours.services import create_scheme, grant_award, revoke_award, withdraw_consent
from core.jobs.models import Job
from core.jobs.running import drain
from core.people.selectors import Claimant
from notifications.models import Message
from tests.cast import NOW

TEXTS = {
    "title": "赵一平和三百件小家电",
    "lede": "退休以后，赵一平每周三摆一张桌子。",
    "deeds": "第一年修了四十件。\n\n电话 13800001234，谁家坏了就打。",
    "theme": "gold",
}


@pytest.fixture
def honour(cast, case):
    scheme = create_scheme(
        actor=SYSTEM,
        slug="volunteer",
        name={"zh-hans": "优秀志愿者"},
        subject_kinds=["person"],
        unit=cast.units["songjiang"],
        now=NOW,
    )
    return grant_award(
        actor=SYSTEM,
        case_id=case.pk,
        scheme=scheme,
        subject=Claimant("person", cast.members["member1"].pk, "赵一平"),
        unit=cast.units["fangta"],
        citation="修好了三百多件小家电",
        is_named=True,
        now=NOW,
    )


def _draft(honour, case):
    return draft_story(honour=honour, case=case, texts=TEXTS, consent="2026年5月11日：同意刊出", now=NOW)


def test_the_draft_names_nobody_in_full_and_holds_no_personal_data(site, honour, case):
    page = _draft(honour, case)
    stored = json.dumps(page.get_latest_revision().content, ensure_ascii=False)
    assert "赵一平" not in stored
    assert "13800001234" not in stored
    assert (page.person, page.title, page.theme.slug) == ("赵*平", "赵*平和三百件小家电", "gold")
    assert (page.live, page.owner, page.place) == (False, None, "岳阳街道")
    assert page.consent == "2026年5月11日：同意刊出"


def test_drafting_twice_is_once(site, honour, case):
    assert _draft(honour, case) == _draft(honour, case)
    assert StoryPage.objects.filter(case_id=case.pk).count() == 1


def test_a_site_without_a_page_of_stories_gets_no_draft(site, honour, case):
    StoryIndexPage.objects.all().delete()
    assert _draft(honour, case) is None


def test_the_draft_goes_to_the_review_before_publishing(site, honour, case):
    page = _draft(honour, case)
    for _turn in range(2):
        drain()
        assert StoryPage.objects.get(pk=page.pk).workflow_in_progress
        Job.objects.filter(kind="stories.submit").update(state="ready", attempts=0, run_at=NOW)
    assert page.workflow_states.count() == 1


def test_a_published_story_is_hidden_when_the_consent_ends_and_stays_hidden(client, site, cast, honour, case):
    page = _draft(honour, case)
    page.get_latest_revision().publish()
    url = StoryPage.objects.get(pk=page.pk).url
    assert client.get(url).status_code == 200
    withdraw_consent(actor=cast.actor("member1"), commendation_id=honour.pk, now=NOW)
    drain()
    assert client.get(url).status_code == 404
    assert "赵*平" not in client.get("/stories/").content.decode()
    with pytest.raises(ValidationError):
        page.get_latest_revision().publish()
    assert client.get(url).status_code == 404


def test_a_revoked_honour_takes_its_story_with_it(client, site, honour, case):
    page = _draft(honour, case)
    page.get_latest_revision().publish()
    revoke_award(actor=SYSTEM, commendation_id=honour.pk, reason="材料不实", now=NOW)
    drain()
    assert not StoryPage.objects.get(pk=page.pk).live


def test_a_story_under_review_leaves_the_review_when_the_consent_ends(site, honour, case):
    page = _draft(honour, case)
    drain()
    assert hide_story(case.pk, now=NOW) == hide_story(case.pk, now=NOW) == 1
    assert not StoryPage.objects.get(pk=page.pk).workflow_in_progress


def test_editors_hear_of_the_draft_and_of_its_end(site, cast, honour, case, editor):
    page = _draft(honour, case)
    page.get_latest_revision().publish()
    hide_story(case.pk, now=NOW)
    assert list(Message.objects.filter(user=editor).order_by("pk").values_list("kind", flat=True)) == [
        "story.draft",
        "story.hidden",
    ]
    assert not Message.objects.filter(user=cast.users["lishuji"]).exists()


def test_an_editor_cannot_publish_it_at_the_desk_without_the_consent(site, cast, honour, case, editor):
    page = _draft(honour, case)
    withdraw_consent(actor=cast.actor("member1"), commendation_id=honour.pk, now=NOW)
    drain()
    client = Client()
    client.force_login(editor)
    html = client.get(f"/desk/pages/{page.pk}/edit/").content.decode()
    assert "赵*平" in html
    with pytest.raises(ValidationError):
        StoryPage.objects.get(pk=page.pk).full_clean()


@pytest.mark.parametrize(
    ("text", "left"),
    [("电话 13800001234，谁家坏了就打。", "电话 …，谁家坏了就打。"), ("每周三下午两点。", "每周三下午两点。")],
)
def test_what_looks_like_personal_data_is_taken_out_of_a_draft(text, left):
    assert without_leaks(text) == left
