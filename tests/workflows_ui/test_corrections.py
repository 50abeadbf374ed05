"""Attackers asked: what stays behind of what a resident takes back?

A phone number written into the wish stayed in the title of the case after the resident had corrected it away; and a
corrected community stayed with the old one.
"""

from tests.workflows_ui.journey import ANSWERS, PHONE
from workflows.models import Case


def test_title_and_unit_follow_the_correction(journey):
    assert journey.hand_in(text=f"请打 {PHONE} 找我").status_code == 302
    case = Case.objects.latest("pk")
    journey.guest.get("/start/wish/done/")
    back = journey.press(journey.browser("wanggexia"), case, "verify", "outcome:back", **{"reason-back": "别写电话"})
    assert back.status_code == 302
    sent = {**ANSWERS, "text": "想有人读报", "where": "fangta"}
    task = journey.task(case, "start")
    assert journey.guest.post(f"/task/{task.pk}/", {"do": "outcome:done", **sent}).status_code == 302
    case.refresh_from_db()
    assert case.title == "想有人读报"
    assert case.unit.slug == "fangta"
    assert journey.task(case, "verify")
