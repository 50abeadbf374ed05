"""Granting an honour in a flow: no flow, however it is drawn, grants one without a notice and three persons."""

from typing import Any

import pytest

from core.actors import SYSTEM
from core.exceptions import Invalid, WrongState
from core.honours.models import Commendation
from core.honours.services import create_scheme
from core.ledger.models import LedgerEntry
from core.notices.models import PublicNotice
from core.notices.selectors import has_passed_notice
from forms.models import FormDefinition
from forms.services import publish_form
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, RETURN, SECRETARY, approval, effect, fill, flow, form, notice
from tests.workflows.flows import field as asked
from workflows.honours import has_two_other_deciders
from workflows.models import Case, Task
from workflows.tree import Tree

CLERK = {"rule": "role", "roles": ["street_clerk"]}
GRANT = {"award": {"var": "start.award"}, "organisation": {"var": "start.where"}, "citation": {"var": "start.what"}}


@pytest.fixture
def award(bench: Bench) -> Bench:
    document = form(
        asked("what", required=True), asked("where", "unit", required=True), asked("award", "award", required=True)
    )
    definition = FormDefinition.objects.create(slug="nominate", title="推荐", document=document)
    publish_form(definition=definition, actor=SYSTEM, now=bench.now)
    create_scheme(
        actor=SYSTEM,
        slug="base",
        name={"zh-hans": "示范基地"},
        subject_kinds=["organisation"],
        unit=bench.cast.units["songjiang"],
        now=bench.now,
    )
    return bench


def granting(*before: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    return flow(*before, effect("grant", "award.grant", **{**GRANT, **inputs}), form="nominate", title_from="what")


def nominated(bench: Bench, document: dict[str, Any], login: str = "member1", **answers: Any) -> Case:
    return bench.start(
        document, login, **{"what": "一年借出三十次场地", "where": "library", "award": "base", **answers}
    )


def branch_and_body(**props: Any) -> list[dict[str, Any]]:
    return [approval("branch", APPROVE, RETURN), approval("body", APPROVE, RETURN, assignee=CLERK, **props)]


def parked(case: Case) -> str:
    return str(Task.objects.get(process=case, step_id="grant", status="ERROR").data["error"])


def test_after_two_decisions_and_the_notice_it_is_granted(award: Bench) -> None:
    case = nominated(award, granting(*branch_and_body(), notice()))
    award.act(case, "branch", "lishuji", "approve")
    award.act(case, "body", "shenjie", "approve")
    assert not Commendation.objects.exists()
    award.later(days=8)
    honour = Commendation.objects.get()
    assert (honour.case_id, honour.organisation, honour.state) == (case.pk, award.cast.units["library"], "granted")
    assert LedgerEntry.objects.get().kind == "award.granted"
    assert award.result(case)[0] == "DONE"


def test_a_flow_without_a_notice_grants_nothing(award: Bench) -> None:
    case = nominated(award, granting(*branch_and_body()))
    award.act(case, "branch", "lishuji", "approve")
    with pytest.raises(WrongState) as refusal:
        award.act(case, "body", "shenjie", "approve")
    assert refusal.value.code == "no_notice"
    assert not Commendation.objects.exists()


@pytest.mark.parametrize(
    ("steps", "who", "starter"),
    [
        ([approval("branch", APPROVE)], ["lishuji"], "member1"),
        ([], [], "member1"),
        ([approval("branch", APPROVE), approval("body", APPROVE)], ["lishuji", "lishuji"], "member1"),
        ([approval("branch", APPROVE), approval("body", APPROVE, assignee=CLERK)], ["lishuji", "shenjie"], "lishuji"),
        ([approval("branch", APPROVE), approval("body", APPROVE, assignee=CLERK)], ["lishuji", "shenjie"], ""),
        ([approval("branch", APPROVE), fill("body", CLERK)], ["lishuji", "shenjie"], "member1"),
    ],
    ids=[
        "one decision",
        "no decision",
        "one person twice",
        "the nominator decides",
        "nobody nominated",
        "no decision but a form",
    ],
)
def test_a_flow_with_fewer_than_three_persons_grants_nothing(award: Bench, steps, who, starter) -> None:
    case = nominated(award, granting(*steps, notice()), starter)
    for step, login in zip(steps, who, strict=True):
        if step["kind"] == "form":
            award.act(case, step["id"], login, remark="好")
        else:
            award.act(case, step["id"], login, "approve")
    award.later(days=8)
    assert parked(case) == "not_three_persons"
    assert not Commendation.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_one_administrator_alone_grants_nothing_whatever_flow_he_draws(award: Bench) -> None:
    alone = {"rule": "user", "user": award.cast.users["admin"].pk}
    document = granting(
        approval("branch", APPROVE, assignee=alone), approval("body", APPROVE, assignee=alone), notice()
    )
    case = nominated(award, document, "admin")
    award.act(case, "branch", "admin", "approve")
    award.act(case, "body", "admin", "approve")
    award.later(days=8)
    assert parked(case) == "not_three_persons"


def test_decisions_before_the_nomination_was_corrected_do_not_count(award: Bench) -> None:
    document = granting(
        approval("branch", APPROVE),
        approval("extra", APPROVE, assignee=DEPUTY),
        approval("body", APPROVE, RETURN, assignee=CLERK),
        notice(),
    )
    case = nominated(award, document)
    award.act(case, "branch", "lishuji", "approve")
    award.act(case, "extra", "zhoufu", "approve")
    award.now = award.now.replace(hour=11)
    award.act(case, "body", "shenjie", "return", comment="写具体些")
    award.act(case, "start", "member1", what="一年借出三十一次场地", where="library", award="base")
    rows = Task.objects.filter(process=case, step_id__in=["branch", "extra"], status="DONE")
    assert rows.count() == 2
    assert not has_two_other_deciders(case, Tree(case.version.document), None)


def test_an_objection_that_held_leaves_nothing_granted(award: Bench) -> None:
    case = nominated(award, granting(*branch_and_body(), notice()))
    award.act(case, "branch", "lishuji", "approve")
    award.act(case, "body", "shenjie", "approve")
    PublicNotice.objects.update(state="upheld")
    assert not has_passed_notice(case.pk)


@pytest.mark.parametrize("answers", [{"award": "gone"}, {"where": "nowhere"}])
def test_what_is_gone_by_then_parks_the_case_and_is_named(award: Bench, answers: dict[str, str]) -> None:
    case = nominated(
        award,
        granting(
            *branch_and_body(),
            notice(),
            **{
                "award": answers.get("award", {"var": "start.award"}),
                "organisation": answers.get("where", {"var": "start.where"}),
            },
        ),
    )
    award.act(case, "branch", "lishuji", "approve")
    award.act(case, "body", "shenjie", "approve")
    award.later(days=8)
    assert parked(case) in ("invalid", "no_honoree")
    assert not Commendation.objects.exists()


def test_the_citation_is_refused_at_the_step_that_grants(award: Bench) -> None:
    steps = [*branch_and_body(), notice(shows=["start.where"]), fill("issue", SECRETARY)]
    case = nominated(award, granting(*steps, citation={"var": "issue.remark"}))
    award.act(case, "branch", "lishuji", "approve")
    award.act(case, "body", "shenjie", "approve")
    award.later(days=8)
    with pytest.raises(Invalid) as refusal:
        award.act(case, "issue", "lishuji", remark="电话 13800001234")
    assert "remark" in refusal.value.errors
    award.act(case, "issue", "lishuji", remark="一年借出三十次场地")
    assert Commendation.objects.get().citation == "一年借出三十次场地"
