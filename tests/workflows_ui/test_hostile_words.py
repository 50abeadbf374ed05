"""Attackers asked: what do the boxes beside the forms take?

Comments and reasons took everything: a NUL ended in a fault on PostgreSQL, and an override of direction turned the text
of others around.
"""

from django.urls import reverse

from workflows.models import Case, Task

HOSTILE = "请补\u202e上\x00电\x1b[31m话\u2066"


def test_a_comment_loses_what_nobody_can_see(journey):
    case, _code = journey.started()
    worker = journey.browser("wanggexia")
    answer = journey.press(worker, case, "verify", "outcome:back", **{"reason-back": HOSTILE})
    assert answer.status_code == 302
    assert Task.objects.get(process=case, step_id="verify", status="DONE").data["comment"] == "请补上电[31m话"


def test_a_comment_of_invisible_characters_is_no_comment(journey):
    case, _code = journey.started()
    worker = journey.browser("wanggexia")
    assert journey.press(worker, case, "verify", "outcome:back", **{"reason-back": "\x00\u202e"}).status_code == 422


def test_the_reason_of_a_hand_over_loses_it_too(journey):
    case, _code = journey.started()
    deputy = journey.cast.users["zhoufu"]
    sent = {"to_user": deputy.pk, "reason-reassign": HOSTILE}
    assert journey.press(journey.browser("wanggexia"), case, "verify", "reassign", **sent).status_code == 302
    assert journey.task(case, "verify").data["reassign_reason"] == "请补上电[31m话"


def test_the_reason_of_a_withdrawal_loses_it_too(journey):
    case, _code = journey.started()
    answer = journey.guest.post(reverse("case", args=(case.pk,)), {"do": "withdraw", "reason": HOSTILE})
    assert answer.status_code == 302
    assert Case.objects.get(pk=case.pk).result == "withdrawn"


def test_what_nobody_can_see_is_no_answer_and_no_reason(journey):
    # A wish of zero-width spaces counted as answered and made an invisible row in the inbox.
    for unseen in ("\u200b\u200b", "\u2060 \u3164"):
        assert journey.hand_in(text=unseen).status_code == 422
    case, _code = journey.started()
    worker = journey.browser("wanggexia")
    assert journey.press(worker, case, "verify", "outcome:back", **{"reason-back": "\u200b"}).status_code == 422
