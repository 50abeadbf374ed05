"""Trying a draft: the real engine plays it as each role, and afterwards nothing of it is there."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client

from core.actors import SYSTEM
from forms.models import FormDefinition
from forms.services import publish_form
from tests.cast import NOW
from tests.forms.test_photos import photo, sent
from tests.workflows import flows
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, GRID, RETURN, approval, effect, fill, flow
from tests.workflows.trying import Tester, counts
from workflows import registry
from workflows.models import Case, FlowDefinition, FlowVersion


def draft(document: dict[str, Any], slug: str = "tried") -> FlowDefinition:
    """A flow that was saved and never published."""
    definition = FlowDefinition.objects.create(slug=slug, title={"zh-hans": "试用流程"}, live=False)
    definition.document = document
    definition.save_revision()
    return definition


def trying(client: Client, bench: Bench, document: dict[str, Any], login: str = "admin") -> Tester:
    client.force_login(bench.cast.users[login])
    return Tester(client, draft(document))


def private_files() -> set[Path]:
    """What lies in the private folder; other tests of this worker may have left something there."""
    return {one for one in Path(settings.PRIVATE_ROOT).rglob("*") if one.is_file()}


def test_the_whole_wish_is_played_by_everybody_and_nothing_is_kept(client: Client, bench: Bench) -> None:
    tester = trying(client, bench, flows.wish())
    real = bench.start(flows.simple())
    before, cached, files = counts(), set(registry._flows), private_files()
    page = tester.starts(phone="13800138000", mail="resident@example.org")
    assert "T-2026-0000" in page, "a case that is tried has no number of its own"
    assert tester.seats == [f"verify:0@user:{bench.cast.users['zhoufu'].pk}"], "no grid worker is appointed in fangta"
    tester.presses("outcome:verified")
    assert tester.playing == [f"approve:0@user:{bench.cast.users['lishuji'].pk}"]
    assert "王格霞" not in tester.page
    page = tester.presses("outcome:approve", remark="可以公开")
    assert bench.log == ["可以公开"], "the effect ran for real"
    assert {seat.split("@")[1] for seat in tester.seats} == {
        f"user:{bench.cast.users[login].pk}" for login in ("org1", "org2")
    }
    tester.plays("claim", f"user:{bench.cast.users['org2'].pk}")
    page = tester.presses("claim")
    assert "claimed" in bench.log
    assert tester.playing == [f"fulfil:0@user:{bench.cast.users['org2'].pk}"]
    tester.presses("outcome:done", remark="送到了")
    assert tester.playing == ["confirm:0@guest"]
    tester.presses("outcome:not_yet")
    tester.presses("outcome:done", remark="又送了一次")
    page = tester.presses("outcome:yes")
    assert "已经结束" in page
    assert "已实现" in page, "the way that it took"
    assert "好 T-2026-0000" in page, "what the flow writes at its end"
    assert counts() == before
    assert set(registry._flows) == cached
    assert mail.outbox == []
    assert private_files() == files
    assert bench.start(slug="flow").pk == real.pk + 1, "no number of a real case was used up"


def test_messages_are_shown_with_whom_they_would_reach_and_none_is_written(client: Client, bench: Bench) -> None:
    tester = trying(client, bench, flows.simple())
    page = tester.starts(f"user:{bench.cast.users['member1'].pk}")
    assert "请您办理：审核" in page
    assert "李书华" in page
    page = tester.presses("outcome:approve")
    assert "赵一平" in page
    assert not mail.outbox


def test_a_branch_takes_the_way_that_the_answers_say(client: Client, bench: Bench) -> None:
    rich = {">": [{"var": "start.value"}, 300]}
    tester = trying(
        client, bench, flow(flows.branch("cost", rich, [approval("street")], [fill("note")]), unit_from="where")
    )
    tester.starts(value="301")
    assert tester.playing[0].startswith("street:0@")
    tester.presses("try:undo")
    tester.presses("try:start", try_who="visitor", what="一件事", where="fangta", value="300")
    assert tester.playing[0].startswith("note:0@")


def test_a_return_leads_back_with_its_words_and_undo_takes_one_action_back(client: Client, bench: Bench) -> None:
    back = {**RETURN, "comment": "required"}
    tester = trying(client, bench, flow(approval("review", APPROVE, back), status_code=True, unit_from="where"))
    tester.starts()
    tester.presses("outcome:return", status=422)
    page = tester.presses("outcome:return", reason_return="请补上日期")
    assert tester.playing == ["start:0@guest"]
    assert "请补上日期" in page
    tester.presses("try:undo")
    assert tester.playing[0].startswith("review:0@")
    assert tester.buttons >= {"outcome:approve", "try:undo"}


def test_time_passes_until_the_next_wait_or_reminder(client: Client, bench: Bench) -> None:
    wait = {"id": "pause", "kind": "wait", "props": {"days": 3, "calendar": "calendar"}}
    slow = approval("review", deadline={"days": 2, "calendar": "working"})
    tester = trying(client, bench, flow(wait, slow, unit_from="where"))
    tester.starts()
    assert not tester.seats
    assert "try:time" in tester.buttons
    tester.presses("try:time")
    assert tester.playing[0].startswith("review:0@")
    page = tester.presses("try:time")
    assert "快到期了" in page
    page = tester.presses("try:time")
    assert "已逾期：" in page


def test_an_effect_that_fails_shows_as_a_sentence_and_takes_nothing_along(
    client: Client, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    tester = trying(client, bench, flow(approval("review"), effect("break", "fail"), unit_from="where"))
    tester.starts()
    page = tester.presses("outcome:approve", status=422)
    assert "secret words" not in page + caplog.text
    assert tester.playing[0].startswith("review:0@"), "still there, to be decided otherwise"
    page = tester.presses("outcome:reject")
    assert "已经结束" in page


def test_an_effect_that_fails_in_the_background_waits_for_an_administrator(client: Client, bench: Bench) -> None:
    wait = {"id": "pause", "kind": "wait", "props": {"days": 3, "calendar": "calendar"}}
    tester = trying(client, bench, flow(wait, effect("break", "fail"), unit_from="where"))
    tester.starts()
    page = tester.presses("try:time")
    assert "RuntimeError" in page
    tester.presses("try:retry", status=422)


def test_whoever_acted_before_is_left_out_and_named(client: Client, bench: Bench) -> None:
    either = [{"rule": "role", "roles": ["community_secretary"]}, DEPUTY]
    steps = [approval("first", assignee=either), approval("second", assignee=either, not_same_as=["first"])]
    tester = trying(client, bench, flow(*steps, unit_from="where"))
    tester.starts()
    tester.plays("first", f"user:{bench.cast.users['zhoufu'].pk}")
    page = tester.presses("outcome:approve")
    assert tester.seats == [f"second:0@user:{bench.cast.users['lishuji'].pk}"]
    assert "周芙" in page.split("不能与")[1]


def test_several_open_tasks_can_be_played_in_any_order(client: Client, bench: Bench) -> None:
    document = flow(flows.parallel("both", [approval("one")], [approval("two", assignee=DEPUTY)]), unit_from="where")
    tester = trying(client, bench, document)
    tester.starts()
    assert [seat.split(":")[0] for seat in tester.seats] == ["one", "two"]
    tester.plays("two")
    tester.presses("outcome:approve")
    assert [seat.split(":")[0] for seat in tester.seats] == ["one"]
    assert "已经结束" in tester.presses("outcome:approve")


def test_nobody_found_brings_it_to_the_administrators(client: Client, bench: Bench) -> None:
    tester = trying(client, bench, flow(approval("review", assignee=GRID), unit_from="where"))
    tester.starts(where="xilin")
    assert tester.playing == [f"review:0@user:{bench.cast.users['admin'].pk}"]


def test_answers_are_checked_as_in_real_life(client: Client, bench: Bench) -> None:
    tester = trying(client, bench, flow(fill("note"), unit_from="where"))
    tester.opens()
    page = tester.presses("try:start", status=422, try_who="visitor", what="", where="fangta")
    assert "请填写" in page
    tester.starts()
    page = tester.presses("outcome:done", status=422, remark="")
    assert "请填写" in page


def test_a_photo_is_tried_without_a_file(client: Client, bench: Bench) -> None:
    form = FormDefinition.objects.create(
        slug="seen", title="照片", document=flows.form(flows.field("pictures", "photos", required=True))
    )
    publish_form(definition=form, actor=SYSTEM, now=NOW)
    tester = trying(client, bench, flow(fill("look", form="seen"), approval("review"), unit_from="where"))
    before, files = counts(), private_files()
    tester.starts()
    tester.presses("outcome:done", pictures=sent("a.jpg", photo()))
    assert tester.playing[0].startswith("review:0@")
    assert "1 张照片" in tester.page
    tester.presses("outcome:approve")
    assert counts() == before
    assert private_files() == files


def test_a_draft_of_a_form_is_played_and_named(client: Client, bench: Bench) -> None:
    form = FormDefinition.objects.get(slug="note")
    form.document = flows.form(flows.field("remark", required=True), flows.field("extra"))
    form.save_revision()
    tester = trying(client, bench, flow(fill("step"), unit_from="where"))
    page = tester.starts()
    assert 'name="extra"' in tester.page
    assert "尚未发布" in page


def test_the_problems_of_a_draft_are_listed(client: Client, bench: Bench) -> None:
    broken = flow(approval("review", assignee={"rule": "role", "roles": ["nobody_knows"]}))
    tester = trying(client, bench, broken)
    page = tester.opens()
    assert "nobody_knows" in page
    assert "Traceback" not in page


def test_a_published_flow_is_tried_as_its_draft_stands(client: Client, bench: Bench) -> None:
    bench.publish(flows.simple())
    definition = FlowDefinition.objects.get(slug="flow")
    definition.document = flow(approval("extra"), approval("review"), unit_from="where")
    definition.save_revision()
    client.force_login(bench.cast.users["admin"])
    tester = Tester(client, definition)
    tester.starts()
    assert tester.playing[0].startswith("extra:0@")
    assert FlowVersion.objects.count() == 1


def test_a_draft_that_changed_meanwhile_is_played_as_far_as_it_still_goes(client: Client, bench: Bench) -> None:
    tester = trying(client, bench, flow(approval("one"), approval("two"), unit_from="where"))
    tester.starts()
    tester.presses("outcome:approve")
    definition = FlowDefinition.objects.get(slug="tried")
    definition.document = flow(approval("other"), approval("two"), unit_from="where")
    definition.save_revision()
    page = tester.presses("outcome:approve")
    assert "草稿" in page
    assert tester.playing[0].startswith("other:0@")


def test_only_who_may_edit_flows_may_try_them(client: Client, bench: Bench) -> None:
    definition = draft(flows.simple())
    answers = {}
    editors = Group.objects.create(name="editors")
    editors.permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "change_flowdefinition", "view_flowdefinition"])
    )
    bench.cast.users["zhoufu"].groups.add(editors)
    for login in ("member1", "shenjie", "zhoufu", "admin"):
        client.force_login(bench.cast.users[login])
        answers[login] = client.get(f"/desk/flows/{definition.pk}/try/").status_code
    assert answers == {"member1": 302, "shenjie": 302, "zhoufu": 200, "admin": 200}, (
        "302 is back to the desk, or to the login"
    )
    assert client.get("/desk/flows/999/try/").status_code == 404


def test_names_are_masked_for_who_may_not_see_members(client: Client, bench: Bench) -> None:
    editors = Group.objects.create(name="editors")
    editors.permissions.set(Permission.objects.filter(codename__in=["access_admin", "change_flowdefinition"]))
    bench.cast.users["zhoufu"].groups.add(editors)
    tester = trying(client, bench, flow(approval("review"), unit_from="where"), login="zhoufu")
    page = tester.starts()
    assert "李*华" in page
    assert "李书华" not in page


def test_a_script_is_worth_nothing_to_others_or_on_another_flow(client: Client, bench: Bench) -> None:
    tester = trying(client, bench, flows.simple())
    tester.starts()
    hidden = tester.page
    other = Tester(client, draft(flows.simple(), "other"))
    other.page = hidden
    assert "重新开始" in other.presses("outcome:approve")
    bench.cast.users["lishuji"].is_superuser = True
    bench.cast.users["lishuji"].save()
    client.force_login(bench.cast.users["lishuji"])
    tester.page = hidden
    assert "重新开始" in tester.presses("outcome:approve")


def test_what_is_typed_stays_out_of_sessions_and_logs(
    client: Client, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tester = trying(client, bench, flow(approval("review"), effect("break", "fail"), unit_from="where"))
    tester.starts(phone="13912345678", what="只有我知道")
    tester.presses("outcome:approve", status=422)
    records = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert "13912345678" not in "".join(records)
    assert "13912345678" not in json.dumps(dict(client.session))
    assert not Case.objects.exists()


def test_the_editor_and_the_list_lead_to_the_rehearsal(client: Client, bench: Bench) -> None:
    definition = draft(flows.simple())
    client.force_login(bench.cast.users["admin"])
    url = f"/desk/flows/{definition.pk}/try/"
    assert url in client.get(f"/desk/snippets/workflows/flowdefinition/edit/{definition.pk}/").content.decode()
    assert url in client.get("/desk/snippets/workflows/flowdefinition/").content.decode()


def test_a_public_notice_ends_by_itself_or_with_somebodys_objection(client: Client, bench: Bench) -> None:
    document = flow(flows.notice(), approval("review"), unit_from="where")
    tester = trying(client, bench, document)
    before = counts()
    tester.starts()
    tester.presses("try:time")
    assert tester.playing[0].startswith("review:0@"), "nobody objected"
    tester.presses("try:undo")
    tester.presses("try:object:posted", status=422)
    typed: dict[str, Any] = {"reason-object-posted": "这件事与实际不符。"}
    assert "收到一条异议" in tester.presses("try:object:posted", **typed), "whoever will decide is told"
    tester.presses("try:time")
    assert tester.playing[0].startswith("posted:0@"), "somebody has to decide on it"
    assert counts() == before


def test_a_flow_that_nobody_may_begin_says_so(client: Client, bench: Bench) -> None:
    tester = trying(client, bench, flow(approval("review"), who=["liaison"], unit_from="where"))
    assert "请先任命" not in tester.opens()
    bench.cast.appointments["org1"].delete()
    bench.cast.appointments["org2"].delete()
    bench.cast.users["zhoufu"].user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "change_flowdefinition"])
    )
    client.force_login(bench.cast.users["zhoufu"])
    assert "请先任命" in tester.opens()
    tester.presses("try:start", status=409, try_who="user:0", what="一件事", where="fangta")


def test_a_flow_that_is_started_really_begins_and_the_tester_says_how_it_ends(bench: Bench, client: Client) -> None:
    bench.publish(flow(approval("review"), title_from="what"), "child")
    inputs = {"what": {"var": "start.what"}}
    step = {"id": "sub", "kind": "subcase", "props": {"flow": "child", "wait": True, "inputs": inputs}}
    tester = trying(client, bench, flow(step, approval("after")))
    tester.starts()
    assert tester.seats == []
    assert {"try:child:sub:done", "try:child:sub:rejected", "try:child:sub:withdrawn"} <= tester.buttons
    tester.presses("try:child:sub:rejected")
    assert [one.split(":")[0] for one in tester.seats]
    assert not Case.objects.exists()


def test_an_event_happens_when_the_tester_lets_it(bench: Bench, client: Client) -> None:
    step = {"id": "first", "kind": "wait", "props": {"event": "wish.fulfilled"}}
    document = flow(step, approval("after"))
    document["start"] = {"kind": "event", "event": "wish.fulfilled", "form": "ask", "answers": {"what": "一件事"}}
    tester = trying(client, bench, document)
    tester.starts("system")
    assert tester.seats == []
    tester.presses("try:event:first")
    assert [one.split(":")[0] for one in tester.seats] == ["after"]


def test_a_start_by_an_event_is_tried_with_a_member_whom_the_tester_may_choose(bench: Bench, client: Client) -> None:
    document = flow(fill("call"))
    inputs = {"who": "member"}
    document["start"] = {"kind": "event", "event": "member.joined", "form": "people", "inputs": inputs}
    document["start"]["answers"] = {"what": "欢迎"}
    tester = trying(client, bench, document)
    tester.opens()
    offered = re.findall(r'name="who".*?</select>', tester.page, re.S)[0]
    member = re.findall(r'<option value="(\d+)"', offered)[0]
    tester.presses("try:start", try_who="system", what="欢迎", who=member)
    assert [one.split(":")[0] for one in tester.seats] == ["call"]
