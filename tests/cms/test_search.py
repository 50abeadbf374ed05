"""Search finds Chinese words inside running text, on both databases, and survives odd queries."""

import pytest
from django.core.management import call_command
from modelsearch.query import And, Not, Phrase, PlainText
from wagtail.models import Page

from cms.search import bigrams, cut_for_index, cut_for_query


@pytest.fixture
def indexed(site) -> None:
    call_command("update_index", verbosity=0)


@pytest.mark.parametrize("query", ["修理", "修", "螺丝刀", "物理 修理", "香樟树下"])
def test_a_word_inside_a_sentence_is_found(client, indexed, query) -> None:
    html = client.get("/search/", {"q": query}).content.decode()
    assert "楼下的修理摊" in html


@pytest.mark.parametrize("query", ["火箭", '修"理', "'; drop", "*", "   ", "修理 火箭", '"', '" "', "修\x01理"])
def test_odd_queries_are_answered_calmly(client, indexed, query) -> None:
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "query", ['"', PlainText('"'), Phrase('"'), And([PlainText("修理"), Phrase('"')]), Not(PlainText('"'))]
)
def test_a_query_without_a_word_finds_nothing_at_the_desk_either(indexed, query) -> None:
    assert list(Page.objects.search(query)) == []


def test_a_word_that_is_not_there_is_not_found(client, indexed) -> None:
    assert "没有找到" in client.get("/search/", {"q": "火箭"}).content.decode()


def test_han_runs_are_cut_into_overlapping_pairs() -> None:
    assert bigrams("独居老人") == ["独居", "居老", "老人"]
    assert cut_for_query("老人").split() == ["老人"]
    assert cut_for_index("老人").split()[0] == "老人"
    assert set(cut_for_index("老人 iPad").split()) == {"老人", "人", "老", "iPad"}
