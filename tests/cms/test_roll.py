"""The roll of honour: masked names, filters, the way to the story, and taking consent back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import StoryPage
from cms.stories import draft_story, hide_story
from core.actors import SYSTEM
from core.honours.models import Commendation
from core.honours.services import create_scheme, grant_award
from core.people.selectors import Claimant
from tests.cast import NOW


@pytest.fixture
def volunteer(cast):
    return _scheme(cast, "volunteer", "优秀志愿者", ["person"])


@pytest.fixture
def base(cast):
    return _scheme(cast, "base", "示范基地", ["organisation"])


def _scheme(cast, slug, name, kinds):
    return create_scheme(
        actor=SYSTEM, slug=slug, name={"zh-hans": name}, subject_kinds=kinds, unit=cast.units["songjiang"], now=NOW
    )


def _grant(cast, scheme, case_id=7, subject=None, **more):
    subject = subject or Claimant("person", cast.members["member1"].pk, "赵一平")
    given = {"citation": "赵一平七年里修好了三百多件小家电", "is_named": True, "unit": cast.units["fangta-1"], **more}
    return grant_award(actor=SYSTEM, case_id=case_id, scheme=scheme, subject=subject, now=NOW, **given)


def _library(cast):
    return Claimant("organisation", cast.units["library"].pk, "方塔图书馆")


def _page(client, query=""):
    return client.get(f"/honours/{query}").content.decode()


def test_before_the_first_honour_the_page_says_what_will_come(client, site):
    assert "首批表彰正在评选" in _page(client)


def test_a_person_is_masked_everywhere_and_no_place_is_below_the_community(client, site, cast, volunteer):
    _grant(cast, volunteer, document_number="松志〔2026〕3号")
    html = _page(client)
    assert "赵*平" in html
    assert "赵一平" not in html
    assert "岳阳街道 · 方塔社区" in html
    assert "第一网格" not in html
    assert "松志〔2026〕3号" in html


def test_without_consent_the_honour_stands_without_any_name(client, site, cast, volunteer):
    _grant(cast, volunteer, is_named=False)
    html = _page(client)
    assert "一位不愿署名的志愿者" in html
    assert "赵*平" not in html


def test_the_filters_narrow_and_can_be_taken_away(client, site, cast, volunteer, base):
    _grant(cast, volunteer)
    _grant(cast, base, 8, _library(cast), citation="场地一年借出三十次")
    assert "方塔图书馆" in _page(client)
    for query, shown, hidden in (
        ("?a=volunteer", "赵*平", "方塔图书馆"),
        ("?k=organisation", "方塔图书馆", "赵*平"),
        ("?y=2026&k=person", "赵*平", "方塔图书馆"),
    ):
        html = _page(client, query)
        assert shown in html, query
        assert hidden not in html, query
    assert "没有合适的表彰" in _page(client, "?a=volunteer&k=organisation")


@pytest.mark.parametrize("query", ["?a=nothing", "?y=0", "?y=²", "?k=<script>", "?page=x", "?page=999"])
def test_what_no_filter_knows_is_left_out(client, site, cast, volunteer, query):
    _grant(cast, volunteer)
    assert "赵*平" in _page(client, query)


def test_the_card_leads_to_its_story_once_that_is_published(client, site, cast, volunteer, case):
    honour = _grant(cast, volunteer, case.pk)
    page = draft_story(honour=honour, case=case, texts={"title": "三百件小家电"}, consent="同意", now=NOW)
    assert page is not None
    assert "读故事" not in _page(client)
    page.get_latest_revision().publish()
    assert f'href="{StoryPage.objects.get(pk=page.pk).url}"' in _page(client)
    Commendation.objects.update(is_named=False)
    hide_story(case.pk, now=NOW)
    assert "读故事" not in _page(client)


def test_the_number_of_queries_does_not_grow_with_the_roll(client, site, cast, volunteer):
    def queries():
        with CaptureQueriesContext(connection) as spent:
            _page(client)
        return len(spent)

    _grant(cast, volunteer, 7)
    _page(client)
    few = queries()
    for case_id in range(8, 14):
        _grant(cast, volunteer, case_id)
    assert queries() == few


# My honours


def _mine(cast, login):
    client = Client()
    client.force_login(cast.users[login])
    return client


def test_the_honoree_takes_the_consent_back_on_his_own_page(site, cast, volunteer):
    honour = _grant(cast, volunteer)
    client = _mine(cast, "member1")
    assert "收回同意" in client.get("/me/honours/").content.decode()
    told = client.post("/me/honours/", {"honour": honour.pk}, follow=True).content.decode()
    assert "名字已从光荣榜撤下" in told
    assert "未署名" in told
    assert not Commendation.objects.get().is_named


def test_whoever_acts_for_the_organisation_does_it_for_the_organisation(site, cast, base):
    honour = _grant(cast, base, subject=_library(cast), citation="场地一年借出三十次")
    assert "示范基地" in _mine(cast, "org1").get("/me/honours/").content.decode()
    assert "示范基地" not in _mine(cast, "org2").get("/me/honours/").content.decode()
    assert _mine(cast, "org1").post("/me/honours/", {"honour": honour.pk}).status_code == 302
    assert not Commendation.objects.get().is_named


@pytest.mark.parametrize("sent", ["", "x", "²", "9" * 30, "999"])
def test_a_number_that_is_not_mine_does_not_exist(site, cast, volunteer, sent):
    honour = _grant(cast, volunteer)
    assert _mine(cast, "member1").post("/me/honours/", {"honour": sent}).status_code == 404
    assert _mine(cast, "lishuji").post("/me/honours/", {"honour": honour.pk}).status_code == 404
    assert Commendation.objects.get().is_named


def test_who_has_no_honour_reads_what_would_stand_here(site, cast):
    assert "还没有表彰" in _mine(cast, "lishuji").get("/me/honours/").content.decode()
