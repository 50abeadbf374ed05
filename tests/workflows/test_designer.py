"""What the designer of flows offers, what it asks the server, and who may."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.translation import override

from forms.access import RIGHTS
from forms.designer import sheets as form_sheets
from forms.shapes import SHAPES
from tests.workflows.flows import approval, flow
from workflows.access_checks import ACCESS
from workflows.designer import effect_words, sheets
from workflows.designer.configuration import configuration
from workflows.designer.rule_sheets import rules
from workflows.effects import EFFECTS
from workflows.kinds import KINDS, LIMIT, PARTS, RULES, START

COMMON = {"id", "key", "kind"}


def paths(groups) -> set[str]:
    return {one["path"] for group in groups for one in group["controls"]}


@pytest.mark.parametrize("name", list(KINDS))
def test_every_property_of_a_step_has_a_control(name):
    offered = paths(sheets.kinds()[name]["sheet"])
    wanted = {f"props.{prop}" for prop in KINDS[name].props} - {f"props.{part}" for part in PARTS}
    for part in PARTS.keys() & KINDS[name].props.keys():
        wanted |= {f"props.{part}.{inner}" for inner in PARTS[part]}
    if KINDS[name].outcomes:
        wanted.add("outcomes")
    if KINDS[name].human:
        wanted.add("access")
    assert wanted <= offered


def test_every_property_of_the_start_has_a_control():
    wanted = {f"start.{name}" for name in START if name not in ("kind", "limit")} | {"prefix", "help"}
    assert wanted | {f"start.limit.{part}" for part in LIMIT} <= paths(sheets.kinds()["_start"]["sheet"])


def test_every_assignee_rule_but_that_for_tests_can_be_chosen_with_its_parameters():
    assert set(rules()) == {name for name in RULES if name != "user"}
    for name, described in rules().items():
        assert {one["path"] for one in described["controls"]} == set(RULES[name].params)
        assert all(one["kind"] in ("choice", "choices") for one in described["controls"])  # never a code to type


def test_every_effect_and_input_is_called_something():
    real = {name: entry for name, entry in EFFECTS.items() if name.split(".")[0] not in ("log", "test")}
    assert [name for name in real if name not in effect_words.WORDS] == []
    inputs = {key for entry in real.values() for key in entry.inputs}
    assert sorted(inputs - set(effect_words.INPUT_WORDS)) == []


def test_an_outcome_that_goes_on_is_not_called_the_next_page():
    # It shared its English with the button that turns the pages of a form, and so was called 下一页.
    with override("zh-hans"):
        told = json.dumps(sheets.kinds(), cls=DjangoJSONEncoder, ensure_ascii=False)
        asked = json.dumps(form_sheets.kinds(), cls=DjangoJSONEncoder, ensure_ascii=False)
    assert "进入下一个环节" in told
    assert "下一页" not in told
    assert "不预先填" in asked
    assert '"不等"' not in asked


def test_access_offers_every_column_and_every_right_on_rows(bench):
    needs = next(one for one in configuration()["forms"]["list"] if one["key"] == "needs")
    columns = {one["key"]: one["privacy"] for one in needs["columns"]}
    assert columns == {"what": "internal", "cost": "internal", "contact": "personal", "secret": "sensitive"}
    controls = [one for group in sheets.kinds()["form"]["sheet"] for one in group["controls"]]
    access = next(one for one in controls if one["path"] == "access")
    assert tuple(access["rights"]) == RIGHTS
    assert set(access["levels"]) == set(ACCESS)


@pytest.mark.parametrize("name", list(SHAPES))
def test_every_property_of_a_field_has_a_control(name):
    shape = SHAPES[name]
    offered = paths(form_sheets.kinds()[name]["sheet"])
    assert name in form_sheets.KIND_WORDS
    elsewhere = {"scope", "fields"}  # columns are leaves of the tree
    assert shape.properties - elsewhere <= offered
    if shape.value is not None:
        own = set() if name == "group" else {"privacy.level"}  # each column has its own
        assert {"label", "help", "show_if", "key"} | own <= offered
        assert ({"required", "required_if"} <= offered) is not shape.is_computed


@pytest.fixture
def ask(client, cast):
    client.force_login(cast.users["admin"])

    def asked(name: str, content, **more):
        return client.post(reverse(name), json.dumps(content), content_type="application/json", **more)

    return asked


def test_problems_come_with_their_place_and_the_picture_stays(ask, bench):
    document = flow(approval("check", assignee={"rule": "role", "roles": ["nobody_has_this"]}))
    answer = ask("flow_designer_check", {"document": document, "slug": "x"}).json()
    assert [one["place"] for one in answer["problems"]] == ["steps[0].props.assignee.roles"]
    assert "<svg" in answer["picture"]
    assert "steps[0]" not in answer["problems"][0]["sentence"]


@pytest.mark.parametrize("document", [None, [], "x", {"steps": 3}, {"v": 1, "steps": [{"kind": []}]}])
def test_no_document_is_too_broken_to_be_judged(ask, bench, document):
    answer = ask("flow_designer_check", {"document": document})
    assert answer.status_code == 200
    assert answer.json()["problems"]


def test_who_that_would_be_is_said_by_name_and_up_the_tree(ask, cast):
    rule = {"rule": "role", "roles": ["grid_worker"]}
    first, second = (
        ask("flow_designer_who", {"rules": [rule], "unit": unit}).json()["lines"] for unit in ("fangta-1", "xilin")
    )
    assert "王格霞" in first[0]
    assert "管理员" in second[0]


def test_only_people_who_may_edit_flows_are_told(client, cast):
    url = reverse("flow_designer_who")
    content = json.dumps({"rules": [{"rule": "role", "roles": ["grid_worker"]}], "unit": "fangta-1"})
    assert client.post(url, content, content_type="application/json").status_code == 302
    clerk = cast.users["shenjie"]
    clerk.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(clerk)
    answer = client.post(url, content, content_type="application/json")
    assert "王格霞" not in answer.content.decode()
    assert client.get(url).status_code in (302, 405)


def test_what_is_no_object_is_refused(ask, bench):
    assert ask("flow_designer_check", [1]).status_code == 400
