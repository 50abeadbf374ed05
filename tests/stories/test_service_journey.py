"""The whole journey of a service record over HTTP, with the packs as they are shipped, and every door beside it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from core.actors import Actor
from core.exceptions import DandelionError
from core.ledger.models import LedgerEntry
from core.ledger.selectors import figure
from core.notices.models import PublicNotice
from core.people.models import Member, Team, User
from core.service.models import ServiceRecord
from core.service.selectors import verified_minutes_of
from notifications.models import Message
from tests.stories.browsing import Person, open_task
from workflows.models import Case, FlowDefinition
from workflows.services import act, fire_due, let_pass, publish_flow, start_case

NAME, MASKED = "王格霞", "王*霞"
CONTENT = "陪修理摊的师傅登记报修，把修好的小家电送回楼里。"


def photo() -> SimpleUploadedFile:
    """A small picture, as a phone sends it."""
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(buffer, "JPEG")
    return SimpleUploadedFile("stall.jpg", buffer.getvalue(), "image/jpeg")


def member(name: str = NAME) -> Member:
    return Member.objects.get(name=name)


def answers(**changed: Any) -> dict[str, Any]:
    """What the recorder types."""
    return {
        "member": member().pk,
        "team": Team.objects.get(slug="fangta-repair").pk,
        "day": (timezone.localdate() - timedelta(days=1)).isoformat(),
        "minutes-hours": "1",
        "minutes-minutes": "40",
        "content": CONTENT,
        "beneficiaries": "9",
        "quantity1": "6",
        "measure1": "件",
        "consent": "on",
        **changed,
    }


def recorded(login: str = "wanggexia", **changed: Any) -> int:
    Person(login).starts("service", **answers(**changed))
    return int(Case.objects.latest("pk").pk)


def posted(case: int) -> None:
    """Verified, approved as recorded, and past its notice."""
    Person("member1").does(case, "verify", "outcome:verified", how="present")
    Person("centre1").does(case, "approve", "outcome:approve", grade="B", as_recorded="same")
    fire_due(now=PublicNotice.objects.get(case_id=case).closes_at)


def test_a_service_travels_from_the_member_to_the_ledger(songjiang):
    recorder, head, clerk, anybody = Person("wanggexia"), Person("member1"), Person("centre1"), Person()
    assert Person().client.get("/start/service/").status_code == 302  # members only

    # 1. The member records it, with a photo; the form offers her no stranger.
    form = recorder.opens("start", "service")
    assert NAME in form
    assert "林青" not in form
    case = recorded(photos=photo())
    for nobody in (recorder, clerk, Person("member2")):
        assert CONTENT not in nobody.opens("inbox")

    # 2. The head of the team reads the whole name and the photo, returns it once, and says that it is true.
    assert CONTENT[:8] in head.opens("inbox")
    page = head.opens("task", open_task(case, "verify"))
    assert NAME in page
    assert "1 小时 40 分钟" in page
    assert "/file/" in head.seen
    head.does(case, "verify", "outcome:back", comment="时间写长了，请再看一看。")
    recorder.does(case, "start", "outcome:done", **answers(**{"minutes-hours": "1", "minutes-minutes": "30"}))
    head.does(case, "verify", "outcome:verified", how="present")

    # 3. The clerk of the centre may shorten, not lengthen; grades it and sends it to the public.
    longer: dict[str, Any] = {"grade": "B", "as_recorded": "less", "adjusted-hours": "2", "why_less": "扣除路上时间"}
    refused = clerk.does(case, "approve", "outcome:approve", expects=422, **longer)
    assert "只能减少时长" in refused
    clerk.does(case, "approve", "outcome:approve", **{**longer, "adjusted-hours": "1", "adjusted-minutes": "15"})
    notice = PublicNotice.objects.get()
    shown = anybody.opens("notice", notice.pk)
    for words in (MASKED, "方塔便民维修队", "1 小时 15 分钟", "扣除路上时间", CONTENT, "9"):
        assert words in shown, words
    assert NAME not in shown
    assert not ServiceRecord.objects.exists()
    assert figure("service_minutes").counted == 0

    # 4. Nobody objects: it counts, once, for her; she is told.
    fire_due(now=notice.closes_at)
    row = ServiceRecord.objects.get()
    assert (row.member.name, row.minutes, row.evidence, row.case_id) == (NAME, 75, "B", case)
    persons = [row.recorded_by, row.verified_by, row.approved_by]
    assert [user.username for user in persons] == ["wanggexia", "member1", "centre1"]
    counted = {slug: figure(f"service_{slug}").counted for slug in ("minutes", "visits", "beneficiaries", "outcomes")}
    assert counted == {"minutes": 75, "visits": 1, "beneficiaries": 9, "outcomes": 1}
    assert verified_minutes_of(row.member_id) == 75
    assert Case.objects.get().result == "posted"
    assert Message.objects.filter(user__username="wanggexia", subject="服务时长已经记入").count() == 1
    figures = anybody.opens("/figures/service_minutes/")
    assert MASKED in figures
    assert NAME not in figures
    assert "6 件" in anybody.opens("/figures/service_outcomes/")
    for message in Message.objects.all():
        assert NAME not in message.subject + message.body + message.link


def test_an_objection_that_holds_counts_nothing(songjiang):
    case = recorded()
    Person("member1").does(case, "verify", "outcome:verified", how="present")
    Person("centre1").does(case, "approve", "outcome:approve", grade="C", as_recorded="same")
    notice = PublicNotice.objects.get()
    Person().sends("notice", notice.pk, about="时间", reason="那天没有摆摊。")
    fire_due(now=notice.closes_at)
    Person("shenjie").does(case, "publicly", "outcome:upheld", **dict[str, Any]({"reason-upheld": "查无此事。"}))
    assert not ServiceRecord.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_whoever_served_does_not_verify_himself_even_if_another_recorded_it(songjiang):
    head = member("赵一平")
    case = recorded("lishuji", member=head.pk)
    task = Case.objects.get(pk=case).task_set.get(step_id="verify", flow_task_type="HUMAN")
    assert task.owner.username == "member2"  # the deputy
    with pytest.raises(AssertionError):
        Person("member1").does(case, "verify", "outcome:verified", how="present")


def test_nobody_records_for_a_stranger_by_a_made_up_request(songjiang):
    person = Person("member2")
    with pytest.raises(AssertionError, match="请从列表中选择"):
        person.starts("service", **answers(member=member("林青").pk))
    assert not Case.objects.exists()


def test_a_day_beyond_twelve_hours_is_refused_to_the_clerk_before_the_notice(songjiang):
    posted(recorded(**{"minutes-hours": "11"}))
    case = recorded(**{"minutes-hours": "2"})
    Person("member1").does(case, "verify", "outcome:verified", how="present")
    told = Person("centre1").does(case, "approve", "outcome:approve", expects=422, grade="B", as_recorded="same")
    assert "12 小时" in told
    assert PublicNotice.objects.filter(case_id=case).count() == 0


def test_the_desk_reverses_a_record_with_a_reason_and_the_figures_fall(songjiang):
    posted(recorded())
    row = ServiceRecord.objects.get()
    desk = Person("admin")
    assert NAME in desk.opens("/desk/services/")
    assert "1 小时 40 分钟" in desk.opens(f"/desk/services/inspect/{row.pk}/")
    url = f"/desk/services/edit/{row.pk}/"
    assert desk.client.post(url, {"reason": ""}).status_code == 200
    assert desk.client.post(url, {"reason": "请打 13800001111"}).status_code == 200
    assert figure("service_minutes").counted == 100
    assert desk.client.post(url, {"reason": "与另一份重复"}).status_code == 302
    assert {figure(f"service_{slug}").counted for slug in ("minutes", "visits", "beneficiaries", "outcomes")} == {0}
    assert ServiceRecord.objects.get().state == "reversed"
    assert LedgerEntry.objects.count() == 8
    assert Person("editor1").client.post(url, {"reason": "再来"}).status_code in (302, 403, 404)
    assert LedgerEntry.objects.count() == 8


# One administrator alone


@pytest.fixture
def admin(songjiang) -> Actor:
    """The administrator, who may do everything that anybody may."""
    user = User.objects.get(username="admin")
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    return Actor(user=User.objects.get(pk=user.pk))


def flow_of_one(*steps: str) -> dict[str, Any]:
    """What an administrator would design: his own form, whatever steps he wants, and the effect."""
    document: dict[str, Any] = FlowDefinition.objects.get(slug="service").document
    mine = {"rule": "starter"}
    kept = [step for step in document["steps"] if step["id"] in (*steps, "post")]
    for step in kept:
        props = step["props"]
        props.pop("not_same_as", None)
        if "assignee" in props:
            props["assignee"] = mine
        if step["id"] == "post" and "approve" not in steps:
            inputs = props["inputs"] = {**props["inputs"], "grade": "A"}
            inputs.pop("adjusted")
        if step["kind"] == "notice":
            props["shows"] = ["start.content"]
            props["days"] = 1
        for outcome in step.get("outcomes", []):
            if not str(outcome["effect"]).startswith("end"):
                outcome["effect"] = "continue"
    return {**document, "steps": kept}


def walked_alone(admin: Actor, steps: tuple[str, ...]) -> str:
    """The code with which the administrator is stopped, at once or after the notice."""
    given = {
        "member": member("顾一帆").pk,
        "team": Team.objects.get(slug="fangta-repair").pk,
        "day": timezone.localdate().isoformat(),
        "minutes": 600,
        "content": "自己写给自己。",
        "consent": True,
    }
    done: dict[str, dict[str, Any]] = {
        "verify": {"outcome": "verified", "answers": {"how": ["present"]}},
        "approve": {"outcome": "approve", "answers": {"grade": "A", "as_recorded": "same"}},
    }
    try:
        case = start_case(flow="service", actor=admin, answers=given, now=timezone.now()).case
        for step in steps:
            if step in done:
                act(task_id=open_task(case.pk, step), actor=admin, now=timezone.now(), **done[step])
        let_pass(case_id=case.pk, until=timezone.now() + timedelta(days=30))
        return str(case.task_set.get(status="ERROR").data["error"])
    except DandelionError as refusal:
        return refusal.code


@pytest.mark.parametrize("steps", [(), ("publicly",), ("verify", "publicly"), ("verify", "approve", "publicly")])
def test_an_administrator_who_designs_the_flow_and_walks_it_alone_counts_nothing(admin, steps):
    definition = FlowDefinition.objects.get(slug="service")
    definition.document = flow_of_one(*steps)
    publish_flow(definition=definition, actor=admin, now=timezone.now())
    assert walked_alone(admin, steps) == "three_persons"
    assert not ServiceRecord.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_the_desk_offers_no_door_to_write_records_lines_or_figures(admin):
    desk = Person("admin")
    posted(recorded())
    row, line = ServiceRecord.objects.get(), LedgerEntry.objects.get(kind="service.minutes")
    for address in (
        "services/new/",
        f"services/delete/{row.pk}/",
        "ledger/new/",
        f"ledger/edit/{line.pk}/",
        f"ledger/delete/{line.pk}/",
        "figures/new/",
    ):
        for method in (desk.client.get, desk.client.post):
            assert method(f"/desk/{address}").status_code == 404, address
    desk.client.post(f"/desk/services/edit/{row.pk}/", {"reason": "", "minutes": "700", "state": "standing"})
    row.refresh_from_db()
    assert (row.minutes, row.state) == (100, "standing")
