"""The whole journey of a pledge over HTTP, with the packs as they are shipped."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.actors import SYSTEM, Actor
from core.exceptions import DandelionError, WrongState
from core.ledger.models import LedgerEntry
from core.ledger.selectors import figure
from core.notices.models import Objection, PublicNotice
from core.people.models import Member, User
from core.promises import services
from core.promises.models import Pledge
from notifications.models import Message
from tests.stories.browsing import Person, open_task
from workflows.models import Case, FlowDefinition
from workflows.services import act, fire_due, let_pass, publish_flow, start_case

NAME, MASKED = "赵一平", "赵*平"
OBJECTION: dict[str, Any] = {"about": "数量", "reason": "去年一次也没有来过。", "contact": "13900001111"}


def answers(**changed: str) -> dict[str, Any]:
    """What the member types: two things, shown by his masked name."""
    return {
        "category": "repair",
        "item1": "每周三下午在楼下摆修理摊",
        "quantity1": "12",
        "measure1": "次",
        "due1": (timezone.localdate() + timedelta(days=80)).isoformat(),
        "more2": "yes",
        "item2": f"{NAME}给邻居上门换灯泡",
        "quantity2": "30",
        "measure2": "户",
        "display": "masked",
        "name": NAME,
        "consent": "on",
        **changed,
    }


def agrees(case: int, login: str = "lishuji") -> None:
    """The secretary agrees, and says to which colour it belongs."""
    Person(login).does(case, "review", "outcome:agree", season="green", realistic="good")


def because(outcome: str, reason: str) -> dict[str, Any]:
    """The reason typed in the sheet of an outcome."""
    return {f"reason-{outcome}": reason}


def subjects(login: str) -> list[str]:
    """What the messages of a login are about, oldest first."""
    return list(Message.objects.filter(user__username=login).order_by("pk").values_list("subject", flat=True))


def test_a_pledge_travels_from_a_member_to_the_wall(songjiang):
    member, secretary, street, anybody = Person("member1"), Person("lishuji"), Person("shenjie"), Person()
    assert "承诺墙等着第一份承诺" in anybody.opens("/pledges/")
    assert Person().client.get("/start/pledge/").status_code == 302  # members only

    # 1. The member drafts it and hands it in; the secretary returns it; it comes back corrected.
    member.starts("pledge", **answers(item1="帮助大家"))
    case = Case.objects.get().pk
    assert "帮助大家" in secretary.opens("inbox")
    secretary.does(case, "review", "outcome:back", comment="请写具体：在哪里、多久一次。")
    assert "请写具体" in member.opens("task", open_task(case, "start"))
    member.does(case, "start", "outcome:done", **answers())
    assert any("退回" in subject for subject in subjects("member1"))

    # 2. The secretary agrees; it is posted for everybody to read, masked.
    agrees(case)
    notice = PublicNotice.objects.get()
    assert notice.state == "open"
    shown = anybody.opens("notice", notice.pk)
    assert "每周三下午在楼下摆修理摊" in shown
    assert MASKED in shown
    assert NAME not in shown
    assert "CN-" in anybody.opens("notices")
    assert "正在公示" in member.opens("case", case)
    assert not Pledge.objects.exists()

    # 3. A passer-by objects without a login; nobody but whoever decides ever reads it.
    sent = anybody.sends("notice", notice.pk, **OBJECTION)
    assert "异议已经收到" in sent
    assert any("异议" in subject for subject in subjects("shenjie"))  # the secretary agreed, so the street decides
    fire_due(now=notice.closes_at + timedelta(minutes=1))
    assert not Pledge.objects.exists()
    task = open_task(case, "publicly")
    seen = street.opens("task", task)
    assert OBJECTION["reason"] in seen
    assert OBJECTION["contact"] in seen
    for other in (member, secretary):
        assert OBJECTION["reason"] not in other.opens("case", case)
    street.does(case, "publicly", "outcome:dismissed", **because("dismissed", "问过邻居，都说来过。"))

    # 4. It is on the wall, under the colour and the masked name; counted once; the member hears of it.
    wall = anybody.opens("/pledges/")
    for words in (MASKED, "每周三下午在楼下摆修理摊", "12", "户", "绿色志愿服务", "方塔社区"):
        assert words in wall, words
    assert NAME not in wall
    line = LedgerEntry.objects.get()
    member_pk = Member.objects.get(name=NAME).pk
    assert (line.kind, line.member_id, line.case_id) == ("pledge.posted", member_pk, case)
    assert figure("pledges_posted").counted == 1
    assert "您的承诺上墙了" in subjects("member1")
    assert Case.objects.get().result == "posted"
    assert "异议不成立" in anybody.opens("notice", notice.pk)
    for message in Message.objects.all():
        for secret in (NAME, OBJECTION["reason"], OBJECTION["contact"]):
            assert secret not in message.subject + message.body + message.link


def test_without_objection_it_is_on_the_wall_when_the_notice_ends(songjiang):
    Person("member1").starts("pledge", **answers(display="anonymous", name="", item2="给邻居上门换灯泡"))
    case = Case.objects.get().pk
    agrees(case)
    notice = PublicNotice.objects.get()
    assert MASKED not in Person().opens("notice", notice.pk)
    fire_due(now=notice.closes_at - timedelta(minutes=1))
    assert not Pledge.objects.exists()
    fire_due(now=notice.closes_at)
    wall = Person().opens("/pledges/")
    assert "一位志愿者" in wall
    assert MASKED not in wall


def test_an_objection_that_holds_keeps_it_off_the_wall(songjiang):
    Person("member1").starts("pledge", **answers())
    case = Case.objects.get().pk
    agrees(case)
    notice = PublicNotice.objects.get()
    Person().sends("notice", notice.pk, **OBJECTION)
    fire_due(now=notice.closes_at)
    Person("shenjie").does(case, "publicly", "outcome:upheld", **because("upheld", "数量与实际不符。"))
    assert not Pledge.objects.exists()
    assert not LedgerEntry.objects.exists()
    assert "每周三" not in Person().opens("notice", notice.pk)
    assert Objection.objects.count() == 1


def test_a_cancelled_draft_takes_its_notice_down(songjiang):
    Person("member1").starts("pledge", **answers())
    case = Case.objects.get().pk
    agrees(case)
    User.objects.filter(username="admin").update(is_superuser=True)
    Person("admin").sends("case", case, do="cancel", reason="本人要求撤回")
    assert PublicNotice.objects.get().state == "called_off"
    assert not fire_due(now=timezone.now() + timedelta(days=30))
    assert not Pledge.objects.exists()


def test_one_person_alone_puts_nothing_on_the_wall(songjiang):
    admin = User.objects.get(username="admin")
    actor, now = Actor(user=admin), timezone.now()
    given = {**answers(), "quantity1": "12", "more2": False, "consent": True}
    case = start_case(flow="pledge", actor=actor, answers=given, now=now).case
    task = open_task(case.pk, "review")
    with pytest.raises(DandelionError):  # not the same person as the start, whoever he is
        act(task_id=task, actor=actor, outcome="agree", answers={"season": "green", "realistic": "good"}, now=now)
    post: dict[str, Any] = {
        "actor": actor,
        "case_id": case.pk,
        "member": Member.objects.get(user=admin),
        "unit": case.unit,
        "category": "other",
        "items": [],
        "shows_name": False,
        "now": now,
    }
    with pytest.raises(WrongState) as refusal:  # nor by the service itself, before a notice has passed
        services.post_pledge(**post)
    assert refusal.value.code == "notice_missing"
    assert not LedgerEntry.objects.exists()


def test_a_flow_without_a_second_person_is_refused_by_its_effect(songjiang):
    definition = FlowDefinition.objects.get(slug="pledge")
    definition.document["steps"] = [step for step in definition.document["steps"] if step["id"] != "review"]
    for step in definition.document["steps"]:
        step.get("props", {}).pop("not_same_as", None)
        if step["id"] == "post":
            step["props"]["inputs"].pop("theme")
    publish_flow(definition=definition, actor=SYSTEM, now=songjiang)
    Person("member1").starts("pledge", **answers())
    case = Case.objects.get()
    let_pass(case_id=case.pk, until=timezone.now() + timedelta(days=30))
    stuck = case.task_set.get(status="ERROR")
    assert (stuck.step_id, stuck.data) == ("post", {"error": "second_person"})
    assert not Pledge.objects.exists()


def test_a_pledge_taken_down_is_reversed_in_the_ledger_not_deleted(songjiang):
    Person("member1").starts("pledge", **answers())
    case = Case.objects.get().pk
    agrees(case)
    fire_due(now=PublicNotice.objects.get().closes_at)
    for _twice in range(2):
        services.withdraw_pledge(actor=SYSTEM, case_id=case, now=timezone.now())
    assert [row.quantity for row in LedgerEntry.objects.order_by("pk")] == [1, -1]
    assert figure("pledges_posted").counted == 0
    assert "每周三" not in Person().opens("/pledges/")
