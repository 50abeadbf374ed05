"""Rows at the steps of a flow: what a step closes of columns and rows cannot be written by hand, nor read in any page.

Each forbidden cell is tried with a request as a browser would send it had the page offered the cell.
"""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from core.actors import SYSTEM
from core.exceptions import NotFound
from forms.models import FormDefinition
from forms.paging import TURN
from forms.services import publish_form, submit
from tests.workflows.conftest import Bench
from tests.workflows.flows import SECRETARY, approval, field, fill, flow, form
from workflows import services
from workflows.drafting import SAVE
from workflows.models import Case, StepSubmission
from workflows.services.reading import masked_answer

A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"
STOOD = [
    {"_id": A, "what": "帐篷", "cost": "1280.50", "contact": "13912345678", "secret": "暗号一"},
    {"_id": B, "what": "矿泉水", "cost": "77.00"},
]
BACK = {"id": "back", "label": "退回", "effect": "return:plan", "comment": "required"}
GO = {"id": "go", "label": "好", "effect": "continue"}


def planned(access: dict[str, Any], *, later: dict[str, Any] | None = None) -> dict[str, Any]:
    """The secretary plans, checks and sends back: the rows stand when `access` holds for the second time."""
    check = approval("check", GO, BACK, assignee=SECRETARY)
    plan = {**fill("plan", SECRETARY, form="list"), "access": access, "outcomes": [GO]}
    return flow(plan, {**check, "access": later or {}}, who="members")


def stands(bench: Bench, case: Case, rows: list[dict[str, Any]]) -> None:
    """Puts rows into the first round, whatever access says by then."""
    row = StepSubmission.objects.select_related("submission__version").get(case=case, step_id="plan")
    version, actor = row.submission.version, bench.actor("lishuji")
    StepSubmission.objects.filter(pk=row.pk).update(
        submission=submit(version=version, answers={"needs": rows}, actor=actor, now=bench.now)
    )


def sent_back(bench: Bench, access: dict[str, Any]) -> Case:
    case = bench.start(planned(access))
    bench.act(case, "plan", "lishuji", "go", remark="一")
    stands(bench, case, STOOD)
    return bench.act(case, "check", "lishuji", "back", comment="再看看")


def client_of(bench: Bench, login: str) -> Client:
    client = Client()
    client.force_login(bench.cast.users[login])
    return client


def post(bench: Bench, case: Case, rows: list[dict[str, str]], step: str = "plan", **more: str) -> Any:
    """What a forger sends: these rows with these cells."""
    data = QueryDict(mutable=True)
    data.update({"do": "outcome:go", **more})
    for row in rows:
        data.appendlist("needs", row["_id"])
        for name, value in row.items():
            if name != "_id":
                data[f"needs-{row['_id']}-{name}"] = value
    address = f"/task/{bench.task(case, step).pk}/"
    kind = "application/x-www-form-urlencoded"
    return client_of(bench, "lishuji").post(address, data.urlencode(), content_type=kind)


def kept(case: Case, step: str = "plan") -> list[dict[str, Any]]:
    row = StepSubmission.objects.select_related("submission").get(case=case, step_id=step, is_current=True)
    found: list[dict[str, Any]] = row.submission.answers.get("needs", [])
    return found


FORGED = {"what": "假的", "cost": "9999", "contact": "13800000000", "secret": "假的"}
OPEN = {"what": "假的", "cost": "9999.00", "contact": "13800000000", "secret": "假的"}


@pytest.mark.parametrize("state", ["read", "mask", "hide"])
@pytest.mark.parametrize("column", ["what", "cost", "contact", "secret"])
def test_a_closed_column_is_never_written_neither_in_rows_that_stand_nor_in_new_ones(
    bench: Bench, column: str, state: str
) -> None:
    case = sent_back(bench, {f"needs.{column}": state})
    response = post(bench, case, [{"_id": A, **FORGED}, {"_id": B, **FORGED}, {"_id": C, **FORGED}])
    assert response.status_code == 302
    first, second, new = kept(case)
    assert first == {"_id": A, **OPEN, column: STOOD[0][column]}
    assert second.get(column) == STOOD[1].get(column)
    assert column not in new, "nobody at this step fills it in"
    assert {name for name in OPEN if first[name] == OPEN[name]} == OPEN.keys() - {column}


@pytest.mark.parametrize("state", ["read", "mask", "hide"])
def test_a_closed_group_takes_no_row_and_no_cell(bench: Bench, state: str) -> None:
    case = sent_back(bench, {"needs": state, "needs.what": "edit"})
    assert post(bench, case, [{"_id": B, **FORGED}, {"_id": C, **FORGED}]).status_code == 302
    assert kept(case) == STOOD


def test_rows_may_be_added_only_with_the_right_to(bench: Bench) -> None:
    case = sent_back(bench, {"needs": "change+delete"})
    assert post(bench, case, [{"_id": A, "what": "大帐篷"}, {"_id": C, **FORGED}]).status_code == 302
    assert [row["_id"] for row in kept(case)] == [A]
    assert kept(case)[0]["what"] == "大帐篷"


def test_rows_may_be_changed_only_with_the_right_to(bench: Bench) -> None:
    case = sent_back(bench, {"needs": "add+delete"})
    assert post(bench, case, [{"_id": A, **FORGED}, {"_id": C, "what": "音箱"}]).status_code == 302
    assert kept(case) == [STOOD[0], {"_id": C, "what": "音箱"}]


def test_rows_may_be_deleted_only_with_the_right_to(bench: Bench) -> None:
    case = sent_back(bench, {"needs": "add+change"})
    removed = {"needs-remove": A}
    assert post(bench, case, [{"_id": A, "what": "帐篷"}], **removed).status_code == 200, "the page again"
    assert post(bench, case, [{"_id": C, "what": "音箱"}]).status_code == 302
    assert kept(case) == [*STOOD, {"_id": C, "what": "音箱"}]


def test_a_row_that_is_left_empty_stays_where_it_may_not_be_deleted(bench: Bench) -> None:
    case = sent_back(bench, {"needs": "change"})
    response = post(bench, case, [{"_id": A, "what": "", "cost": ""}, {"_id": B, "what": "水"}])
    assert response.status_code == 422, "what is required stays required"


def test_the_page_offers_no_more_than_the_rights(bench: Bench) -> None:
    case = sent_back(bench, {"needs": "change", "needs.cost": "read"})
    html = page(bench, case)
    assert f'name="needs-{A}-what"' in html
    assert f'name="needs-{A}-cost"' not in html
    assert 'name="needs-add"' not in html
    assert 'name="needs-remove"' not in html
    assert "1280.50" in html.replace(",", "")


def page(bench: Bench, case: Case, login: str = "lishuji", step: str = "plan") -> str:
    response = client_of(bench, login).get(f"/task/{bench.task(case, step).pk}/")
    assert response.status_code == 200
    return response.content.decode()


CELLS = {"what": "帐篷", "cost": "1280", "contact": "13912345678", "secret": "暗号一"}


@pytest.mark.parametrize("column", CELLS)
def test_a_hidden_column_is_nowhere_on_the_page_on_which_its_rows_are_changed(bench: Bench, column: str) -> None:
    case = sent_back(bench, {f"needs.{column}": "hide"})
    html = page(bench, case).replace(",", "")
    assert CELLS[column] not in html
    assert f'-{column}"' not in html
    other = "cost" if column == "what" else "what"
    assert CELLS[other] in html
    again = post(bench, case, [{"_id": A, **FORGED}], **{"needs-add": "1"}).content.decode()
    assert CELLS[column] not in again.replace(",", "")


@pytest.mark.parametrize("column", CELLS)
def test_a_masked_column_is_never_whole(bench: Bench, column: str) -> None:
    case = sent_back(bench, {f"needs.{column}": "mask"})
    assert CELLS[column] not in page(bench, case).replace(",", "")


def checked(bench: Bench, later: dict[str, Any]) -> Case:
    """The case at its second step, with an access to the rows of the first."""
    case = bench.start(planned({}, later=later))
    bench.act(case, "plan", "lishuji", "go", needs=STOOD)
    return case


def read_by(bench: Bench, case: Case, login: str = "lishuji") -> dict[str, str]:
    """Every page on which the answers of the case could stand."""
    client = client_of(bench, login)
    addresses = {
        "task": f"/task/{bench.task(case, 'check').pk}/",
        "case": f"/case/{case.pk}/",
        "paper": f"/case/{case.pk}/paper/",
    }
    found = {name: client.get(address) for name, address in addresses.items()}
    assert {response.status_code for response in found.values()} == {200}
    return {name: response.content.decode().replace(",", "") for name, response in found.items()}


def test_what_is_not_said_follows_the_privacy_of_each_column(bench: Bench) -> None:
    for html in read_by(bench, checked(bench, {})).values():
        assert "帐篷" in html
        assert "1280" in html
        assert "13912345678" not in html
        assert "暗号一" not in html


@pytest.mark.parametrize(("column", "state"), [("what", "hide"), ("cost", "hide"), ("cost", "mask"), ("what", "mask")])
def test_what_a_step_closes_of_earlier_rows_its_person_reads_nowhere(bench: Bench, column: str, state: str) -> None:
    for name, html in read_by(bench, checked(bench, {f"plan.needs.{column}": state})).items():
        assert CELLS[column] not in html, name
        assert CELLS["cost" if column == "what" else "what"] in html, name


def test_what_a_step_opens_of_earlier_rows_is_read_at_its_task_alone(bench: Bench) -> None:
    pages = read_by(bench, checked(bench, {"plan.needs.contact": "read"}))
    assert "13912345678" in pages["task"]
    assert "13912345678" not in pages["case"]
    assert "13912345678" not in pages["paper"]


def test_a_masked_group_cannot_be_asked_for_whole_past_its_hidden_columns(bench: Bench) -> None:
    case = checked(bench, {"plan.needs": "mask", "plan.needs.cost": "hide"})
    actor = bench.actor("lishuji")
    for key in ("needs", "needs.cost", "needs.contact"):
        with pytest.raises(NotFound):
            masked_answer(case, actor, "plan", key, bench.now)


def test_services_refuse_what_pages_do_not_offer(bench: Bench) -> None:
    """Answers that reach the service from elsewhere meet the same access."""
    case = sent_back(bench, {"needs": "change", "needs.cost": "hide"})
    task = bench.task(case, "plan")
    rows = [{"_id": A, **OPEN}, {"_id": C, **OPEN}]
    services.act(task_id=task.pk, actor=bench.actor("lishuji"), outcome="go", answers={"needs": rows}, now=bench.now)
    assert [row["_id"] for row in kept(case)] == [A, B]
    assert kept(case)[0] == {"_id": A, **OPEN, "cost": "1280.50"}
    assert kept(case)[1] == STOOD[1]


def test_several_cases_are_decided_with_the_same_access(bench: Bench) -> None:
    decide = approval("plan", GO, assignee=SECRETARY, form="list")
    cases = [bench.start(flow({**decide, "access": {"needs.cost": "hide", "needs.secret": "read"}}))]
    cases.append(bench.start())
    client, address = client_of(bench, "lishuji"), f"/inbox/together/{cases[0].version_id}/plan/"
    html = client.get(address).content.decode()
    assert "-what" in html
    assert "-cost" not in html
    data = {"do": "outcome:go", "task": [bench.task(case, "plan").pk for case in cases], "needs": [C]}
    response = client.post(address, {**data, **{f"needs-{C}-{name}": value for name, value in FORGED.items()}})
    assert response.status_code == 200
    assert [kept(case) for case in cases] == [[{"_id": C, "what": "假的", "contact": "13800000000"}]] * 2


def test_a_draft_neither_keeps_nor_shows_what_is_hidden(bench: Bench) -> None:
    case = sent_back(bench, {"needs.cost": "hide", "needs": "change"})
    assert post(bench, case, [{"_id": A, **FORGED}, {"_id": C, **FORGED}], **{TURN: SAVE}).status_code == 302
    html = page(bench, case).replace(",", "")
    assert "假的" in html, "what may be changed is kept"
    assert "9999" not in html
    assert "1280" not in html
    assert C not in html, "a row that may not be added"


def test_the_stricter_of_access_and_logic_counts(bench: Bench) -> None:
    """A column that the form's own logic hides takes nothing where access allows it, and the other way round."""
    asked = {"==": [{"var": "what"}, "帐篷"]}
    columns = [field("what"), field("size", show_if=asked), field("colour", show_if=asked)]
    document = form(field("needs", "group", fields=columns), field("remark"))
    definition = FormDefinition.objects.create(slug="tents", title="表", document=document)
    publish_form(definition=definition, actor=SYSTEM, now=bench.now)
    step = {**fill("plan", SECRETARY, form="tents"), "access": {"needs.colour": "hide"}, "outcomes": [GO]}
    case = bench.start(flow(step, approval("check"), who="members"))
    forged = {"size": "大", "colour": "红"}
    response = post(bench, case, [{"_id": A, "what": "帐篷", **forged}, {"_id": B, "what": "水", **forged}])
    assert response.status_code == 302
    assert kept(case) == [{"_id": A, "what": "帐篷", "size": "大"}, {"_id": B, "what": "水"}]
