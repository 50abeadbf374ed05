"""What a changed form means for the flows that use it, before and after it is published; cases follow with a report."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from core.actors import SYSTEM
from forms.impact import broken_by, uses_of
from forms.models import FormDefinition, FormVersion, Submission
from forms.services import publish_form
from tests.stories.browsing import text_of
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, FORMS, REJECT, RETURN, approval, branch, field, flow, form
from workflows import services
from workflows.models import Case, FlowDefinition


def asked() -> FormDefinition:
    return FormDefinition.objects.get(slug="ask")


def without(*keys: str, **changed: Any) -> dict[str, Any]:
    """The form `ask` without some fields, with others changed."""
    fields = [one for one in FORMS["ask"]["sections"][0]["fields"] if one["key"] not in keys]
    return form(*({**one, **changed.get(one["key"], {})} for one in fields))


def publish_ask(document: dict[str, Any], bench: Bench) -> FormVersion:
    definition = asked()
    definition.document = document
    return publish_form(definition=definition, actor=SYSTEM, now=bench.now)


def two_ways(most: int = 100) -> dict[str, Any]:
    decide = {**approval("review", APPROVE, REJECT, RETURN), "name": "审核"}
    return flow(
        decide, {**branch("size", {">": [{"var": "start.value"}, most]}, [approval("boss")], []), "name": "看金额"}
    )


def test_what_a_draft_breaks_is_told_with_flow_and_step(bench: Bench) -> None:
    bench.publish(two_ways())
    with override("zh-hans"):
        told = broken_by(asked(), without("value"))
        assert len(told) == 1
        assert told[0].startswith("流程“流程”")
        assert "看金额" in told[0]
        assert "start.value" in told[0]
        assert broken_by(asked(), without("value", what={"label": "别的"}))
        assert broken_by(asked(), without("phone", what={"label": "别的"})) == []


def test_a_limit_that_makes_a_way_unreachable_is_told(bench: Bench) -> None:
    bench.publish(two_ways())
    with override("zh-hans"):
        [told] = broken_by(asked(), without(value={"max": 3}))
    assert "看金额" in told
    assert "永远走不到" in told


def test_an_option_that_a_condition_names_is_told(bench: Bench) -> None:
    options = [{"id": name, "label": name} for name in "ab"]
    publish_ask(form(*without()["sections"][0]["fields"], field("way", "choice", options=options)), bench)
    bench.publish(flow(branch("size", {"==": [{"var": "start.way"}, "b"]}, [approval("boss")], [])))
    draft = form(*without()["sections"][0]["fields"], field("way", "choice", options=options[:1]))
    with override("zh-hans"):
        told = broken_by(asked(), draft)
    assert len(told) == 1
    assert "“b”" in told[0]


def desk(client: Client, bench: Bench) -> Client:
    client.force_login(bench.cast.users["admin"])
    return client


def post(client: Client, document: dict[str, Any], **more: str) -> Any:
    data = {"title_zh": "表", "slug": "ask", "document": json.dumps(document), "action-publish": "action-publish"}
    return client.post(f"/desk/snippets/forms/formdefinition/edit/{asked().pk}/", {**data, **more})


def test_the_editor_is_shown_what_breaks_before_it_is_published(client: Client, bench: Bench) -> None:
    """cds-snc#7823, open-forms#3360: changing a form in use must never surprise anybody."""
    bench.publish(two_ways())
    page = post(desk(client, bench), without("value"))
    assert page.status_code == 200
    assert "看金额" in text_of(page)
    assert 'name="impact_seen"' in page.content.decode()
    assert asked().versions.count() == 1
    seen = page.context["form"].impact
    assert post(client, without("value", "phone"), impact_seen=seen).status_code == 302  # the same things break
    assert asked().versions.count() == 2
    assert bench.start(login="member1").version.number == 1  # the flow goes on with what it pinned


def test_what_was_seen_counts_only_for_what_was_shown(client: Client, bench: Bench) -> None:
    bench.publish(two_ways())
    for wrong in ("", "on", "x" * 64):
        assert post(desk(client, bench), without("value"), impact_seen=wrong).status_code == 200
    assert asked().versions.count() == 1


def test_a_harmless_change_is_published_at_once(client: Client, bench: Bench) -> None:
    bench.publish(two_ways())
    assert post(desk(client, bench), without("phone")).status_code == 302
    assert asked().versions.count() == 2


def test_the_forms_page_leads_from_the_change_to_the_open_cases(client: Client, bench: Bench) -> None:
    """govuk-forms ADR048: a case keeps its version until somebody moves it, and is told what does not fit."""
    case = bench.start(two_ways(2), phone="13812345678", value=5)
    publish_ask(without("phone", value={"max": 3}), bench)
    pages = desk(client, bench)
    page = pages.get(f"/desk/forms/{asked().pk}/versions/")
    text = text_of(page)
    [use] = page.context["uses"]
    assert (use.is_behind, use.waiting, list(use.where)) == (True, 1, ["提交"])
    assert "13812345678" not in text
    assert {count for _sentence, count in use.misfits} == {1}
    assert len(use.misfits) == 2
    flow_page = f"/desk/flows/{FlowDefinition.objects.get().pk}/versions/"
    assert flow_page in page.content.decode()
    pages.post(flow_page)  # publish the same steps with the newest form
    move = services.migrate_case(
        case_id=case.pk,
        to=FlowDefinition.objects.get().versions.get(number=2),
        actor=bench.actor("admin"),
        now=bench.now,
    )
    assert move.reasons == []
    with override("zh-hans"):
        [use] = uses_of(asked(), asked().current_version.document)  # type: ignore[union-attr]
    assert (use.is_behind, use.waiting) == (False, 0)
    assert Submission.objects.get().version.number == 1


@pytest.fixture
def moved(bench: Bench) -> Case:
    """A case that was moved to a newer form, and sent back to its starter."""
    case = bench.start(two_ways(30), phone="13812345678", day="2026-05-20", mail="a@example.com")
    publish_ask(without("phone", day={"kind": "text"}, mail={"kind": "text", "max_length": 5}), bench)
    definition = FlowDefinition.objects.get()
    version = services.publish_again(definition=definition, actor=bench.actor("admin"), now=bench.now)
    assert services.migrate_case(case_id=case.pk, to=version, actor=bench.actor("admin"), now=bench.now).reasons == []
    case.refresh_from_db()
    return bench.act(case, "review", outcome="return", comment="请补充")


def test_an_answer_is_reopened_in_the_newest_version_and_stays_readable_in_its_own(
    client: Client, bench: Bench, moved: Case
) -> None:
    """enketo#1078 and kpi#3734: some need the answer in its own version, others in the newest."""
    task = bench.task(moved, "start")
    client.force_login(bench.cast.users["member1"])
    page = client.get(f"/task/{task.pk}/")
    with override("zh-hans"):
        text = text_of(page)
    assert "已经不再问了" in text
    assert "超过 5" in text or "超过5" in text
    assert 'value="2026-05-20"' in page.content.decode()  # a day fits a line of text
    bench.act(moved, "start", "member1", what="一件事", day="五月二十", where="fangta", mail="a@b.c")
    first, second = Submission.objects.order_by("pk")
    assert (first.answers["phone"], first.version.number) == ("13812345678", 1)
    assert (second.answers["day"], second.version.number) == ("五月二十", 2)
    assert "phone" not in second.answers
