"""The public pages: what a visitor reads, in both languages, and what no page ever shows or loads."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.blocks import WaysBlock, is_own_address
from cms.models import HomePage, StoryPage
from cms.page_problems import problems
from cms.site_content import build_site
from core.actors import SYSTEM
from core.exceptions import Invalid
from core.people.models import User
from tests.cast import NOW, PASSWORD

PATHS = ["/", "/seasons/", "/seasons/green/", "/seasons/silver/", "/stories/", "/stories/repair-stall/", "/wishes/",
         "/figures/", "/figures/wishes_claimed/", "/search/?q=修理", "/source/", "/login/"]  # fmt: skip
OUTSIDE = re.compile(r"""(?:src|href|action|content)=["'](?:https?:)?//(?!(?:testserver|localhost)[:/"'])""")


def stories_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The stories in a document of pages."""
    index = next(page for page in document["home"]["children"] if page["kind"] == "stories")
    return list(index["children"])


def page_text(client: Client, path: str, language: str = "") -> str:
    response = client.get(f"/{language}{path}" if language else path, follow=False)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_answers_in_both_languages_and_says_which(client, site, path) -> None:
    assert 'lang="zh-Hans"' in page_text(client, path)
    assert '<html lang="en"' in page_text(client, path, "en")


@pytest.mark.parametrize("path", PATHS)
def test_no_page_loads_anything_from_another_host_or_has_inline_code(client, site, path) -> None:
    html = page_text(client, path)
    assert not OUTSIDE.findall(html)
    assert not re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", html)


def test_public_pages_forbid_everything_from_elsewhere_by_policy(client, site) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_the_home_page_hangs_the_four_themes_in_their_colours(client, site) -> None:
    html = page_text(client, "/")
    assert re.findall(r'class="scroll theme-(\w+)"', html) == ["green", "red", "gold", "silver"]
    for name in ("绿色志愿服务", "红色党性锻炼", "金色联情联谊", "银色暖心行动"):
        assert name in html


def test_the_language_link_leads_to_the_same_page_and_back(client, site) -> None:
    html = page_text(client, "/stories/repair-stall/")
    assert 'href="/en/stories/repair-stall/"' in html or 'href="http://localhost/en/stories/repair-stall/"' in html
    assert re.search(r'href="[^"]*/login/"[^>]*hreflang="zh-hans"', page_text(client, "/login/", "en"))


def test_a_story_shows_its_person_masked_everywhere(client, site) -> None:
    html = page_text(client, "/stories/repair-stall/")
    assert "王*清" in html
    assert "王小清" not in html
    assert not StoryPage.objects.filter(person="王小清").exists()
    stored = str([page.revisions.order_by("-pk").first().content for page in StoryPage.objects.all()])
    assert "王小清" not in stored


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("有事打电话 13812345678 找他。", "电话号码"),
        ("他住在方塔小区12号楼301室。", "门牌号"),
        ("来信寄到 wang@example.org 就行。", "电子邮箱"),
    ],
)
def test_a_story_with_personal_data_is_refused_with_a_sentence(site, document, text, said) -> None:
    story = stories_of(document)[0]
    story["slug"], story["body"] = "leaky", [{"text": {"zh-hans": text}}]
    with pytest.raises(Invalid) as refusal:
        build_site(document, actor=SYSTEM, now=NOW)
    assert said in str(refusal.value)
    assert not StoryPage.objects.filter(slug="leaky").exists()


def test_the_desk_refuses_a_leaking_story_and_names_the_kind(client, site, cast) -> None:
    client.force_login(cast.users["admin"])
    story = StoryPage.objects.get(slug="repair-stall", locale__language_code="zh-hans")
    story.lede = "他的电话是 13812345678。"
    with pytest.raises(Exception, match="电话号码"):
        story.save_revision(user=cast.users["admin"])


def test_building_twice_changes_nothing(site, document) -> None:
    before = list(Page.objects.values_list("pk", "latest_revision_id"))
    again = build_site(document, actor=SYSTEM, now=NOW)
    assert (again.created, again.updated) == (0, 0)
    assert list(Page.objects.values_list("pk", "latest_revision_id")) == before


def test_a_changed_document_updates_the_page_but_not_one_that_an_editor_touched(site, document, cast) -> None:
    home = HomePage.objects.get(locale__language_code="zh-hans")
    story = StoryPage.objects.get(slug="repair-stall", locale__language_code="zh-hans")
    story.title = "编辑改过的题目"
    story.save_revision(user=cast.users["admin"]).publish()
    document["home"]["lede"] = {"zh-hans": "新的导语。", "en": "A new lede."}
    stories_of(document)[0]["title"] = "包里的新题目"
    built = build_site(document, actor=SYSTEM, now=NOW)
    home.refresh_from_db()
    story.refresh_from_db()
    assert home.lede == "新的导语。"
    assert story.title == "编辑改过的题目"
    assert built.kept == 1


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({}, ()),
        ({"home": {"title": "首页", "colour": "red"}}, ("home", "colour")),
        ({"home": {"title": "首页", "children": [{"kind": "blog", "slug": "b", "title": "博客"}]}},
         ("home", "children", 0, "kind")),
        ({"home": {"title": "首页", "body": [{"video": {}}]}}, ("home", "body", 0)),
        ({"home": {"title": "首页", "body": [{"wishes": {"heading": "x", "colour": "red"}}]}},
         ("home", "body", 0, "wishes", "colour")),
    ],
)  # fmt: skip
def test_a_wrong_document_is_refused_with_the_place(wrong, path) -> None:
    assert [problem.path for problem in problems(wrong)] == [path]


@pytest.mark.parametrize(
    ("link", "stays"),
    [("/start/wish/", True), ("/", True), ("/wishes/?state=open#top", True), ("javascript:alert(1)", False),
     ("//evil.example", False), ("/\\evil.example", False), ("https://evil.example/", False), ("/ x", False),
     ("", False)],
)  # fmt: skip
def test_a_button_leads_only_to_addresses_of_this_site(link, stays) -> None:
    assert is_own_address(link) is stays


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example", "/\\evil.example"])
def test_the_desk_refuses_a_button_that_leads_elsewhere(link) -> None:
    block = WaysBlock()
    value = {"heading": "h", "ways": [{"title": "t", "text": "x"}], "button": "b", "link": link}
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python(value))


def test_signing_in_shows_the_name_and_signing_out_takes_a_post(client, site, cast) -> None:
    response = client.post("/login/", {"username": "org1", "password": PASSWORD, "next": "/wishes/"})
    assert response.status_code == 302
    assert response["Location"] == "/wishes/"
    assert "陈文" in page_text(client, "/")
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert "陈文" not in page_text(client, "/")


def test_a_wrong_password_is_answered_without_saying_which_part_was_wrong(client, site) -> None:
    response = client.post("/login/", {"username": "org1", "password": "falsch"})
    assert "登录名或密码不对" in response.content.decode()


def test_too_many_wrong_passwords_are_told_when_to_come_back(client, site, settings) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = client.post("/login/", {"username": "org1", "password": "falsch"})
    assert response.status_code == 429
    assert "15 分钟" in response.content.decode()


def test_display_settings_last_and_go_back_to_the_page(client, site) -> None:
    response = client.post("/display/", {"text": "large", "next": "/figures/"})
    assert response["Location"] == "/figures/"
    client.post("/display/", {"theme": "dark", "next": "/"})
    html = page_text(client, "/")
    assert 'data-text="large"' in html
    assert 'data-theme="dark"' in html


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_display_settings_never_lead_to_another_site(client, db, target) -> None:
    assert client.post("/display/", {"text": "large", "next": target})["Location"] == "/"


def test_an_unknown_address_says_what_to_do_in_the_look_of_the_site(client, site) -> None:
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "这一页随风走了" in response.content.decode()


def test_a_stale_form_is_answered_with_a_sentence(site) -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "这一页开得太久了" in response.content.decode()


def test_the_page_for_our_own_faults_needs_no_database(client, django_assert_num_queries) -> None:
    from django.test import RequestFactory
    from django.views.defaults import server_error

    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "我们这边出了点问题" in response.content.decode()


def test_crawlers_are_kept_from_cases_and_learn_the_site_map(client, site) -> None:
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /case/" in robots
    assert "/wishes/" in client.get("/sitemap.xml").content.decode()


def test_wagtail_sends_to_the_same_door_as_everybody(client, site) -> None:
    response = client.get("/desk/")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_the_desk_calls_page_moderation_by_its_own_name(client, site, cast) -> None:
    admin: User = cast.users["admin"]
    client.force_login(admin)
    html = client.get("/desk/").content.decode()
    assert "发布审核" in html or escape("发布审核") in html or r"\u53d1\u5e03\u5ba1\u6838" in html
    assert "desk.css" in html


def test_every_page_of_the_pack_opens_in_the_desk(client, site, cast) -> None:
    client.force_login(cast.users["admin"])
    for page in Page.objects.filter(depth__gt=1):
        assert client.get(f"/desk/pages/{page.pk}/edit/").status_code == 200, page.slug


def test_publishing_a_leaking_story_at_the_desk_comes_back_with_the_sentence(client, site, cast) -> None:
    client.force_login(cast.users["admin"])
    story = StoryPage.objects.get(slug="repair-stall", locale__language_code="zh-hans")
    entered = {
        "title": story.title,
        "slug": story.slug,
        "lede": "他的电话是 13812345678。",
        "person": "王小清",
        "is_about_a_person": "on",
        "portrait": "teacher",
        "theme": story.theme.pk,
        "consent": "虚构人物",
        "body": streamfield([("text", rich_text("<p>王小清修伞。</p>"))]),
        "deeds": streamfield([]),
        "comments": inline_formset([]),
        "action-publish": "1",
    }
    url = f"/desk/pages/{story.pk}/edit/"
    refused = client.post(url, nested_form_data(entered))
    assert refused.status_code == 200
    assert "文字里有电话号码" in refused.content.decode()
    accepted = client.post(url, nested_form_data({**entered, "lede": "他修伞。"}))
    assert accepted.status_code == 302
    story.refresh_from_db()
    assert (story.person, story.lede) == ("王*清", "他修伞。")
    assert "王*清修伞" in client.get("/stories/repair-stall/").content.decode()
