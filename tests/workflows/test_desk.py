"""Flows in the desk: problems are told as sentences, publishing writes a version, nothing fails with a 500."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.workflows.conftest import Bench
from tests.workflows.flows import simple
from workflows.models import FlowDefinition, FlowVersion


@pytest.fixture
def desk(client: Client, bench: Bench) -> Client:
    client.force_login(bench.cast.users["admin"])
    return client


def save(desk: Client, document: object, *, publish: bool, slug: str = "mine"):
    data = {"title_zh": "流程", "title_en": "", "slug": slug, "document": json.dumps(document)}
    if publish:
        data["action-publish"] = "1"
    return desk.post(reverse("wagtailsnippets_workflows_flowdefinition:add"), data)


def test_publishing_in_the_desk_writes_a_version(desk: Client) -> None:
    assert save(desk, simple(), publish=True).status_code == 302
    version = FlowVersion.objects.get(slug="mine")
    assert (version.number, list(version.forms)) == (1, ["ask"])
    for name in ("list", "inspect", "history", "edit"):
        args = [] if name == "list" else [version.definition_id]
        assert desk.get(reverse(f"wagtailsnippets_workflows_flowdefinition:{name}", args=args)).status_code == 200


@pytest.mark.parametrize("document", [{}, [], 5, "text", {"v": 1, "steps": [{"kind": []}]}, {"v": 1, "start": 3}])
def test_problems_come_back_as_sentences_and_a_draft_may_have_them(desk: Client, document: object) -> None:
    answer = save(desk, document, publish=True)
    assert answer.status_code == 200
    assert not FlowDefinition.objects.filter(slug="mine").exists()
    assert save(desk, document, publish=False).status_code in (200, 302)


def test_a_published_flow_cannot_be_deleted(desk: Client) -> None:
    save(desk, simple(), publish=True)
    flow = FlowDefinition.objects.get(slug="mine")
    desk.post(reverse("wagtailsnippets_workflows_flowdefinition:delete", args=[flow.pk]))
    assert FlowDefinition.objects.filter(slug="mine").exists()
