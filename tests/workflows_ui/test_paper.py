"""A case on paper: what a clerk files, masked as on the screen."""

import re

from django.urls import reverse

from tests.workflows_ui.journey import DOOR, INCOME, NAME, PHONE, TITLE, Journey


def on_paper(client, case):
    return client.get(reverse("paper", args=(case.pk,)))


def test_a_case_is_printed_with_its_number_versions_and_answers(journey: Journey):
    case, _code = journey.verified()
    page = on_paper(journey.browser("wanggexia"), case).content.decode()
    article = page.partition("<article")[2].partition("</article>")[0]
    assert case.number in article
    assert "微心愿，第 1 版" in article
    assert "表，第 1 版" in article
    assert TITLE in article
    assert "盼人读报" in article
    assert "经办人签名" in article
    assert '<th scope="row">心愿</th>' in article


def test_paper_shows_nothing_that_the_screen_hides(journey: Journey):
    case, _code = journey.verified()
    worker = journey.browser("wanggexia")
    screen = worker.get(reverse("case", args=(case.pk,))).content.decode()
    page = on_paper(worker, case).content.decode()
    for secret in (NAME, PHONE, DOOR, INCOME):
        assert (secret in page) <= (secret in screen)
    assert INCOME not in page
    assert PHONE not in page
    rows = re.findall(r'<th scope="row">([^<]+)</th>', page)
    assert set(rows) <= set(re.findall(r"<dt>([^<]+)</dt>", screen))


def test_who_may_not_see_the_case_gets_no_paper(journey: Journey):
    case, _code = journey.started()
    assert on_paper(journey.guest, case).status_code == 404
    assert on_paper(journey.browser("outsider"), case).status_code == 404
