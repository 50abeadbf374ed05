"""Taking the answers to a form along: typed, over versions, within one's units, masked, safe, and in batches."""

import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import FileSystemStorage
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core.actors import SYSTEM, Actor
from core.audit.models import AuditEntry
from core.jobs.running import drain
from forms.models import FormDefinition
from forms.services import publish_form
from tests.cast import NOW
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, field, flow, form
from workflows import answer_tables, services
from workflows.models import AnswerExport
from workflows.services import exporting

PHONE = "13912345678"
OPTIONS = [{"id": "a", "label": "读报"}, {"id": "b", "label": "买菜"}]
FIELDS = [
    field("what", required=True),
    field("money", "money"),
    field("day", "date"),
    field("many", "multi_choice", options=OPTIONS),
    field("phone", "phone"),
    field("illness", privacy={"level": "sensitive"}),
]


@pytest.fixture
def definition(bench: Bench) -> FormDefinition:
    definition = FormDefinition.objects.create(slug="sheet", title="登记", document=form(*FIELDS))
    publish_form(definition=definition, actor=SYSTEM, now=NOW)
    bench.publish(flow(approval("review"), form="sheet"))
    return definition


def begin(bench: Bench, what: str, unit: str = "fangta", **answers: Any) -> None:
    services.start_case(
        flow="flow",
        actor=bench.actor("member1"),
        answers={"what": what, "phone": PHONE, "illness": "哮喘", **answers},
        now=bench.now,
        unit=bench.cast.units[unit],
    )


def client_of(bench: Bench, login: str, *codes: str) -> Client:
    user = bench.cast.users[login]
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", *codes]))
    client = Client()
    client.force_login(user)
    return client


def address(definition: FormDefinition) -> str:
    return reverse("desk_answers", args=[definition.pk])


def exported(client: Client, definition: FormDefinition, kind: str = "json", **chosen: Any) -> Any:
    answer = client.post(address(definition), {"kind": kind, **chosen})
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    assert "no-store" in answer["Cache-Control"]
    return json.loads(answer.content) if kind == "json" else answer.content


def test_numbers_are_numbers_days_are_days_and_choices_are_read(bench: Bench, definition: FormDefinition) -> None:
    begin(bench, "读报", money="12.50", day="2026-09-30", many=["a", "b"])
    content = exported(client_of(bench, "admin"), definition, "xlsx")
    heads, row = [[cell.value for cell in line] for line in load_workbook(BytesIO(content)).active.iter_rows()]
    cells = dict(zip(heads, row, strict=True))
    assert Decimal(str(cells["money"])) == Decimal("12.5")
    assert cells["day"].strftime("%Y-%m-%d") == "2026-09-30"
    assert cells["many"] == "读报、买菜"
    assert cells["phone"] == "139****5678"
    assert "illness" not in cells
    assert "哮喘" not in str(row)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_nothing_in_it_is_taken_for_a_formula(bench: Bench, definition: FormDefinition, kind: str) -> None:
    begin(bench, "=1+1")
    content = exported(client_of(bench, "admin"), definition, kind)
    if kind == "csv":
        assert "'=1+1" in content.decode("utf-8-sig")
    elif kind == "xlsx":
        cells = [cell for row in load_workbook(BytesIO(content)).active.iter_rows() for cell in row]
        assert any(cell.value == "'=1+1" for cell in cells)
        assert not any(cell.data_type == "f" for cell in cells)
    else:
        assert content["rows"][0]["answers"]["what"] == "=1+1"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_columns_of_rows_are_masked_and_left_out_like_other_answers(bench: Bench, kind: str) -> None:
    columns = [
        field("who", required=True),
        field("call", "phone"),
        field("card", "id_number", privacy={"level": "sensitive", "purpose": "买保险"}),
    ]
    document = form(field("what"), field("people", "group", fields=columns))
    definition = FormDefinition.objects.create(slug="sheet", title="登记", document=document)
    publish_form(definition=definition, actor=SYSTEM, now=NOW)
    bench.publish(flow(approval("review"), form="sheet"))
    people = [{"_id": "aaaaaaaa", "who": "=1+1", "call": PHONE, "card": "11010519491231002X"}]
    services.start_case(flow="flow", actor=bench.actor("member1"), answers={"people": people}, now=bench.now)
    content = exported(client_of(bench, "admin"), definition, kind)
    if kind == "xlsx":
        cells = [cell for row in load_workbook(BytesIO(content)).active.iter_rows() for cell in row]
        assert not any(cell.data_type == "f" or str(cell.value).startswith("=") for cell in cells)
        told = str([cell.value for cell in cells])
    else:
        told = json.dumps(content, ensure_ascii=False) if kind == "json" else content.decode("utf-8-sig")
        assert ",=1" not in told
    assert "1+1" in told
    assert "139****5678" in told
    assert PHONE not in told
    assert "11010519491231002X" not in told


def test_a_question_that_is_gone_keeps_its_column_and_labels_are_the_newest(
    bench: Bench, definition: FormDefinition
) -> None:
    begin(bench, "读报", money="3")
    definition.document = form({**FIELDS[0], "label": "想要什么"}, field("new"))
    publish_form(definition=definition, actor=SYSTEM, now=NOW)
    bench.publish(flow(approval("review"), form="sheet"))
    services.start_case(flow="flow", actor=bench.actor("member1"), answers={"what": "下棋", "new": "x"}, now=bench.now)
    client = client_of(bench, "admin")
    found = exported(client, definition)
    labels = [column["label"] for column in found["columns"]]
    assert labels[:2] == ["想要什么", "new"]
    assert "money（已不再问）" in labels
    assert [row["answers"].get("money") for row in found["rows"]] == [3, None]
    assert [row["version"] for row in exported(client, definition, version=2)["rows"]] == [2]


def test_only_what_one_answers_for_is_in_it_and_it_can_be_narrowed(bench: Bench, definition: FormDefinition) -> None:
    begin(bench, "方塔的", "fangta")
    begin(bench, "区里的", "songjiang")
    everything = exported(client_of(bench, "admin"), definition)["rows"]
    assert len(everything) == 2
    mine = exported(client_of(bench, "lishuji", "view_submission"), definition)["rows"]
    assert [row["answers"]["what"] for row in mine] == ["方塔的"]
    client = client_of(bench, "admin")
    fangta = bench.cast.units["fangta"].pk
    assert len(exported(client, definition, unit=fangta)["rows"]) == 1
    later = (bench.now + timedelta(days=1)).date().isoformat()
    assert exported(client, definition, since=later)["rows"] == []
    assert len(exported(client, definition, until=later)["rows"]) == 2


def test_in_full_only_with_the_permission_and_a_reason_and_on_record(bench: Bench, definition: FormDefinition) -> None:
    begin(bench, "读报")
    plain = client_of(bench, "lishuji", "view_submission")
    sent = {"unmasked": "on", "reason": "contact"}
    assert exported(plain, definition, **sent)["rows"][0]["answers"]["phone"] == "139****5678"
    client = client_of(bench, "lishuji", "view_submission", "read_masked_answers")
    assert client.post(address(definition), {"kind": "json", "unmasked": "on"}).status_code == 422
    row = exported(client, definition, **sent)["rows"][0]
    assert row["answers"]["phone"] == PHONE
    assert "illness" not in row["answers"]
    entry = AuditEntry.objects.filter(verb="form.exported").latest("pk")
    assert entry.data == {"export": entry.data["export"], "rows": 1, "unmasked": True, "reason": "contact"}


@pytest.mark.parametrize("login", ["member1", "org1", "lishuji"])
def test_nobody_takes_answers_along_without_the_permission(
    bench: Bench, definition: FormDefinition, login: str
) -> None:
    begin(bench, "读报")
    answer = client_of(bench, login).post(address(definition), {"kind": "json"})
    assert answer.status_code in (302, 403)
    assert not AnswerExport.objects.exists()


def test_a_long_one_is_written_by_a_job_and_only_its_owner_has_it_for_a_day(
    bench: Bench, definition: FormDefinition, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    monkeypatch.setattr(answer_tables, "BATCH", 2)
    for number in range(5):
        begin(bench, f"第{number}件")
    client = client_of(bench, "lishuji", "view_submission")
    assert client.post(address(definition), {"kind": "json"}).status_code == 302
    export = AnswerExport.objects.get()
    file = reverse("desk_answers_file", args=[export.pk])
    assert client.get(file).status_code == 404
    drain()
    drain()
    export.refresh_from_db()
    assert (export.state, export.done, export.rows) == ("done", 5, 5)
    assert file in client.get(address(definition)).content.decode()
    answer = client.get(file)
    found = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]  # a FileResponse
    assert [row["answers"]["what"] for row in found["rows"]] == [f"第{number}件" for number in range(5)]
    assert client_of(bench, "admin").get(file).status_code == 404
    kept = FileSystemStorage(location=settings.PRIVATE_ROOT)
    assert kept.exists(export.path)
    assert exporting.purge(now=export.expires_at + timedelta(seconds=1)) == 1
    assert not kept.exists(export.path)
    assert client.get(file).status_code == 404


def test_a_table_is_never_held_as_a_whole(
    bench: Bench, definition: FormDefinition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_tables, "BATCH", 2)
    for number in range(5):
        begin(bench, f"第{number}件")
    wanted = answer_tables.Wanted()
    table = answer_tables.AnswerTable(definition, Actor(user=bench.cast.users["admin"]), wanted, NOW.date())
    assert [len(batch) for batch in table.batches()] == [2, 2, 1]


def test_very_many_on_one_day_are_too_many(
    bench: Bench, definition: FormDefinition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_A_DAY", 1)
    client = client_of(bench, "admin")
    exported(client, definition)
    assert client.post(address(definition), {"kind": "json"}).status_code == 422
