"""Scenarios: rehearsals that are kept, played by the real engine at every publishing, with nothing of it left."""

import html
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM, VISITOR
from core.audit.models import AuditEntry
from core.exceptions import Conflict, Invalid, NotAllowed
from core.people.models import User
from tests.workflows import flows
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, RETURN, approval, branch, effect, end, fill, flow
from tests.workflows.test_rehearsal import draft, trying
from tests.workflows.trying import HIDDEN, Tester, counts
from workflows.models import FlowDefinition, Scenario
from workflows.rehearsal.stage import draft_of
from workflows.scenarios.playing import played
from workflows.services.keeping_scenarios import keep_scenario

PAGE = "desk_flow_scenarios"
BIG = {">": [{"var": "start.value"}, 100]}
BEGIN: dict[str, Any] = {"do": "start", "answers": {"what": "一件事", "where": "fangta", "value": 500}}
AGREE = {"do": "act", "step": "review", "choice": "approve"}


def tiers(limit: int = 100) -> dict[str, Any]:
    """Above a limit a second person looks at it."""
    above = {">": [{"var": "start.value"}, limit]}
    return flow(
        approval("review"), branch("tier", above, [approval("look", assignee=DEPUTY)], []), end("out", "accepted")
    )


def published(bench: Bench, document: dict[str, Any]) -> FlowDefinition:
    return bench.publish(document, "tiers").definition


def kept(bench: Bench, document: dict[str, Any], *actions: dict[str, Any], name: str = "超过一百") -> Scenario:
    """A scenario of the published document that expects where it leads now."""
    definition = published(bench, document)
    verdict = played(draft_of(definition), actions, {}, now=bench.now)
    by: dict[str, Any] = {"actor": SYSTEM, "now": bench.now}
    return keep_scenario(flow=definition, name=name, actions=actions, expected=verdict.led.as_json(), **by)


def test_a_wrong_threshold_is_told_to_whoever_publishes(client: Client, bench: Bench) -> None:
    """frappe/frappe#22452: approving the first tier released the document although the second was due."""
    scenario = kept(bench, tiers(), BEGIN, AGREE)
    assert scenario.expected == {"path": ["start", "review:approve"], "open": ["look"], "result": ""}
    definition = FlowDefinition.objects.get(slug="tiers")
    client.force_login(bench.cast.users["admin"])
    edit = reverse("wagtailsnippets_workflows_flowdefinition:edit", args=[definition.pk])
    posted = {"slug": "tiers", "title_zh": "两级", "action-publish": "1"}
    for limit, is_told in ((200, False), (1000, True)):
        answer = client.post(edit, {**posted, "document": json.dumps(tiers(limit=limit))}, follow=True)
        assert ("超过一百" in answer.content.decode()) is is_told
    assert definition.versions.count() == 3, "what was changed on purpose is published all the same"


def test_a_whole_wish_is_kept_from_a_rehearsal_and_played_again(client: Client, bench: Bench) -> None:
    tester = trying(client, bench, flows.wish())
    tester.starts(phone="13800138000", mail="resident@example.org", day="2026-06-01")
    tester.presses("outcome:verified")
    tester.presses("outcome:approve", remark="可以公开")
    tester.presses("claim")
    tester.presses("outcome:done", remark="修好了")
    tester.presses("outcome:yes")
    definition = FlowDefinition.objects.get(slug="tried")
    hidden = dict(_hidden(tester.page))
    answer = client.post(tester.url, {**hidden, "do": "try:keep", "keep-name": "一路顺利"})
    assert answer["Location"] == reverse(PAGE, args=[definition.pk])
    scenario = Scenario.objects.get()
    assert scenario.expected["result"] == "fulfilled"
    assert scenario.expected["path"][:2] == ["start", "verify:verified"]
    assert all("who" not in action for action in scenario.actions[1:]), "those whom the flow finds act"
    assert scenario.actions[0]["answers"]["day"].keys() == {"days"}, "a date is kept as so many days from then"
    verdict = played(draft_of(definition), scenario.actions, scenario.expected, now=bench.now)
    assert verdict.is_fine, verdict
    assert AuditEntry.objects.filter(verb="scenario.kept").exists()


def _hidden(page: str) -> list[tuple[str, str]]:
    return [(name, html.unescape(value)) for name, value in HIDDEN.findall(page)]


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ({"path": ["start", "review:reject"]}, "other_path"),
        ({"path": ["start"]}, "other_path"),
        ({"path": ["start", "review:approve", "look:approve"]}, "other_path"),
        ({"path": ["start", "review:approve"], "open": ["look"], "result": "accepted"}, "other_result"),
        ({"path": ["start", "review:approve"], "open": [], "result": ""}, "other_wait"),
        ({"path": ["start", "review:approve"], "open": ["look"], "result": ""}, "as_expected"),
    ],
)
def test_the_first_difference_is_told(bench: Bench, expected: dict[str, Any], code: str) -> None:
    definition = published(bench, tiers())
    assert played(draft_of(definition), [BEGIN, AGREE], expected, now=bench.now).code == code


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({**AGREE, "choice": "nonsense"}, "refused"),
        ({**AGREE, "step": "look"}, "refused"),
        ({**AGREE, "who": "login:nobody-of-that-name"}, "unplayable"),
        ({"do": "claim", "step": "review", "choice": "organisation:gone"}, "unplayable"),
        ({"do": "time"}, "refused"),
    ],
)
def test_an_action_that_does_not_work_is_named(bench: Bench, action: dict[str, Any], code: str) -> None:
    definition = published(bench, tiers())
    verdict = played(draft_of(definition), [BEGIN, action], {}, now=bench.now)
    assert (verdict.code, verdict.at) == (code, 1)


def test_whoever_left_makes_a_scenario_unplayable(bench: Bench) -> None:
    """A person left; the flow is as good as before."""
    scenario = kept(bench, tiers(), {**BEGIN, "who": "login:member1"}, AGREE)
    User.objects.filter(username="member1").update(is_active=False)
    verdict = played(draft_of(scenario.flow), scenario.actions, scenario.expected, now=bench.now)
    assert (verdict.code, verdict.is_broken) == ("unplayable", False)


def test_time_passes_returns_and_second_rounds_are_played(bench: Bench) -> None:
    document = flow(
        approval("review", APPROVE, RETURN), {"id": "rest", "kind": "wait", "props": {"days": 3}}, fill("last")
    )
    again = {"do": "act", "step": "start", "answers": BEGIN["answers"]}
    back = {"do": "act", "step": "review", "choice": "return", "comment": "缺一张照片"}
    last = {"do": "act", "step": "last", "answers": {"remark": "好"}}
    scenario = kept(bench, document, {**BEGIN, "who": "login:member1"}, back, again, AGREE, {"do": "time"}, last)
    assert scenario.expected["path"] == ["start", "review:return", "start", "review:approve", "rest", "last"]
    assert scenario.expected["result"] == "done"


def test_messages_and_effects_of_a_scenario_reach_nobody(bench: Bench) -> None:
    document = flow(approval("review"), effect("post", "log", text="x"), end("out", "accepted"))
    before = counts()
    scenario = kept(bench, document, BEGIN, AGREE)
    assert "post" in scenario.expected["path"]
    after = counts()
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed <= {
        "workflows.FlowDefinition", "workflows.FlowVersion", "workflows.PinnedForm", "workflows.Scenario",
        "core.AuditEntry", "wagtailcore.Revision", "wagtailcore.ModelLogEntry", "wagtailcore.ReferenceIndex",
    }, changed  # fmt: skip


def test_only_those_who_edit_flows_keep_scenarios(bench: Bench) -> None:
    definition = published(bench, tiers())
    values: dict[str, Any] = {"flow": definition, "actions": [BEGIN], "expected": {}, "now": bench.now}
    for actor in (VISITOR, bench.actor("lishuji")):
        with pytest.raises(NotAllowed):
            keep_scenario(name="x", actor=actor, **values)
    keep_scenario(name="x", actor=bench.actor("admin"), **values)
    with pytest.raises(Conflict):
        keep_scenario(name="x", actor=bench.actor("admin"), **values)
    with pytest.raises(Invalid):
        keep_scenario(name=" ", actor=bench.actor("admin"), **values)


def test_the_page_plays_all_and_takes_what_is_right_as_expected(client: Client, bench: Bench) -> None:
    scenario = kept(bench, tiers(), BEGIN, AGREE)
    definition = FlowDefinition.objects.get(slug="tiers")
    definition.document = tiers(limit=1000)
    definition.save_revision()
    url = reverse(PAGE, args=[definition.pk])
    client.force_login(bench.cast.users["admin"])
    assert "还没试走" in client.get(url).content.decode()
    page = client.post(url, {"do": "play"}).content.decode()
    assert "走了另一条路" in page
    assert "1 个里有 0 个" in page
    client.post(url, {"do": f"anew:{scenario.pk}"})
    scenario.refresh_from_db()
    assert scenario.expected["result"] == "accepted"
    assert "1 个里有 1 个" in client.post(url, {"do": "play"}).content.decode()
    client.post(url, {"do": f"drop:{scenario.pk}"})
    assert not Scenario.objects.exists()
    assert client.post(url, {"do": "drop:1"}).status_code == 302


def test_a_draft_with_problems_says_so_and_plays_nothing(client: Client, bench: Bench) -> None:
    kept(bench, tiers(), BEGIN, AGREE)
    definition = FlowDefinition.objects.get(slug="tiers")
    definition.document = {**tiers(), "prefix": ""}
    definition.save_revision()
    client.force_login(bench.cast.users["admin"])
    page = client.post(reverse(PAGE, args=[definition.pk]), {"do": "play"}, follow=True).content.decode()
    assert "草稿还有问题" in page


def test_a_scenario_without_a_name_is_asked_for_one_and_the_rehearsal_stays(client: Client, bench: Bench) -> None:
    client.force_login(bench.cast.users["admin"])
    tester = Tester(client, draft(tiers(), "named"))
    tester.starts()
    page = tester.presses("try:keep")
    assert "起个名字" in page
    assert not Scenario.objects.exists()
    assert tester.seats, "the rehearsal goes on"


def test_a_unit_that_is_gone_makes_a_scenario_unplayable(bench: Bench) -> None:
    definition = published(bench, tiers())
    verdict = played(draft_of(definition), [{**BEGIN, "unit": "no-such-unit"}], {}, now=bench.now)
    assert verdict.code == "unplayable"
