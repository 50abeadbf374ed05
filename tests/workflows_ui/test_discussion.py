"""The discussion of a case, and its files: who writes, who reads, who is told."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import VISITOR
from core.audit.models import AuditEntry
from core.exceptions import Invalid, NotFound
from notifications.models import Message
from tests.workflows_ui.journey import NAME, PHONE
from workflows import services
from workflows.models import Case, DiscussionNote
from workflows.services.discussing import MOST_NOTES


def address(case):
    return reverse("case", args=(case.pk,))


def page_of(client, case):
    return client.get(address(case)).content.decode()


def write(client, case, text, **more):
    return client.post(address(case), {"do": "note", "note": text, **more})


def test_colleagues_write_to_each_other_and_whoever_started_reads_only_what_is_open(journey):
    case, _code = journey.claimed()
    worker, helper = journey.browser("wanggexia"), journey.browser("org1")
    assert write(worker, case, "门卫说她周三在家").status_code == 302
    assert write(helper, case, "周四上门，请在家等", open="on").status_code == 302
    inside = page_of(helper, case)
    assert inside.index("门卫说她周三在家") < inside.index("周四上门")
    outside = page_of(journey.guest, case)
    assert "周四上门" in outside
    assert "门卫说" not in outside
    assert "王格霞" not in inside + outside


def test_holders_hear_of_a_remark_and_its_author_does_not(journey):
    case, _code = journey.claimed()
    Message.objects.all().delete()
    write(journey.browser("wanggexia"), case, "请看一下")
    heard = Message.objects.filter(kind="case.note")
    assert list(heard.values_list("user__username", flat=True)) == ["org1"]
    assert "请看一下" in heard[0].body
    write(journey.browser("org1"), case, f"她叫{NAME}，电话{PHONE}")
    answer = heard.get(user=journey.cast.users["wanggexia"])
    assert NAME not in answer.body + answer.subject
    assert PHONE not in answer.body + answer.subject
    assert NAME not in page_of(journey.browser("org1"), case)


def test_a_member_who_started_reads_and_hears_only_what_is_open(journey):
    journey.hand_in(journey.browser("member1"))
    case = Case.objects.latest("pk")
    starter, worker = journey.browser("member1"), journey.browser("wanggexia")
    Message.objects.all().delete()
    write(worker, case, "内部看看")
    assert not Message.objects.filter(user=journey.cast.users["member1"]).exists()
    write(worker, case, "给您看看", open="on")
    assert Message.objects.filter(user=journey.cast.users["member1"], kind="case.note").count() == 1
    page = page_of(starter, case)
    assert "给您看看" in page
    assert "内部看看" not in page
    write(starter, case, "谢谢")
    assert DiscussionNote.objects.get(text="谢谢").is_open


def test_a_remark_is_retracted_by_its_author_alone(journey):
    case, _code = journey.claimed()
    worker, helper = journey.browser("wanggexia"), journey.browser("org1")
    write(worker, case, "写错了", open="on")
    note = DiscussionNote.objects.get()
    assert helper.post(address(case), {"do": "retract", "note": note.pk}).status_code == 404
    assert worker.post(address(case), {"do": "retract", "note": note.pk}).status_code == 302
    assert worker.post(address(case), {"do": "retract", "note": note.pk}).status_code == 409
    note.refresh_from_db()
    assert note.text == ""
    for client in (helper, journey.guest):
        assert "已由本人撤回" in page_of(client, case)
    assert [row.verb for row in AuditEntry.objects.filter(verb__startswith="note.").order_by("pk")] == [
        "note.written",
        "note.retracted",
    ]


def test_who_may_not_see_the_case_and_who_has_only_the_code_may_not_write(journey):
    case, _code = journey.started()
    assert write(journey.browser("outsider"), case, "x").status_code == 404
    assert write(journey.guest, case, "x").status_code == 404
    assert write(Client(), case, "x").status_code == 302
    with pytest.raises(NotFound):
        services.write_note(case_id=case.pk, actor=VISITOR, text="x", now=timezone.now())
    assert not DiscussionNote.objects.exists()


def test_those_to_whom_it_is_only_offered_neither_read_nor_write(journey):
    case, _code = journey.verified()
    write(journey.browser("wanggexia"), case, "只给同事", open="on")
    offered = journey.browser("org1")
    assert "只给同事" not in page_of(offered, case)
    assert write(offered, case, "x").status_code == 404


def test_what_cannot_be_kept_is_refused_and_stays_in_the_page(journey):
    case, _code = journey.claimed()
    worker = journey.browser("wanggexia")
    assert write(worker, case, " \u200b\u202e ").status_code == 422
    long = write(worker, case, "长" * 1001)
    assert long.status_code == 422
    assert "长" * 1001 in long.content.decode()
    write(worker, case, "<script>alert(1)</script>\u202eabc")
    page = page_of(worker, case)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    DiscussionNote.objects.bulk_create(
        DiscussionNote(case=case, author=journey.cast.users["org1"], text="x", created_at=timezone.now())
        for _number in range(MOST_NOTES)
    )
    with pytest.raises(Invalid):
        services.write_note(case_id=case.pk, actor=journey.cast.actor("org1"), text="x", now=timezone.now())


def test_a_task_tells_how_many_remarks_there_are(journey):
    case, _code = journey.claimed()
    write(journey.browser("wanggexia"), case, "一")
    task = reverse("task", args=(journey.task(case, "fulfil").pk,))
    assert "讨论中有 1 条留言" in journey.browser("org1").get(task).content.decode()
    assert "讨论中有" not in journey.guest.get(address(case)).content.decode()
