"""Every page of ours, as each person sees it: axe finds nothing, nothing scrolls sideways, nothing is English."""

import pytest

from tests.browser.conftest import Opened, problems_of

PUBLIC = [
    "/",
    "/wishes/",
    "/pledges/",
    "/notices/",
    "/notices/1/",
    "/figures/",
    "/seasons/",
    "/seasons/green/",
    "/seasons/silver/",
    "/demo/",
    "/notices/",
    "/start/wish/",
    "/status/",
    "/login/",
    "/stories/",
    "/search/?q=心愿",
    "/nothing/",
]
OWN = ["/me/", "/inbox/", "/messages/", "/case/1/", "/task/2/", "/start/venue_loan/", "/start/pledge/"]
ENGLISH = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (walk.nextNode()) { const p = walk.currentNode.parentElement;
    if (!p || p.closest('script,style,code,pre,[lang=en],[translate=no]')) continue;
    for (const w of walk.currentNode.data.match(/[A-Za-z]{4,}/g) || []) found.add(w) } return [...found] }"""
VIEWS = [(width, scheme) for width in (375, 1440) for scheme in ("light", "dark")]


def check(page, paths: list[str]) -> dict[str, list[str]]:
    """Path → what is wrong there."""
    wrong = {}
    for path in paths:
        page.goto(path)
        problems = problems_of(page) + [f"English: {word}" for word in page.evaluate(ENGLISH)]
        if problems:
            wrong[path] = problems
    return wrong


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_public_pages_have_no_faults(open_as: Opened, width: int, scheme: str):
    assert check(open_as(width=width, scheme=scheme), PUBLIC) == {}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("username", ["wanggexia", "org1", "member1", "admin"])
def test_pages_of_signed_in_people_have_no_faults(open_as: Opened, username: str, width: int, scheme: str):
    assert check(open_as(username, width=width, scheme=scheme), OWN) == {}
