"""The whole journey of a commendation over HTTP, with the packs as they are shipped."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.models import StoryPage
from core.honours.models import Commendation
from core.jobs.running import drain
from core.ledger.models import LedgerEntry
from core.notices.models import PublicNotice
from core.people.models import Member, User
from notifications.models import Message
from tests.stories.browsing import Person, open_task
from workflows.models import Case
from workflows.services import fire_due

NAME, MASKED = "赵一平", "赵*平"
HEADLINE = "楼下的修理摊，七年没断过"


def nomination(**changed: str) -> dict[str, str]:
    return {
        "award": "seasons-volunteer",
        "member": str(Member.objects.get(name=NAME).pk),
        "headline": HEADLINE,
        "citation": f"{NAME}七年里修好了三百多件小家电",
        "deeds": f"{NAME}每周三下午出摊。\n\n第三年收下第一个徒弟。",
        "record": "9000",
        **changed,
    }


def until_the_notice_has_passed() -> int:
    """Nominated by the grid worker, recommended by the secretary, decided by the street, posted, unopposed."""
    Person("wanggexia").starts("commendation", **nomination())
    case = int(Case.objects.get().pk)
    page = Person("lishuji").opens("task", open_task(case, "branch"))
    assert NAME in page
    assert "核实的服务时长（小时） 0" in page
    assert "9000" not in page
    Person("lishuji").does(case, "branch", "outcome:recommend", opinion="事迹属实，邻居都认。")
    Person("shenjie").does(case, "decide", "outcome:approve", document_number="岳街志〔2026〕3号")
    notices = Person().opens("/notices/")
    assert "表彰公示" in notices
    assert NAME not in Person().opens(f"/notices/{notice_of(case)}/")
    fire_due(now=timezone.now() + timedelta(days=20))
    return case


def notice_of(case: int) -> int:
    return int(PublicNotice.objects.get(case_id=case).pk)


def test_a_commendation_travels_from_a_nomination_to_a_published_story(songjiang):
    assert "首批表彰正在评选" in Person().opens("/honours/")
    case = until_the_notice_has_passed()
    assert not Commendation.objects.exists()

    # The honoree agrees: granted, in the ledger, on the roll, and a draft waits for its editor.
    Person("member1").does(case, "consent", "outcome:answered", agree="on")
    assert Case.objects.get(pk=case).result == "granted"
    assert LedgerEntry.objects.get().kind == "award.granted"
    drain()
    roll = Person().opens("/honours/")
    assert MASKED in roll
    assert NAME not in roll
    assert "岳街志〔2026〕3号" in roll
    assert "读故事" not in roll
    draft = StoryPage.objects.get(case_id=case)
    assert (draft.live, draft.owner, draft.theme.slug) == (False, None, "green")
    assert "本人" not in draft.consent
    assert "随时可以收回" in draft.consent
    assert Message.objects.filter(user__username="editor1", kind="story.draft").exists()

    # The editor approves it in the review; it is public, masked, and the roll leads to it.
    editor = Person("editor1")
    assert HEADLINE in editor.opens(f"/desk/pages/{draft.pk}/edit/")
    state = draft.current_workflow_task_state
    answer = editor.client.post(reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk]))
    assert answer.status_code in (200, 302)
    draft.refresh_from_db()
    assert draft.live
    story = Person().opens(draft.url)
    assert MASKED in story
    assert NAME not in story
    assert "读故事" in Person().opens("/honours/")

    # The honoree changes his mind: name and story go, the honour and the ledger stay.
    honour = Commendation.objects.get()
    member = Person("member1")
    assert "收回同意" in member.opens("/me/honours/")
    member.sends("my_honours", honour=honour.pk)
    assert MASKED not in Person().opens("/honours/")
    drain()
    assert Person().client.get(draft.url).status_code == 404
    assert LedgerEntry.objects.get().kind == "award.granted"


def test_without_consent_the_honour_stands_without_name_and_story(songjiang):
    case = until_the_notice_has_passed()
    Person("member1").does(case, "consent", "outcome:answered")
    drain()
    assert Commendation.objects.get().state == "granted"
    roll = Person().opens("/honours/")
    assert "一位不愿署名的志愿者" in roll
    assert MASKED not in roll
    assert not StoryPage.objects.filter(case_id=case).exists()


@pytest.mark.parametrize("login", ["member1", "editor1", "org1"])
def test_nobody_decides_out_of_turn(songjiang, login):
    Person("wanggexia").starts("commendation", **nomination())
    case = int(Case.objects.get().pk)
    assert Person(login).client.get(f"/task/{open_task(case, 'branch')}/").status_code == 404


def test_only_who_holds_a_role_nominates(songjiang):
    assert User.objects.filter(username="member2").exists()
    assert Person("member2").client.get("/start/commendation/").status_code in (403, 404)
