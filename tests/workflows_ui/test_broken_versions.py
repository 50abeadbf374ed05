"""A version whose stored document was damaged: every list and page goes on, and the case can be ended at the desk."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests.workflows_ui.journey import FLOW, Journey
from workflows.legible import is_legible
from workflows.models import Case, FlowDefinition, FlowVersion
from workflows.services.starting import latest_versions

NEUTRAL = ("inbox", "started_by_me", "done_by_me", "copied_to_me", "me", "starts", "notices", "calendar", "status")
LOGINS = ("wanggexia", "member1", "org1", "shenjie")


def without(*path: Any) -> Callable[[Any], Any]:
    """The document without what stands at the end of the path."""

    def broken(document: Any) -> Any:
        *above, last = path
        holder = document
        for key in above:
            holder = holder[key]
        del holder[last]
        return document

    return broken


def with_value(value: Any, *path: Any) -> Callable[[Any], Any]:
    """The document with another value at the end of the path."""

    def broken(document: Any) -> Any:
        *above, last = path
        holder = document
        for key in above:
            holder = holder[key]
        holder[last] = value
        return document

    return broken


FAULTS: dict[str, Callable[[Any], Any]] = {
    "text": lambda _document: "x",
    "number": lambda _document: 7,
    "list": lambda _document: [],
    "empty": lambda _document: {},
    "no start": without("start"),
    "start is text": with_value("x", "start"),
    "no steps": without("steps"),
    "steps are null": with_value(None, "steps"),
    "step is null": with_value(None, "steps", 0),
    "step without id": without("steps", 0, "id"),
    "step without kind": without("steps", 0, "kind"),
    "unknown kind": with_value("dance", "steps", 0, "kind"),
    "kind is a list": with_value([], "steps", 0, "kind"),
    "two steps of one id": with_value("claim", "steps", 0, "id"),
    "props are text": with_value("x", "steps", 0, "props"),
    "rule is text": with_value("x", "steps", 0, "props", "assignee"),
    "unknown rule": with_value({"rule": "dance"}, "steps", 0, "props", "assignee"),
    "outcomes are an object": with_value({}, "steps", 0, "outcomes"),
    "outcome is null": with_value([None], "steps", 0, "outcomes"),
    "effect is a number": with_value(3, "steps", 0, "outcomes", 0, "effect"),
    "goes back to nowhere": with_value("return:nowhere", "steps", 0, "outcomes", 0, "effect"),
    "title is a number": with_value(3, "title"),
    "name is a list": with_value([], "steps", 0, "name"),
    "deadline is text": with_value("x", "steps", 0, "props", "deadline"),
    "access is text": with_value("x", "steps", 0, "access"),
    "prefix is a number": with_value(3, "prefix"),
}

LEFT_TO_THE_COMPILER = ("goes back to nowhere",)
SEEN = ("list", "step is null", "prefix is a number", *LEFT_TO_THE_COMPILER)


def damage(case: Case, fault: str) -> FlowVersion:
    """Puts the damaged document in the place of the published one; the digest stays, as it would."""
    FlowVersion.objects.filter(pk=case.version_id).update(document=FAULTS[fault](copy.deepcopy(FLOW)))
    return FlowVersion.objects.get(pk=case.version_id)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_no_reader_may_rely_on_is_illegible(fault: str) -> None:
    assert is_legible(FLOW)
    assert is_legible(FAULTS[fault](copy.deepcopy(FLOW))) == (fault in LEFT_TO_THE_COMPILER)


@pytest.mark.parametrize("fault", SEEN)
def test_no_list_and_no_page_breaks(journey: Journey, fault: str) -> None:
    case, _code = journey.started()
    damage(case, fault)
    for login in LOGINS:
        browser = journey.browser(login)
        for name in NEUTRAL:
            assert browser.get(reverse(name)).status_code == 200, (login, name)
    assert journey.guest.get(reverse("starts")).status_code == 200
    assert journey.guest.get(reverse("start", args=("wish",))).status_code in (200, 404)
    assert journey.guest.get(reverse("case", args=(case.pk,))).status_code in (200, 404)


@pytest.mark.parametrize("fault", SEEN)
def test_the_desk_shows_it_and_ends_it(journey: Journey, fault: str) -> None:
    case, _code = journey.started()
    damage(case, fault)
    browser, flow = journey.browser("admin"), FlowDefinition.objects.get(slug="wish")
    pages = [
        reverse("overview"),
        reverse("overview_flow", args=("wish",)),
        reverse("wagtailadmin_home"),
        reverse("desk_cases"),
        reverse("desk_case", args=(case.pk,)),
        f"/desk/flows/{flow.pk}/versions/",
        f"/desk/flows/{flow.pk}/compare/",
        f"/desk/flows/{flow.pk}/scenarios/",
        f"/case/{case.pk}/",
    ]
    for address in pages:
        assert browser.get(address, follow=True).status_code == 200, address
    assert case.number in browser.get(reverse("desk_cases")).content.decode() or "prefix" in fault
    answer = browser.post(reverse("desk_case", args=(case.pk,)), {"do": "cancel", "reason": "版本损坏，重新登记"})
    assert answer.status_code == 302
    assert Case.objects.get(pk=case.pk).status == "CANCELED"


def test_a_flow_whose_newest_version_is_damaged_is_not_offered(journey: Journey) -> None:
    case, _code = journey.started()
    assert [version.slug for version in latest_versions()] == ["wish"]
    damage(case, "rule is text")
    assert latest_versions() == []
    assert journey.guest.get(reverse("start", args=("wish",))).status_code == 404
