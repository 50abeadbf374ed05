"""The desk's cases: whoever answers for a unit sees what is stuck in it, and its managers put it right."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.audit.models import AuditEntry
from core.people import services as people
from notifications.models import Message
from tests.stories.browsing import text_of
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, effect, flow, simple
from tests.workflows.test_stranded import leaves, manager
from workflows import registry
from workflows.effects import EFFECTS, Effect, EffectContext
from workflows.models import Case, FlowVersion, Task

WAIT = {"id": "pause", "kind": "wait", "props": {"days": 1, "calendar": "calendar"}}


@pytest.fixture
def desk(client: Client, bench: Bench) -> Client:
    """沈洁 manages the cases of 岳阳街道; she answers for its communities."""
    manager(bench, "shenjie", "yueyang")
    client.force_login(bench.cast.users["shenjie"])
    return client


def seen(desk: Client, case: Case, **query: str) -> bool:
    return case.number in text_of(desk.get("/desk/cases/", query))


def press(desk: Client, case: Case, do: str, status: int = 302, **typed: Any) -> str:
    answer = desk.post(f"/desk/cases/{case.pk}/", {"do": do, **typed}, follow=False)
    assert answer.status_code == status, text_of(answer)
    return text_of(desk.get(answer["Location"])) if status == 302 else text_of(answer)


def test_the_list_shows_the_running_cases_of_ones_units_without_a_name(desk: Client, bench: Bench) -> None:
    case = bench.start(flow(approval("review"), title_from="what"), what="张小明要的东西")
    page = text_of(desk.get("/desk/cases/"))
    assert case.number in page
    assert "社区书记" in page
    assert "张小明" not in page
    assert "赵一平" not in page
    bench.act(case, "review", outcome="approve")
    assert not seen(desk, case)


def test_cases_of_other_units_are_neither_listed_nor_shown(client: Client, bench: Bench) -> None:
    case = bench.start(simple())
    manager(bench, "outsider", "guangfulin")
    client.force_login(bench.cast.users["outsider"])
    assert not seen(client, case)
    assert client.get(f"/desk/cases/{case.pk}/").status_code == 404
    assert client.post(f"/desk/cases/{case.pk}/", {"do": "cancel", "reason": "x"}).status_code == 404


def test_without_the_right_to_see_cases_the_desk_shows_none(client: Client, bench: Bench) -> None:
    bench.start(simple())
    for login in ("member1", "zhoufu"):
        client.force_login(bench.cast.users[login])
        assert client.get("/desk/cases/").status_code in (302, 403)


def test_filters_narrow_the_list(desk: Client, bench: Bench) -> None:
    calm = bench.start(flow(approval("review")))
    late = bench.start(flow(approval("review", deadline={"days": 1, "calendar": "calendar"})), slug="late")
    assert seen(desk, late, state="overdue"), "the bench lives in the past"
    assert not seen(desk, calm, state="overdue")
    assert seen(desk, calm, flow="flow")
    assert not seen(desk, late, flow="flow")
    assert seen(desk, calm, unit=str(bench.cast.units["fangta"].pk))
    assert not seen(desk, calm, unit=str(bench.cast.units["library"].pk))
    assert seen(desk, late, number=late.number)
    assert not seen(desk, calm, number=late.number)
    for strange in ({"unit": "x"}, {"number": "—"}, {"page": "9" * 40}, {"state": "'"}):
        assert desk.get("/desk/cases/", strange).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_as_a_file_obeys_the_filters_and_names_nobody(desk: Client, bench: Bench, kind: str) -> None:
    case = bench.start(flow(approval("review")))
    answer = desk.get("/desk/cases/", {"export": kind})
    assert answer["Content-Disposition"] == f'attachment; filename="cases.{kind}"'
    if kind == "csv":
        assert case.number in answer.content.decode("utf-8-sig")
        assert "赵一平" not in answer.content.decode("utf-8-sig")
        assert case.number not in desk.get("/desk/cases/", {"export": kind, "state": "overdue"}).content.decode()


def test_a_failed_effect_is_seen_and_tried_again(desk: Client, bench: Bench) -> None:
    broken = [True]

    def moody(_ctx: EffectContext) -> None:
        if broken[0]:
            raise RuntimeError("secret words")

    with EFFECTS.temporarily("moody", Effect("moody", moody)):
        case = bench.start(flow(WAIT, effect("break", "moody"), approval("review")))
        bench.later(days=2)
        assert seen(desk, case, state="attention")
        failed = Task.objects.get(process=case, status="ERROR")
        assert "secret words" not in press(desk, case, "retry", status=422, task=failed.pk)
        broken[0] = False
        press(desk, case, "retry", task=failed.pk)
    assert not seen(desk, case, state="attention")
    assert bench.open(case) == ["review"]
    assert AuditEntry.objects.filter(verb="case.effect_retried", case_id=case.pk).count() == 1


def test_a_task_without_anybody_is_seen_and_its_rule_asked_again(desk: Client, bench: Bench) -> None:
    case = bench.start(simple())
    leaves(bench, "lishuji")
    assert seen(desk, case, state="attention")
    task = bench.task(case, "review")
    press(desk, case, "again", task=task.pk)
    page = press(desk, case, "again", status=409, task=task.pk)
    assert "同样的人" in page
    assert seen(desk, case, state="attention"), "it is with the administrators now"


def test_a_task_is_handed_to_a_person_who_is_told(desk: Client, bench: Bench) -> None:
    case = bench.start(simple())
    task = bench.task(case, "review")
    press(desk, case, "reassign", status=422, task=task.pk, to_user=bench.cast.users["zhoufu"].pk, reason="")
    press(desk, case, "reassign", status=422, task=task.pk, reason="休假")
    press(desk, case, "reassign", status=422, task=task.pk, number="V9999", reason="休假")
    press(desk, case, "reassign", task=task.pk, number=bench.cast.members["zhoufu"].number, reason="书记休假")
    assert bench.task(case, "review").owner == bench.cast.users["zhoufu"]
    assert Message.objects.filter(user=bench.cast.users["zhoufu"], kind="task.opened").exists()
    assert AuditEntry.objects.filter(verb="task.reassigned", case_id=case.pk).count() == 1
    bench.act(case, "review", "zhoufu", "approve")


def test_a_case_is_cancelled_with_a_reason(desk: Client, bench: Bench) -> None:
    case = bench.start(simple())
    press(desk, case, "cancel", status=422, reason=" ")
    press(desk, case, "cancel", reason="重复登记")
    case.refresh_from_db()
    assert case.result == "cancelled"
    assert Message.objects.filter(user=bench.cast.users["member1"]).exists()
    assert AuditEntry.objects.filter(verb="case.cancelled", case_id=case.pk).count() == 1


def test_who_only_reads_cases_finds_no_buttons_and_is_refused(client: Client, bench: Bench) -> None:
    case = bench.start(simple())
    manager(bench, "shenjie", "yueyang", "view_case")
    client.force_login(bench.cast.users["shenjie"])
    assert 'name="do"' not in client.get(f"/desk/cases/{case.pk}/").content.decode()
    task = bench.task(case, "review").pk
    for do in ("again", "retry", "cancel", "reassign"):
        typed = {"task": task, "reason": "为了试试", "to_user": bench.cast.users["zhoufu"].pk}
        press(client, case, do, status=403, **typed)
    assert bench.result(case)[0] == "NEW"


def test_a_task_of_another_case_is_not_touched(desk: Client, bench: Bench) -> None:
    case, other = bench.start(simple()), bench.start(slug="flow")
    press(desk, case, "again", status=400, task=bench.task(other, "review").pk)
    press(desk, case, "dance", status=400, task=bench.task(case, "review").pk)


def test_a_case_of_a_broken_version_is_listed_and_can_be_cancelled(desk: Client, bench: Bench) -> None:
    case = bench.start(simple())
    version = FlowVersion.objects.get()
    broken = {**version.document, "steps": [{"id": "review", "kind": "gone"}]}
    FlowVersion.objects.filter(pk=version.pk).update(document=broken, sha256="0" * 64)
    registry._flows.clear()
    assert seen(desk, case, state="attention")
    assert desk.get(f"/desk/cases/{case.pk}/").status_code == 200
    press(desk, case, "cancel", reason="版本读不出来")
    case.refresh_from_db()
    assert case.result == "cancelled"


def test_a_merged_unit_shows_its_successor_and_a_closed_one_needs_attention(desk: Client, bench: Bench) -> None:
    case = bench.start(flow(approval("review"), unit_from="where"), where="fangta")
    people.merge_unit(actor=SYSTEM, unit=bench.cast.units["fangta"], into=bench.cast.units["xilin"], now=bench.now)
    assert "西林社区" in text_of(desk.get(f"/desk/cases/{case.pk}/"))
    closed = bench.start(flow(approval("review"), unit_from="where"), where="xilin", slug="other")
    people.change_unit(actor=SYSTEM, unit=bench.cast.units["xilin"], changes={"is_active": False}, now=bench.now)
    assert seen(desk, closed, state="attention")


def test_the_home_of_the_desk_says_how_many_need_somebody(desk: Client, bench: Bench) -> None:
    assert "需要处理" not in text_of(desk.get("/desk/"))
    bench.start(flow(WAIT, effect("break", "fail")))
    bench.later(days=2)
    assert "1 件办件需要处理" in text_of(desk.get("/desk/"))


def test_the_list_costs_the_same_with_twice_as_many_cases(desk: Client, bench: Bench) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert desk.get("/desk/cases/", {"state": "attention"}).status_code == 200
        return len(found)

    bench.publish(flow(WAIT, effect("break", "fail")))
    for _ in range(2):
        bench.start()
    bench.later(days=2)
    queries()
    few = queries()
    for _ in range(2):
        bench.start()
    bench.later(days=2)
    assert queries() == few
