"""Two editors of the same flow or form are told of each other, and what has problems cannot be published by either."""

import json
import re
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from core.actors import SYSTEM
from forms.models import FormDefinition, FormVersion
from forms.services import publish_form
from tests.cast import NOW
from tests.stories.browsing import text_of
from tests.workflows import flows
from workflows.models import FlowDefinition, FlowVersion

PING = re.compile(r"/desk/editing-sessions/ping/[a-z]+/[a-z]+/\d+/\d+/")
LOADED = re.compile(r'name="(loaded_revision_id|loaded_revision_created_at)" value="([^"]*)"')
FORM = flows.form(flows.field("what", required=True))
FLOW = flows.flow(flows.approval("review"), form="question", title_from="what")
BAD_FORM = flows.form(flows.field("what", "riddle"))
BAD_FLOW = flows.flow(
    flows.approval("review", {"id": "on", "label": "行", "effect": "return:nowhere"}),
    form="question",
    title_from="what",
)
KINDS = [
    ("forms/formdefinition", FormDefinition, FORM, BAD_FORM, "sections[0].fields[0]"),
    ("workflows/flowdefinition", FlowDefinition, FLOW, BAD_FLOW, "steps[0].outcomes[0]"),
]


@pytest.fixture
def editors(at_desk) -> tuple[Client, Client]:
    """周芙 and 李书华, who may both edit and publish; and the form that the flow asks."""
    question = FormDefinition.objects.create(slug="question", title="问题", document=FORM)
    publish_form(definition=question, actor=SYSTEM, now=NOW)
    nouns = ("flowdefinition", "formdefinition")
    rights = [f"{verb}_{noun}" for verb in ("view", "change", "add", "publish") for noun in nouns]
    return at_desk("zhoufu", *rights), at_desk("lishuji", *rights)


def saved(kind: type[Model], document: dict[str, Any]) -> Any:
    definition = kind(slug="ask", title={"zh-hans": "共同编辑"}, document=document, live=False)
    definition.save()
    definition.save_revision()  # type: ignore[attr-defined]
    return definition


def save(client: Client, url: str, document: dict[str, Any], **more: str) -> Any:
    data = {"title_zh": "共同编辑", "title_en": "", "slug": "ask", "document": json.dumps(document), **more}
    return client.post(url, data)


def opened(client: Client, url: str) -> tuple[str, dict[str, str]]:
    """(address to which the open editor reports, what it has loaded)."""
    page = client.get(url).content.decode()
    ping = PING.search(page)
    assert ping is not None
    return ping[0], {name.removeprefix("loaded_"): value for name, value in LOADED.findall(page)}


@pytest.mark.parametrize(("path", "kind", "document", "bad", "place"), KINDS)
def test_each_editor_learns_that_the_other_is_there_and_has_saved(
    editors: tuple[Client, Client], path: str, kind: type[Model], document: Any, bad: Any, place: str
) -> None:
    first, second = editors
    url = f"/desk/snippets/{path}/edit/{saved(kind, document).pk}/"
    ping_of_first, loaded = opened(first, url)
    first.post(ping_of_first, {"is_editing": "1", **loaded})
    ping, loaded = opened(second, url)
    others = second.post(ping, {"is_editing": "1", **loaded}).json()["other_sessions"]
    assert [(one["user"], one["is_editing"], one["revision_id"]) for one in others] == [("zhoufu", True, None)]
    assert save(first, url, bad).status_code == 302, "a draft may have problems"
    others = second.post(ping, {"is_editing": "1", **loaded}).json()["other_sessions"]
    assert others[0]["user"] == "zhoufu"
    assert others[0]["revision_id"], "and that there is something newer than what he has before him"


@pytest.mark.parametrize(("path", "kind", "document", "bad", "place"), KINDS)
def test_what_has_problems_is_saved_but_never_published_and_says_where(
    editors: tuple[Client, Client], path: str, kind: type[Model], document: Any, bad: Any, place: str
) -> None:
    first, _second = editors
    definition = saved(kind, document)
    versions = FormVersion if kind is FormDefinition else FlowVersion
    before = versions.objects.count()
    url = f"/desk/snippets/{path}/edit/{definition.pk}/"
    assert save(first, url, bad).status_code == 302
    answer = save(first, url, bad, **{"action-publish": "1"})
    assert answer.status_code == 200
    assert place in text_of(answer)
    definition.refresh_from_db()
    assert not definition.live
    assert versions.objects.count() == before
    assert save(first, url, document, **{"action-publish": "1"}).status_code == 302
    assert versions.objects.count() == before + 1
