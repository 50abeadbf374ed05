"""What differs between two versions of a flow, as data, as sentences, and on the desk's page."""

import random
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from core.actors import SYSTEM
from forms.models import FormDefinition
from forms.services import publish_form
from tests.properties.test_return_contract import Grower
from tests.stories.browsing import text_of
from tests.workflows.changing import Changer
from tests.workflows.conftest import Bench
from tests.workflows.flows import (
    APPROVE,
    DEPUTY,
    FORMS,
    REJECT,
    RETURN,
    approval,
    branch,
    effect,
    field,
    fill,
    flow,
    form,
    parallel,
    simple,
)
from workflows.models import FlowDefinition
from workflows.versions.diff import Change, changes, marks
from workflows.versions.sides import of_document
from workflows.versions.words import differences

BIG = {">": [{"var": "start.value"}, 100]}
HUGE = {">": [{"var": "start.value"}, 500]}


def codes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change.code, change.step_id) for change in changes(old, new)]


def sentences(old: dict[str, Any], new: dict[str, Any]) -> str:
    return "\n".join(one for group in differences(of_document(old), of_document(new)) for one in group.sentences)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (flow(approval("a")), flow(approval("a"), approval("b")), [("step_added", "b")]),
        (flow(approval("a"), approval("b")), flow(approval("a")), [("step_removed", "b")]),
        (flow(approval("a"), approval("b")), flow(approval("b"), approval("a")), [("step_moved", "b")]),
        (flow(approval("a")), flow({**approval("a"), "name": "新"}), [("renamed", "a")]),
        (flow(approval("a")), flow(fill("a")), [("kind", "a")]),
        (flow(approval("a")), flow(approval("a", assignee=DEPUTY)), [("assignee", "a")]),
        (flow(approval("a")), flow(approval("a", form="note")), [("form", "a")]),
        (flow(approval("a")), flow(approval("a", deadline={"days": 3})), [("deadline", "a")]),
        (flow(approval("a")), flow(approval("a", APPROVE, REJECT, RETURN)), [("outcome_added", "a")]),
        (flow(approval("a", APPROVE, RETURN)), flow(approval("a", APPROVE)), [("outcome_removed", "a")]),
        (flow(approval("a", mode="all")), flow(approval("a", mode="any")), [("property", "a")]),
        (flow(fill("a")), flow({**fill("a"), "access": {"remark": "hide"}}), [("access", "a")]),
        (flow(approval("a")), flow(approval("a"), status_code=True), [("property", "start")]),
        (flow(approval("a")), {**flow(approval("a")), "prefix": "U"}, [("flow", "")]),
        (
            flow(branch("c", BIG, [approval("a")], [])),
            flow(branch("c", HUGE, [approval("a")], [])),
            [("way_when", "c")],
        ),
        (
            flow(branch("c", BIG, [approval("a")], []), approval("z")),
            flow(approval("a"), branch("c", BIG, [], []), approval("z")),
            [("step_moved", "a")],
        ),
        (
            flow(parallel("p", [approval("a")], [approval("b")])),
            flow(parallel("p", [approval("a")], [approval("b")], [approval("d")])),
            [("step_added", "d"), ("way_added", "p")],
        ),
    ],
)
def test_each_kind_of_difference_is_found_where_it_is(
    old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert sorted(codes(old, new)) == sorted(expected)


def test_a_block_that_moves_takes_its_steps_along() -> None:
    block = branch("c", BIG, [approval("a")], [])
    y, z = approval("y"), approval("z")
    assert codes(flow(block, y, z), flow(y, z, block)) == [("step_moved", "c")]


def test_marks_say_the_most_about_each_step() -> None:
    found = [Change("step_moved", "a"), Change("deadline", "a"), Change("step_added", "b"), Change("flow")]
    assert marks(found) == {"a": "moved", "b": "added"}


@pytest.mark.parametrize("seed", range(60))
def test_two_documents_differ_exactly_when_something_is_told(seed: int) -> None:
    dice = random.Random(seed)
    old = Grower(dice, [1, 2, 3]).document()
    assert changes(old, deepcopy(old)) == []
    new = Changer(dice).changed(old, dice.randint(1, 4))
    assert bool(changes(old, new)) == (old != new)
    assert {one.code for one in changes(new, old) if one.code == "step_added"} == {
        one.code.replace("removed", "added") for one in changes(old, new) if one.code == "step_removed"
    }


def test_the_sentences_name_steps_people_and_conditions(bench: Bench) -> None:
    old = flow(
        {**approval("check", deadline={"days": 3}), "name": "核实"},
        {**branch("size", BIG, [{**approval("boss"), "name": "主任审批"}], []), "name": "看金额"},
    )
    new = flow(
        {**approval("check", APPROVE, REJECT, RETURN, assignee=DEPUTY, deadline={"days": 5}), "name": "核实"},
        {**branch("size", HUGE, [{**approval("boss"), "name": "主任审批"}], []), "name": "看金额"},
        {**effect("note", "log", text="x"), "name": "登记"},
    )
    told = sentences(old, new)
    for words in ("“登记”", "社区副书记", "社区书记", "5 个工作日", "3 个工作日", "“退回”", "“value” > 500"):
        assert words in told


@pytest.mark.parametrize(
    ("before", "after", "what", "was", "now"),
    [
        ({}, {"needs": "add+change"}, "明细“needs”", "按通常规则", "可以添加行、修改行，不能删除行"),
        ({"needs": "add"}, {"needs": "read"}, "明细“needs”", "可以添加行，不能修改行、删除行", "可看"),
        ({"needs": "add+change+delete"}, {"needs": "edit"}, "明细“needs”", "添加行、修改行、删除行", "可填"),
        ({}, {"needs.cost": "hide"}, "明细“needs”中“cost”", "按通常规则", "看不到"),
        ({"remark": "read"}, {}, "“remark”", "可看", "按通常规则"),
    ],
)
def test_access_to_columns_and_the_rights_on_rows_are_told(
    bench: Bench, before: dict[str, str], after: dict[str, str], what: str, was: str, now: str
) -> None:
    plan = {**fill("plan", form="list"), "name": "计划"}
    told = sentences(flow({**plan, "access": before}), flow({**plan, "access": after}))
    assert told == f"“计划”对{what}的权限：由“{was}”改为“{now}”。"


def test_access_to_a_column_of_an_earlier_step_names_its_group(bench: Bench) -> None:
    plan, check = fill("plan", form="list"), {**approval("check"), "name": "核实"}
    told = sentences(flow(plan, check), flow(plan, {**check, "access": {"plan.needs.cost": "hide"}}))
    assert told == "“核实”对明细“needs”中“cost”的权限：由“按通常规则”改为“看不到”。"


def test_every_random_difference_has_its_sentence(bench: Bench) -> None:
    for seed in range(40):
        dice = random.Random(seed)
        old = Grower(dice, [1, 2, 3]).document()
        new = Changer(dice).changed(old, 3)
        told = sentences(old, new)
        assert bool(told) == bool(changes(old, new))
        assert "%(" not in told


def publish_ask(*more: dict[str, Any]) -> None:
    """A new version of the form `ask`, with these fields as well."""
    definition = FormDefinition.objects.get(slug="ask")
    definition.document = form(*FORMS["ask"]["sections"][0]["fields"], *more)
    publish_form(definition=definition, actor=SYSTEM, now=definition.last_published_at)


def pages(client: Client, bench: Bench, slug: str = "flow") -> str:
    client.force_login(bench.cast.users["admin"])
    return f"/desk/flows/{FlowDefinition.objects.get(slug=slug).pk}/"


def test_the_page_compares_any_two_versions_in_words_and_on_both_pictures(client: Client, bench: Bench) -> None:
    bench.publish(flow(approval("a"), {**approval("b"), "name": "复核"}))
    bench.publish(flow(approval("a"), {**approval("c"), "name": "公示"}))
    base = pages(client, bench)
    page = client.get(base + "compare/", {"from": "1", "to": "2"})
    text = text_of(page)
    assert "“复核”" in text
    assert "“公示”" in text
    picture = page.content.decode()
    assert 'class="flow-step flow-approval is-removed"' in picture
    assert 'class="flow-step flow-approval is-added"' in picture
    assert "删除 · 复核" in picture
    assert "新增 · 公示" in picture
    assert client.get(base + "compare/", {"from": "1", "to": "9"}).status_code == 404


def test_a_draft_is_compared_with_what_is_in_use_and_says_how_many_cases_stay(client: Client, bench: Bench) -> None:
    """frappe PR#4530: an impact list before publishing."""
    bench.start(simple())
    definition = FlowDefinition.objects.get(slug="flow")
    definition.document = flow(approval("review", deadline={"days": 2}))
    definition.save_revision()
    text = text_of(client.get(pages(client, bench) + "compare/"))
    assert "2 个工作日" in text
    assert "1 件正在办理的事项" in text


def test_a_draft_without_shape_is_sent_back_with_a_sentence(client: Client, bench: Bench) -> None:
    bench.publish(simple())
    definition = FlowDefinition.objects.get(slug="flow")
    definition.document = {"v": 1, "steps": "none"}
    definition.save_revision()
    answer = client.get(pages(client, bench) + "compare/", follow=True)
    assert answer.status_code == 200
    assert "编辑器" in text_of(answer)


def test_a_newer_form_is_told_and_published_with_the_same_steps(client: Client, bench: Bench) -> None:
    """spiff-arena#1922: a form-only change."""
    bench.publish(simple())
    publish_ask(field("extra"))
    base = pages(client, bench)
    assert "第 2 版" in text_of(client.get(base + "versions/"))
    client.post(base + "versions/")
    assert FlowDefinition.objects.get(slug="flow").versions.count() == 2
    text = text_of(client.get(base + "compare/", {"from": "1", "to": "2"}))
    assert "“extra”" in text


def test_only_designers_see_versions_and_only_publishers_publish(client: Client, bench: Bench) -> None:
    bench.publish(simple())
    base = pages(client, bench)
    client.force_login(bench.cast.users["member1"])
    for page in ("versions/", "compare/"):
        assert client.get(base + page).status_code in (302, 403)
    assert client.post(base + "versions/").status_code in (302, 403)
